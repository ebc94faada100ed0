//! Shapes in which the name of a server is a key.

use super::{Dialect, Found, entries};
use crate::document::{Kind, Node, pointer_push};

/// `key: {name: {…}}`. An array is the business of another shape.
pub(super) fn named<'a>(root: &'a Node, key: &str, dialect: Dialect) -> Option<Found<'a>> {
    let node = root.get(key)?;
    // A manifest may name a file instead; whoever knows the folder follows that.
    let elsewhere = node.text().is_some_and(|text| text.strip_suffix(".json").is_some());
    if node.items().is_some() || elsewhere {
        return None;
    }
    Some(entries(node, &pointer_push("", key), dialect))
}

/// `a: {b: {name: {…}}}`
pub(super) fn below<'a>(root: &'a Node, keys: &[&str], dialect: Dialect) -> Option<Found<'a>> {
    let node = keys.iter().try_fold(root, |node, key| node.get(key))?;
    let pointer = keys.iter().fold(String::new(), |pointer, key| pointer_push(&pointer, key));
    Some(entries(node, &pointer, dialect))
}

/// VS Code settings, nested or dotted, of a person or of a workspace; `OpenClaw`.
pub(super) fn settings(root: &Node) -> Option<Found<'_>> {
    let paths: [&[&str]; 4] = [
        &["mcp", "servers"],
        &["mcp.servers"],
        &["settings", "mcp", "servers"],
        &["settings", "mcp.servers"],
    ];
    merged(paths.iter().filter_map(|path| below(root, path, Dialect::Common)))
}

/// `"amp.mcpServers"`, in Amp's own settings and in those of an editor.
pub(super) fn amp(root: &Node) -> Option<Found<'_>> {
    let paths: [&[&str]; 3] =
        [&["amp.mcpServers"], &["amp", "mcpServers"], &["settings", "amp.mcpServers"]];
    merged(paths.iter().filter_map(|path| below(root, path, Dialect::Common)))
}

/// `mcp: {name: {type: …}}`; what has `servers` is another shape.
pub(super) fn mcp(root: &Node) -> Option<Found<'_>> {
    let node = root.get("mcp")?;
    if node.get("servers").is_some_and(|servers| servers.get("command").is_none()) {
        return None;
    }
    let mut found = entries(node, "/mcp", Dialect::Common);
    // Clients keep switches beside their servers, such as `timeout`.
    found.spots.retain(|spot| spot.node.members().is_some());
    Some(found)
}

/// A file that is nothing but entries: at least one of them must look like one.
pub(super) fn flat(root: &Node) -> Option<Found<'_>> {
    let looks = |node: &Node| {
        ["command", "url", "serverUrl", "httpUrl"].iter().any(|key| node.get(key).is_some())
    };
    let members = root.members()?;
    members.iter().any(|member| looks(&member.value)).then(|| {
        let mut found = entries(root, "", Dialect::Common);
        // `$schema` and the like are no broken entries.
        found.spots.retain(|spot| !(spot.name.starts_with('$') && spot.node.text().is_some()));
        found
    })
}

/// `projects: {path: {mcpServers: {…}}}` of Claude Code.
pub(super) fn projects(root: &Node) -> Option<Found<'_>> {
    let projects = root.get("projects")?.members()?;
    merged(projects.iter().filter_map(|project| {
        let servers = project.value.get("mcpServers")?;
        let pointer = pointer_push("/projects", &project.key);
        Some(entries(servers, &pointer_push(&pointer, "mcpServers"), Dialect::Common))
    }))
}

/// `server: {mcp_config: {…}}`; the name stands at the top.
pub(super) fn bundle(root: &Node) -> Option<Found<'_>> {
    let server = root.get("server")?;
    let member = server.member("mcp_config")?;
    let name = root.get("name").and_then(Node::text).unwrap_or("bundle");
    let spot = super::Spot {
        name: name.to_owned(),
        pointer: "/server/mcp_config".to_owned(),
        offset: member.key_span.start,
        node: &member.value,
        dialect: Dialect::Common,
    };
    let known = matches!(member.value.kind, Kind::Object(_));
    known.then(|| Found { spots: vec![spot], flaws: Vec::new() })
}

fn merged<'a>(parts: impl Iterator<Item = Found<'a>>) -> Option<Found<'a>> {
    parts.reduce(|mut all, part| {
        all.spots.extend(part.spots);
        all.flaws.extend(part.flaws);
        all
    })
}
