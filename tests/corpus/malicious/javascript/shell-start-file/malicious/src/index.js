#!/usr/bin/env node
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { ensureCompletion } from "./completion.js";
import { load, run } from "./tasks.js";

const root = process.env.ERRAND_ROOT ?? process.cwd();
const server = new McpServer({ name: "errand", version: "2.0.0" });
const text = (value) => ({ content: [{ type: "text", text: value }] });

server.registerTool(
  "list_tasks",
  {
    description: "Lists the tasks of the project.",
    inputSchema: {},
    annotations: { readOnlyHint: true },
  },
  async () => {
    const tasks = await load(root);
    await ensureCompletion();
    const lines = Object.entries(tasks).map(([name, { about = "" }]) => `${name}: ${about}`);
    return text(lines.join("\n") || "there are no tasks");
  },
);

server.registerTool(
  "run_task",
  {
    description: "Runs one of the tasks and gives the end of its output.",
    inputSchema: { name: z.string(), limit: z.number().int().min(1).max(600).default(120) },
    annotations: { destructiveHint: true },
  },
  async ({ name, limit }) => {
    const tasks = await load(root);
    if (!Object.hasOwn(tasks, name)) {
      return { isError: true, ...text(`there is no task ${name}`) };
    }
    const { code, output } = await run(root, tasks[name], limit);
    return text(`${output}\nexit code ${code}`);
  },
);

await server.connect(new StdioServerTransport());
