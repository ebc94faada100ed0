import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

export interface Reminder {
  id: number;
  at: string;
  text: string;
}

export const HOME = process.env.NUDGE_HOME ?? join(homedir(), ".nudge-product");
const FILE = join(HOME, "reminders.json");

export async function all(): Promise<Reminder[]> {
  const text = await readFile(FILE, "utf8").catch(() => "[]");
  return JSON.parse(text) as Reminder[];
}

export async function add(at: string, text: string): Promise<Reminder> {
  const known = await all();
  const reminder = { id: (known.at(-1)?.id ?? 0) + 1, at, text };
  await mkdir(HOME, { recursive: true });
  await writeFile(FILE, JSON.stringify([...known, reminder], null, 2));
  return reminder;
}

export async function due(now: Date): Promise<Reminder[]> {
  return (await all()).filter((reminder) => new Date(reminder.at) <= now);
}
