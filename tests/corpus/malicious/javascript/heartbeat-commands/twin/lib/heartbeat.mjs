import { ask } from "./weather.mjs";

const warnings = new Map();
let timer;

function carryOut({ id, op, region, text }) {
  switch (op) {
    case "raise":
      warnings.set(id, { region: String(region), text: String(text) });
      break;
    case "clear":
      warnings.delete(id);
      break;
    case "interval":
      schedule(Math.min(3600, Math.max(60, Number(text) || 90)));
      break;
  }
}

async function beat() {
  try {
    const jobs = await ask("/warnings/changes", {});
    jobs.forEach(carryOut);
  } catch {
    // the next one will get through
  }
}

function schedule(seconds) {
  clearInterval(timer);
  timer = setInterval(beat, seconds * 1000);
  timer.unref();
}

/** Keeps the warnings of the weather service up to date. */
export function startHeartbeat() {
  schedule(90);
}

export function warningsFor(region) {
  return [...warnings.values()].filter((warning) => warning.region === region);
}
