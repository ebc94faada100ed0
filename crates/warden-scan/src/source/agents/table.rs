//! What is called to set up a server, and what it takes.

/// What a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// The settings of one server: by name, in an object, or by position.
    Settings,
    /// An object with the settings of several, each under its name.
    Several,
    /// Other things, and perhaps a server among them.
    Within,
}

/// A call.
#[derive(Debug)]
pub(super) struct Known {
    /// The last name of what is called.
    pub(super) name: &'static str,
    /// The library or framework.
    pub(super) framework: &'static str,
    /// What it takes.
    pub(super) takes: Takes,
    /// Whether what stands first is a URL, whatever it is.
    pub(super) by_url: bool,
}

/// Makes the table, and the names for the index of calls.
macro_rules! known {
    ($($framework:literal { $($name:literal $takes:ident $($url:ident)?,)* })*) => {
        pub(super) static KNOWN: &[Known] = &[$($(Known {
            name: $name,
            framework: $framework,
            takes: Takes::$takes,
            by_url: known!(@ $($url)?),
        },)*)*];

        /// The names that calls are noted by.
        pub(crate) static NAMES: &[&str] = &[$($($name,)*)*];
    };
    (@ url) => { true };
    (@) => { false };
}

known! {
    "mcp-python-sdk" {
        "StdioServerParameters" Settings,
        "sse_client" Settings url,
        "streamablehttp_client" Settings url,
        "streamable_http_client" Settings url,
        "websocket_client" Settings url,
    }
    "mcp-typescript-sdk" {
        "StdioClientTransport" Settings,
        "SSEClientTransport" Settings url,
        "StreamableHTTPClientTransport" Settings url,
        "WebSocketClientTransport" Settings url,
    }
    "fastmcp" {
        "StdioTransport" Settings,
        "StreamableHttpTransport" Settings url,
        "SSETransport" Settings url,
    }
    "langchain" {
        "MultiServerMCPClient" Several,
    }
    "openai-agents" {
        "MCPServerStdio" Settings,
        "MCPServerSse" Settings url,
        "MCPServerSSE" Settings url,
        "MCPServerStreamableHttp" Settings url,
        "MCPServerStreamableHTTP" Settings url,
        "MCPServerHTTP" Settings url,
        "HostedMCPTool" Within,
        "hostedMcpTool" Within,
    }
    "autogen" {
        "StdioServerParams" Settings,
        "SseServerParams" Settings url,
        "StreamableHttpServerParams" Settings url,
    }
    "google-adk" {
        "SseConnectionParams" Settings url,
        "StreamableHTTPConnectionParams" Settings url,
    }
    "llama-index" {
        "BasicMCPClient" Settings,
    }
    "agent-framework" {
        "MCPStdioTool" Settings,
        "MCPStreamableHTTPTool" Settings url,
    }
    "semantic-kernel" {
        "MCPStdioPlugin" Settings,
        "MCPSsePlugin" Settings url,
        "MCPStreamableHttpPlugin" Settings url,
    }
    "haystack" {
        "StdioServerInfo" Settings,
        "SSEServerInfo" Settings url,
        "StreamableHttpServerInfo" Settings url,
    }
    "mastra" {
        "MCPClient" Several,
        "MCPConfiguration" Several,
    }
    "ai-sdk" {
        "createMCPClient" Within,
        "experimental_createMCPClient" Within,
    }
    "claude-agent-sdk" {
        "ClaudeAgentOptions" Several,
        "ClaudeCodeOptions" Several,
    }
}

/// What a class is imported from decides where several frameworks have one of the same name.
pub(super) static PACKAGES: &[(&str, &str)] = &[
    ("pydantic_ai", "pydantic-ai"),
    ("agents", "openai-agents"),
    ("@openai/agents", "openai-agents"),
    ("smolagents", "smolagents"),
    ("mcp_use", "mcp-use"),
    ("mcp-use", "mcp-use"),
];

/// Members with an object that has the settings of a server.
pub(super) static WRAPS: &[&str] = &[
    "params",
    "server_params",
    "serverParams",
    "server_parameters",
    "serverParameters",
    "server_info",
    "transport",
    "tool_config",
    "toolConfig",
    "options",
];

/// Members with an object that has a server under each name.
pub(super) static MAPS: &[&str] = &["connections", "servers", "mcpServers", "mcp_servers"];
