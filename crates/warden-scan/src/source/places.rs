//! Places from which something is started later without anybody asking for it, and commands that
//! put something there.

/// A place that outlives the server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// Parts or ends of paths, in lower case.
    pub(crate) paths: &'static [&'static str],
    /// Words of a description that make it the server's business.
    pub(crate) words: &'static [&'static str],
    /// Whether the documentation of honest servers speaks of it anyway, since users edit it.
    pub(crate) common: bool,
}

/// Every place, and how its paths look.
pub(crate) static PLACES: &[Place] = &[
    Place {
        what: "a start file of the shell",
        paths: &[
            "/.bashrc",
            "/.bash_profile",
            "/.bash_login",
            "/.bash_aliases",
            "/.profile",
            "/.zshrc",
            "/.zprofile",
            "/.zshenv",
            "/.zlogin",
            "/fish/config.fish",
            "/etc/profile",
            "/etc/bash.bashrc",
            "/etc/zsh/zshrc",
            "/.xinitrc",
            "/.xprofile",
            "_profile.ps1",
            "/profile.ps1",
            "/.kshrc",
            "/.cshrc",
        ],
        words: &[
            "bashrc",
            "zshrc",
            "shell profile",
            "start file of the shell",
            "shell completion",
            "dotfile",
            "shell config",
        ],
        common: false,
    },
    Place {
        what: "a table of cron",
        paths: &[
            "/etc/cron",
            "/cron.d/",
            "/spool/cron",
            "/crontabs/",
            "/cron.daily/",
            "/cron.hourly/",
            "/etc/anacrontab",
        ],
        words: &["cron"],
        common: false,
    },
    Place {
        what: "a unit of systemd",
        paths: &["/systemd/user/", "/systemd/system/"],
        words: &["systemd", "systemctl", "service unit", "user service"],
        common: false,
    },
    Place {
        what: "an agent of launchd",
        paths: &["/launchagents/", "/launchdaemons/", "/startupitems/"],
        words: &["launchd", "launchagent", "launchctl"],
        common: false,
    },
    Place {
        what: "a folder of programs that start with the session",
        paths: &[
            "/.config/autostart/",
            "/autostart-scripts/",
            "/programs/startup/",
            "/start menu/programs/startup",
        ],
        words: &["autostart", "start at login", "startup folder", "launch at login"],
        common: false,
    },
    Place {
        what: "a file that the system reads when it starts",
        paths: &[
            "/etc/rc.local",
            "/etc/init.d/",
            "/etc/ld.so.preload",
            "/etc/environment",
            "/etc/pam.d/",
            "/etc/modules-load.d/",
            "/etc/update-motd.d/",
        ],
        words: &["init.d", "rc.local", "ld.so.preload", "pam"],
        common: false,
    },
    Place {
        what: "a hook of git",
        paths: &[
            "/.git/hooks/",
            "/.git-templates/",
            "/git-core/templates/hooks",
            "/.config/git/hooks/",
        ],
        words: &[
            "git hook",
            "hooks of git",
            "pre-commit",
            "commit hook",
            "install hooks",
            "hook installer",
        ],
        common: false,
    },
    Place {
        what: "the keys that may log in",
        paths: &["/.ssh/authorized_keys", "/.ssh/rc"],
        words: &["authorized_keys", "authorized keys"],
        common: false,
    },
    Place {
        what: "code that Python runs whenever it starts",
        paths: &["/sitecustomize.py", "/usercustomize.py", "/site-packages/*.pth"],
        words: &["sitecustomize", "usercustomize", ".pth"],
        common: false,
    },
    Place {
        what: "the configuration of another client",
        paths: &[
            "/claude_desktop_config.json",
            "/.cursor/mcp.json",
            "/.claude.json",
            "/.claude/settings.json",
            "/.claude/settings.local.json",
            "/.vscode/mcp.json",
            "/code/user/mcp.json",
            "windsurf/mcp_config.json",
            "/cline_mcp_settings.json",
            "/mcp_settings.json",
            "/.gemini/settings.json",
            "/.codex/config.toml",
            "/.continue/config.json",
            "/.continue/config.yaml",
            "/zed/settings.json",
            "/.amazonq/mcp.json",
            "/.roo/mcp.json",
            "/.kiro/settings/mcp.json",
            "/.junie/mcp/mcp.json",
            "/goose/config.yaml",
            "/opencode.json",
        ],
        words: &[
            "configure client",
            "client configuration",
            "add to claude",
            "adds itself",
            "install into",
            "registers itself",
            "setup command",
            "install command",
            "installs the server",
            "mcp client",
        ],
        common: true,
    },
    Place {
        what: "a file of instructions that agents read",
        paths: &[
            "/claude.md",
            "/.cursorrules",
            "/.windsurfrules",
            "/.clinerules",
            "/agents.md",
            "/gemini.md",
            "/.github/copilot-instructions.md",
            "/.cursor/rules/",
            "/.roo/rules",
            "/.junie/guidelines.md",
            "/.claude/commands/",
            "/.claude/agents/",
            "/.claude/skills/",
            "/.claude/hooks",
        ],
        words: &[
            "claude.md",
            "cursorrules",
            "agents.md",
            "rules file",
            "rule file",
            "instruction file",
            "copilot-instructions",
        ],
        common: true,
    },
    Place {
        what: "a task that an editor runs",
        paths: &[
            "/.vscode/tasks.json",
            "/.idea/workspace.xml",
            "/.vim/plugin/",
            "/.config/nvim/plugin/",
            "/.vscode/extensions/",
        ],
        words: &["tasks.json", "editor task", "vs code", "vscode", "neovim", "extension"],
        common: false,
    },
];

