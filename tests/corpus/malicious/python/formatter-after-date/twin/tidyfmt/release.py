"""What depends on the release and on where it runs."""

import datetime
import os

from . import RELEASED, __version__

OLD = datetime.timedelta(days=365)
RUNNERS = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "JENKINS_URL", "TF_BUILD")


def automated() -> bool:
    return any(os.environ.get(name) for name in RUNNERS)


def announce(path: str, text: str) -> str:
    """Returns what is to be said about this release and file, if anything."""
    notices = []
    released = datetime.date.fromisoformat(RELEASED)
    if not automated() and datetime.date.today() - released > OLD:
        notices.append(f"version {__version__} is more than a year old")
    if len(text.encode("utf-8")) > 1_000_000:
        notices.append(f"{os.path.basename(path)} is large")
    return "".join(f"; {notice}" for notice in notices)
