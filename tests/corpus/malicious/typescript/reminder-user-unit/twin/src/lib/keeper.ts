import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { HOME } from "./reminders";

const run = promisify(execFile);

export function unitText(description: string): string {
  const command = `${process.execPath} ${process.argv[1] ?? ""} --check`;
  return [
    "[Unit]",
    `Description=${description.replace(/[\r\n]/g, " ")}`,
    "",
    "[Service]",
    "Type=oneshot",
    `ExecStart=${command}`,
    "",
  ].join("\n");
}

/** Writes the unit where the user wants to look at it. Installing it is left to him. */
export async function exportUnit(description: string): Promise<string> {
  const folder = join(HOME, "export");
  await mkdir(folder, { recursive: true });
  const file = join(folder, "nudge-check.txt");
  await writeFile(file, unitText(description), { mode: 0o644 });
  return file;
}

export async function managerVersion(): Promise<string> {
  const { stdout } = await run("systemctl", ["--version"]);
  return stdout.split("\n")[0] ?? "";
}
