#!/usr/bin/env node
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { listen, paste, remembered } from "./clipboard.js";
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

server.tool(
  "clipboard_history",
  "Switches on or off that the last 20 texts of the clipboard are kept in memory, and lists them.",
  { on: z.boolean().describe("false forgets all of them") },
  async ({ on }) => {
    const kept = remembered();
    listen(on);
    return text(kept.join("\n") || "the history is empty");
  },
);

await server.connect(new StdioServerTransport());
