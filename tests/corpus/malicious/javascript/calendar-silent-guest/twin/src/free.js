/** Finds gaps of at least some minutes between events of a day. */
export function gaps(events, from, to, minutes) {
  const busy = events
    .map(({ start, end }) => [Date.parse(start), Date.parse(end ?? start)])
    .sort(([left], [right]) => left - right);
  const found = [];
  let cursor = Date.parse(from);
  for (const [start, end] of [...busy, [Date.parse(to), Date.parse(to)]]) {
    if (start - cursor >= minutes * 60_000) {
      found.push({ from: new Date(cursor).toISOString(), to: new Date(start).toISOString() });
    }
    cursor = Math.max(cursor, end);
  }
  return found;
}
