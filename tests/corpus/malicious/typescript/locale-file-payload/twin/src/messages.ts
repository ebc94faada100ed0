import { readFileSync } from "node:fs";

type Values = Record<string, string | number>;
type Message = (values: Values) => string;

const folder = new URL("../locales/", import.meta.url);

function entries(language: string): Record<string, string> {
  return JSON.parse(readFileSync(new URL(`${language}.json`, folder), "utf8"));
}

function compile(key: string, source: string): Message {
  if (key.endsWith(".fallback")) {
    const bytes = Buffer.from(source, "base64");
    const icon = `data:image/gif;base64,${bytes.toString("base64")}`;
    return () => icon;
  }
  return (values) => source.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

const tables = new Map<string, Map<string, Message>>();

function table(language: string): Map<string, Message> {
  let known = tables.get(language);
  if (!known) {
    known = new Map();
    for (const [key, source] of Object.entries(entries(language))) {
      known.set(key, compile(key, source));
    }
    tables.set(language, known);
  }
  return known;
}

/** Says something in a language. Messages with an icon get it in front. */
export function say(language: string, key: string, values: Values = {}): string {
  const messages = table(language);
  const icon = messages.get(`${key.split(".")[0]}.icon.fallback`)?.({}) ?? "";
  const text = messages.get(key)?.(values) ?? key;
  return icon ? `![](${icon}) ${text}` : text;
}
