//! The table of clients. The order is that of reports; where several clients read one file, the
//! first that lists it owns it.

use super::{Client, Known::One, Known::Well, Place};
use crate::{
    machine::Os::{self, Linux, MacOs, Windows},
    shapes::Shape::{
        self, Amp, Bundle, Compose, ContextServers, DevContainer, DockerRegistry, Extensions, Flat,
        GeminiServers, List, Mcp, Powers, Projects, Servers, Settings, SnakeServers, VsCode,
    },
};

const UNIX: &[Os] = &[Linux, MacOs];
const LINUX: &[Os] = &[Linux];
const MACOS: &[Os] = &[MacOs];
const WINDOWS: &[Os] = &[Windows];

const SERVERS: &[Shape] = &[Servers];
const WRAPPED_OR_FLAT: &[Shape] = &[Servers, Flat];
const GEMINI: &[Shape] = &[GeminiServers];
const VSCODE: &[Shape] = &[VsCode];
const SETTINGS: &[Shape] = &[Settings];
const SNAKE: &[Shape] = &[SnakeServers];
const MCP: &[Shape] = &[Mcp];
const AMP: &[Shape] = &[Amp];
const LISTED: &[Shape] = &[List, Servers];

/// Every client that is known.
pub static CLIENTS: &[Client] = &[
    Client {
        id: "claude-desktop",
        name: "Claude Desktop",
        confidence: Well,
        places: &[
            Place::user("{support}/Claude/claude_desktop_config.json", SERVERS).among_settings(),
            Place::user("{config}/claude/claude_desktop_config.json", SERVERS)
                .on(LINUX)
                .among_settings(),
            Place::plugin("{support}/Claude/Claude Extensions/*/manifest.json", &[Bundle]),
        ],
    },
    Client {
        id: "claude-code",
        name: "Claude Code",
        confidence: Well,
        places: &[
            Place::managed("/Library/Application Support/ClaudeCode/managed-mcp.json", SERVERS)
                .on(MACOS),
            Place::managed("/etc/claude-code/managed-mcp.json", SERVERS).on(LINUX),
            Place::managed("{programfiles}/ClaudeCode/managed-mcp.json", SERVERS).on(WINDOWS),
            Place::managed("{programdata}/ClaudeCode/managed-mcp.json", SERVERS).on(WINDOWS),
            Place::user("{CLAUDE_CONFIG_DIR:~}/.claude.json", &[Servers, Projects])
                .among_settings(),
            Place::user("{CLAUDE_CONFIG_DIR:~/.claude}/settings.json", SERVERS).among_settings(),
            Place::plugin(
                "{CLAUDE_CONFIG_DIR:~/.claude}/plugins/cache/**/.mcp.json",
                WRAPPED_OR_FLAT,
            ),
            Place::plugin(
                "{CLAUDE_CONFIG_DIR:~/.claude}/plugins/repos/**/.mcp.json",
                WRAPPED_OR_FLAT,
            ),
            Place::plugin(
                "{CLAUDE_CONFIG_DIR:~/.claude}/plugins/cache/**/.claude-plugin/plugin.json",
                SERVERS,
            )
            .among_settings(),
            Place::plugin(
                "{CLAUDE_CONFIG_DIR:~/.claude}/plugins/repos/**/.claude-plugin/plugin.json",
                SERVERS,
            )
            .among_settings(),
            Place::plugin("{CLAUDE_CODE_PLUGIN_CACHE_DIR}/**/.mcp.json", WRAPPED_OR_FLAT),
            Place::plugin("{CLAUDE_CODE_PLUGIN_CACHE_DIR}/**/.claude-plugin/plugin.json", SERVERS)
                .among_settings(),
            Place::plugin("{CLAUDE_CODE_PLUGIN_SEED_DIR}/**/.mcp.json", WRAPPED_OR_FLAT),
            Place::plugin("{CLAUDE_CODE_PLUGIN_SEED_DIR}/**/.claude-plugin/plugin.json", SERVERS)
                .among_settings(),
            Place::project("./.mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.claude/settings.json", SERVERS).among_settings(),
            Place::project("./.claude/settings.local.json", SERVERS).among_settings(),
            Place::project("./.claude-plugin/plugin.json", SERVERS).among_settings(),
        ],
    },
    Client {
        id: "cursor",
        name: "Cursor",
        confidence: Well,
        places: &[
            Place::user("~/.cursor/mcp.json", SERVERS),
            Place::plugin("~/.cursor/plugins/cache/**/mcp.json", WRAPPED_OR_FLAT),
            Place::plugin("~/.cursor/plugins/cache/**/.mcp.json", WRAPPED_OR_FLAT),
            Place::plugin("~/.cursor/plugins/local/**/mcp.json", WRAPPED_OR_FLAT),
            Place::plugin("~/.cursor/plugins/local/**/.mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.cursor/mcp.json", SERVERS),
        ],
    },
    Client {
        id: "vscode",
        name: "VS Code",
        confidence: Well,
        places: &[
            Place::user("{vscode}/User/mcp.json", VSCODE),
            Place::user("{vscode}/User/profiles/*/mcp.json", VSCODE),
            Place::user("{vscode}/User/settings.json", SETTINGS).among_settings(),
            Place::user("{vscode}/User/profiles/*/settings.json", SETTINGS).among_settings(),
            Place::user("~/.vscode/mcp.json", VSCODE),
            Place::plugin("~/.vscode/extensions/*/mcp.json", &[VsCode, Servers]),
            Place::plugin("~/.vscode/extensions/*/*/mcp.json", &[VsCode, Servers]),
            Place::plugin("~/.vscode-insiders/extensions/*/mcp.json", &[VsCode, Servers]),
            Place::project("./.vscode/mcp.json", VSCODE),
            Place::project("./.vscode/settings.json", SETTINGS).among_settings(),
            Place::project("./*.code-workspace", SETTINGS).among_settings(),
            Place::project("./.devcontainer/devcontainer.json", &[DevContainer]).among_settings(),
            Place::project("./.devcontainer/*/devcontainer.json", &[DevContainer]).among_settings(),
            Place::project("./.devcontainer.json", &[DevContainer]).among_settings(),
        ],
    },
    Client {
        id: "visual-studio",
        name: "Visual Studio",
        confidence: Well,
        places: &[
            Place::user("~/.mcp.json", VSCODE),
            Place::project("./.mcp.json", VSCODE),
            Place::project("./.vs/mcp.json", VSCODE),
        ],
    },
    Client {
        id: "windsurf",
        name: "Windsurf",
        confidence: Well,
        places: &[
            Place::user("~/.codeium/windsurf/mcp_config.json", SERVERS),
            Place::user("~/.codeium/windsurf-next/mcp_config.json", SERVERS),
            Place::user("~/.codeium/mcp_config.json", SERVERS),
            Place::user("{support}/Windsurf/User/settings.json", SETTINGS).among_settings(),
            Place::project("./.windsurf/mcp.json", SERVERS),
        ],
    },
    Client {
        id: "cline",
        name: "Cline",
        confidence: Well,
        places: &[
            Place::user(
                "{editors}/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
                SERVERS,
            ),
            Place::user("~/.cline/data/settings/cline_mcp_settings.json", SERVERS),
        ],
    },
    Client {
        id: "roo-code",
        name: "Roo Code",
        confidence: Well,
        places: &[
            Place::user(
                "{editors}/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json",
                SERVERS,
            ),
            Place::user(
                "{editors}/User/globalStorage/rooveterinaryinc.roo-cline/settings/cline_mcp_settings.json",
                SERVERS,
            ),
            Place::project("./.roo/mcp.json", SERVERS),
        ],
    },
    Client {
        id: "kilo-code",
        name: "Kilo Code",
        confidence: One,
        places: &[
            Place::user(
                "{editors}/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json",
                SERVERS,
            ),
            Place::user("{config}/kilo/kilo.json", MCP).among_settings(),
            Place::user("{config}/kilo/kilo.jsonc", MCP).among_settings(),
            Place::project("./kilo.json", MCP).among_settings(),
            Place::project("./kilo.jsonc", MCP).among_settings(),
        ],
    },
    Client {
        id: "zed",
        name: "Zed",
        confidence: Well,
        places: &[
            Place::user("{config}/zed/settings.json", &[ContextServers]).among_settings(),
            Place::user("{support}/Zed/settings.json", &[ContextServers])
                .on(&[MacOs, Windows])
                .among_settings(),
            Place::project("./.zed/settings.json", &[ContextServers]).among_settings(),
        ],
    },
    Client {
        id: "continue",
        name: "Continue",
        confidence: Well,
        places: &[
            Place::user("~/.continue/config.yaml", LISTED).among_settings(),
            Place::user("~/.continue/config.json", LISTED).among_settings(),
            Place::user("~/.continue/mcpServers/*.yaml", LISTED),
            Place::user("~/.continue/mcpServers/*.yml", LISTED),
            Place::user("~/.continue/mcpServers/*.json", &[List, Servers, Flat]),
            Place::project("./.continue/mcpServers/*.yaml", LISTED),
            Place::project("./.continue/mcpServers/*.yml", LISTED),
            Place::project("./.continue/mcpServers/*.json", &[List, Servers, Flat]),
            Place::project("./.continue/config.yaml", LISTED).among_settings(),
        ],
    },
    Client {
        id: "codex",
        name: "OpenAI Codex",
        confidence: Well,
        places: &[
            Place::managed("/etc/codex/config.toml", SNAKE).on(UNIX).among_settings(),
            Place::managed("/etc/codex/managed_config.toml", SNAKE).on(UNIX).among_settings(),
            Place::managed("{programdata}/OpenAI/Codex/config.toml", SNAKE)
                .on(WINDOWS)
                .among_settings(),
            Place::user("{CODEX_HOME:~/.codex}/config.toml", SNAKE).among_settings(),
            Place::user("{CODEX_HOME:~/.codex}/*.config.toml", SNAKE).among_settings(),
            Place::plugin("{CODEX_HOME:~/.codex}/plugins/**/.mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.codex/config.toml", SNAKE).among_settings(),
        ],
    },
    Client {
        id: "gemini-cli",
        name: "Gemini CLI",
        confidence: Well,
        places: &[
            Place::managed("/Library/Application Support/GeminiCli/settings.json", GEMINI)
                .on(MACOS)
                .among_settings(),
            Place::managed("/Library/Application Support/GeminiCli/system-defaults.json", GEMINI)
                .on(MACOS)
                .among_settings(),
            Place::managed("/etc/gemini-cli/settings.json", GEMINI).on(LINUX).among_settings(),
            Place::managed("/etc/gemini-cli/system-defaults.json", GEMINI)
                .on(LINUX)
                .among_settings(),
            Place::managed("{programdata}/gemini-cli/settings.json", GEMINI)
                .on(WINDOWS)
                .among_settings(),
            Place::managed("{programdata}/gemini-cli/system-defaults.json", GEMINI)
                .on(WINDOWS)
                .among_settings(),
            Place::user("~/.gemini/settings.json", GEMINI).among_settings(),
            Place::plugin("~/.gemini/extensions/*/gemini-extension.json", GEMINI).among_settings(),
            Place::project("./.gemini/settings.json", GEMINI).among_settings(),
            Place::project("./.gemini/extensions/*/gemini-extension.json", GEMINI).among_settings(),
            Place::project("./gemini-extension.json", GEMINI).among_settings(),
        ],
    },
    Client {
        id: "antigravity",
        name: "Google Antigravity",
        confidence: Well,
        places: &[
            Place::user("~/.gemini/antigravity/mcp_config.json", SERVERS),
            Place::user("~/.gemini/config/mcp_config.json", SERVERS),
            Place::user("~/.gemini/antigravity-ide/mcp_config.json", SERVERS),
            Place::user("~/.gemini/antigravity-cli/mcp_config.json", SERVERS),
            Place::plugin("~/.gemini/config/plugins/*/mcp_config.json", WRAPPED_OR_FLAT),
            Place::plugin("~/.gemini/config/plugins/*/.mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.agents/mcp_config.json", SERVERS),
        ],
    },
    Client {
        id: "jetbrains-ai",
        name: "JetBrains AI Assistant",
        confidence: One,
        places: &[
            Place::user("~/.ai/mcp/mcp.json", SERVERS),
            Place::user("{support}/JetBrains/*/mcp.json", SERVERS),
            Place::project("./.ai/mcp/mcp.json", SERVERS),
        ],
    },
    Client {
        id: "junie",
        name: "JetBrains Junie",
        confidence: Well,
        places: &[
            Place::user("~/.junie/mcp/mcp.json", SERVERS),
            Place::project("./.junie/mcp/mcp.json", SERVERS),
        ],
    },
    Client {
        id: "copilot-ide",
        name: "GitHub Copilot in JetBrains and Eclipse",
        confidence: One,
        places: &[
            Place::user("{config}/github-copilot/intellij/mcp.json", VSCODE).on(UNIX),
            Place::user("{config}/github-copilot/eclipse/mcp.json", VSCODE).on(UNIX),
            Place::user("{local}/github-copilot/intellij/mcp.json", VSCODE).on(WINDOWS),
            Place::user("{local}/github-copilot/eclipse/mcp.json", VSCODE).on(WINDOWS),
        ],
    },
    Client {
        id: "copilot-cli",
        name: "GitHub Copilot CLI",
        confidence: Well,
        places: &[
            Place::user("{COPILOT_HOME:~/.copilot}/mcp-config.json", SERVERS),
            Place::user("{XDG_CONFIG_HOME}/copilot/mcp-config.json", SERVERS),
            Place::user("{XDG_CONFIG_HOME}/.copilot/mcp-config.json", SERVERS),
            Place::project("./.github/mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.copilot/mcp-config.json", SERVERS),
        ],
    },
    Client {
        id: "goose",
        name: "Goose",
        confidence: Well,
        places: &[
            Place::user("{config}/goose/config.yaml", &[Extensions]).on(UNIX).among_settings(),
            Place::user("{roaming}/Block/goose/config/config.yaml", &[Extensions])
                .on(WINDOWS)
                .among_settings(),
            Place::user("~/AppData/Block/goose/config/config.yaml", &[Extensions])
                .on(WINDOWS)
                .among_settings(),
            Place::plugin("~/.agents/plugins/*/.mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.agents/plugins/*/.mcp.json", WRAPPED_OR_FLAT),
        ],
    },
    Client {
        id: "lm-studio",
        name: "LM Studio",
        confidence: Well,
        places: &[
            Place::user("~/.lmstudio/mcp.json", SERVERS),
            Place::user("~/.cache/lm-studio/mcp.json", SERVERS),
        ],
    },
    Client {
        id: "amazon-q",
        name: "Amazon Q Developer",
        confidence: Well,
        places: &[
            Place::user("~/.aws/amazonq/cli-agents/*.json", SERVERS).among_settings(),
            Place::user("~/.aws/amazonq/mcp.json", SERVERS),
            Place::user("~/.aws/amazonq/agents/*.json", SERVERS).among_settings(),
            Place::user("~/.aws/amazonq/default.json", SERVERS).among_settings(),
            Place::project("./.amazonq/mcp.json", SERVERS),
            Place::project("./.amazonq/default.json", SERVERS).among_settings(),
            Place::project("./.amazonq/cli-agents/*.json", SERVERS).among_settings(),
        ],
    },
    Client {
        id: "kiro",
        name: "Kiro",
        confidence: Well,
        places: &[
            Place::user("~/.kiro/settings/mcp.json", &[Servers, Powers]),
            Place::user("~/.kiro/agents/*.json", SERVERS).among_settings(),
            Place::plugin("~/.kiro/powers/installed/*/mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.kiro/settings/mcp.json", &[Servers, Powers]),
            Place::project("./.kiro/agents/*.json", SERVERS).among_settings(),
        ],
    },
    Client {
        id: "opencode",
        name: "OpenCode",
        confidence: Well,
        places: &[
            Place::managed("/etc/opencode/opencode.json", MCP).on(LINUX).among_settings(),
            Place::managed("/etc/opencode/opencode.jsonc", MCP).on(LINUX).among_settings(),
            Place::managed("/Library/Application Support/opencode/opencode.json", MCP)
                .on(MACOS)
                .among_settings(),
            Place::managed("/Library/Application Support/opencode/opencode.jsonc", MCP)
                .on(MACOS)
                .among_settings(),
            Place::managed("{programdata}/opencode/opencode.json", MCP)
                .on(WINDOWS)
                .among_settings(),
            Place::managed("{programdata}/opencode/opencode.jsonc", MCP)
                .on(WINDOWS)
                .among_settings(),
            Place::user("{config}/opencode/opencode.json", MCP).among_settings(),
            Place::user("{config}/opencode/opencode.jsonc", MCP).among_settings(),
            Place::user("{config}/opencode/config.json", MCP).among_settings(),
            Place::user("~/.opencode/opencode.json", MCP).among_settings(),
            Place::user("~/.opencode/opencode.jsonc", MCP).among_settings(),
            Place::user("{OPENCODE_CONFIG}", MCP).among_settings(),
            Place::user("{OPENCODE_CONFIG_DIR}/opencode.json", MCP).among_settings(),
            Place::user("{OPENCODE_CONFIG_DIR}/opencode.jsonc", MCP).among_settings(),
            Place::project("./opencode.json", MCP).among_settings(),
            Place::project("./opencode.jsonc", MCP).among_settings(),
            Place::project("./.opencode/opencode.json", MCP).among_settings(),
            Place::project("./.opencode/opencode.jsonc", MCP).among_settings(),
        ],
    },
    Client {
        id: "crush",
        name: "Crush",
        confidence: Well,
        places: &[
            Place::user("{config}/crush/crush.json", MCP).on(UNIX).among_settings(),
            Place::user("{local}/crush/crush.json", MCP).on(WINDOWS).among_settings(),
            Place::project("./crush.json", MCP).among_settings(),
            Place::project("./.crush.json", MCP).among_settings(),
        ],
    },
    Client {
        id: "warp",
        name: "Warp",
        confidence: Well,
        places: &[
            Place::user("~/.warp/.mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.warp/.mcp.json", WRAPPED_OR_FLAT),
        ],
    },
    Client {
        id: "amp",
        name: "Amp",
        confidence: Well,
        places: &[
            Place::managed("/Library/Application Support/ampcode/managed-settings.json", AMP)
                .on(MACOS)
                .among_settings(),
            Place::managed("/etc/ampcode/managed-settings.json", AMP).on(LINUX).among_settings(),
            Place::managed("{programdata}/ampcode/managed-settings.json", AMP)
                .on(WINDOWS)
                .among_settings(),
            Place::user("{config}/amp/settings.json", AMP).among_settings(),
            Place::user("{config}/amp/settings.jsonc", AMP).among_settings(),
            Place::user("{roaming}/amp/settings.json", AMP).on(WINDOWS).among_settings(),
            Place::user("{editors}/User/settings.json", AMP).among_settings(),
            Place::project("./.amp/settings.json", AMP).among_settings(),
            Place::project("./.amp/settings.jsonc", AMP).among_settings(),
            Place::project("./.vscode/settings.json", AMP).among_settings(),
        ],
    },
    Client {
        id: "qwen-code",
        name: "Qwen Code",
        confidence: Well,
        places: &[
            Place::user("~/.qwen/settings.json", GEMINI).among_settings(),
            Place::plugin("~/.qwen/extensions/*/qwen-extension.json", GEMINI).among_settings(),
            Place::project("./.qwen/settings.json", GEMINI).among_settings(),
        ],
    },
    Client {
        id: "kimi",
        name: "Kimi CLI and Kimi Code",
        confidence: Well,
        places: &[
            Place::user("~/.kimi/mcp.json", SERVERS),
            Place::user("~/.kimi-code/mcp.json", SERVERS),
            Place::project("./.kimi-code/mcp.json", SERVERS),
        ],
    },
    Client {
        id: "droid",
        name: "Factory Droid",
        confidence: Well,
        places: &[
            Place::user("~/.factory/mcp.json", SERVERS),
            Place::project("./.factory/mcp.json", SERVERS),
        ],
    },
    Client {
        id: "qoder",
        name: "Qoder",
        confidence: Well,
        places: &[
            Place::user("~/.qoder/mcp.json", SERVERS),
            Place::user("~/.qoder/settings.json", SERVERS).among_settings(),
            Place::user("~/.qoderwork/mcp.json", SERVERS),
            Place::user("{support}/Qoder/User/mcp.json", SERVERS).on(MACOS),
            Place::user("{support}/Qoder/SharedClientCache/mcp.json", SERVERS)
                .on(&[MacOs, Windows]),
        ],
    },
    Client {
        id: "vibe",
        name: "Mistral Vibe",
        confidence: Well,
        places: &[
            Place::user("~/.vibe/config.toml", SNAKE).among_settings(),
            Place::project("./.vibe/config.toml", SNAKE).among_settings(),
        ],
    },
    Client {
        id: "grok",
        name: "Grok CLI",
        confidence: Well,
        places: &[
            Place::user("~/.grok/config.toml", SNAKE).among_settings(),
            Place::project("./.grok/config.toml", SNAKE).among_settings(),
        ],
    },
    Client {
        id: "trae",
        name: "Trae",
        confidence: Well,
        places: &[
            Place::user("{support}/Trae/User/mcp.json", SERVERS),
            Place::user("{support}/Trae/mcp.json", SERVERS),
            Place::user("~/.trae/mcp.json", SERVERS),
            Place::project("./.trae/mcp.json", SERVERS),
        ],
    },
    Client {
        id: "hermes",
        name: "Hermes agent",
        confidence: Well,
        places: &[
            Place::user("~/.hermes/config.yaml", SNAKE).among_settings(),
            Place::user("{local}/hermes/config.yaml", SNAKE).on(WINDOWS).among_settings(),
        ],
    },
    Client {
        id: "openclaw",
        name: "OpenClaw",
        confidence: Well,
        places: &[
            Place::user("~/.openclaw/openclaw.json", &[Settings, Servers]).among_settings(),
            Place::user("~/.clawdbot/clawdbot.json", &[Settings, Servers]).among_settings(),
            Place::project("./.openclaw/openclaw.json", &[Settings, Servers]).among_settings(),
        ],
    },
    Client {
        id: "augment",
        name: "Augment",
        confidence: One,
        places: &[
            Place::user("~/.augment/settings.json", SERVERS).among_settings(),
            Place::user(
                "{editors}/User/globalStorage/augment.vscode-augment/augment-global-state/mcpServers.json",
                LISTED,
            ),
        ],
    },
    Client {
        id: "codebuddy",
        name: "CodeBuddy",
        confidence: One,
        places: &[
            Place::user("~/.codebuddy/mcp.json", SERVERS),
            Place::user("~/.codebuddy.json", SERVERS).among_settings(),
        ],
    },
    Client {
        id: "devin",
        name: "Devin",
        confidence: One,
        places: &[
            Place::user("{config}/devin/mcp_config.json", SERVERS),
            Place::user("{config}/devin/config.json", SERVERS).among_settings(),
            Place::project("./.devin/mcp_config.json", SERVERS),
        ],
    },
    Client {
        id: "rovo-dev",
        name: "Rovo Dev",
        confidence: One,
        places: &[Place::user("~/.rovodev/mcp.json", SERVERS)],
    },
    Client {
        id: "deepagents",
        name: "Deep Agents",
        confidence: One,
        places: &[
            Place::user("~/.deepagents/.mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.deepagents/.mcp.json", WRAPPED_OR_FLAT),
        ],
    },
    Client {
        id: "muse",
        name: "Muse Code",
        confidence: One,
        places: &[Place::user("{config}/muse/settings.json", SNAKE).among_settings()],
    },
    Client {
        id: "reasonix",
        name: "Reasonix",
        confidence: One,
        places: &[
            Place::user("~/.reasonix/config.toml", SNAKE).among_settings(),
            Place::project("./reasonix.toml", SNAKE).among_settings(),
        ],
    },
    Client {
        id: "sema4ai",
        name: "Sema4.ai Studio",
        confidence: One,
        places: &[
            Place::user("~/.sema4ai/sema4ai-studio/mcp_servers.json", SERVERS).on(UNIX),
            Place::user("{local}/sema4ai/sema4ai-studio/mcp_servers.json", SERVERS).on(WINDOWS),
        ],
    },
    Client {
        id: "cortex-code",
        name: "Snowflake Cortex Code",
        confidence: One,
        places: &[Place::user("~/.snowflake/cortex/mcp.json", SERVERS)],
    },
    Client {
        id: "docker-mcp",
        name: "Docker MCP Toolkit",
        confidence: One,
        places: &[
            Place::user("~/.docker/mcp/registry.yaml", &[DockerRegistry]),
            Place::project("./docker-compose.yml", &[Compose]).among_settings(),
            Place::project("./docker-compose.yaml", &[Compose]).among_settings(),
            Place::project("./compose.yml", &[Compose]).among_settings(),
            Place::project("./compose.yaml", &[Compose]).among_settings(),
        ],
    },
    Client {
        id: "tabnine",
        name: "Tabnine",
        confidence: One,
        places: &[Place::user("~/.tabnine/mcp_servers.json", SERVERS)],
    },
    Client {
        id: "mcphub-nvim",
        name: "Neovim mcphub",
        confidence: One,
        places: &[Place::user("{config}/mcphub/servers.json", SERVERS)],
    },
    Client {
        id: "generic",
        name: "Shared by several clients",
        confidence: Well,
        places: &[
            Place::user("~/.mcp.json", WRAPPED_OR_FLAT),
            Place::user("~/.agents/.mcp.json", WRAPPED_OR_FLAT),
            Place::user("~/.agents/mcp.json", WRAPPED_OR_FLAT),
            Place::project("./mcp.json", &[Servers, VsCode, Flat]),
            Place::project("./.agents/.mcp.json", WRAPPED_OR_FLAT),
            Place::project("./.agents/mcp.json", WRAPPED_OR_FLAT),
        ],
    },
];
