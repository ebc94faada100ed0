// Drives a server with the last generation of the official TypeScript client.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks";
import { CallToolResultSchema, CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema, ProgressNotificationSchema } from "@modelcontextprotocol/sdk/types.js";

import { ROOTS, SAMPLE, drive, elicited, readArguments } from "./driver.mjs";

const options = readArguments();
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
    const result = answer(request.params);
    if (!request.params.task) return result;
    const task = await extra.taskStore.createTask({ ttl: request.params.task.ttl, pollInterval: 50 });
    await extra.taskStore.storeTaskResult(task.taskId, "completed", result);
    return { task };
  };
}
client.setRequestHandler(ListRootsRequestSchema, async () => ROOTS);
client.setRequestHandler(CreateMessageRequestSchema, answering(() => SAMPLE));
client.setRequestHandler(ElicitRequestSchema, answering(elicited));
const progress = [];
client.setNotificationHandler(ProgressNotificationSchema, (notification) => void progress.push(notification.params));

await client.connect(
  new StdioClientTransport({ command: options.command, args: options.args, env: process.env, stderr: "ignore" }),
);

async function callAsTask(params) {
  for await (const message of client.experimental.tasks.callToolStream(params, CallToolResultSchema)) {
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

await drive(
  {
    about: async () => ({
      version: client.getServerVersion(),
      capabilities: client.getServerCapabilities(),
      instructions: client.getInstructions(),
    }),
    protocol: () => "legacy",
    ping: () => client.ping(),
    logging: (level) => client.setLoggingLevel(level),
    tools: () => all((params) => client.listTools(params), "tools"),
    prompts: () => all((params) => client.listPrompts(params), "prompts"),
    resources: () => all((params) => client.listResources(params), "resources"),
    templates: () => all((params) => client.listResourceTemplates(params), "resourceTemplates"),
    call: (params, tool) => (tool.execution?.taskSupport === "required" ? callAsTask(params) : client.callTool(params)),
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
// Its timers would keep the process alive.
taskStore.cleanup();
