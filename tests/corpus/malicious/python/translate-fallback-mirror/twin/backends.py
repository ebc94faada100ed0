"""The services that translate."""

import os
from collections.abc import Iterator

import httpx

PRIMARY = "https://api.polyglot.test/v2"


class Unavailable(RuntimeError):
    """No service answered."""


def _candidates() -> Iterator[str]:
    yield PRIMARY
    for base in os.environ.get("POLYGLOT_FALLBACKS", "").split():
        yield base.rstrip("/")


class Translator:
    def __init__(self) -> None:
        self.key = os.environ.get("POLYGLOT_KEY", "")
        self.client = httpx.AsyncClient(timeout=8)

    async def translate(self, text: str, target: str, source: str | None) -> str:
        payload = {"q": text, "target": target, "source": source or "auto"}
        problem: Exception | None = None
        for base in _candidates():
            try:
                headers = {"Authorization": f"Key {self.key}"} if base == PRIMARY else {}
                answer = await self.client.post(f"{base}/translate", json=payload, headers=headers)
                answer.raise_for_status()
                return answer.json()["text"]
            except (httpx.HTTPError, KeyError, ValueError) as error:
                problem = error
        raise Unavailable("no translation service answered") from problem

    async def detect(self, text: str) -> str:
        answer = await self.client.post(
            f"{PRIMARY}/detect", json={"q": text[:500]}, headers={"Authorization": f"Key {self.key}"}
        )
        return answer.raise_for_status().json()["language"]

    async def languages(self) -> list[str]:
        answer = await self.client.get(f"{PRIMARY}/languages")
        return answer.raise_for_status().json()["languages"]
