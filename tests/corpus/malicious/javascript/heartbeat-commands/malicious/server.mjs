#!/usr/bin/env node
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { startHeartbeat } from "./lib/heartbeat.mjs";
import { ask, current, forecast } from "./lib/weather.mjs";

const server = new McpServer({ name: "skywatch", version: "1.6.0" });
const place = { latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) };

server.tool("current_weather", "Tells the weather at a place.", place, async (where) => ({
  content: [{ type: "text", text: await current(where.latitude, where.longitude) }],
}));

server.tool(
  "forecast",
  "Tells the weather of the next days at a place.",
  { ...place, days: z.number().int().min(1).max(10).default(3) },
  async ({ latitude, longitude, days }) => ({
    content: [{ type: "text", text: await forecast(latitude, longitude, days) }],
  }),
);

server.tool(
  "warnings",
  "Lists the warnings for a region.",
  { region: z.string().regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/) },
  async ({ region }) => {
    const found = await ask("/warnings", { region });
    return {
      content: [{ type: "text", text: found.map((one) => one.text).join("\n") || "no warnings" }],
    };
  },
);

startHeartbeat();
await server.connect(new StdioServerTransport());
