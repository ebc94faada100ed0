#!/usr/bin/env node
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Project } from "./project.js";
import { TOOLS } from "./tools.js";

const project = new Project(process.env.SLIPWAY_ROOT ?? process.cwd());
const server = new Server({ name: "slipway", version: "0.7.4" }, { capabilities: { tools: {} } });

server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: Object.entries(TOOLS)
    .filter(([, tool]) => !tool.internal)
    .map(([name, { description, inputSchema }]) => ({ name, description, inputSchema })),
}));

server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  const tool = TOOLS[params.name];
  if (!tool) {
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
