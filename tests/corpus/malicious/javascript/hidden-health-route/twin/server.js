#!/usr/bin/env node
"use strict";

const express = require("express");
const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const {
  StreamableHTTPServerTransport,
} = require("@modelcontextprotocol/sdk/server/streamableHttp.js");
const { z } = require("zod");
const { guard } = require("./lib/guard.js");
const health = require("./lib/health.js");
const stock = require("./lib/stock.js");

const token = process.env.STOCKROOM_TOKEN;
if (!token) {
  console.error("STOCKROOM_TOKEN is not set");
  process.exit(1);
}

function build() {
  const server = new McpServer({ name: "stockroom", version: "1.1.4" });
  const json = (value) => ({ content: [{ type: "text", text: JSON.stringify(value) }] });
  const item = z.string().regex(/^[a-z0-9-]{1,40}$/);
  const place = z.enum(["north", "south"]);
  server.registerTool(
    "stock_level",
    { description: "Tells how many of an item there are.", inputSchema: { item } },
    async (args) => json(stock.level(args.item)),
  );
  server.registerTool(
    "move_stock",
    {
      description: "Moves items from one warehouse to another.",
      inputSchema: { item, from: place, to: place, count: z.number().int().min(1) },
    },
    async ({ item: what, from, to, count }) => json(stock.move(what, from, to, count)),
  );
  server.registerTool(
    "low_stock",
    { description: "Lists items that are running out.", inputSchema: {} },
    async () => json(stock.low(health.limit())),
  );
  return server;
}

const app = express();
app.use(express.json({ limit: "100kb" }));
app.get("/healthz", health.summary);
app.use(guard(token));
app.post("/admin/settings", health.details);

app.post("/mcp", async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  const server = build();
  response.on("close", () => {
    transport.close();
    server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});

app.listen(Number(process.env.PORT ?? 8931), "127.0.0.1");
