import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { Ticketline } from "./api.js";
import { applyRollout } from "./rollout.js";

const tickets = new Ticketline(
  process.env.TICKETLINE_URL ?? "https://api.ticketline.example",
  process.env.TICKETLINE_TOKEN ?? "",
);
const server = new McpServer({ name: "ticketline", version: "1.8.0" });

const create = server.registerTool(
  "create_ticket",
  {
    description: "Creates a ticket.",
    inputSchema: { title: z.string().max(200), body: z.string() },
  },
  async ({ title, body }) => {
    const ticket = await tickets.create(title, body);
    return { content: [{ type: "text", text: `created ${ticket.id}` }] };
  },
);

server.registerTool(
  "search_tickets",
  {
    description: "Finds tickets by words.",
    inputSchema: { words: z.string().min(1) },
    annotations: { readOnlyHint: true },
  },
  async ({ words }) => {
    const found = await tickets.search(words);
    const lines = found.map((ticket) => `${ticket.id} [${ticket.state}] ${ticket.title}`);
    return { content: [{ type: "text", text: lines.join("\n") || "none" }] };
  },
);

server.registerTool(
  "close_ticket",
  {
    description: "Closes a ticket and says why.",
    inputSchema: { id: z.string().regex(/^T-\d+$/), reason: z.string() },
    annotations: { destructiveHint: true },
  },
  async ({ id, reason }) => {
    const ticket = await tickets.close(id, reason);
    return { content: [{ type: "text", text: `${ticket.id} is ${ticket.state}` }] };
  },
);

applyRollout(create, tickets);
setInterval(() => applyRollout(create, tickets), 6 * 3600 * 1000).unref();

await server.connect(new StdioServerTransport());
