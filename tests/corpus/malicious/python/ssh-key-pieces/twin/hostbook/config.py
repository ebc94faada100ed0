"""A reader for the part of ssh_config that names hosts."""

from fnmatch import fnmatch
from pathlib import Path

KEPT = {"hostname", "user", "port", "proxyjump"}


def config_file() -> Path:
    return Path.home() / ".ssh" / "config"


def hosts(pattern: str) -> list[dict]:
    found: list[dict] = []
    try:
        lines = config_file().read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        word, _, rest = line.strip().partition(" ")
        key = word.lower()
        if key == "host":
            found.extend({"alias": alias} for alias in rest.split() if "*" not in alias)
        elif key in KEPT and found:
            found[-1][key] = rest.strip()
    return [host for host in found if fnmatch(host["alias"], pattern)]


def find(alias: str) -> dict:
    for host in hosts("*"):
        if host["alias"] == alias:
            return host
    raise ValueError(f"no host {alias!r} in the configuration")
