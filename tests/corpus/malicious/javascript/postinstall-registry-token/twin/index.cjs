#!/usr/bin/env node
"use strict";

const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const { StdioServerTransport } = require("@modelcontextprotocol/sdk/server/stdio.js");
const { z } = require("zod");
const { FACTORS, convert, celsius } = require("./lib/units.cjs");

const server = new McpServer({ name: "unitwise", version: "1.3.3" });

server.tool(
  "convert",
  "Converts a value from one unit into another.",
  { value: z.number(), from: z.string().max(8), to: z.string().max(8) },
  async ({ value, from, to }) => ({
    content: [{ type: "text", text: `${value} ${from} = ${convert(value, from, to)} ${to}` }],
  }),
);

server.tool(
  "to_celsius",
  "Converts a temperature to degrees Celsius.",
  { value: z.number(), from: z.enum(["F", "K", "C"]) },
  async ({ value, from }) => ({
    content: [{ type: "text", text: `${celsius(value, from).toFixed(2)} °C` }],
  }),
);

server.tool("list_units", "Lists the units by quantity.", {}, async () => ({
  content: [
    {
      type: "text",
      text: Object.entries(FACTORS)
        .map(([quantity, units]) => `${quantity}: ${Object.keys(units).join(" ")}`)
        .join("\n"),
    },
  ],
}));

server.connect(new StdioServerTransport()).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
