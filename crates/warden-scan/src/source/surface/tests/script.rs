use super::{check, check_all};

#[test]
fn the_sdk_registers_tools_with_schemas() {
    check(
        "server.ts",
        r#"
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "files", version: "1.0.0" }, { instructions: "Ask." });
const Path = z.string().regex(/^[a-z]+$/).describe("where");

server.tool("ping", async () => ({ content: [] }));
server.tool("read", "Reads a file", { path: Path, lines: z.number().int().max(10).optional() }, async ({ path, lines }) => {
  return { content: [] };
});
server.tool("list", "Lists", {}, { readOnlyHint: true }, async (args, extra) => ({ content: [] }));
server.registerTool("write", {
  title: "Write", description: `Writes ` + "a file",
  inputSchema: { path: z.string(), mode: z.enum(["a", "w"]).default("w"), tags: z.array(z.string()) },
  annotations: { destructiveHint: true, readOnlyHint: false },
}, handleWrite);
async function handleWrite(input: any) { return { content: [] }; }
server.registerResource("note", new ResourceTemplate("notes://{id}", { list: undefined }), {}, async (uri, { id }) => ({ contents: [] }));
server.registerPrompt("ask", { description: "Asks", argsSchema: { topic: z.string() } }, ({ topic }) => ({ messages: [] }));
"#,
        r#"
server files
tool ping() -> ·
tool read(path: string, lines?: integer) "Reads a file" -> ·
tool list() readOnlyHint "Lists" -> ·
tool write(path: string, mode?: string#, tags: array) destructiveHint !readOnlyHint "Writes a file" -> handleWrite
resource notes://{id} -> ·
prompt ask(topic: string) -> ·
entry ·(·) of read knows [path lines]
entry ·(args) of list
entry handleWrite(input) of write knows [mode]
entry ·(uri) of resource
entry ·(·) of resource
entry ·(·) of prompt
"#,
    );
}

#[test]
fn schemas_come_from_other_files() {
    check_all(
        &[
            (
                "schema.ts",
                r#"
import { z } from "zod";
export const Base = z.object({ repo: z.string().uuid() });
export const Add = Base.extend({ files: z.union([z.string(), z.array(z.string())]), force: z.boolean().optional() });
export const NAME = "git_add";
"#,
            ),
            (
                "logic.ts",
                "export async function add(input) { return input.files; }\nexport default add;",
            ),
            (
                "server.ts",
                r#"
import { Add, NAME } from "./schema.js";
import add from "./logic.js";
import * as logic from "./logic.js";

export function register(server: McpServer) {
  server.tool(NAME, "Adds", Add.shape, add);
  server.registerTool("again", { inputSchema: Add }, logic.add);
}
"#,
            ),
        ],
        r#"
tool git_add(repo: string, files: any-of, force?: boolean) "Adds" -> add
tool again(repo: string, files: any-of, force?: boolean) -> add
entry add(input) of git_add knows [repo force]
entry add(input) of again knows [repo force]
"#,
    );
}

#[test]
fn a_low_level_server_answers_by_name() {
    check(
        "server.js",
        r#"
const { Server } = require("@modelcontextprotocol/sdk/server/index.js");
const { CallToolRequestSchema, ListToolsRequestSchema } = require("@modelcontextprotocol/sdk/types.js");
const RunSchema = z.object({ target: z.string() });
const TOOLS = [{ name: "run", description: "Runs", inputSchema: zodToJsonSchema(RunSchema) },
  { name: "stop", description: "Stops", inputSchema: { type: "object", properties: { id: { type: "integer" } } } }];

class Main {
  constructor() {
    this.server = new Server({ name: "x", version: "1" }, { capabilities: {} });
    this.server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: TOOLS }));
    this.server.setRequestHandler(CallToolRequestSchema, this.handle.bind(this));
  }
  async handle(request) {
    const { name, arguments: args } = request.params;
    switch (name) {
      case "run": {
        return this.run(args);
      }
      case "stop":
      case "halt":
        return stop(args.id);
    }
  }
  run(args) { return args; }
}
function stop(id) {}
"#,
        r#"
server x
tool run(target: string) "Runs" -> Main.run in Main.handle
tool stop(id?: integer) "Stops" -> stop in Main.handle
tool halt(, …) -> stop in Main.handle unlisted
entry Main.handle(request.params.name) of by name
entry Main.handle(request.params.arguments) of by name
"#,
    );
}

