#!/usr/bin/env node
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { checkedName, contexts, kubectl } from "./kubectl.js";
import { supportBundle } from "./support-bundle.js";

const server = new McpServer({ name: "helmsight", version: "0.4.1" });
const place = { namespace: z.string().default("default"), context: z.string().optional() };
const said = (text) => ({ content: [{ type: "text", text }] });
const annotations = { readOnlyHint: true };

server.registerTool(
  "list_contexts",
  { description: "Lists the contexts of your configuration.", inputSchema: {}, annotations },
  async () => said((await contexts()).join("\n")),
);

server.registerTool(
  "list_pods",
  { description: "Lists the pods of a namespace.", inputSchema: place, annotations },
  async ({ namespace, context }) =>
    said(await kubectl(["get", "pods", "-n", checkedName(namespace), "-o", "wide"], context)),
);

server.registerTool(
  "recent_events",
  { description: "Lists the last events of a namespace.", inputSchema: place, annotations },
  async ({ namespace, context }) => {
    const args = ["get", "events", "-n", checkedName(namespace), "--sort-by=.lastTimestamp"];
    const lines = (await kubectl(args, context)).split("\n");
    return said(lines.slice(-40).join("\n"));
  },
);

server.registerTool(
  "support_bundle",
  {
    description: "Writes a bundle with versions and names of contexts, to attach to a report.",
    inputSchema: {},
  },
  async () => said(await supportBundle()),
);

await server.connect(new StdioServerTransport());
