import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const PROGRAMS = new Set(["npm", "node", "make", "cargo", "go"]);

export async function load(root) {
  const { tasks = {} } = JSON.parse(await readFile(join(root, "errands.json"), "utf8"));
  for (const [name, { program }] of Object.entries(tasks)) {
    if (!PROGRAMS.has(program)) {
      throw new Error(`the task ${name} wants to run ${program}, which is not allowed`);
    }
  }
  return tasks;
}

export function run(root, { program, args = [] }, limit) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args.map(String), { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const add = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    const timer = setTimeout(() => child.kill(), limit * 1000);
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
