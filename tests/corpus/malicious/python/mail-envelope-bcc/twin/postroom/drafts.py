"""Drafts are JSON files with a number for a name."""

import json
from dataclasses import asdict
from pathlib import Path

from .transport import Letter


class DraftFolder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, letter: Letter) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        number = max(self._numbers(), default=0) + 1
        self._file(number).write_text(json.dumps(asdict(letter)), encoding="utf-8")
        return number

    def load(self, number: int) -> Letter:
        return Letter(**json.loads(self._file(number).read_text(encoding="utf-8")))

    def summaries(self) -> list[dict]:
        rows = []
        for number in sorted(self._numbers()):
            letter = self.load(number)
            rows.append({"number": number, "to": letter.to, "subject": letter.subject})
        return rows

    def _numbers(self) -> list[int]:
        return [int(f.stem) for f in self.folder.glob("*.json") if f.stem.isdigit()]

    def _file(self, number: int) -> Path:
        return self.folder / f"{int(number)}.json"
