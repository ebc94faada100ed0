//! The table of clients: one row says how one of them adds a server.
//!
//! The rows stand in the order of the table of clients that the scanner has, and a test writes
//! every one of them where its client would read it and has the scanner read it back.

use super::{
    Adder, Command,
    Fill::{self, Arguments, Everything, Name, Number, Program, Text, True, Url, Words},
    Link, Place, Wrap,
};

type Fields = &'static [(&'static str, Fill)];

const SERVERS: Wrap = Wrap::Json(&["mcpServers"]);
const VSCODE: Wrap = Wrap::Json(&["servers"]);
const MCP: Wrap = Wrap::Json(&["mcp"]);

const NONE: Fields = &[];
const PLAIN: Fields = &[("command", Program), ("args", Arguments)];
const STDIO: Fields = &[("type", Text("stdio")), ("command", Program), ("args", Arguments)];
const LISTED: Fields = &[("name", Name), ("command", Program), ("args", Arguments)];
const URL: Fields = &[("url", Url)];
const HTTP: Fields = &[("type", Text("http")), ("url", Url)];
const STREAMABLE: Fields = &[("type", Text("streamable-http")), ("url", Url)];
const SERVER_URL: Fields = &[("serverUrl", Url)];
const HTTP_URL: Fields = &[("httpUrl", Url)];
const OPENCODE: Fields = &[("type", Text("local")), ("command", Words), ("enabled", True)];
const OPENCODE_REMOTE: Fields = &[("type", Text("remote")), ("url", Url), ("enabled", True)];
const CLINE_REMOTE: Fields = &[("type", Text("streamableHttp")), ("url", Url)];
const LISTED_REMOTE: Fields = &[("name", Name), ("type", Text("streamable-http")), ("url", Url)];
const COPILOT_LOCAL: Fields =
    &[("type", Text("local")), ("command", Program), ("args", Arguments), ("tools", Everything)];
const COPILOT_REMOTE: Fields = &[("type", Text("http")), ("url", Url), ("tools", Everything)];
const VIBE_LOCAL: Fields =
    &[("name", Name), ("transport", Text("stdio")), ("command", Program), ("args", Arguments)];
const VIBE_REMOTE: Fields = &[("name", Name), ("transport", Text("streamable-http")), ("url", Url)];
const OPENCLAW_REMOTE: Fields = &[("url", Url), ("transport", Text("streamable-http"))];
const SEMA4_LOCAL: Fields =
    &[("transport", Text("stdio")), ("command", Program), ("args", Arguments)];
const SEMA4_REMOTE: Fields = &[("transport", Text("streamable-http")), ("url", Url)];
const GOOSE_LOCAL: Fields = &[
    ("enabled", True),
    ("type", Text("stdio")),
    ("name", Name),
    ("cmd", Program),
    ("args", Arguments),
    ("timeout", Number(300)),
];
const GOOSE_REMOTE: Fields = &[
    ("enabled", True),
    ("type", Text("streamable_http")),
    ("name", Name),
    ("uri", Url),
    ("timeout", Number(300)),
];

const CLAUDE_ADD: Command = Command {
    local: "claude mcp add --transport stdio {name} -- {line}",
    remote: "claude mcp add --transport http {name} {url}",
};
const CODE_ADD: Command =
    Command { local: "code --add-mcp {json}", remote: "code --add-mcp {json}" };
const CODEX_ADD: Command =
    Command { local: "codex mcp add {name} -- {line}", remote: "codex mcp add {name} --url {url}" };
const GEMINI_ADD: Command = Command {
    local: "gemini mcp add --scope user {name} {line}",
    remote: "gemini mcp add --scope user --transport http {name} {url}",
};

