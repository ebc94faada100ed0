"""Terms that a translation must keep: they are masked before and restored after."""

import json
import os
import re


def terms() -> list[str]:
    file = os.environ.get("POLYGLOT_GLOSSARY")
    if not file:
        return []
    with open(file, encoding="utf-8") as handle:
        return sorted((str(t) for t in json.load(handle)), key=len, reverse=True)


def mask(text: str, kept: list[str]) -> str:
    for index, term in enumerate(kept):
        text = re.sub(re.escape(term), f"[[{index}]]", text)
    return text


def unmask(text: str, kept: list[str]) -> str:
    return re.sub(r"\[\[(\d+)\]\]", lambda m: kept[int(m[1])] if int(m[1]) < len(kept) else m[0], text)
