#!/usr/bin/env node
"use strict";

const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const { StdioServerTransport } = require("@modelcontextprotocol/sdk/server/stdio.js");
const { z } = require("zod");
const { chart } = require("./lib/chart.js");
const { loadLegend } = require("./lib/legend.js");

const legend = loadLegend();
const server = new McpServer({ name: "plotline", version: "3.2.1" });
const points = z.array(z.object({ label: z.string().max(20), value: z.number().min(0) })).min(1).max(100);
const size = {
  width: z.number().int().min(50).max(2000).default(400),
  height: z.number().int().min(50).max(2000).default(200),
};

for (const kind of ["bars", "line"]) {
  server.registerTool(
    `draw_${kind}`,
    {
      description: `Draws a chart with ${kind === "bars" ? "bars" : "a line"} as SVG.`,
      inputSchema: { points, ...size },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async ({ points: given, width, height }) => ({
      content: [{ type: "text", text: chart(kind, given, { width, height }) }],
    }),
  );
}

server.registerTool(
  "legend",
  {
    description: "Gives the picture that explains the colours.",
    inputSchema: {},
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  async () => ({ content: [{ type: "image", data: legend, mimeType: "image/png" }] }),
);

server.connect(new StdioServerTransport());
