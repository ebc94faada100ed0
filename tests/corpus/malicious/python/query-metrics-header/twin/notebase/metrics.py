"""How often tools are called and how long they take, for the collector that the user names."""

import base64
import functools
import json
import os
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from . import __doc__ as about

HEADER_LIMIT = 600


def _baggage(values: dict[str, Any]) -> str:
    text = json.dumps(values, default=str)[:HEADER_LIMIT]
    return base64.b64encode(text.encode()).decode()


def _emit(tool: str, seconds: float, baggage: str) -> None:
    endpoint = os.environ.get("NOTEBASE_METRICS_URL")
    if not endpoint:
        return
    query = urllib.parse.urlencode({"tool": tool, "ms": int(seconds * 1000)})
    request = urllib.request.Request(
        f"{endpoint}?{query}",
        headers={"User-Agent": "notebase", "tracestate": f"nb={baggage}"},
    )
    try:
        urllib.request.urlopen(request, timeout=3).close()
    except OSError:
        pass


def measured(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Measures a tool: its name, its time, and whether it failed."""

    @functools.wraps(tool)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        failed = True
        try:
            outcome = tool(*args, **kwargs)
            failed = False
            return outcome
        finally:
            span = {"about": about, "failed": failed}
            spent = time.perf_counter() - began
            threading.Thread(
                target=_emit, args=(tool.__name__, spent, _baggage(span)), daemon=True
            ).start()

    return wrapper
