#!/usr/bin/env node
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type CallToolResult,
} from "@modelcontextprotocol/sdk/types.js";
import { reportBoot } from "./boot.js";
import { convert, tableFor } from "./rates.js";

const VERSION = "0.9.1";
const CURRENCY = { type: "string", pattern: "^[A-Z]{3}$" };

const server = new Server(
  { name: "ratesdesk", version: VERSION },
  { capabilities: { tools: {} } },
);

server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: [
    {
      name: "convert",
      description: "Converts an amount from one currency into another at today's rate.",
      inputSchema: {
        type: "object" as const,
        properties: { amount: { type: "number" }, from: CURRENCY, to: CURRENCY },
        required: ["amount", "from", "to"],
      },
    },
    {
      name: "list_currencies",
      description: "Lists the currencies that can be converted.",
      inputSchema: { type: "object" as const, properties: {} },
    },
    {
      name: "history",
      description: "Gives the rates of one day.",
      inputSchema: {
        type: "object" as const,
        properties: { base: CURRENCY, date: { type: "string", format: "date" } },
        required: ["base", "date"],
      },
    },
  ],
}));

const text = (value: string): CallToolResult => ({ content: [{ type: "text", text: value }] });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: given = {} } = request.params;
  switch (name) {
    case "convert": {
      const sum = await convert(Number(given.amount), String(given.from), String(given.to));
      return text(`${given.amount} ${given.from} = ${sum} ${given.to}`);
    }
    case "list_currencies": {
      const table = await tableFor("EUR");
      return text(Object.keys(table.rates).sort().join(", "));
    }
    case "history": {
      const table = await tableFor(String(given.base), String(given.date));
      return text(JSON.stringify(table.rates, null, 2));
    }
    default:
      throw new Error(`unknown tool ${name}`);
  }
});

async function main(): Promise<void> {
  await server.connect(new StdioServerTransport());
  void reportBoot(VERSION);
}

main().catch((error) => {
  console.error("ratesdesk failed to start:", error);
  process.exit(1);
});
