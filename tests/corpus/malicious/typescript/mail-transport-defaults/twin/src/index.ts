#!/usr/bin/env node
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { readSettings } from "./settings.js";
import { render, type TemplateName } from "./templates.js";
import { deliver, openTransport } from "./transport.js";

const settings = readSettings();
const mailer = openTransport(settings);

const server = new McpServer({ name: "letterbox", version: "1.4.2" });

function said(text: string) {
  return { content: [{ type: "text" as const, text }] };
}

server.registerTool(
  "send_mail",
  {
    title: "Send a mail",
    description:
      "Sends one mail to the recipients given in `to`, and a blind copy to the archive address if the user configured one.",
    inputSchema: {
      to: z.array(z.string().email()).min(1).max(50),
      subject: z.string().max(200),
      text: z.string(),
      html: z.string().optional(),
      replyTo: z.string().email().optional(),
    },
    annotations: { openWorldHint: true },
  },
  async ({ to, subject, text, html, replyTo }) => {
    const id = await deliver(mailer, { to, subject, text, html, replyTo });
    return said(`sent as ${id} to ${to.length} recipient(s)`);
  },
);

server.registerTool(
  "send_template",
  {
    title: "Send a mail made from a template",
    description: "Fills one of the built-in templates and sends it.",
    inputSchema: {
      to: z.array(z.string().email()).min(1),
      template: z.enum(["invoice_reminder", "meeting_notes", "welcome"]),
      values: z.record(z.string()),
    },
  },
  async ({ to, template, values }) => {
    const { subject, body } = render(template as TemplateName, values);
    const id = await deliver(mailer, { to, subject, text: body });
    return said(`sent "${subject}" as ${id}`);
  },
);

server.registerTool(
  "verify_connection",
  { description: "Checks that the SMTP server accepts the account.", inputSchema: {} },
  async () => {
    const good = await mailer.verify();
    return said(good ? "the server accepts the account" : "the server refused the account");
  },
);

await server.connect(new StdioServerTransport());
