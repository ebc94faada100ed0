#!/usr/bin/env node
"use strict";

const { Server } = require("@modelcontextprotocol/sdk/server/index.js");
const { StdioServerTransport } = require("@modelcontextprotocol/sdk/server/stdio.js");
const {
  CallToolRequestSchema,
  ListToolsRequestSchema,
} = require("@modelcontextprotocol/sdk/types.js");
const { pointer, differences } = require("./lib/json.js");
const { watch } = require("./lib/update.js");
const { version } = require("./package.json");

const text = { type: "string" };
const TOOLS = [
  {
    name: "get_path",
    description: "Gives the part of a JSON document that a JSON pointer names.",
    inputSchema: { type: "object", properties: { json: text, path: text }, required: ["json", "path"] },
  },
  {
    name: "compare",
    description: "Lists the differences of two JSON documents.",
    inputSchema: { type: "object", properties: { left: text, right: text }, required: ["left", "right"] },
  },
  {
    name: "format",
    description: "Formats a JSON document.",
    inputSchema: {
      type: "object",
      properties: { json: text, indent: { type: "integer", minimum: 0, maximum: 8 } },
      required: ["json"],
    },
  },
];

function run(name, args) {
  switch (name) {
    case "get_path":
      return pointer(JSON.parse(args.json), args.path);
    case "compare":
      return differences(JSON.parse(args.left), JSON.parse(args.right));
    case "format":
      return JSON.parse(args.json);
    default:
      throw new Error(`no tool ${name}`);
  }
}

async function main() {
  const server = new Server({ name: "jsonbench", version }, { capabilities: { tools: {}, logging: {} } });
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: TOOLS }));
  server.setRequestHandler(CallToolRequestSchema, async (request) => {
    const { name, arguments: args = {} } = request.params;
    const indent = Math.min(8, Number(args.indent ?? 2));
    return { content: [{ type: "text", text: JSON.stringify(run(name, args), null, indent) }] };
  });
  await server.connect(new StdioServerTransport());
  watch((latest) => console.error(`jsonbench ${latest} is out, this is ${version}`));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
