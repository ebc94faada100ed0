use warden_model::{SourceFile, SourceTree};

use crate::{Analyse, TreeScan, analyse_tree};

fn scanned(path: &str, text: &str) -> TreeScan {
    let file = SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    let tree = SourceTree { files: vec![file], ..SourceTree::default() };
    analyse_tree(&tree, &Analyse { threads: 1, ..Analyse::default() })
}

/// What a file sets up: line, framework, name, and what is started or reached with which variables.
#[track_caller]
fn check(path: &str, text: &str, wanted: &[&str]) {
    let scan = scanned(path, text);
    let found: Vec<String> = scan
        .agents
        .iter()
        .map(|one| {
            let line = one.location.line.unwrap_or_default();
            let name = one.name.as_deref().unwrap_or("-");
            let runs = one.command.as_ref().or(one.url.as_ref());
            let runs = runs.map_or("nothing", String::as_str);
            let env = one.env.join(",");
            format!("{line} {} {name}: {runs} [{env}]", one.framework)
        })
        .collect();
    assert_eq!(found, wanted, "{text}");
}

#[test]
fn calls_of_the_python_library_are_found() {
    check(
        "agent.py",
        r#"import os, sys
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamablehttp_client
from mcp.client.sse import sse_client

ARGS = ["-y", "@modelcontextprotocol/server-filesystem", "/data"]
params = StdioServerParameters(command="npx", args=ARGS, env={"TOKEN": os.environ["TOKEN"]})
own = StdioServerParameters(command=sys.executable, args=["server.py"])

async def main(url):
    async with streamablehttp_client("https://tickets.example.com/mcp") as streams:
        pass
    async with sse_client(url) as streams:
        pass
"#,
        &[
            "8 mcp-python-sdk -: npx -y @modelcontextprotocol/server-filesystem /data [TOKEN]",
            "9 mcp-python-sdk -: '<executable>' server.py []",
            "12 mcp-python-sdk -: https://tickets.example.com/mcp []",
            "14 mcp-python-sdk -: <url> []",
        ],
    );
}

#[test]
fn calls_of_the_typescript_library_are_found() {
    check(
        "agent.ts",
        r#"import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";

const base = "https://wiki.example.com/mcp";
const local = new StdioClientTransport({ command: "uvx", args: ["mcp-server-git", "--repository", "."] });
const remote = new StreamableHTTPClientTransport(new URL(base));
const old = new SSEClientTransport(new URL("https://old.example.com/sse"));
"#,
        &[
            "7 mcp-typescript-sdk -: uvx mcp-server-git --repository . []",
            "8 mcp-typescript-sdk -: https://wiki.example.com/mcp []",
            "9 mcp-typescript-sdk -: https://old.example.com/sse []",
        ],
    );
}

#[test]
fn servers_of_frameworks_in_python_are_found() {
    check(
        "a.py",
        r#"from langchain_mcp_adapters.client import MultiServerMCPClient
client = MultiServerMCPClient({
    "math": {"command": "python", "args": ["math_server.py"], "transport": "stdio"},
    "weather": {"url": "https://weather.example.com/mcp", "transport": "streamable_http"},
})
"#,
        &[
            "3 langchain math: python math_server.py []",
            "4 langchain weather: https://weather.example.com/mcp []",
        ],
    );
    check(
        "b.py",
        r#"from agents.mcp import MCPServerStdio, MCPServerStreamableHttp
from agents import HostedMCPTool
a = MCPServerStdio(name="files", params={"command": "npx", "args": ["-y", "files-mcp"]})
b = MCPServerStreamableHttp(params={"url": "https://crm.example.com/mcp"})
c = HostedMCPTool(tool_config={"type": "mcp", "server_label": "git", "server_url": "https://git.example.com/mcp"})
"#,
        &[
            "3 openai-agents files: npx -y files-mcp []",
            "4 openai-agents -: https://crm.example.com/mcp []",
            "5 openai-agents git: https://git.example.com/mcp []",
        ],
    );
    check(
        "c.py",
        r#"from pydantic_ai.mcp import MCPServerStdio, MCPServerSSE
run = MCPServerStdio("deno", args=["run", "-N", "jsr:@pydantic/mcp-run-python", "stdio"])
sse = MCPServerSSE("http://localhost:3001/sse")
"#,
        &[
            "2 pydantic-ai -: deno run -N jsr:@pydantic/mcp-run-python stdio []",
            "3 pydantic-ai -: http://localhost:3001/sse []",
        ],
    );
    check(
        "d.py",
        r#"from autogen_ext.tools.mcp import StdioServerParams
from google.adk.tools.mcp_tool import StdioConnectionParams, StreamableHTTPConnectionParams
from mcp import StdioServerParameters
from claude_agent_sdk import ClaudeAgentOptions
a = StdioServerParams(command="uvx", args=["mcp-server-fetch"])
b = StdioConnectionParams(server_params=StdioServerParameters(command="npx", args=["maps-mcp"]))
c = StreamableHTTPConnectionParams(url="https://adk.example.com/mcp")
d = ClaudeAgentOptions(mcp_servers={"docs": {"command": "npx", "args": ["docs-mcp"]}}, max_turns=3)
e = ClaudeAgentOptions(max_turns=3)
"#,
        &[
            "5 autogen -: uvx mcp-server-fetch []",
            "6 mcp-python-sdk -: npx maps-mcp []",
            "7 google-adk -: https://adk.example.com/mcp []",
            "8 claude-agent-sdk docs: npx docs-mcp []",
        ],
    );
}

