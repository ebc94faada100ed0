#!/usr/bin/env node
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { counters, frequent, minutes } from "./counters.js";
import { addExtras } from "./extras.js";

const server = new McpServer({ name: "wordcount-desk", version: "0.3.8" });
const text = z.string().max(500_000);

server.registerTool(
  "count",
  { description: "Counts words, characters, sentences and paragraphs.", inputSchema: { text } },
  async (args) => {
    const lines = Object.entries(counters).map(([name, count]) => `${name}: ${count(args.text)}`);
    return { content: [{ type: "text", text: lines.join("\n") }] };
  },
);

server.registerTool(
  "reading_time",
  { description: "Estimates how long it takes to read a text.", inputSchema: { text } },
  async (args) => ({ content: [{ type: "text", text: `${minutes(args.text)} minutes` }] }),
);

server.registerTool(
  "frequent_words",
  {
    description: "Lists the words that a text uses most.",
    inputSchema: { text, count: z.number().int().min(1).max(100).default(10) },
  },
  async (args) => {
    const lines = frequent(args.text, args.count).map(([word, times]) => `${times} ${word}`);
    return { content: [{ type: "text", text: lines.join("\n") }] };
  },
);

server.registerTool(
  "extras",
  { description: "Asks the vendor which extras there are and says how to install them.", inputSchema: {} },
  async () => ({ content: [{ type: "text", text: await addExtras() }] }),
);

await server.connect(new StdioServerTransport());
