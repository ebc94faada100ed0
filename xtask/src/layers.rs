//! Which crate may use which. The table is a decision; the build is held to it.

/// Every crate that may exist, and what it may use. `mcpwarden` may use everything.
pub static LAYERS: &[(&str, &[&str])] = &[
    ("warden-model", &[]),
    ("warden-seal", &["warden-model"]),
    ("warden-flow", &[]),
    ("warden-detect", &["warden-model"]),
    ("warden-mcp", &["warden-model"]),
    ("warden-scan", &["warden-model", "warden-flow", "warden-detect"]),
    ("warden-collect", &["warden-model", "warden-mcp"]),
    ("warden-policy", &["warden-model", "warden-seal"]),
    ("warden-audit", &["warden-model", "warden-seal"]),
    ("warden-watch", &["warden-model", "warden-audit"]),
    ("warden-govern", &["warden-model"]),
    ("warden-report", &["warden-model", "warden-audit", "warden-govern"]),
    ("warden-sandbox", &["warden-model"]),
    ("warden-typeset", &["warden-report", "warden-sandbox"]),
    (
        "warden-proxy",
        &[
            "warden-model",
            "warden-mcp",
            "warden-detect",
            "warden-policy",
            "warden-audit",
            "warden-sandbox",
            "warden-seal",
        ],
    ),
    (
        "warden-server",
        &[
            "warden-model",
            "warden-seal",
            "warden-collect",
            "warden-sandbox",
            "warden-scan",
            "warden-policy",
            "warden-audit",
            "warden-watch",
            "warden-govern",
            "warden-report",
        ],
    ),
];

/// Crates that only tests and tools use.
pub static TOOLS: &[&str] = &["warden-testkit", "xtask", "lab"];

/// Returns what is wrong with these normal dependencies between crates of the workspace, each a
/// pair of who uses and what is used.
#[must_use]
pub fn violations(dependencies: &[(String, String)]) -> Vec<String> {
    dependencies.iter().filter_map(|(from, to)| violation(from, to)).collect()
}

fn violation(from: &str, to: &str) -> Option<String> {
    // Tools may use what they like, and the binary everything but tools.
    if TOOLS.contains(&from) {
        return None;
    }
    if TOOLS.contains(&to) {
        return Some(format!("`{from}` uses `{to}`, which is for tests and tools"));
    }
    if from == "mcpwarden" {
        return None;
    }
    match LAYERS.iter().find(|(name, _)| *name == from) {
        None => Some(format!("`{from}` is not in the table of layers")),
        Some((_, allowed)) if allowed.contains(&to) => None,
        Some(_) => Some(format!("`{from}` may not use `{to}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, to: &str, allowed: bool) {
        let found = violations(&[(from.to_owned(), to.to_owned())]);
        assert_eq!(found.is_empty(), allowed, "{from} → {to}: {found:?}");
    }

    #[test]
    fn the_planes_do_not_use_each_other() {
        check("warden-server", "warden-proxy", false);
        check("warden-proxy", "warden-scan", false);
        check("warden-proxy", "warden-policy", true);
    }

    #[test]
    fn nobody_uses_the_tools_but_tools() {
        check("mcpwarden", "warden-testkit", false);
        check("warden-testkit", "warden-model", true);
    }

    #[test]
    fn an_unknown_crate_may_use_nothing() {
        check("warden-new", "warden-model", false);
    }
}
