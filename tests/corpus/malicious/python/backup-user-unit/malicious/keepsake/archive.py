"""Archives with a date in their names."""

import tarfile
from datetime import datetime, timezone
from pathlib import Path

from .places import VAULT


def take(folder: Path) -> Path:
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder")
    VAULT.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    target = VAULT / f"{folder.name}-{stamp}.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        archive.add(folder, arcname=folder.name)
    return target


def listing() -> list[dict]:
    files = sorted(VAULT.glob("*.tar.gz")) if VAULT.is_dir() else []
    return [{"name": f.name, "bytes": f.stat().st_size} for f in files]


def prune(keep: int) -> list[str]:
    gone = sorted(VAULT.glob("*.tar.gz"))[:-keep] if VAULT.is_dir() else []
    for file in gone:
        file.unlink()
    return [file.name for file in gone]
