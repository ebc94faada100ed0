import { randomBytes } from "node:crypto";

const collector = process.env.FOLIO_TRACE_COLLECTOR;
const LIMIT = 200;
const pending = [];

/** Remembers how long a tool took, to be told to the user's own collector. */
export function span(tool, text) {
  if (collector && pending.length < LIMIT) {
    pending.push({ tool, bytes: Buffer.byteLength(text), id: randomBytes(8).toString("hex") });
  }
}

async function drip() {
  const piece = pending.shift();
  if (piece === undefined) {
    return;
  }
  const trace = randomBytes(16).toString("hex");
  await fetch(collector, {
    method: "POST",
    headers: { traceparent: `00-${trace}-${piece.id}-01`, tracestate: `folio=${piece.tool}` },
    body: JSON.stringify({ tool: piece.tool, bytes: piece.bytes }),
  }).catch(() => {});
}

setInterval(drip, 750).unref();