const CLAUDE: Place = Place {
    linux: "~/.config/Claude/claude_desktop_config.json",
    macos: "~/Library/Application Support/Claude/claude_desktop_config.json",
    windows: r"%APPDATA%\Claude\claude_desktop_config.json",
};
const ZED: Place = Place {
    linux: "~/.config/zed/settings.json",
    macos: "~/.config/zed/settings.json",
    windows: r"%APPDATA%\Zed\settings.json",
};
const COPILOT: Place = Place {
    linux: "~/.config/github-copilot/intellij/mcp.json",
    macos: "~/.config/github-copilot/intellij/mcp.json",
    windows: r"%LOCALAPPDATA%\github-copilot\intellij\mcp.json",
};
const GOOSE: Place = Place {
    linux: "~/.config/goose/config.yaml",
    macos: "~/.config/goose/config.yaml",
    windows: r"%APPDATA%\Block\goose\config\config.yaml",
};
const CRUSH: Place = Place {
    linux: "~/.config/crush/crush.json",
    macos: "~/.config/crush/crush.json",
    windows: r"%LOCALAPPDATA%\crush\crush.json",
};
const HERMES: Place = Place {
    linux: "~/.hermes/config.yaml",
    macos: "~/.hermes/config.yaml",
    windows: r"%LOCALAPPDATA%\hermes\config.yaml",
};
const SEMA4: Place = Place {
    linux: "~/.sema4ai/sema4ai-studio/mcp_servers.json",
    macos: "~/.sema4ai/sema4ai-studio/mcp_servers.json",
    windows: r"%LOCALAPPDATA%\sema4ai\sema4ai-studio\mcp_servers.json",
};

const fn at(path: &'static str) -> Place {
    Place { linux: path, macos: path, windows: path }
}

const fn adder(
    id: &'static str,
    name: &'static str,
    place: Place,
    wrap: Wrap,
    (local, remote): (Fields, Fields),
) -> Adder {
    Adder { id, name, place, wrap, local, remote, link: None, command: None }
}

impl Adder {
    const fn link(mut self, link: Link) -> Self {
        self.link = Some(link);
        self
    }

    const fn command(mut self, command: Command) -> Self {
        self.command = Some(command);
        self
    }
}

