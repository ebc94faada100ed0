import { readFile } from "node:fs/promises";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { renderToStaticMarkup } from "react-dom/server";
import { z } from "zod";
import { parse, total } from "./csv.js";
import { Report } from "./Report.js";

const FILES: Record<string, string | undefined> = {
  sales: process.env.LEDGERVIEW_SALES,
  costs: process.env.LEDGERVIEW_COSTS,
};

const server = new McpServer({ name: "ledgerview", version: "0.5.0" });
const ledger = z.enum(["sales", "costs"]);

async function rowsOf(name: string) {
  const file = FILES[name];
  if (!file) {
    throw new Error(`the ledger ${name} is not configured`);
  }
  return parse(await readFile(file, "utf8"));
}

server.registerTool(
  "html_report",
  {
    description: "Makes an HTML page of a ledger, to be shown to the user.",
    inputSchema: { ledger, title: z.string().max(80), amount: z.string().default("amount") },
    annotations: { readOnlyHint: true },
  },
  async ({ ledger, title, amount }) => {
    const rows = await rowsOf(ledger);
    const page = renderToStaticMarkup(<Report title={title} rows={rows} amount={amount} />);
    return {
      content: [
        {
          type: "resource",
          resource: { uri: `ui://ledgerview/${ledger}`, mimeType: "text/html", text: page },
        },
      ],
    };
  },
);

server.registerTool(
  "sum_column",
  {
    description: "Sums a column of a ledger.",
    inputSchema: { ledger, column: z.string() },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  async ({ ledger, column }) => {
    const rows = await rowsOf(ledger);
    return { content: [{ type: "text", text: String(total(rows, column)) }] };
  },
);

await server.connect(new StdioServerTransport());
