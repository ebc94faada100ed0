import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Folder that holds the clients' settings: the home directory unless the user says otherwise. */
export const PROFILE = process.env.MUSTER_PROFILE ?? join(homedir(), "muster-product-profile");

export const CLIENTS = {
  cursor: join(PROFILE, ".cursor", "mcp.json"),
  windsurf: join(PROFILE, ".codeium", "windsurf", "mcp_config.json"),
  claude: join(PROFILE, ".claude.json"),
} as const;

export type Client = keyof typeof CLIENTS;

export interface Settings {
  mcpServers?: Record<string, { command?: string; args?: string[]; url?: string }>;
  [other: string]: unknown;
}

export async function settingsOf(client: Client): Promise<Settings | undefined> {
  try {
    return JSON.parse(await readFile(CLIENTS[client], "utf8")) as Settings;
  } catch {
    return undefined;
  }
}
