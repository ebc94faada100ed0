//! Shapes in which servers are containers that somebody else starts.
//!
//! Most containers of a compose file or a cluster are no MCP servers. One counts if its name,
//! image, or command has `mcp` as a word.

use super::{Dialect, Found, Spot};
use crate::document::{Node, pointer_push};

/// `services: {name: {image, command, environment}}`
pub(super) fn compose(root: &Node) -> Option<Found<'_>> {
    let services = root.get("services")?.members()?;
    let mut found = Found::default();
    for service in services.iter().filter(|service| speaks(&service.key, &service.value)) {
        found.spots.push(Spot {
            name: service.key.clone(),
            pointer: pointer_push("/services", &service.key),
            offset: service.key_span.start,
            node: &service.value,
            dialect: Dialect::Image,
        });
    }
    Some(found)
}

/// Workloads with `spec.template.spec.containers`, and pods.
pub(super) fn kubernetes(root: &Node) -> Option<Found<'_>> {
    let mut found = Found::default();
    let Some(documents) = root.items() else {
        root.get("apiVersion").filter(|_| root.get("kind").is_some())?;
        workload(root, "", &mut found);
        return Some(found);
    };
    for (index, document) in documents.iter().enumerate() {
        workload(document, &format!("/{index}"), &mut found);
    }
    documents.iter().any(|document| document.get("apiVersion").is_some()).then_some(found)
}

fn workload<'a>(document: &'a Node, pointer: &str, found: &mut Found<'a>) {
    for path in [
        "/spec/template/spec/containers",
        "/spec/containers",
        "/spec/jobTemplate/spec/template/spec/containers",
    ] {
        for (index, container) in
            document.at(path).and_then(Node::items).unwrap_or_default().iter().enumerate()
        {
            let name = container.get("name").and_then(Node::text).unwrap_or("container");
            if speaks(name, container) {
                found.spots.push(Spot {
                    name: name.to_owned(),
                    pointer: format!("{pointer}{path}/{index}"),
                    offset: container.span.start,
                    node: container,
                    dialect: Dialect::Image,
                });
            }
        }
    }
}

fn speaks(name: &str, container: &Node) -> bool {
    let image = container.get("image").and_then(Node::text);
    let command = container.get("command").and_then(|command| {
        command.text().or_else(|| command.items()?.first().and_then(Node::text))
    });
    image.is_some() && [Some(name), image, command].into_iter().flatten().any(says_mcp)
}

fn says_mcp(text: &str) -> bool {
    text.split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| word.eq_ignore_ascii_case("mcp"))
}
