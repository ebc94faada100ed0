//! What a client's settings let servers do that another file configures.

use warden_model::{AutoApprove, Connection, Scope};

use crate::document::Node;

/// Something that runs without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The client whose settings say so.
    pub(crate) client: &'static str,
    /// The server; every server of the client if there is none.
    pub(crate) server: Option<String>,
    /// The tool; every tool if there is none.
    pub(crate) tool: Option<String>,
    /// Whether it is about servers that projects bring, and no others.
    pub(crate) projects_only: bool,
    /// The setting.
    pub(crate) key: &'static str,
}

/// Settings that let everything run, by client.
const SWITCHES: &[(&str, &str, bool)] = &[
    ("vscode", "chat.tools.autoApprove", false),
    ("vscode", "chat.tools.global.autoApprove", false),
    ("amp", "amp.dangerouslyAllowAll", false),
    ("claude-code", "enableAllProjectMcpServers", true),
];

/// What the settings in a file grant.
pub(crate) fn read(client: &str, root: &Node) -> Vec<Grant> {
    let mut grants = Vec::new();
    for (owner, key, projects_only) in SWITCHES {
        if *owner == client && root.get(key).and_then(Node::truth) == Some(true) {
            grants.push(Grant {
                client: owner,
                server: None,
                tool: None,
                projects_only: *projects_only,
                key,
            });
        }
    }
    if client == "claude-code" {
        let allowed = root.at("/permissions/allow").and_then(Node::items).unwrap_or_default();
        grants.extend(allowed.iter().filter_map(Node::text).filter_map(allowed_by_rule));
        if root.at("/permissions/defaultMode").and_then(Node::text) == Some("bypassPermissions") {
            let key = "permissions.defaultMode";
            grants.push(Grant {
                client: "claude-code",
                server: None,
                tool: None,
                projects_only: false,
                key,
            });
        }
    }
    grants
}

/// `mcp__server` or `mcp__server__tool`, also with `*` for the tool.
fn allowed_by_rule(rule: &str) -> Option<Grant> {
    let rest = rule.strip_prefix("mcp__")?;
    let (server, tool) =
        rest.split_once("__").map_or((rest, None), |(server, tool)| (server, Some(tool)));
    Some(Grant {
        client: "claude-code",
        server: Some(server.to_owned()).filter(|server| server != "*"),
        tool: tool.filter(|tool| *tool != "*").map(str::to_owned),
        projects_only: false,
        key: "permissions.allow",
    })
}

/// Adds what a grant allows to a connection that it is about.
pub(crate) fn apply(grant: &Grant, connection: &mut Connection) {
    let named = grant.server.as_ref().is_none_or(|server| *server == connection.name);
    let scoped = !grant.projects_only || connection.scope == Scope::Project;
    if grant.client != connection.client || !named || !scoped {
        return;
    }
    connection.auto_approve = match (&grant.tool, std::mem::take(&mut connection.auto_approve)) {
        (_, AutoApprove::All(key)) => AutoApprove::All(key),
        (None, _) => AutoApprove::All(grant.key.to_owned()),
        (Some(tool), AutoApprove::Ask) => AutoApprove::Tools(vec![tool.clone()]),
        (Some(tool), AutoApprove::Tools(mut tools)) => {
            if !tools.contains(tool) {
                tools.push(tool.clone());
            }
            AutoApprove::Tools(tools)
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Format};

    #[track_caller]
    fn check(client: &str, text: &str, expected: &[(Option<&str>, Option<&str>)]) {
        let document = Document::parse(text.as_bytes(), Format::Jsonc).unwrap();
        let grants = read(client, document.root());
        let found: Vec<_> =
            grants.iter().map(|grant| (grant.server.as_deref(), grant.tool.as_deref())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn settings_grant_servers_and_tools() {
        let rules =
            r#"{"permissions": {"allow": ["Bash(ls)", "mcp__git", "mcp__git__log", "mcp__x__*"]}}"#;
        check(
            "claude-code",
            rules,
            &[(Some("git"), None), (Some("git"), Some("log")), (Some("x"), None)],
        );
        check("vscode", r#"{"chat.tools.autoApprove": true}"#, &[(None, None)]);
        check("vscode", r#"{"chat.tools.autoApprove": false}"#, &[]);
        check("cursor", r#"{"chat.tools.autoApprove": true}"#, &[]);
    }
}