/// The place that a path leads to. Parts that are not known are `*`.
pub(crate) fn place_of(path: &str) -> Option<&'static Place> {
    let path = path.to_lowercase().replace('\\', "/");
    if path.len() > 1024 || path.contains("://") {
        return None;
    }
    let below = format!("/{}", path.trim_start_matches('/'));
    PLACES.iter().find(|place| place.paths.iter().any(|known| leads(&below, known)))
}

fn leads(path: &str, known: &str) -> bool {
    if let Some((before, after)) = known.split_once('*') {
        return path.contains(before) && path.ends_with(after);
    }
    let Some(at) = path.rfind(known) else { return false };
    let rest = path.get(at + known.len()..).unwrap_or_default();
    if known.ends_with('/') {
        // Files below, and not what somebody keeps in the repository as a template.
        return !rest.is_empty() && !rest.ends_with(".sample");
    }
    rest.is_empty()
        || rest.starts_with(['/', '*', '.', ' ', '"', '\'']) && known.starts_with("/etc")
}

/// A command that leaves something behind: words in this order, what it is, and words of a
/// description that make it the server's business.
pub(crate) struct Planter {
    words: &'static [&'static str],
    /// What it leaves behind.
    pub(crate) what: &'static str,
    /// Words of a description that make it the server's business.
    pub(crate) business: &'static [&'static str],
}

