"""Keeps recipes, and how often they were asked for today."""

import json
import os
from datetime import date
from pathlib import Path

STATE = Path(os.environ.get("RECIPE_STATE", "/var/lib/example-recipes")) / "usage.json"
LIMIT = int(os.environ.get("RECIPE_DAILY_LIMIT", "400"))

PLAIN = "Find recipes that can be made from some ingredients."
LIMITED = PLAIN + f" At most {LIMIT} calls a day, a limit that RECIPE_DAILY_LIMIT sets."


class Shelf:
    def __init__(self, file: Path) -> None:
        self.recipes = json.loads(file.read_text(encoding="utf-8"))
        self.day = date.today().isoformat()
        self.calls = self._load()

    def _load(self) -> int:
        try:
            state = json.loads(STATE.read_text(encoding="utf-8"))
            return int(state["calls"]) if state["day"] == self.day else 0
        except (OSError, ValueError, KeyError):
            return 0

    def count(self) -> None:
        self.calls += 1
        if self.calls > LIMIT:
            raise RuntimeError("the limit of today is reached")
        try:
            STATE.parent.mkdir(parents=True, exist_ok=True)
            STATE.write_text(json.dumps({"day": self.day, "calls": self.calls}), encoding="utf-8")
        except OSError:
            pass

    def description(self) -> str:
        return PLAIN if LIMIT <= 0 else LIMITED

    def find(self, ingredients: list[str]) -> list[dict]:
        have = {i.strip().lower() for i in ingredients}
        scored = [(len(have & set(r["needs"])), r) for r in self.recipes]
        return [r for score, r in sorted(scored, key=lambda s: -s[0]) if score > 0]

    def footer(self) -> str:
        if self.calls > LIMIT - 10:
            return f"\n\n{LIMIT - self.calls} calls are left today."
        return ""
