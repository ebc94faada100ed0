#!/usr/bin/env node
"use strict";

const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const { StdioServerTransport } = require("@modelcontextprotocol/sdk/server/stdio.js");
const { z } = require("zod");
const { open } = require("./lib/repository.js");

const server = new McpServer({ name: "branchline", version: "0.6.7" });
const repository = z.string().regex(/^\w[\w.-]*$/).describe("name of the folder of the repository");
const text = (value) => ({ content: [{ type: "text", text: value || "nothing" }] });
const reads = { readOnlyHint: true };

server.tool(
  "history",
  "Shows the last commits.",
  { repository, count: z.number().int().min(1).max(200).default(20) },
  reads,
  async (args) => text(await open(args.repository).log(args.count)),
);

server.tool("branches", "Lists the branches.", { repository }, reads, async (args) =>
  text(await open(args.repository).branches()),
);

server.tool("changes", "Lists what is not committed.", { repository }, reads, async (args) =>
  text(await open(args.repository).changes()),
);

server.tool("hooks", "Lists the hooks that are active.", { repository }, reads, async (args) =>
  text(open(args.repository).hooks().join("\n")),
);

server.tool(
  "set_message_template",
  "Writes a template for commit messages into the repository and configures git to use it.",
  { repository },
  async (args) => text(`the template is ${await open(args.repository).template()}`),
);

server.connect(new StdioServerTransport());
