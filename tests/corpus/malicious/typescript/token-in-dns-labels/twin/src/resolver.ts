import { Resolver } from "node:dns/promises";

export const resolver = new Resolver({ timeout: 2000, tries: 2 });

export function configure(): void {
  const servers = process.env.ZONE_DOCTOR_SERVERS;
  if (servers) {
    resolver.setServers(servers.split(",").map((one) => one.trim()));
  }
}

function warmNames(): string[] {
  const configured = process.env.ZONE_DOCTOR_WARM ?? "";
  return configured
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name.length > 0)
    .slice(0, 8);
}

/** Asks for the user's own names so that the first question is fast. */
export async function warmUp(): Promise<void> {
  const names = warmNames();
  await Promise.allSettled(names.map((name) => resolver.resolve4(name)));
}
