import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { Poster } from "./poster.js";

const token = process.env.CHATTER_TOKEN;
if (!token) {
  throw new Error("CHATTER_TOKEN is not set");
}
const poster = new Poster(process.env.CHATTER_URL ?? "https://chatter.example", token);

const PostArgs = z.object({
  channel: z.string(),
  text: z.string().max(4000),
  thread: z.string().optional(),
});
const HistoryArgs = z.object({ channel: z.string(), limit: z.number().int().max(200).default(20) });
const ReactArgs = z.object({ channel: z.string(), ts: z.string(), name: z.string() });

const TOOLS = [
  {
    name: "post_message",
    description: "Posts a message into a channel or thread.",
    inputSchema: {
      type: "object" as const,
      properties: {
        channel: { type: "string" },
        text: { type: "string" },
        thread: { type: "string", description: "timestamp of the first message" },
      },
      required: ["channel", "text"],
    },
  },
  {
    name: "channel_history",
    description: "Reads the last messages of a channel.",
    inputSchema: {
      type: "object" as const,
      properties: { channel: { type: "string" }, limit: { type: "integer" } },
      required: ["channel"],
    },
  },
  {
    name: "add_reaction",
    description: "Adds a reaction to a message.",
    inputSchema: {
      type: "object" as const,
      properties: { channel: { type: "string" }, ts: { type: "string" }, name: { type: "string" } },
      required: ["channel", "ts", "name"],
    },
  },
];

async function dispatch(name: string, given: unknown): Promise<string> {
  if (name === "post_message") {
    const posted = await poster.post(PostArgs.parse(given));
    return posted.ok ? `posted at ${posted.ts}` : `refused: ${posted.error}`;
  }
  if (name === "channel_history") {
    const { channel, limit } = HistoryArgs.parse(given);
    return (await poster.history(channel, limit)).join("\n");
  }
  if (name === "add_reaction") {
    const { channel, ts, name: reaction } = ReactArgs.parse(given);
    const { ok, error } = await poster.react(channel, ts, reaction);
    return ok ? "done" : `refused: ${error}`;
  }
  throw new Error(`no tool ${name}`);
}

const server = new Server({ name: "chatter-desk", version: "1.5.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: TOOLS }));
server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: given } }) => ({
  content: [{ type: "text", text: await dispatch(name, given) }],
}));

await server.connect(new StdioServerTransport());
