// A small server on the current generation of the TypeScript SDK. It serves both eras.

import { McpServer, ResourceTemplate, acceptedContent, fromJsonSchema, inputRequired } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

const object = (properties, required = Object.keys(properties)) =>
  fromJsonSchema({ type: "object", properties, required });
const text = (words) => ({ content: [{ type: "text", text: words }] });

const PERSON = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };

function createServer() {
  const server = new McpServer(
    { name: "server-v2", version: "1.0.0" },
    { instructions: "Adds numbers, counts, and knows the weather.", capabilities: { logging: {} } },
  );

  server.registerTool(
    "add",
    { description: "Adds two numbers.", inputSchema: object({ a: { type: "number" }, b: { type: "number" } }), annotations: { readOnlyHint: true } },
    async ({ a, b }) => text(`${a + b}`),
  );

  server.registerTool(
    "weather",
    {
      title: "Weather",
      description: "Returns the weather of a city.",
      inputSchema: object({ city: { type: "string", description: "Name of the city." } }),
      outputSchema: object({ city: { type: "string" }, degrees: { type: "number" } }),
    },
    async ({ city }) => {
      const structuredContent = { city, degrees: 12.5 };
      return { ...text(JSON.stringify(structuredContent)), structuredContent };
    },
  );

  server.registerTool(
    "count",
    { description: "Counts and reports progress.", inputSchema: object({ to: { type: "integer", minimum: 1, maximum: 100 } }) },
    async ({ to }, ctx) => {
      const progressToken = ctx.mcpReq._meta?.progressToken;
      for (let progress = 1; progressToken !== undefined && progress <= to; progress += 1) {
        await ctx.mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, total: to } });
      }
      return text(`counted to ${to}`);
    },
  );

  server.registerTool(
    "greet",
    { description: "Asks the person for a name and greets.", inputSchema: object({}) },
    async (_, ctx) => {
      const person = acceptedContent(ctx.mcpReq.inputResponses, "person", fromJsonSchema(PERSON));
      if (person === undefined) {
        return inputRequired({
          inputRequests: { person: inputRequired.elicit({ message: "What is your name?", requestedSchema: PERSON }) },
        });
      }
      return text(`Hello, ${person.name}`);
    },
  );

  server.registerTool("fail", { description: "Fails.", inputSchema: object({}) }, async () => {
    throw new Error("it failed");
  });

  server.registerPrompt(
    "review",
    { description: "Asks for a review of code.", argsSchema: object({ code: { type: "string", description: "The code." } }) },
    ({ code }) => ({ messages: [{ role: "user", content: { type: "text", text: `Review this: ${code}` } }] }),
  );

  server.registerResource("today", "notes://today", { mimeType: "text/plain", description: "The note of today." }, async (uri) => ({
    contents: [{ uri: uri.href, mimeType: "text/plain", text: "Write tests." }],
  }));

  server.registerResource(
    "day",
    new ResourceTemplate("notes://day/{day}", { list: undefined }),
    { mimeType: "text/plain", description: "The note of a day." },
    async (uri, { day }) => ({ contents: [{ uri: uri.href, mimeType: "text/plain", text: `Nothing on ${day}.` }] }),
  );

  return server;
}

serveStdio(createServer);
