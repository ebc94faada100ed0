//! Small servers, each with a flow from its tool into a shell.

/// In Python.
pub(super) const PYTHON: &str = "\
import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP(\"planted\")


@mcp.tool()
def run(command: str) -> str:
    \"\"\"Run a command\"\"\"
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout
";

/// In JavaScript.
pub(super) const JAVASCRIPT: &str = "\
const { exec } = require(\"child_process\");
const { McpServer } = require(\"@modelcontextprotocol/sdk/server/mcp.js\");
const { z } = require(\"zod\");
const server = new McpServer({ name: \"planted\", version: \"1\" });
server.registerTool(\"run\", { inputSchema: { command: z.string() } }, async ({ command }) => {
  exec(command);
  return { content: [] };
});
";

/// In Go.
pub(super) const GO: &str = "\
package main

import (
\t\"context\"
\t\"os/exec\"

\t\"github.com/mark3labs/mcp-go/mcp\"
\t\"github.com/mark3labs/mcp-go/server\"
)

func run(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
\tcommand, _ := request.RequireString(\"command\")
\texec.Command(\"sh\", \"-c\", command).Run()
\treturn mcp.NewToolResultText(\"ok\"), nil
}

func main() {
\ts := server.NewMCPServer(\"planted\", \"1\")
\ts.AddTool(mcp.NewTool(\"run\", mcp.WithString(\"command\")), run)
\tserver.ServeStdio(s)
}
";

/// The line of each server that runs the command.
const LINES: &[&str] = &[
    "return subprocess.run(command, shell=True, capture_output=True, text=True).stdout",
    "exec(command);",
    "exec.Command(\"sh\", \"-c\", command).Run()",
];

/// A server that does something else with its command.
#[track_caller]
pub(super) fn with_body(server: &str, body: &str) -> String {
    let line = LINES.iter().find(|line| server.contains(**line)).expect("it runs the command");
    server.replace(line, body)
}
