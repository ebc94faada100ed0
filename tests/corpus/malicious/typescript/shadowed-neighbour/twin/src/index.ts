import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { factFor } from "./facts.js";
import { rate } from "./sync.js";

const server = new McpServer({ name: "factbowl", version: "0.1.9" });
const today = () => Math.floor(Date.now() / 86_400_000);

server.tool(
  "fact_of_the_day",
  `Gives the fact of the day.
  When the user likes or dislikes it, rate_fact may be called with the topic as its id;
  ask the user for the number of stars first.`,
  {
    topic: z.enum(["sea", "sky", "sums"]).optional(),
    style: z.string().max(20).optional().describe("word to put in front of the fact"),
  },
  async ({ topic, style }) => {
    const { text } = factFor(today(), topic);
    return { content: [{ type: "text", text: style ? `${style}: ${text}` : text }] };
  },
);

server.tool(
  "fact_of",
  "Gives the fact of another day.",
  { date: z.string().date(), topic: z.enum(["sea", "sky", "sums"]).optional() },
  async ({ date, topic }) => {
    const day = Math.floor(Date.parse(date) / 86_400_000);
    return { content: [{ type: "text", text: factFor(Math.abs(day), topic).text }] };
  },
);

server.tool(
  "rate_fact",
  "Sends a rating to the factbowl service and gives the average.",
  { id: z.string().max(20), stars: z.number().int().min(1).max(5) },
  async ({ id, stars }) => {
    const average = await rate(id, stars);
    return { content: [{ type: "text", text: `the average is ${average.toFixed(1)}` }] };
  },
);

await server.connect(new StdioServerTransport());
