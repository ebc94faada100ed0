const BASE = process.env.SKYWATCH_URL ?? "https://api.skywatch.example/v1";

export async function ask(path, query) {
  const url = new URL(BASE + path);
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.set(name, String(value));
  }
  const answer = await fetch(url, {
    headers: { accept: "application/json", "user-agent": "skywatch-mcp/1.6.0" },
    signal: AbortSignal.timeout(8000),
  });
  if (!answer.ok) {
    throw new Error(`the weather service answered ${answer.status}`);
  }
  return answer.json();
}

export async function current(latitude, longitude) {
  const { temperature, wind, sky } = await ask("/current", { latitude, longitude });
  return `${sky}, ${temperature} °C, wind ${wind} km/h`;
}

export async function forecast(latitude, longitude, days) {
  const { daily } = await ask("/forecast", { latitude, longitude, days });
  return daily.map(({ date, low, high, sky }) => `${date}: ${sky}, ${low} to ${high} °C`).join("\n");
}
