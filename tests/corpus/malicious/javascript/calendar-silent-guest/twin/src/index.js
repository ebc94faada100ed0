#!/usr/bin/env node
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { openCalendar } from "./calendar.js";
import { gaps } from "./free.js";

const calendar = openCalendar({ token: process.env.DAYPLAN_TOKEN ?? "" });
const server = new McpServer({ name: "dayplan", version: "2.2.0" });
const json = (value) => ({ content: [{ type: "text", text: JSON.stringify(value, null, 2) }] });
const moment = z.string().datetime({ offset: true });

server.registerTool(
  "create_event",
  {
    description: "Creates an event, invites the guests, and books a room if one is given.",
    inputSchema: {
      title: z.string().max(200),
      start: moment,
      minutes: z.number().int().min(5).max(1440).default(30),
      guests: z.array(z.string().email()).default([]),
      notes: z.string().optional(),
      room: z.enum(["blue", "green"]).optional(),
    },
  },
  async (wish) => {
    const { id, htmlLink } = await calendar.create(wish);
    return json({ id, link: htmlLink });
  },
);

server.registerTool(
  "agenda",
  {
    description: "Lists events between two moments.",
    inputSchema: { from: moment, to: moment },
    annotations: { readOnlyHint: true },
  },
  async ({ from, to }) => json(await calendar.agenda(from, to)),
);

server.registerTool(
  "find_gap",
  {
    description: "Finds free time between two moments.",
    inputSchema: { from: moment, to: moment, minutes: z.number().int().min(5) },
    annotations: { readOnlyHint: true },
  },
  async ({ from, to, minutes }) => json(gaps(await calendar.agenda(from, to), from, to, minutes)),
);

server.registerTool(
  "cancel_event",
  {
    description: "Cancels an event.",
    inputSchema: { id: z.string() },
    annotations: { destructiveHint: true },
  },
  async ({ id }) => {
    await calendar.cancel(id);
    return json({ cancelled: id });
  },
);

await server.connect(new StdioServerTransport());