#[test]
fn servers_of_other_frameworks_in_python_are_found() {
    check(
        "e.py",
        r#"from llama_index.tools.mcp import BasicMCPClient
from agent_framework import MCPStdioTool, MCPStreamableHTTPTool
from semantic_kernel.connectors.mcp import MCPStdioPlugin
from haystack_integrations.tools.mcp import StdioServerInfo
from fastmcp.client.transports import StdioTransport
a = BasicMCPClient("https://idx.example.com/sse")
b = BasicMCPClient("python", args=["server.py"])
c = MCPStdioTool(name="fs", command="npx", args=["fs-mcp"])
d = MCPStreamableHTTPTool(name="learn", url="https://learn.example.com/api/mcp")
e = MCPStdioPlugin(name="git", command="uvx", args=["mcp-server-git"])
f = StdioServerInfo(command="uvx", args=["time-mcp"])
g = StdioTransport(command="python", args=["srv.py"])
"#,
        &[
            "6 llama-index -: https://idx.example.com/sse []",
            "7 llama-index -: python server.py []",
            "8 agent-framework fs: npx fs-mcp []",
            "9 agent-framework learn: https://learn.example.com/api/mcp []",
            "10 semantic-kernel git: uvx mcp-server-git []",
            "11 haystack -: uvx time-mcp []",
            "12 fastmcp -: python srv.py []",
        ],
    );
}

#[test]
fn servers_of_frameworks_in_typescript_are_found() {
    check(
        "a.ts",
        r#"import { MCPClient } from "@mastra/mcp";
import { experimental_createMCPClient as createMCPClient } from "ai";
const mcp = new MCPClient({ servers: {
  notes: { command: "npx", args: ["-y", "notes-mcp"], env: { NOTES_KEY: process.env.NOTES_KEY } },
  mail: { url: new URL("https://mail.example.com/mcp") },
} });
const ai = await createMCPClient({ transport: { type: "sse", url: "https://ai.example.com/sse" } });
"#,
        &[
            "4 mastra notes: npx -y notes-mcp [NOTES_KEY]",
            "5 mastra mail: https://mail.example.com/mcp []",
            "7 ai-sdk -: https://ai.example.com/sse []",
        ],
    );
}

#[test]
fn a_secret_in_a_command_line_or_a_url_is_not_told() {
    let text = "from mcp import StdioServerParameters\n\
        from mcp.client.sse import sse_client\n\
        p = StdioServerParameters(command=\"npx\", args=[\"x\", \"--api-key\", \"correct-horse-1\"])\n\
        s = sse_client(\"https://ada:wonder-land-3@a.example.com/sse?token=looking-glass-4\")\n";
    let scan = scanned("a.py", text);
    assert_eq!(scan.agents.len(), 2, "{:?}", scan.agents);
    let told = format!("{:?}", scan.agents);
    for value in ["correct-horse", "wonder-land", "looking-glass"] {
        assert!(!told.contains(value), "{told}");
    }
    assert!(scanned("b.py", "def tool(x):\n    return print(x)\n").agents.is_empty());
}
