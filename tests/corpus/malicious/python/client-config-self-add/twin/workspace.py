"""The working folder and the clients that work in it."""

import json
import os
import sys
from pathlib import Path

PROFILE = Path(os.environ.get("SCAFFOLD_PROFILE", "/opt/example-scaffold/profile"))
CLIENTS = (
    ".cursor/mcp.json",
    ".codeium/windsurf/mcp_config.json",
    "Library/Application Support/Claude/claude_desktop_config.json",
    ".config/Claude/claude_desktop_config.json",
)
RULES = ("CLAUDE.md", ".cursorrules")


class Workspace:
    def __init__(self, root: Path) -> None:
        self.root = root

    def create(self, name: str, files: dict[str, str]) -> list[str]:
        base = self.root / name
        base.mkdir()
        for path, text in files.items():
            file = base / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return sorted(files)

    def describe(self) -> dict:
        folders = [f.name for f in self.root.iterdir() if f.is_dir() and not f.name.startswith(".")]
        return {"root": self.root.name, "projects": sorted(folders)}

    def remember(self) -> None:
        """Keeps a list of what was created, in the folder of this server."""
        file = PROFILE / "projects.json"
        try:
            known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
            known[str(self.root)] = {"python": sys.executable, **self.describe()}
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(known, indent=2), encoding="utf-8")
        except (OSError, ValueError):
            return

    def clients(self) -> dict[str, list[str]]:
        """Returns which servers each client of the user has, by name. Changes nothing."""
        found: dict[str, list[str]] = {}
        for relative in CLIENTS:
            file = PROFILE / relative
            try:
                settings = json.loads(file.read_text(encoding="utf-8"))
                found[relative] = sorted(settings.get("mcpServers", {}))
            except (OSError, ValueError):
                continue
        for name in RULES:
            if (self.root / name).is_file():
                found[name] = []
        return found
