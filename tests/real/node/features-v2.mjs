// A server with every feature, on the current generation of the TypeScript SDK: `--stdio`, or `--http` for
// Streamable HTTP at `/mcp`. With `--modern-only` it refuses every revision but 2026-07-28.

import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { ProtocolError, Server, acceptedContent, createMcpHandler, fromJsonSchema, inputRequired, inputResponse } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

import { ENDS, TOOLS, complete, page, prompt, read, readArguments, serveHttp } from "./features.mjs";

const INVALID_PARAMS = -32602;
const { features, flags } = readArguments();
const { asks } = features;
const modernOnly = flags.has("--modern-only") ? "reject" : undefined;

/** The tools that ask: a call ends with questions, and starts again with the answers. */
const ASKING = {
  greet: (answers) => {
    const person = acceptedContent(answers, "name");
    return person ? ENDS.greet(person) : inputRequired({ inputRequests: { name: inputRequired.elicit(asks.name) } });
  },
  think: (answers) => {
    const word = inputResponse(answers, "word");
    if (word.kind === "sampling") return ENDS.think(word.result);
    return inputRequired({ inputRequests: { word: inputRequired.createMessage(asks.word) } });
  },
  look: (answers) => {
    const folders = inputResponse(answers, "folders");
    return folders.kind === "roots" ? ENDS.look(folders) : inputRequired({ inputRequests: { folders: inputRequired.listRoots() } });
  },
  steps: (answers, state) => {
    const colour = acceptedContent(answers, "colour");
    // The state is all that is left of the first round.
    if (colour && state) return ENDS.steps(JSON.parse(state).name, colour.colour);
    const person = acceptedContent(answers, "name");
    if (!person) return inputRequired({ inputRequests: { name: inputRequired.elicit(asks.name) } });
    return inputRequired({
      inputRequests: { colour: inputRequired.elicit(asks.colour) },
      requestState: JSON.stringify({ name: person.name }),
    });
  },
};

/** The extension for tasks is nothing that the SDK has for servers, but it lets one be made. */
const TASKS = "io.modelcontextprotocol/tasks";
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const TASK = fromJsonSchema({ type: "object", properties: { taskId: { type: "string" } }, required: ["taskId"] });
/** What each task comes to once it has been looked at. */
const tasks = new Map();

function begin(result) {
  const taskId = randomUUID();
  const now = new Date().toISOString();
  const task = { taskId, createdAt: now, lastUpdatedAt: now, ttlMs: 60_000, pollIntervalMs: 20 };
  tasks.set(taskId, { ...task, status: "completed", result: { resultType: "complete", ...result } });
  return { ...task, status: "working", resultType: "task" };
}

function serveTasks(server) {
  const known = ({ taskId }) => tasks.get(taskId) ?? refuse(`Unknown task: ${taskId}`);
  server.setRequestHandler("tasks/get", { params: TASK }, async (params) => known(params));
  server.setRequestHandler("tasks/update", { params: TASK }, async (params) => (known(params), {}));
  server.setRequestHandler("tasks/cancel", { params: TASK }, async (params) => (known(params), {}));
}

/** Over HTTP every request has a server of its own, and what is told to subscribers goes through the handler. */
let notifier;

function createServer() {
  const server = new Server(features.server, {
    instructions: features.instructions,
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      logging: {},
      completions: {},
      extensions: { [TASKS]: {} },
    },
    cacheHints: {
      "tools/list": { ttlMs: 60_000, cacheScope: "public" },
      "resources/read": { ttlMs: 1_234, cacheScope: "private" },
    },
  });
  const lists = [
    ["tools/list", "tools", features.tools],
    ["prompts/list", "prompts", features.prompts],
    ["resources/list", "resources", features.resources],
    ["resources/templates/list", "resourceTemplates", features.templates],
  ];
  for (const [method, member, entries] of lists) {
    server.setRequestHandler(method, async ({ params }) => page(member, entries, features.page, params?.cursor));
  }
  server.setRequestHandler("tools/call", ({ params }, ctx) => call(server, params, ctx));
  server.setRequestHandler("prompts/get", async ({ params }) => {
    return prompt(params.name, params.arguments) ?? refuse(`Unknown prompt: ${params.name}`);
  });
  server.setRequestHandler("resources/read", async ({ params: { uri } }) => {
    return read(features, uri) ?? refuse(`Resource not found: ${uri}`, { uri });
  });
  server.setRequestHandler("completion/complete", async ({ params }) => complete(params));
  serveTasks(server);
  return server;
}

async function call(server, { name, arguments: args = {} }, ctx) {
  if (name in ASKING) return ASKING[name](ctx.mcpReq.inputResponses, ctx.mcpReq.requestState());
  if (!(name in TOOLS)) refuse(`Unknown tool: ${name}`);
  const result = await TOOLS[name](features, args, port(server, ctx));
  const asTask = name === "report" && ctx.mcpReq.envelope?.[CAPABILITIES]?.extensions?.[TASKS];
  return asTask ? begin(result) : result;
}

function port(server, ctx) {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  return {
    signal: ctx.mcpReq.signal,
    progress: async (progress, total, message) => {
      if (progressToken === undefined) return;
      await ctx.mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, total, message } });
    },
    log: ({ level, data, logger }) => ctx.mcpReq.log(level, data, logger),
    updated: async (uri) => (notifier ? notifier.resourceUpdated(uri) : server.sendResourceUpdated({ uri })),
    changed: async () => {
      if (notifier) {
        notifier.toolsChanged();
        notifier.promptsChanged();
        notifier.resourcesChanged();
        return;
      }
      await server.sendToolListChanged();
      await server.sendPromptListChanged();
      await server.sendResourceListChanged();
    },
  };
}

function refuse(message, data) {
  throw new ProtocolError(INVALID_PARAMS, message, data);
}

/** Hands a request of Node.js to a handler of web requests, and its response back. */
function bridged(handler) {
  return async (request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const hasBody = request.method !== "GET" && request.method !== "HEAD";
    const answer = await handler.fetch(
      new Request(`http://${request.headers.host}${request.url}`, {
        method: request.method,
        headers: new Headers(Object.entries(request.headers)),
        body: hasBody ? Readable.toWeb(request) : undefined,
        duplex: "half",
        signal: gone.signal,
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body === null) return void response.end();
    response.flushHeaders();
    // A client that goes away in the middle of a stream is nothing to report.
    await pipeline(Readable.fromWeb(answer.body), response).catch(() => {});
  };
}

if (flags.has("--http")) {
  const handler = createMcpHandler(createServer, { legacy: modernOnly });
  notifier = handler.notify;
  serveHttp(bridged(handler), [["http", "/mcp"]]);
} else {
  serveStdio(createServer, { legacy: modernOnly });
}