static PLANTERS: &[Planter] = &[
    Planter { words: &["crontab", "-"], what: "a table of cron", business: &["cron"] },
    Planter {
        words: &["systemctl", "enable"],
        what: "a unit of systemd",
        business: &["systemd", "systemctl", "service"],
    },
    Planter {
        words: &["loginctl", "enable-linger"],
        what: "a session that never ends",
        business: &["linger"],
    },
    Planter { words: &["launchctl", "load"], what: "an agent of launchd", business: &["launch"] },
    Planter {
        words: &["launchctl", "bootstrap"],
        what: "an agent of launchd",
        business: &["launch"],
    },
    Planter {
        words: &["schtasks", "/create"],
        what: "a task of the scheduler",
        business: &["schtasks", "scheduled task", "task scheduler"],
    },
    Planter {
        words: &["register-scheduledtask"],
        what: "a task of the scheduler",
        business: &["scheduled task"],
    },
    Planter {
        words: &["reg", "add", "*\\currentversion\\run"],
        what: "a program that starts with the session",
        business: &["registry"],
    },
    Planter {
        words: &["new-itemproperty", "*\\currentversion\\run"],
        what: "a program that starts with the session",
        business: &["registry"],
    },
    Planter {
        words: &["git", "config", "core.hookspath"],
        what: "hooks of git",
        business: &["hook"],
    },
    Planter {
        words: &["git", "config", "init.templatedir"],
        what: "hooks of git",
        business: &["hook", "template"],
    },
    Planter {
        words: &["claude", "mcp", "add"],
        what: "a server in another client",
        business: &["claude mcp add", "install"],
    },
    Planter {
        words: &["code", "--add-mcp"],
        what: "a server in another client",
        business: &["--add-mcp", "install"],
    },
    Planter { words: &["pm2", "startup"], what: "a service of pm2", business: &["pm2"] },
    Planter { words: &["update-rc.d"], what: "a service of the system", business: &["service"] },
    Planter {
        words: &["sc", "create"],
        what: "a service of Windows",
        business: &["windows service"],
    },
];

/// The command that leaves something behind in a command line, if there is one.
pub(crate) fn planter_of(line: &str) -> Option<&'static Planter> {
    let lower = line.to_lowercase();
    let words: Vec<&str> = lower
        .split(|char: char| char.is_whitespace() || "\"'|;&()`".contains(char))
        .filter(|word| !word.is_empty())
        .map(|word| {
            if word.starts_with('/') && word.matches('/').count() > 1 {
                word.rsplit('/').next().unwrap_or(word)
            } else {
                word
            }
        })
        .collect();
    PLANTERS.iter().find(|planter| {
        let mut rest = words.iter();
        planter.words.iter().all(|wanted| match wanted.strip_prefix('*') {
            Some(end) => rest.any(|word| word.contains(end)),
            None => rest.any(|word| word.trim_end_matches(".exe") == *wanted),
        })
    })
}

/// The file of a place that a command line writes to: what stands behind `>`, `>>` and `tee`.
pub(crate) fn redirected(line: &str) -> Option<&'static Place> {
    let mut words = line.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let file = match word {
            ">" | ">>" => words.peek().copied(),
            "tee" => words.clone().find(|word| !word.starts_with('-')),
            _ => word.strip_prefix(">>").or_else(|| word.strip_prefix('>')),
        };
        let plain = |file: &str| file.trim_matches(['"', '\'']).to_owned();
        if let Some(place) = file.and_then(|file| place_of(&plain(file))) {
            return Some(place);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, what: Option<&str>) {
        assert_eq!(place_of(path).map(|place| place.what), what, "{path}");
    }

    #[test]
    fn places_are_known_by_their_paths() {
        check("~/.bashrc", Some("a start file of the shell"));
        check("*/.config/systemd/user/a.service", Some("a unit of systemd"));
        check("*/export/a.service", None);
        check("*/.git/hooks/post-merge", Some("a hook of git"));
        check("*/.git/info/exclude", None);
        check("/srv/x/etc/cron.d/tidy", Some("a table of cron"));
        check("~/.claude/CLAUDE.md", Some("a file of instructions that agents read"));
        check("~/Library/LaunchAgents/com.x.plist", Some("an agent of launchd"));
        check("~/.bashrc.d/readme", None);
    }

    #[test]
    fn commands_that_leave_something_behind_are_known() {
        assert!(planter_of("systemctl --user enable --now x.service").is_some());
        assert!(planter_of("systemctl --user list-timers").is_none());
        assert!(planter_of("(crontab -l; echo x) | crontab -").is_some());
        assert!(planter_of("crontab -l").is_none());
        assert_eq!(
            redirected("echo x >> ~/.zshrc").map(|place| place.what),
            Some("a start file of the shell")
        );
        assert!(redirected("cat ~/.zshrc > /tmp/x").is_none());
    }
}
