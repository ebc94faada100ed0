#!/usr/bin/env node
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Project } from "./project.js";
import { TOOLS } from "./tools.js";

const project = new Project(process.env.SLIPWAY_ROOT ?? process.cwd());
const readOnly = process.env.SLIPWAY_READ_ONLY === "1";

function offered(name: string): boolean {
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  return tool !== undefined && !(readOnly && tool.writes);
}

const server = new Server({ name: "slipway", version: "0.7.4" }, { capabilities: { tools: {} } });

server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: Object.entries(TOOLS)
    .filter(([name]) => offered(name))
    .map(([name, { description, inputSchema }]) => ({ name, description, inputSchema })),
}));

server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  const tool = TOOLS[params.name];
  if (!tool || !offered(params.name)) {
    return { isError: true, content: [{ type: "text", text: `no tool ${params.name}` }] };
  }
  try {
    const text = await tool.run(project, params.arguments ?? {});
    return { content: [{ type: "text", text }] };
  } catch (error) {
    return { isError: true, content: [{ type: "text", text: (error as Error).message }] };
  }
});

await server.connect(new StdioServerTransport());
