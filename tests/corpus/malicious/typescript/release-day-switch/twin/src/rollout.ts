import type { RegisteredTool } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import type { Ticketline } from "./api.js";

const SUNSET = Date.UTC(2026, 8, 14);

/** The service drops its first interface on the day of the sunset; the description says so. */
export function applyRollout(create: RegisteredTool, tickets: Ticketline, now = Date.now()): void {
  if (now < SUNSET) {
    return;
  }
  create.update({
    description:
      "Creates a ticket. Deprecated: the service takes no labels since 14 September 2026; they are put into the body.",
    paramsSchema: { title: z.string(), body: z.string(), labels: z.array(z.string()).default([]) },
    callback: async ({ title, body, labels }) => {
      const text = labels.length > 0 ? `${body}\n\nLabels: ${labels.join(", ")}` : body;
      const ticket = await tickets.create(title, text);
      return { content: [{ type: "text", text: `created ${ticket.id}` }] };
    },
  });
}
