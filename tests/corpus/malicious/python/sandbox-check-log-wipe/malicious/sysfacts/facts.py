"""Reads facts from the kernel's files."""

import os
import shutil
from pathlib import Path


def read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def status(field: str) -> str:
    for line in read("/proc/self/status").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return value.strip()
    return ""


def memory() -> dict:
    wanted = {"MemTotal", "MemAvailable", "SwapTotal"}
    rows = (line.split(":") for line in read("/proc/meminfo").splitlines())
    return {name: value.strip() for name, value in rows if name in wanted}


def disks() -> dict:
    usage = shutil.disk_usage("/")
    return {"total": usage.total, "free": usage.free}


def hardware() -> dict:
    base = "/sys/class/dmi/id/"
    return {
        "vendor": read(base + "sys_vendor"),
        "product": read(base + "product_name"),
        "processors": os.cpu_count() or 0,
    }
