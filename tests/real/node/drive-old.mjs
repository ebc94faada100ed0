// Drives a server with the last generation of the official TypeScript client.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks";
import * as types from "@modelcontextprotocol/sdk/types.js";

import { ROOTS, SAMPLE, drive, elicited, readArguments } from "./driver.mjs";
import { Inbox, round } from "./round.mjs";

const options = readArguments();
const inbox = new Inbox();
const taskStore = new InMemoryTaskStore();
const client = new Client(
  { name: "drive-old", version: "1.0.0" },
  {
    capabilities: {
      roots: { listChanged: true },
      sampling: {},
      elicitation: { form: {}, url: {} },
      tasks: { requests: { sampling: { createMessage: {} }, elicitation: { create: {} } } },
    },
    taskStore,
  },
);

/** Answers at once, or as a task that is done at once if the server asks for one. */
function answering(answer) {
  return async (request, extra) => {
    const result = answer(request);
    if (!request.params.task) return result;
    const task = await extra.taskStore.createTask({ ttl: request.params.task.ttl, pollInterval: 50 });
    await extra.taskStore.storeTaskResult(task.taskId, "completed", result);
    return { task };
  };
}
/** Notes what was asked, without what only says how. */
function question(method, { _meta, mode, task, ...params } = {}) {
  inbox.push({ kind: "question", method, params });
}
client.setRequestHandler(types.ListRootsRequestSchema, async ({ method, params }) => (question(method, params), ROOTS));
client.setRequestHandler(types.CreateMessageRequestSchema, answering(({ method, params }) => (question(method, params), SAMPLE)));
client.setRequestHandler(types.ElicitRequestSchema, answering(({ method, params }) => (question(method, params), elicited(params))));
const heard = [
  [types.ProgressNotificationSchema, (params) => ({ kind: "progress", ...params })],
  [types.LoggingMessageNotificationSchema, (params) => ({ kind: "log", ...params })],
  [types.ResourceUpdatedNotificationSchema, ({ uri }) => ({ kind: "update", uri })],
  [types.ToolListChangedNotificationSchema, () => ({ kind: "change", list: "tools" })],
  [types.PromptListChangedNotificationSchema, () => ({ kind: "change", list: "prompts" })],
  [types.ResourceListChangedNotificationSchema, () => ({ kind: "change", list: "resources" })],
];
for (const [schema, entry] of heard) client.setNotificationHandler(schema, ({ params }) => inbox.push(entry(params)));

function transport() {
  if (options.transport === "http") return new StreamableHTTPClientTransport(new URL(options.url));
  if (options.transport === "sse") return new SSEClientTransport(new URL(options.url));
  return new StdioClientTransport({ command: options.command, args: options.args, env: process.env, stderr: "ignore" });
}
await client.connect(transport());

async function callAsTask(params, settings) {
  for await (const message of client.experimental.tasks.callToolStream(params, types.CallToolResultSchema, settings)) {
    if (message.type === "result") return message.result;
    if (message.type === "error") throw message.error;
  }
  throw new Error("the task ended without a result");
}

async function all(list, member) {
  const entries = [];
  let cursor;
  do {
    const page = await list(cursor === undefined ? undefined : { cursor });
    entries.push(...page[member]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return entries;
}

/** What both the plans and the round ask. */
const common = {
  ping: () => client.ping(),
  tools: () => all((params) => client.listTools(params), "tools"),
  prompts: () => all((params) => client.listPrompts(params), "prompts"),
  resources: () => all((params) => client.listResources(params), "resources"),
  templates: () => all((params) => client.listResourceTemplates(params), "resourceTemplates"),
  prompt: (name, args) => client.getPrompt({ name, arguments: args }),
  resource: (uri) => client.readResource({ uri }),
  complete: (ref, argument, context) =>
    client.complete({ ref, argument, ...(context ? { context: { arguments: context } } : {}) }),
  about: async () => ({
    version: client.getServerVersion(),
    capabilities: client.getServerCapabilities(),
    instructions: client.getInstructions(),
  }),
};

const planned = {
  ...common,
  protocol: () => "legacy",
  logging: (level) => client.setLoggingLevel(level),
  call: (params, tool) => (tool.execution?.taskSupport === "required" ? callAsTask(params) : client.callTool(params)),
  progress: () => inbox.entries.filter(({ kind }) => kind === "progress").map(({ kind, ...params }) => params),
  subscribe: async (uri) => [await client.subscribeResource({ uri }), await client.unsubscribeResource({ uri })],
};

const rounded = {
  ...common,
  modern: () => false,
  level: (level) => client.setLoggingLevel(level),
  call: (params, settings) => client.callTool(params, undefined, settings),
  watch: async ({ uris }) => {
    for (const uri of uris) await client.subscribeResource({ uri });
    return async () => {
      for (const uri of uris) await client.unsubscribeResource({ uri });
    };
  },
  task: (name) => (client.getServerCapabilities().tasks ? callAsTask({ name, arguments: {} }, { task: { ttl: 60_000 } }) : null),
};

await (options.plan ? drive(planned, options) : round(rounded, inbox));
await client.close();
// Its timers would keep the process alive.
taskStore.cleanup();
