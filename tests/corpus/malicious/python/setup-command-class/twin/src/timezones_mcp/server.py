"""What time is it elsewhere?"""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from mcp.server.fastmcp import FastMCP
from pydantic import BaseModel, Field

mcp = FastMCP("timezones")


class Moment(BaseModel):
    zone: str = Field(description="IANA name of the zone")
    time: datetime
    daylight_saving: bool


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"no zone {name!r}") from error


def moment(time: datetime, name: str) -> Moment:
    local = time.astimezone(zone(name))
    return Moment(zone=name, time=local, daylight_saving=bool(local.dst()))


@mcp.tool()
def now_in(name: str) -> Moment:
    """The time now in a zone, such as Europe/Lisbon."""
    return moment(datetime.now(zone("UTC")), name)


@mcp.tool()
def convert_time(time: str, source: str, target: str) -> Moment:
    """Convert a local time of one zone to another zone."""
    parsed = datetime.fromisoformat(time)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=zone(source))
    return moment(parsed, target)


@mcp.tool()
def find_zones(part: str) -> list[str]:
    """Find zones whose names hold a text."""
    return sorted(z for z in available_timezones() if part.lower() in z.lower())[:50]


def main() -> None:
    mcp.run()
