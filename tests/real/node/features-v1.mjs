// A server with every feature, on the last generation of the TypeScript SDK. It serves legacy revisions only:
// `--stdio`, or `--http` for Streamable HTTP at `/mcp` and the older HTTP with server-sent events at `/sse`.

import { randomUUID } from "node:crypto";

import { InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import * as types from "@modelcontextprotocol/sdk/types.js";

import { ENDS, TOOLS, complete, page, prompt, read, readArguments, serveHttp } from "./features.mjs";

const { features, flags } = readArguments();
const { ErrorCode, McpError } = types;

/** Tasks are a member of a definition in these revisions only. */
const TOOLS_LISTED = features.tools.map((tool) => (tool.name === "report" ? { ...tool, execution: { taskSupport: "optional" } } : tool));

/** The tools that ask: the server waits for the client in the middle of a call. */
const ASKING = {
  greet: async (server, options) => ENDS.greet((await server.elicitInput(features.asks.name, options)).content),
  think: async (server, options) => ENDS.think(await server.createMessage(features.asks.word, options)),
  look: async (server, options) => ENDS.look(await server.listRoots(undefined, options)),
  steps: async (server, options) => {
    const first = await server.elicitInput(features.asks.name, options);
    const second = await server.elicitInput(features.asks.colour, options);
    return ENDS.steps(first.content.name, second.content.colour);
  },
};

function createServer() {
  const taskStore = new InMemoryTaskStore();
  const server = new Server(features.server, {
    instructions: features.instructions,
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      logging: {},
      completions: {},
      tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
    },
    taskStore,
  });
  const subscribed = new Set();
  const lists = [
    [types.ListToolsRequestSchema, "tools", TOOLS_LISTED],
    [types.ListPromptsRequestSchema, "prompts", features.prompts],
    [types.ListResourcesRequestSchema, "resources", features.resources],
    [types.ListResourceTemplatesRequestSchema, "resourceTemplates", features.templates],
  ];
  for (const [schema, member, entries] of lists) {
    server.setRequestHandler(schema, async ({ params }) => page(member, entries, features.page, params?.cursor));
  }
  server.setRequestHandler(types.CallToolRequestSchema, (request, extra) => call(server, subscribed, request, extra));
  server.setRequestHandler(types.GetPromptRequestSchema, async ({ params }) => {
    return prompt(params.name, params.arguments) ?? refuse(ErrorCode.InvalidParams, `Unknown prompt: ${params.name}`);
  });
  server.setRequestHandler(types.ReadResourceRequestSchema, async ({ params: { uri } }) => {
    return read(features, uri) ?? refuse(-32002, "Resource not found", { uri });
  });
  server.setRequestHandler(types.CompleteRequestSchema, async ({ params }) => complete(params));
  server.setRequestHandler(types.SubscribeRequestSchema, async ({ params }) => (subscribed.add(params.uri), {}));
  server.setRequestHandler(types.UnsubscribeRequestSchema, async ({ params }) => (subscribed.delete(params.uri), {}));
  // Its timers would keep the process alive.
  server.onclose = () => taskStore.cleanup();
  return server;
}

async function call(server, subscribed, { params }, extra) {
  const { name, arguments: args = {}, task: asked } = params;
  const options = { relatedRequestId: extra.requestId };
  if (name in ASKING) return ASKING[name](server, options);
  if (!(name in TOOLS)) refuse(ErrorCode.InvalidParams, `Unknown tool: ${name}`);
  if (asked !== undefined) {
    const task = await extra.taskStore.createTask({ ttl: asked.ttl, pollInterval: 50 });
    await extra.taskStore.storeTaskResult(task.taskId, "completed", await TOOLS[name](features, args));
    return { task };
  }
  return TOOLS[name](features, args, port(server, subscribed, extra));
}

function port(server, subscribed, extra) {
  const progressToken = extra._meta?.progressToken;
  return {
    signal: extra.signal,
    progress: async (progress, total, message) => {
      if (progressToken === undefined) return;
      await extra.sendNotification({ method: "notifications/progress", params: { progressToken, progress, total, message } });
    },
    log: async (params) => {
      if (server.isMessageIgnored(params.level, extra.sessionId)) return;
      await extra.sendNotification({ method: "notifications/message", params });
    },
    updated: async (uri) => {
      if (subscribed.has(uri)) await server.sendResourceUpdated({ uri });
    },
    changed: async () => {
      await server.sendToolListChanged();
      await server.sendPromptListChanged();
      await server.sendResourceListChanged();
    },
  };
}

function refuse(code, message, data) {
  throw new McpError(code, message, data);
}

const sessions = new Map();

async function streamable(request, response) {
  const known = sessions.get(request.headers["mcp-session-id"]);
  if (known !== undefined) return known.handleRequest(request, response);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (session) => void sessions.set(session, transport),
    onsessionclosed: (session) => void sessions.delete(session),
  });
  await createServer().connect(transport);
  await transport.handleRequest(request, response);
}

async function answer(request, response) {
  const url = new URL(request.url, "http://127.0.0.1");
  if (url.pathname === "/mcp") return streamable(request, response);
  if (url.pathname === "/sse" && request.method === "GET") {
    const transport = new SSEServerTransport("/messages", response);
    sessions.set(transport.sessionId, transport);
    response.on("close", () => sessions.delete(transport.sessionId));
    return createServer().connect(transport);
  }
  const known = sessions.get(url.searchParams.get("sessionId"));
  if (url.pathname === "/messages" && known !== undefined) return known.handlePostMessage(request, response);
  response.writeHead(404).end();
}

if (flags.has("--http")) serveHttp(answer, [["http", "/mcp"], ["sse", "/sse"]]);
else await createServer().connect(new StdioServerTransport());
