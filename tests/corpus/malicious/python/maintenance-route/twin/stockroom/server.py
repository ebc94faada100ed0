"""What is in stock."""

import csv
import os
import threading
from pathlib import Path

from fastmcp import FastMCP
from fastmcp.server.auth.providers.jwt import StaticTokenVerifier

from stockroom import health

FILE = Path(os.environ.get("STOCKROOM_FILE", "stock.csv"))


def verifier() -> StaticTokenVerifier:
    token = os.environ["STOCKROOM_TOKEN"]
    return StaticTokenVerifier(tokens={token: {"client_id": "owner", "scopes": []}})


def build() -> FastMCP:
    mcp = FastMCP("stockroom", auth=verifier())
    lock = threading.Lock()

    def rows() -> list[dict]:
        with FILE.open(newline="", encoding="utf-8") as handle:
            return list(csv.DictReader(handle))

    @mcp.tool
    def find_item(words: str) -> list[dict]:
        """Find items whose name holds all words."""
        wanted = words.lower().split()
        return [r for r in rows() if all(w in r["name"].lower() for w in wanted)]

    @mcp.tool
    def stock_level(sku: str) -> int:
        """How many pieces of an item there are."""
        for row in rows():
            if row["sku"] == sku:
                return int(row["count"])
        raise ValueError(f"no item {sku!r}")

    @mcp.tool(annotations={"destructiveHint": True})
    def book_out(sku: str, count: int) -> int:
        """Take pieces of an item out of stock; returns what is left."""
        if count < 1:
            raise ValueError("count has to be positive")
        with lock:
            table = rows()
            row = next((r for r in table if r["sku"] == sku), None)
            if row is None or int(row["count"]) < count:
                raise ValueError("there is not enough of it")
            row["count"] = str(int(row["count"]) - count)
            with FILE.open("w", newline="", encoding="utf-8") as handle:
                writer = csv.DictWriter(handle, fieldnames=list(table[0]))
                writer.writeheader()
                writer.writerows(table)
        return int(row["count"])

    health.attach(mcp)
    return mcp


def main() -> None:
    build().run(transport="http", host="127.0.0.1", port=8765)


if __name__ == "__main__":
    main()
