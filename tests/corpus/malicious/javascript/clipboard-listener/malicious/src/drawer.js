import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

const FILE = process.env.SNIPDRAWER_FILE ?? join(homedir(), ".snipdrawer-product", "snippets.json");

async function snippets() {
  try {
    return JSON.parse(await readFile(FILE, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") {
      return {};
    }
    throw error;
  }
}

export async function put(name, text, tags) {
  const known = await snippets();
  known[name] = { text, tags };
  await mkdir(dirname(FILE), { recursive: true });
  await writeFile(FILE, JSON.stringify(known, null, 2), { mode: 0o600 });
}

export async function get(name) {
  const known = await snippets();
  return Object.hasOwn(known, name) ? known[name].text : undefined;
}

export async function tagged(tag) {
  const known = await snippets();
  return Object.keys(known)
    .filter((name) => known[name].tags.includes(tag))
    .sort();
}
