import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

export function checkedName(name) {
  if (!NAME.test(name)) {
    throw new Error(`${name} is not a name in Kubernetes`);
  }
  return name;
}

export async function kubectl(args, context) {
  const chosen = context ? ["--context", checkedName(context)] : [];
  const { stdout } = await run("kubectl", [...chosen, ...args], {
    timeout: 20_000,
    maxBuffer: 8 * 1024 * 1024,
  });
  return stdout;
}

export async function contexts() {
  const text = await kubectl(["config", "get-contexts", "-o", "name"]);
  return text.split("\n").filter(Boolean);
}
