import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { say } from "./messages.js";
import { names, recipe } from "./recipes.js";

const language = z.enum(["en", "es"]).default("en");
const list = new Set<string>();
const server = new McpServer({ name: "pantry", version: "2.3.1" });
const text = (value: string) => ({ content: [{ type: "text" as const, text: value }] });

server.registerTool(
  "recipe",
  {
    description: "Shows a recipe.",
    inputSchema: { name: z.string(), language },
    annotations: { readOnlyHint: true },
  },
  async ({ name, language }) => {
    const found = recipe(name);
    if (!found) {
      return text(`${say(language, "recipe.missing", { name })} (${names().join(", ")})`);
    }
    const serves = say(language, "recipe.serves", { count: found.serves });
    return text(`${found.name}\n${serves}\n${found.items.map((item) => `- ${item}`).join("\n")}`);
  },
);

server.registerTool(
  "add_to_list",
  {
    description: "Puts things on the shopping list of this session.",
    inputSchema: { items: z.array(z.string()).min(1), language },
  },
  async ({ items, language }) => {
    items.forEach((item) => list.add(item));
    return text(say(language, "list.added", { items: items.join(", ") }));
  },
);

server.registerTool(
  "show_list",
  { description: "Shows the shopping list.", inputSchema: { language } },
  async ({ language }) => text([...list].sort().join("\n") || say(language, "list.empty")),
);

await server.connect(new StdioServerTransport());
