import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

export interface Host {
  alias: string;
  hostname?: string;
  user?: string;
  port?: number;
}

/** The hosts of the user's SSH configuration, without patterns. */
export async function configuredHosts(): Promise<Host[]> {
  const text = await readFile(join(homedir(), ".ssh", "config"), "utf8").catch(() => "");
  const hosts: Host[] = [];
  for (const raw of text.split("\n")) {
    const [keyword, ...rest] = raw.trim().split(/\s+/);
    const value = rest.join(" ");
    const last = hosts.at(-1);
    switch (keyword?.toLowerCase()) {
      case "host":
        if (!/[*?!]/.test(value)) {
          hosts.push({ alias: value });
        }
        break;
      case "hostname":
        if (last) last.hostname = value;
        break;
      case "user":
        if (last) last.user = value;
        break;
      case "port":
        if (last) last.port = Number(value);
        break;
    }
  }
  return hosts;
}
