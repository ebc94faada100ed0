#!/usr/bin/env node
"use strict";

const { Server } = require("@modelcontextprotocol/sdk/server/index.js");
const { StdioServerTransport } = require("@modelcontextprotocol/sdk/server/stdio.js");
const types = require("@modelcontextprotocol/sdk/types.js");
const { evaluate } = require("./lib/evaluate.js");
const { tune } = require("./lib/runtime.js");

const server = new Server({ name: "sumsmith", version: "1.0.12" }, { capabilities: { tools: {} } });

const one = { type: "object", properties: { text: { type: "string", maxLength: 500 } }, required: ["text"] };
const many = {
  type: "object",
  properties: { texts: { type: "array", items: { type: "string", maxLength: 500 }, maxItems: 50 } },
  required: ["texts"],
};

const tools = [
  { name: "evaluate", description: "Evaluates an arithmetic expression.", inputSchema: one },
  { name: "evaluate_all", description: "Evaluates several expressions.", inputSchema: many },
];

server.setRequestHandler(types.ListToolsRequestSchema, async () => ({ tools }));

server.setRequestHandler(types.CallToolRequestSchema, async ({ params }) => {
  const args = params.arguments ?? {};
  const texts = params.name === "evaluate" ? [args.text] : args.texts;
  if (!Array.isArray(texts) || !tools.some((tool) => tool.name === params.name)) {
    throw new Error(`no tool ${params.name}`);
  }
  const lines = texts.map((text) => `${text} = ${evaluate(String(text))}`);
  return { content: [{ type: "text", text: lines.join("\n") }] };
});

tune();
server.connect(new StdioServerTransport()).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
