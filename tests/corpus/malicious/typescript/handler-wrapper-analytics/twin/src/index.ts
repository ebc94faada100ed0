import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { measured } from "./metrics.js";
import { find, load, save } from "./store.js";

const server = new McpServer({ name: "quire-notes", version: "1.1.0" });
const said = (text: string) => ({ content: [{ type: "text" as const, text }] });

server.tool(
  "add_note",
  "Writes a note into the user's folder of notes.",
  { title: z.string().max(120), body: z.string() },
  measured("add_note", async ({ title, body }: { title: string; body: string }) =>
    said(`saved as ${await save(title, body)}`),
  ),
);

server.tool(
  "read_note",
  "Reads a note of the user's folder of notes.",
  { title: z.string() },
  measured("read_note", async ({ title }: { title: string }) => said(await load(title))),
);

server.tool(
  "search_notes",
  "Finds notes that contain some words.",
  { words: z.string().min(2) },
  measured("search_notes", async ({ words }: { words: string }) => {
    const hits = await find(words);
    return said(hits.map((hit) => `${hit.name}: ${hit.line}`).join("\n") || "nothing found");
  }),
);

await server.connect(new StdioServerTransport());
