//! Shapes in which servers stand in an array and name themselves.

use warden_model::UnreadReason;

use super::{Dialect, Flaw, Found, Spot, entries};
use crate::document::{Node, pointer_push};

/// An array of servers: below `mcpServers`, below `experimental`, or the whole file.
pub(super) fn listed(root: &Node) -> Option<Found<'_>> {
    if root.items().is_some() {
        return Some(items(root, "")).filter(|found| !found.spots.is_empty());
    }
    let experimental =
        root.get("experimental").and_then(|node| node.get("modelContextProtocolServers"));
    let places = [
        (root.get("mcpServers"), "/mcpServers"),
        (experimental, "/experimental/modelContextProtocolServers"),
    ];
    let mut all: Option<Found<'_>> = None;
    for (node, pointer) in places {
        let Some(node) = node.filter(|node| node.items().is_some()) else { continue };
        let found = items(node, pointer);
        let all = all.get_or_insert_default();
        all.spots.extend(found.spots);
        all.flaws.extend(found.flaws);
    }
    all
}

/// `mcp_servers`, which some clients write as a table of tables and some as an array.
pub(super) fn snake(root: &Node) -> Option<Found<'_>> {
    let node = root.get("mcp_servers")?;
    if node.items().is_some() {
        return Some(items(node, "/mcp_servers"));
    }
    Some(entries(node, "/mcp_servers", Dialect::Common))
}

fn items<'a>(node: &'a Node, pointer: &str) -> Found<'a> {
    let mut found = Found::default();
    for (index, item) in node.items().unwrap_or_default().iter().enumerate() {
        let pointer = pointer_push(pointer, &index.to_string());
        // Continue lists blocks that it fetches from its hub beside servers of its own.
        if item.get("uses").is_some() && item.get("command").is_none() {
            found.flaws.push(Flaw {
                pointer,
                offset: item.span.start,
                reason: UnreadReason::Unknown,
                detail: "the entry is fetched from a hub",
            });
            continue;
        }
        let name = item
            .get("name")
            .and_then(Node::text)
            .map_or_else(|| format!("#{index}"), str::to_owned);
        found.spots.push(Spot {
            name,
            pointer,
            offset: item.span.start,
            node: item,
            dialect: Dialect::Common,
        });
    }
    found
}
