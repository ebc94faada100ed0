use warden_flow::{Limits, analyse};
use warden_model::{SourceFile, SourceTree};

use super::*;
use crate::SourceView;

/// What each tool of a file does, a line for each fact.
#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    let file = SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    let tree = SourceTree { name: "x".into(), files: vec![file], ..SourceTree::default() };
    let program = crate::source::program(&tree, Limits::default());
    let analysis = analyse(&program, crate::models::models());
    let view = SourceView::of(&tree, &analysis);
    let mut lines = Vec::new();
    for (tool, does) in view.surface.tools.iter().zip(&view.effects) {
        let name = tool.name.as_deref().unwrap_or("?");
        for effect in &does.effects {
            let loose = if effect.loose { " perhaps" } else { "" };
            lines.push(format!("{name} {} by {}{loose}", effect.effect, effect.call));
        }
        lines.extend(does.hosts.iter().map(|(host, _)| format!("{name} talks to {host}")));
        lines.extend(
            does.systems.iter().map(|(system, _)| format!("{name} reaches {}", system.name())),
        );
        lines.extend(does.open.then(|| format!("{name} talks to anything")));
        lines.extend(does.credentials.iter().map(|variable| format!("{name} uses {variable}")));
    }
    assert_eq!(lines, expected);
}

#[test]
fn a_tool_does_what_its_functions_do() {
    check(
        "server.py",
        r#"
import os, requests, subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")
TOKEN = os.environ["GITHUB_TOKEN"]
API = "https://api.github.com"

def ask(path):
    return requests.get(f"{API}/{path}", headers={"Authorization": TOKEN}).json()

@mcp.tool()
def issues(repo: str):
    return ask(f"repos/{repo}/issues")

@mcp.tool()
def close(repo: str, number: int):
    return requests.request("PATCH", f"{API}/repos/{repo}/issues/{number}")

@mcp.tool()
def build(path: str):
    subprocess.run(["make"], cwd=path)
    open(path + "/log", "w").write("done")
"#,
        &[
            "issues read by requests:get",
            "issues talks to api.github.com",
            "issues reaches github",
            "issues uses GITHUB_TOKEN",
            "close write by requests:request",
            "close talks to api.github.com",
            "close reaches github",
            "build read by :open",
            "build write by :open",
            "build execute by subprocess:run",
            "build reaches files",
            "build talks to anything",
        ],
    );
}

#[test]
fn of_a_function_for_several_tools_each_has_its_part() {
    check(
        "server.ts",
        r#"
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import fs from "node:fs";
import Stripe from "stripe";

const stripe = new Stripe(process.env.STRIPE_SECRET_KEY!);
const TOOLS = [
  { name: "read", description: "Reads", inputSchema: { type: "object" } },
  { name: "refund", description: "Refunds", inputSchema: { type: "object" } },
  { name: "drop", description: "Drops", inputSchema: { type: "object" } },
];
const server = new Server({ name: "x", version: "1" }, {});
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args } = request.params;
  switch (name) {
    case "read":
      return fs.readFileSync(args.path);
    case "refund":
      return refund(args.id);
    case "drop":
      fs.unlinkSync(args.path);
      return fetch("https://hooks.slack.com/services/x", { method: "POST", body: args.path });
  }
});
async function refund(id: string) {
  return stripe.refunds.create({ charge: id });
}
"#,
        &[
            "read read by fs:readFileSync",
            "read reaches files",
            "refund reaches stripe",
            "refund uses STRIPE_SECRET_KEY",
            "drop write by :fetch",
            "drop destructive by fs:unlinkSync",
            "drop talks to hooks.slack.com",
            "drop reaches slack",
            "drop reaches files",
        ],
    );
}

#[test]
fn libraries_of_go_are_products_too() {
    check(
        "main.go",
        r#"
package main

import (
	"context"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/mark3labs/mcp-go/mcp"
)

func register(s Server) {
	s.AddTool(mcp.NewTool("query"), query)
}

func query(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	conn, _ := pgx.Connect(ctx, os.Getenv("DATABASE_DSN"))
	conn.Query(ctx, req.GetString("sql", ""))
	return nil, nil
}
"#,
        &[
            "query read by pgx:Conn().Query",
            "query reaches postgres",
            "query talks to anything",
            "query uses DATABASE_DSN",
        ],
    );
}

