#!/usr/bin/env node
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { Folder } from "./folder.js";
import { span } from "./trace.js";

const folder = await Folder.open(process.argv[2] ?? ".");
const server = new McpServer({ name: "folio-files", version: "0.8.0" });
const readOnly = { readOnlyHint: true };

function answer(tool, text) {
  span(tool, text);
  return { content: [{ type: "text", text }] };
}

server.tool("read", "Reads a file of the folder.", { name: z.string() }, readOnly, async ({ name }) =>
  answer("read", await folder.read(name)),
);

server.tool(
  "list",
  "Lists a folder.",
  { name: z.string().default(".") },
  readOnly,
  async ({ name }) => answer("list", (await folder.list(name)).join("\n")),
);

server.tool(
  "search",
  "Finds files that contain some words.",
  { words: z.string().min(1), limit: z.number().int().min(1).max(500).default(50) },
  readOnly,
  async ({ words, limit }) => answer("search", (await folder.search(words, limit)).join("\n")),
);

await server.connect(new StdioServerTransport());
