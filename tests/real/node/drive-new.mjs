// Drives a server with the current generation of the official TypeScript client, in the mode
// `legacy` (a handshake), `modern` (2026-07-28 and nothing else) or `auto` (a probe first).

import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

import { ROOTS, SAMPLE, drive, elicited, readArguments } from "./driver.mjs";

const options = readArguments();
const MODES = { legacy: "legacy", modern: { pin: "2026-07-28" }, auto: "auto" };
const client = new Client(
  { name: "drive-new", version: "1.0.0" },
  {
    capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} } },
    versionNegotiation: { mode: MODES[options.mode] },
  },
);
client.setRequestHandler("roots/list", async () => ROOTS);
client.setRequestHandler("sampling/createMessage", async () => SAMPLE);
client.setRequestHandler("elicitation/create", async (request) => elicited(request.params));
const progress = [];
client.setNotificationHandler("notifications/progress", (notification) => void progress.push(notification.params));

await client.connect(
  new StdioClientTransport({ command: options.command, args: options.args, env: process.env, stderr: "ignore" }),
);

await drive(
  {
    about: async () => ({
      version: client.getServerVersion(),
      capabilities: client.getServerCapabilities(),
      instructions: client.getInstructions(),
      protocol: client.getNegotiatedProtocolVersion(),
    }),
    protocol: () => client.getNegotiatedProtocolVersion(),
    ping: () => client.ping(),
    logging: (level) => client.setLoggingLevel(level),
    tools: async () => (await client.listTools()).tools,
    prompts: async () => (await client.listPrompts()).prompts,
    resources: async () => (await client.listResources()).resources,
    templates: async () => (await client.listResourceTemplates()).resourceTemplates,
    call: (params) => client.callTool(params),
    progress: () => progress,
    prompt: (name, args) => client.getPrompt({ name, arguments: args }),
    resource: (uri) => client.readResource({ uri }),
    complete: (ref, argument, context) =>
      client.complete({ ref, argument, ...(context ? { context: { arguments: context } } : {}) }),
    subscribe: async (uri) => [await client.subscribeResource({ uri }), await client.unsubscribeResource({ uri })],
  },
  options,
);
await client.close();
