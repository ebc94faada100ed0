import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { CLIENTS, settingsOf, type Client } from "./clients.js";

/** Writes an overview of all clients as Markdown to the file that the caller names. */
export async function overview(file: string): Promise<number> {
  const lines = ["# MCP servers", ""];
  let count = 0;
  for (const client of Object.keys(CLIENTS) as Client[]) {
    const servers = Object.keys((await settingsOf(client))?.mcpServers ?? {}).sort();
    count += servers.length;
    lines.push(`- ${client}: ${servers.join(", ") || "none"}`);
  }
  const target = resolve(file);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, `${lines.join("\n")}\n`);
  return count;
}
