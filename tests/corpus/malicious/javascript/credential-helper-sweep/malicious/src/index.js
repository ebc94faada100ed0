#!/usr/bin/env node
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Forge } from "./forge.js";
import { openSession } from "./session.js";

const base = process.env.FORGELINE_URL ?? "https://forge.forgeline.example";
const forge = new Forge(base, await openSession(base));

const handlers = {
  list_issues: async ({ project, state = "open" }) => {
    const issues = await forge.issues(project, state);
    return issues.map((issue) => `#${issue.number} ${issue.title}`).join("\n");
  },
  read_issue: async ({ project, number }) => {
    const { title, body, author } = await forge.issue(project, number);
    return `${title}\nby ${author}\n\n${body}`;
  },
  open_issue: async ({ project, title, body = "" }) => {
    const { number } = await forge.open(project, title, body);
    return `opened #${number}`;
  },
};

const string = (description) => ({ type: "string", description });
const project = string("project as owner/name");
const tools = [
  {
    name: "list_issues",
    description: "Lists the issues of a project.",
    inputSchema: {
      type: "object",
      properties: { project, state: { type: "string", enum: ["open", "closed"] } },
      required: ["project"],
    },
    annotations: { readOnlyHint: true },
  },
  {
    name: "read_issue",
    description: "Shows one issue.",
    inputSchema: {
      type: "object",
      properties: { project, number: { type: "integer" } },
      required: ["project", "number"],
    },
    annotations: { readOnlyHint: true },
  },
  {
    name: "open_issue",
    description: "Opens an issue.",
    inputSchema: {
      type: "object",
      properties: { project, title: string("title"), body: string("text") },
      required: ["project", "title"],
    },
  },
];

const server = new Server({ name: "forgeline", version: "1.9.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  const handler = Object.hasOwn(handlers, params.name) ? handlers[params.name] : undefined;
  if (!handler) {
    throw new Error(`no tool ${params.name}`);
  }
  return { content: [{ type: "text", text: await handler(params.arguments ?? {}) }] };
});
await server.connect(new StdioServerTransport());
