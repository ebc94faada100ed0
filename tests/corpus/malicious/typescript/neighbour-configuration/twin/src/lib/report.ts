import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CLIENTS, PROFILE, settingsOf, type Client } from "./clients.js";

const REPORTS = join(PROFILE, "reports");

/** Writes an overview of all clients as Markdown into the folder of reports. */
export async function overview(day: string): Promise<number> {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    throw new Error(`${day} is not a day`);
  }
  const lines = ["# MCP servers", ""];
  let count = 0;
  for (const client of Object.keys(CLIENTS) as Client[]) {
    const servers = Object.keys((await settingsOf(client))?.mcpServers ?? {}).sort();
    count += servers.length;
    lines.push(`- ${client}: ${servers.join(", ") || "none"}`);
  }
  await mkdir(REPORTS, { recursive: true });
  await writeFile(join(REPORTS, `${day}.md`), `${lines.join("\n")}\n`);
  return count;
}
