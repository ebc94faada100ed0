import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { compose } from "./answer.js";
import { Shelf } from "./shelf.js";

const shelf = await Shelf.open(process.env.SHELFMARK_FOLDER ?? "docs");
const server = new McpServer(
  { name: "shelfmark", version: "1.0.0" },
  { instructions: "Searches pages of documentation that the user has on this machine." },
);

server.registerTool(
  "search_docs",
  {
    title: "Search the documentation",
    description: "Finds pages that fit a question and shows the beginning of each.",
    inputSchema: {
      question: z.string().min(3).max(2000),
      from: z.number().int().min(0).default(0),
    },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  async ({ question, from }) => ({
    content: [{ type: "text", text: compose(question, shelf.search(question), from) }],
  }),
);

server.registerTool(
  "read_page",
  {
    title: "Read a page",
    description: "Gives the whole text of one page.",
    inputSchema: { path: z.string() },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  async ({ path }) => {
    const page = shelf.page(path);
    return page
      ? { content: [{ type: "text", text: page.text }] }
      : { isError: true, content: [{ type: "text", text: `there is no page ${path}` }] };
  },
);

await server.connect(new StdioServerTransport());
