// Drives a server with the current generation of the official TypeScript client, in the mode
// `legacy` (a handshake), `modern` (2026-07-28 and nothing else) or `auto` (a probe first).

import { Client, LOG_LEVEL_META_KEY, SSEClientTransport, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { createTaskSessionFromClient, toolDeclarationFromMcpTool } from "@modelcontextprotocol/ext-tasks/client";

import { ROOTS, SAMPLE, drive, elicited, readArguments } from "./driver.mjs";
import { Inbox, round } from "./round.mjs";

const TASKS = "io.modelcontextprotocol/tasks";
const options = readArguments();
const inbox = new Inbox();
const MODES = { legacy: "legacy", modern: { pin: "2026-07-28" }, auto: "auto" };
const clientInfo = { name: "drive-new", version: "1.0.0" };
const clientCapabilities = { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} } };
const client = new Client(
  clientInfo,
  {
    capabilities: clientCapabilities,
    versionNegotiation: { mode: MODES[options.mode] },
  },
);

/** Notes what was asked, without what only says how. */
function question(method, { _meta, mode, ...params } = {}) {
  inbox.push({ kind: "question", method, params });
}
client.setRequestHandler("roots/list", async ({ method, params }) => (question(method, params), ROOTS));
client.setRequestHandler("sampling/createMessage", async ({ method, params }) => (question(method, params), SAMPLE));
client.setRequestHandler("elicitation/create", async ({ method, params }) => (question(method, params), elicited(params)));
const heard = {
  "notifications/progress": (params) => ({ kind: "progress", ...params }),
  "notifications/message": ({ _meta, ...params }) => ({ kind: "log", ...params }),
  "notifications/resources/updated": ({ uri }) => ({ kind: "update", uri }),
  "notifications/tools/list_changed": () => ({ kind: "change", list: "tools" }),
  "notifications/prompts/list_changed": () => ({ kind: "change", list: "prompts" }),
  "notifications/resources/list_changed": () => ({ kind: "change", list: "resources" }),
};
for (const [method, entry] of Object.entries(heard)) {
  client.setNotificationHandler(method, ({ params }) => inbox.push(entry(params)));
}

function transport() {
  if (options.transport === "http") return new StreamableHTTPClientTransport(new URL(options.url));
  if (options.transport === "sse") return new SSEClientTransport(new URL(options.url));
  return new StdioClientTransport({ command: options.command, args: options.args, env: process.env, stderr: "ignore" });
}
const line = transport();
await client.connect(line);

/** What both the plans and the round ask. */
const common = {
  about: async () => ({
    version: client.getServerVersion(),
    capabilities: client.getServerCapabilities(),
    instructions: client.getInstructions(),
    protocol: client.getNegotiatedProtocolVersion(),
  }),
  ping: () => client.ping(),
  tools: async () => (await client.listTools()).tools,
  prompts: async () => (await client.listPrompts()).prompts,
  resources: async () => (await client.listResources()).resources,
  templates: async () => (await client.listResourceTemplates()).resourceTemplates,
  prompt: (name, args) => client.getPrompt({ name, arguments: args }),
  resource: (uri) => client.readResource({ uri }),
  complete: (ref, argument, context) =>
    client.complete({ ref, argument, ...(context ? { context: { arguments: context } } : {}) }),
};

const planned = {
  ...common,
  protocol: () => client.getNegotiatedProtocolVersion(),
  logging: (level) => client.setLoggingLevel(level),
  call: (params) => client.callTool(params),
  progress: () => inbox.entries.filter(({ kind }) => kind === "progress").map(({ kind, ...params }) => params),
  subscribe: async (uri) => [await client.subscribeResource({ uri }), await client.unsubscribeResource({ uri })],
};

const modern = client.getProtocolEra() === "modern";
let level;

/** The client does not let results through that are tasks, so these requests go past it. */
const past = new Map();
const deliver = line.onmessage;
line.onmessage = (message, extra) => {
  const settle = past.get(message.id);
  if (settle === undefined) return deliver(message, extra);
  past.delete(message.id);
  settle(message.error ? { kind: "error", error: message } : { kind: "result", result: message.result });
};

function rawDispatch({ method, params }) {
  return new Promise((resolve, reject) => {
    const id = `past-${method}-${past.size}`;
    past.set(id, resolve);
    line.send({ jsonrpc: "2.0", id, method, params }).catch(reject);
  });
}

async function callAsTask(name) {
  const capabilities = client.getServerCapabilities();
  if (!capabilities.tasks && !capabilities.extensions?.[TASKS]) return null;
  const framing = { protocolVersion: client.getNegotiatedProtocolVersion(), clientInfo, clientCapabilities };
  const tool = (await client.listTools()).tools.find((entry) => entry.name === name);
  const session = createTaskSessionFromClient(client, {
    endpointId: "features",
    tools: { currentTool: () => toolDeclarationFromMcpTool(tool) },
    ...(modern ? { rawDispatch, v2RequestFraming: framing } : {}),
  });
  const execution = await session.callTool(name, {});
  const { outcome, lastTask } = await execution.settle();
  await session.close();
  return { status: outcome.status, result: outcome.result, wasTask: lastTask !== undefined };
}

const rounded = {
  ...common,
  modern: () => modern,
  // The current revision has the level on every request.
  level: async (wanted) => (modern ? void (level = wanted) : void (await client.setLoggingLevel(wanted))),
  call: ({ _meta, ...params }, settings) =>
    client.callTool({ ...params, _meta: { ..._meta, ...(level ? { [LOG_LEVEL_META_KEY]: level } : {}) } }, settings),
  watch: async ({ lists, uris }) => {
    if (modern) {
      const filter = lists ? { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true } : { resourceSubscriptions: uris };
      const subscription = await client.listen(filter);
      return () => subscription.close();
    }
    for (const uri of uris) await client.subscribeResource({ uri });
    return async () => {
      for (const uri of uris) await client.unsubscribeResource({ uri });
    };
  },
  task: callAsTask,
};

await (options.plan ? drive(planned, options) : round(rounded, inbox));
await client.close();
