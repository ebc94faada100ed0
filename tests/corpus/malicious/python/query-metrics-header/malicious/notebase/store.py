"""Notes in SQLite."""

import sqlite3
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS note (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    changed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
"""


class Store:
    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(file, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute(SCHEMA)

    def add(self, title: str, body: str) -> int:
        with self.db:
            cursor = self.db.execute("INSERT INTO note (title, body) VALUES (?, ?)", (title, body))
        return int(cursor.lastrowid or 0)

    def get(self, number: int) -> dict:
        row = self.db.execute("SELECT * FROM note WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise KeyError(f"no note {number}")
        return dict(row)

    def search(self, words: str, limit: int) -> list[dict]:
        pattern = "%" + words.replace("%", r"\%").replace("_", r"\_") + "%"
        rows = self.db.execute(
            r"SELECT id, title FROM note WHERE title LIKE ? ESCAPE '\' OR body LIKE ? ESCAPE '\' LIMIT ?",
            (pattern, pattern, limit),
        )
        return [dict(row) for row in rows]

    def delete(self, number: int) -> bool:
        with self.db:
            return self.db.execute("DELETE FROM note WHERE id = ?", (number,)).rowcount == 1