// R31: what a tool reaches can only be told where every address is constant.
#[test]
fn an_address_that_is_not_constant_leaves_a_tool_open() {
    check(
        "server.py",
        r#"
import os, requests, httpx
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")
API = "https://api.example.com"
client = httpx.Client(base_url=API)

@mcp.tool()
def named(path: str):
    url = f"{API}/{path}"
    return requests.get(url)

@mcp.tool()
def based(path: str):
    return client.get(f"/v1/{path}")

@mcp.tool()
def rebased(path: str):
    return client.get(path)

@mcp.tool()
def beside(zone: str):
    return requests.get(API + zone)

@mcp.tool()
def usual(url: str = "https://api.example.com/v1"):
    return requests.get(url)

@mcp.tool()
def either(path: str):
    return requests.get(os.environ.get("API", "https://api.example.com/"))

@mcp.tool()
def any(url: str):
    return requests.get(url, headers={"Referer": "https://www.example.com/"})

@mcp.tool()
def configured(path: str):
    return requests.request("GET", os.environ["API"] + path)
"#,
        &[
            "named read by requests:get",
            "named talks to api.example.com",
            "based read by httpx:Client().get",
            "based talks to api.example.com",
            "rebased read by httpx:Client().get",
            "rebased talks to api.example.com",
            "rebased talks to anything",
            "beside read by requests:get",
            "beside talks to api.example.com",
            "beside talks to anything",
            "usual read by requests:get",
            "usual talks to api.example.com",
            "usual talks to anything",
            "either read by requests:get",
            "either talks to api.example.com",
            "either talks to anything",
            "any read by requests:get",
            "any talks to www.example.com",
            "any talks to anything",
            "configured read by requests:request",
            "configured talks to anything",
        ],
    );
}

#[test]
fn a_header_is_no_address() {
    check(
        "server.ts",
        r#"
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const BASE = "https://api.example.com";
const TOOLS = [
  { name: "named", description: "Reads", inputSchema: { type: "object" } },
  { name: "any", description: "Reads", inputSchema: { type: "object" } },
];
const server = new Server({ name: "x", version: "1" }, {});
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args } = request.params;
  switch (name) {
    case "named":
      return fetch(`${BASE}/v1`, { headers: { Accept: "text/plain" } });
    case "any":
      return fetch(args.url, { headers: { Referer: BASE } });
  }
});
"#,
        &[
            "named read by :fetch",
            "named talks to api.example.com",
            "any read by :fetch",
            "any talks to api.example.com",
            "any talks to anything",
        ],
    );
}

// R3: the seven kinds of systems and the products that are named.
#[test]
fn every_named_product_is_known_by_a_host_or_a_library() {
    for (sign, expected) in [
        ("api.github.com", "github"),
        ("gitlab.com", "gitlab"),
        ("x.eu-west-1.snowflakecomputing.com", "snowflake"),
        ("sts.amazonaws.com", "aws"),
        ("management.azure.com", "azure"),
        ("storage.googleapis.com", "gcp"),
        ("acme.atlassian.net", "jira"),
        ("api.linear.app", "linear"),
        ("acme.grafana.net", "grafana"),
        ("api.datadoghq.com", "datadog"),
        ("api.stripe.com", "stripe"),
        ("slack.com", "slack"),
        ("acme.my.salesforce.com", "salesforce"),
    ] {
        assert_eq!(System::of_host(sign).map(System::name), Some(expected), "{sign}");
    }
    for (path, expected) in [
        ("psycopg2:connect()", "postgres"),
        ("pg:Pool()", "postgres"),
        ("mysql2/promise:createPool()", "mysql"),
        ("google:cloud.storage.Client()", "gcp"),
        ("@aws-sdk/client-s3:S3Client()", "aws"),
        ("github.com/google/go-github/v57/github:NewClient()", "github"),
        ("@linear/sdk:LinearClient()", "linear"),
    ] {
        assert_eq!(System::of_path(path).map(System::name), Some(expected), "{path}");
    }
    assert_eq!(System::all().count(), 16, "15 products and the file system");
    for stranger in ["notgithub.com", "github.com.example.net", "example.com"] {
        assert_eq!(System::of_host(stranger), None, "{stranger}");
    }
    for stranger in ["pgp:sign()", "google:genai.Client()", "stripes:x"] {
        assert_eq!(System::of_path(stranger), None, "{stranger}");
    }
}
