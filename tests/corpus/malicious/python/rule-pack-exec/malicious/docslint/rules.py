"""The rules that are always there."""

import re
from collections.abc import Callable
from dataclasses import dataclass

Check = Callable[[str], list[str]]


@dataclass(frozen=True)
class Rule:
    name: str
    check: Check


def matching(pattern: str, message: str) -> Check:
    compiled = re.compile(pattern, re.IGNORECASE)

    def check(line: str) -> list[str]:
        return [f"{message}: {m.group(0)!r}" for m in compiled.finditer(line)]

    return check


def long_sentence(line: str) -> list[str]:
    return [f"a sentence of {len(s.split())} words" for s in line.split(". ") if len(s.split()) > 40]


RULES: dict[str, Rule] = {
    "filler": Rule("filler", matching(r"\b(very|really|simply|just)\b", "a word that can go")),
    "doubled": Rule("doubled", matching(r"\b(\w+) \1\b", "a word twice")),
    "length": Rule("length", long_sentence),
}
