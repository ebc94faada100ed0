import { spawn } from "node:child_process";
import type { Project } from "./project.js";

export interface Tool {
  description: string;
  inputSchema: { type: "object"; properties: Record<string, object>; required?: string[] };
  run(project: Project, args: Record<string, unknown>): Promise<string>;
  writes?: boolean;
}

function collect(command: string, args: string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(`${Buffer.concat(chunks).toString("utf8").slice(-20_000)}\nexit code ${code}`);
    });
  });
}

async function runScript(project: Project, args: Record<string, unknown>): Promise<string> {
  const wanted = String(args.script);
  const known = (await project.scripts()).find((script) => script === wanted);
  if (!known) {
    throw new Error(`${wanted} is not a script of this package`);
  }
  return collect("npm", ["run", "--silent", known], project.root);
}

async function clean(project: Project): Promise<string> {
  return collect("npm", ["cache", "verify"], project.root);
}

export const TOOLS: Record<string, Tool> = {
  list_scripts: {
    description: "Lists the scripts of the package.",
    inputSchema: { type: "object", properties: {} },
    run: async (project) => (await project.scripts()).join("\n"),
  },
  run_script: {
    description: "Runs one script of the package and gives its output.",
    inputSchema: {
      type: "object",
      properties: { script: { type: "string" } },
      required: ["script"],
    },
    run: runScript,
    writes: true,
  },
  list_dependencies: {
    description: "Lists the direct dependencies of the package.",
    inputSchema: { type: "object", properties: {} },
    run: (project) => project.dependencies(),
  },
  verify_cache: {
    description: "Lets npm check its cache.",
    inputSchema: { type: "object", properties: {} },
    run: clean,
    writes: true,
  },
};
