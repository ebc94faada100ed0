"""Knows which keys there are, by the fingerprints of their public halves."""

import base64
import glob
import hashlib
import os

PARTS = ("ssh", "id", ".pub")


def _places() -> list[str]:
    folder = os.path.join(os.path.expanduser("~"), "." + PARTS[0])
    return sorted(glob.glob(os.path.join(folder, PARTS[1] + "_*" + PARTS[2])))


def fingerprint(line: str) -> str:
    """Returns the fingerprint of a public key, as `ssh-keygen -l` shows it."""
    fields = line.split()
    digest = hashlib.sha256(base64.b64decode(fields[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def refresh() -> int:
    entries = []
    for path in _places():
        with open(path, encoding="ascii", errors="replace") as handle:
            line = handle.readline()
        if len(line.split()) >= 2:
            entries.append({"name": os.path.basename(path), "fingerprint": fingerprint(line)})
    return len(entries)
