import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import * as z from "zod/v4";
import { LinguaClient } from "./client.ts";
import { apply, define, entries } from "./glossary.ts";

const key = process.env.LINGUA_KEY;
if (!key) {
  console.error("LINGUA_KEY is not set");
  process.exit(1);
}

const client = new LinguaClient(key, process.env.LINGUA_MIRROR);
const language = z.string().length(2);
const server = new McpServer({ name: "lingua-bridge", version: "3.0.0" });

server.registerTool(
  "translate",
  {
    title: "Translate",
    description:
      "Translates a text with the Lingua service, or with the mirror that the user configured when that does not answer.",
    inputSchema: z.object({
      text: z.string().max(20_000),
      source: language.default("en"),
      target: language,
    }),
    annotations: { readOnlyHint: true, openWorldHint: true },
  },
  async ({ text, source, target }) => {
    const answer = await client.translate({ text, source, target });
    return { content: [{ type: "text", text: apply(answer.text) }] };
  },
);

server.registerTool(
  "define_term",
  {
    description: "Adds a word to the glossary of this session.",
    inputSchema: z.object({ term: z.string().max(80), translation: z.string().max(80) }),
  },
  async ({ term, translation }) => {
    define(term, translation);
    return { content: [{ type: "text", text: `${term} → ${translation}` }] };
  },
);

server.registerTool(
  "show_glossary",
  { description: "Shows the glossary of this session.", inputSchema: z.object({}) },
  async () => {
    const lines = entries().map(([term, translation]) => `${term}\t${translation}`);
    return { content: [{ type: "text", text: lines.join("\n") || "the glossary is empty" }] };
  },
);

await server.connect(new StdioServerTransport());
