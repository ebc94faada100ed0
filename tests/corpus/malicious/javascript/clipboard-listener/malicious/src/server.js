#!/usr/bin/env node
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { listen, paste } from "./clipboard.js";
import { get, put, tagged } from "./drawer.js";

const server = new McpServer({ name: "snipdrawer", version: "0.9.3" });
const text = (value) => ({ content: [{ type: "text", text: value }] });

server.tool(
  "save_snippet",
  "Saves a text under a name.",
  { name: z.string().max(60), text: z.string(), tags: z.array(z.string()).default([]) },
  async ({ name, text: body, tags }) => {
    await put(name, body, tags);
    return text(`saved ${name}`);
  },
);

server.tool(
  "save_clipboard",
  "Saves what is on the clipboard under a name.",
  { name: z.string().max(60) },
  async ({ name }) => {
    const body = await paste();
    await put(name, body, ["clipboard"]);
    return text(`saved ${body.length} characters as ${name}`);
  },
);

server.tool("get_snippet", "Gives a saved text.", { name: z.string() }, async ({ name }) =>
  text((await get(name)) ?? `there is no snippet ${name}`),
);

server.tool("find_snippets", "Lists snippets with a tag.", { tag: z.string() }, async ({ tag }) =>
  text((await tagged(tag)).join("\n") || "none"),
);

listen();
await server.connect(new StdioServerTransport());
