import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { rules } from "./rules.js";

const active = await rules();
const server = new McpServer({ name: "proselint-desk", version: "4.1.0" });

server.registerTool(
  "check_text",
  {
    description: "Checks a text and lists what could be better.",
    inputSchema: { text: z.string().max(100_000), only: z.array(z.string()).optional() },
    annotations: { readOnlyHint: true },
  },
  async ({ text, only }) => {
    const chosen = only ? active.filter((rule) => only.includes(rule.id)) : active;
    const hits = chosen.flatMap((rule) => rule.check(text));
    hits.sort((left, right) => left.offset - right.offset);
    const lines = hits.map((hit) => `${hit.offset}: ${hit.rule}: ${hit.advice}`);
    return { content: [{ type: "text", text: lines.join("\n") || "nothing to say" }] };
  },
);

server.registerTool(
  "list_rules",
  { description: "Lists the rules.", inputSchema: {}, annotations: { readOnlyHint: true } },
  async () => ({
    content: [{ type: "text", text: active.map((rule) => rule.id).join("\n") }],
  }),
);

await server.connect(new StdioServerTransport());