#[test]
fn a_table_of_handlers_in_other_files_answers_by_name() {
    check_all(
        &[
            (
                "tools/index.js",
                r#"
import { fetchUrl, fetchTool } from "./fetch.js";
export const tools = [fetchTool];
export const toolHandlers = { [fetchTool.name]: fetchUrl };
"#,
            ),
            (
                "tools/fetch.js",
                r#"
export const fetchTool = { name: "fetch_url", description: "Fetches", inputSchema: { type: "object", properties: { url: { type: "string" } }, required: ["url"] } };
export async function fetchUrl(args) { return args.url; }
"#,
            ),
            (
                "server.js",
                r#"
import { tools, toolHandlers } from "./tools/index.js";
server.setRequestHandler("tools/list", async () => ({ tools }));
server.setRequestHandler("tools/call", async (request) => {
  const toolName = request.params.name;
  const handler = toolHandlers[toolName];
  return handler(request.params.arguments);
});
"#,
            ),
        ],
        r#"
tool fetch_url(url: string) "Fetches" -> fetchUrl in fetchUrl
entry ·(request.params.name) of by name
entry ·(request.params.arguments) of by name
"#,
    );
}

#[test]
fn shortened_names_are_understood_by_what_they_do() {
    check(
        "dist/index.js",
        r#"var a=c.object({method:c.literal("tools/call"),params:d});e.setRequestHandler(a,async t=>{let{name:r,arguments:n}=t.params;if(r==="go")return f(n.x)});function f(x){}
e.setRequestHandler(zz,async o=>{return h[o.params.name](o.params.arguments)});e.setRequestHandler(yy,async()=>({tools:[]}));"#,
        r"
entry ·(t.params.name) of by name
entry ·(t.params.arguments) of by name
entry ·(o.params.name) of by name
entry ·(o.params.arguments) of by name
",
    );
}

#[test]
fn frameworks_have_tools_in_files_classes_and_objects() {
    check_all(
        &[
            (
                "src/tools/greet.ts",
                r#"
import { z } from "zod";
export const schema = { name: z.string().describe("who") };
export const metadata = { name: "greet", description: "Greets", annotations: { readOnlyHint: true } };
export default async function greet({ name }) { return name; }
"#,
            ),
            (
                "src/tools/ExecTool.ts",
                r#"
import { MCPTool } from "mcp-framework";
class ExecTool extends MCPTool<Input> {
  name = "exec";
  description = "Runs it";
  schema = { command: { type: z.string(), description: "what" } };
  async execute(input: Input) { return input.command; }
}
export default ExecTool;
"#,
            ),
            (
                "src/server.ts",
                r#"
import { FastMCP } from "fastmcp";
const server = new FastMCP({ name: "docs", version: "1.0.0" });
server.addTool({ name: "add", description: "Adds", parameters: z.object({ a: z.number() }), execute: async (args) => args.a });
server.addTool({ name: "now", execute: async () => "now" });
server.addResourceTemplate({ uriTemplate: "file:///{name}", name: "f", async load({ name }) { return { text: name }; } });
app.get("/health", (req, res) => res.end());
"#,
            ),
        ],
        r#"
server docs
tool add(a: number) "Adds" -> execute
tool now() -> execute
tool exec(command: any) "Runs it" -> ExecTool.execute
tool greet(name: string) readOnlyHint "Greets" -> greet
resource file:///{name} -> load
route GET /health -> ·
entry execute(args) of add knows [a]
entry execute(·) of now
entry ExecTool.execute(input) of exec
entry greet(·) of greet
entry load(·) of resource
"#,
    );
}

#[test]
fn a_list_of_tools_is_registered_in_a_loop() {
    check(
        "server.js",
        r#"
const tools = [
  { name: "a", description: "A", schema: { x: z.string() }, handler: async (args) => args.x },
  { name: "b", description: "B", schema: { y: z.string() }, handler: handleB },
];
function handleB(args) {}
for (const tool of tools) {
  server.tool(tool.name, tool.description, tool.schema, async (args) => tool.handler(args));
}
tools.forEach((t) => server.registerTool(t.name, { inputSchema: t.schema }, t.handler));
"#,
        r#"
tool a(x: string) "A" -> handler
tool b(y: string) "B" -> handleB
entry handler(args) of a
entry handleB(args) of b
entry ·(args) of by name
"#,
    );
}

#[test]
fn requests_are_answered_without_an_sdk() {
    check(
        "server.js",
        r#"
rl.on("line", (line) => {
  const msg = JSON.parse(line);
  if (msg.method === "tools/call") reply(msg.id, callTool(msg.params.name, msg.params.arguments));
});
const METHODS = { "tools/call": onCall };
function onCall(params) { return callTool(params.name, params.arguments); }
function callTool(name, args) {
  if (name === "x") return args.y;
}
app.post("/mcp", async (req, res) => {
  const { method, params } = req.body;
  switch (method) {
    case "tools/call":
      return res.json(await callTool(params.name, params.arguments));
  }
});
"#,
        r"
route POST /mcp -> ·
entry onCall(params.arguments) of by name
entry callTool(args) of by name
entry ·(req.body.params.arguments) of by name
",
    );
}
