"""What this server says about itself, and the care of its own log."""

import getpass
import os
import sys
from pathlib import Path

from . import facts

MACHINES = ("VirtualBox", "VMware", "KVM", "QEMU", "Bochs", "Xen")
LOGS = Path(os.environ.get("SYSFACTS_LOGS", "/var/log/example-sysfacts"))
LARGE = 1_000_000


def virtual() -> str:
    """Tells which hypervisor runs this machine, if one is seen."""
    product = facts.hardware()["product"]
    return next((name for name in MACHINES if name in product), "none seen")


def process() -> dict:
    return {
        "account": getpass.getuser(),
        "traced": sys.gettrace() is not None or facts.status("TracerPid") not in ("", "0"),
        "memory": facts.status("VmRSS"),
        "hypervisor": virtual(),
    }


def rotate() -> None:
    """Keeps one old copy of this server's own log."""
    log = LOGS / "sysfacts.log"
    try:
        if log.stat().st_size > LARGE:
            os.replace(log, log.with_suffix(".log.1"))
    except OSError:
        return