/// How each client adds a server.
pub static ADDERS: &[Adder] = &[
    adder("claude-desktop", "Claude Desktop", CLAUDE, SERVERS, (PLAIN, NONE)),
    adder("claude-code", "Claude Code", at("~/.claude.json"), SERVERS, (STDIO, HTTP))
        .command(CLAUDE_ADD),
    adder("cursor", "Cursor", at("~/.cursor/mcp.json"), SERVERS, (PLAIN, URL))
        .link(Link::Base64("cursor://anysphere.cursor-deeplink/mcp/install")),
    adder("vscode", "VS Code", at("./.vscode/mcp.json"), VSCODE, (STDIO, HTTP))
        .link(Link::Json("vscode:mcp/install?"))
        .command(CODE_ADD),
    adder("visual-studio", "Visual Studio", at("~/.mcp.json"), VSCODE, (STDIO, HTTP)),
    adder(
        "windsurf",
        "Windsurf",
        at("~/.codeium/windsurf/mcp_config.json"),
        SERVERS,
        (PLAIN, SERVER_URL),
    ),
    adder(
        "cline",
        "Cline",
        at("~/.cline/data/settings/cline_mcp_settings.json"),
        SERVERS,
        (PLAIN, CLINE_REMOTE),
    ),
    adder("roo-code", "Roo Code", at("./.roo/mcp.json"), SERVERS, (PLAIN, STREAMABLE)),
    adder(
        "kilo-code",
        "Kilo Code",
        at("~/.config/kilo/kilo.json"),
        MCP,
        (OPENCODE, OPENCODE_REMOTE),
    ),
    adder("zed", "Zed", ZED, Wrap::Json(&["context_servers"]), (PLAIN, URL)),
    adder(
        "continue",
        "Continue",
        at("~/.continue/config.yaml"),
        Wrap::YamlList("mcpServers"),
        (LISTED, LISTED_REMOTE),
    ),
    adder("codex", "Codex", at("~/.codex/config.toml"), Wrap::Toml("mcp_servers"), (PLAIN, URL))
        .command(CODEX_ADD),
    adder("gemini-cli", "Gemini CLI", at("~/.gemini/settings.json"), SERVERS, (PLAIN, HTTP_URL))
        .command(GEMINI_ADD),
    adder(
        "antigravity",
        "Google Antigravity",
        at("~/.gemini/config/mcp_config.json"),
        SERVERS,
        (PLAIN, SERVER_URL),
    ),
    adder(
        "jetbrains-ai",
        "JetBrains AI Assistant",
        at("~/.ai/mcp/mcp.json"),
        SERVERS,
        (PLAIN, URL),
    ),
    adder("junie", "JetBrains Junie", at("~/.junie/mcp/mcp.json"), SERVERS, (PLAIN, NONE)),
    adder("copilot-ide", "GitHub Copilot in JetBrains", COPILOT, VSCODE, (STDIO, HTTP)),
    adder(
        "copilot-cli",
        "GitHub Copilot CLI",
        at("~/.copilot/mcp-config.json"),
        SERVERS,
        (COPILOT_LOCAL, COPILOT_REMOTE),
    ),
    adder("goose", "Goose", GOOSE, Wrap::Yaml("extensions"), (GOOSE_LOCAL, GOOSE_REMOTE)),
    adder("lm-studio", "LM Studio", at("~/.lmstudio/mcp.json"), SERVERS, (PLAIN, URL))
        .link(Link::Base64("lmstudio://add_mcp")),
    adder("amazon-q", "Amazon Q", at("~/.aws/amazonq/mcp.json"), SERVERS, (PLAIN, HTTP)),
    adder("kiro", "Kiro", at("~/.kiro/settings/mcp.json"), SERVERS, (PLAIN, URL)),
    adder(
        "opencode",
        "OpenCode",
        at("~/.config/opencode/opencode.json"),
        MCP,
        (OPENCODE, OPENCODE_REMOTE),
    ),
    adder("crush", "Crush", CRUSH, MCP, (STDIO, HTTP)),
    adder("warp", "Warp", at("~/.warp/.mcp.json"), SERVERS, (PLAIN, URL)),
    adder(
        "amp",
        "Amp",
        at("~/.config/amp/settings.json"),
        Wrap::Json(&["amp.mcpServers"]),
        (PLAIN, URL),
    ),
    adder("qwen-code", "Qwen Code", at("~/.qwen/settings.json"), SERVERS, (PLAIN, HTTP_URL)),
    adder("kimi", "Kimi CLI", at("~/.kimi/mcp.json"), SERVERS, (PLAIN, URL)),
    adder("droid", "Factory Droid", at("~/.factory/mcp.json"), SERVERS, (STDIO, HTTP)),
    adder("qoder", "Qoder", at("~/.qoder/mcp.json"), SERVERS, (PLAIN, URL)),
    adder(
        "vibe",
        "Mistral Vibe",
        at("~/.vibe/config.toml"),
        Wrap::TomlList("mcp_servers"),
        (VIBE_LOCAL, VIBE_REMOTE),
    ),
    adder("grok", "Grok CLI", at("~/.grok/config.toml"), Wrap::Toml("mcp_servers"), (PLAIN, URL)),
    adder("trae", "Trae", at("~/.trae/mcp.json"), SERVERS, (PLAIN, URL)),
    adder("hermes", "Hermes", HERMES, Wrap::Yaml("mcp_servers"), (PLAIN, URL)),
    adder(
        "openclaw",
        "OpenClaw",
        at("~/.openclaw/openclaw.json"),
        Wrap::Json(&["mcp", "servers"]),
        (PLAIN, OPENCLAW_REMOTE),
    ),
    adder("augment", "Augment", at("~/.augment/settings.json"), SERVERS, (PLAIN, HTTP)),
    adder("codebuddy", "CodeBuddy", at("~/.codebuddy/mcp.json"), SERVERS, (PLAIN, NONE)),
    adder("devin", "Devin", at("~/.config/devin/mcp_config.json"), SERVERS, (PLAIN, NONE)),
    adder("rovo-dev", "Rovo Dev", at("~/.rovodev/mcp.json"), SERVERS, (PLAIN, NONE)),
    adder("deepagents", "Deep Agents", at("~/.deepagents/.mcp.json"), SERVERS, (PLAIN, NONE)),
    adder(
        "muse",
        "Muse Code",
        at("~/.config/muse/settings.json"),
        Wrap::Json(&["mcp_servers"]),
        (PLAIN, NONE),
    ),
    adder(
        "reasonix",
        "Reasonix",
        at("~/.reasonix/config.toml"),
        Wrap::Toml("mcp_servers"),
        (PLAIN, NONE),
    ),
    adder("sema4ai", "Sema4.ai Studio", SEMA4, SERVERS, (SEMA4_LOCAL, SEMA4_REMOTE)),
    adder(
        "cortex-code",
        "Snowflake Cortex Code",
        at("~/.snowflake/cortex/mcp.json"),
        SERVERS,
        (PLAIN, NONE),
    ),
    adder("tabnine", "Tabnine", at("~/.tabnine/mcp_servers.json"), SERVERS, (PLAIN, NONE)),
    adder("mcphub-nvim", "mcphub.nvim", at("~/.config/mcphub/servers.json"), SERVERS, (PLAIN, URL)),
];
