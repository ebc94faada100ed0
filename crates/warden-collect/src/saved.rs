//! Saved answers of servers: `tools.json` and its relatives.
//!
//! An answer is a bare `{"tools": […]}`, the whole JSON-RPC message around it, or the bare array.
//! Prompts, resources, templates, instructions and the server's name may stand beside the tools.

use serde_json::Value;
use warden_model::{Definition, DefinitionKind, Location, Origin, Surface, Unread, UnreadReason};

use crate::{
    document::{Document, Kind, Node, pointer_push},
    reader::Refusal,
};

/// What a saved answer holds, and what in it is no definition.
#[derive(Debug, Default)]
pub(crate) struct Saved {
    pub(crate) surface: Surface,
    pub(crate) unread: Vec<Unread>,
}

/// Whether a document is a saved answer, and where in it the lists stand.
fn lists(root: &Node) -> Option<(&Node, &'static str)> {
    if root.items().is_some_and(|items| !items.is_empty() && items.iter().all(is_tool)) {
        return Some((root, ""));
    }
    let (node, pointer) = match root.get("result") {
        Some(result) if root.get("jsonrpc").is_some() => (result, "/result"),
        _ => (root, ""),
    };
    let is_list = |kind: &DefinitionKind| {
        let items = node.get(kind.list_member()).and_then(Node::items);
        items.is_some_and(|items| items.iter().all(|item| item.members().is_some()))
    };
    DefinitionKind::ALL.iter().any(is_list).then_some((node, pointer))
}

/// Named like a tool, and nothing that a client would start.
fn is_tool(node: &Node) -> bool {
    node.get("name").and_then(Node::text).is_some()
        && (node.get("inputSchema").is_some() || node.get("description").is_some())
        && node.get("command").is_none()
        && node.get("url").is_none()
}

/// Reads a saved answer; `None` if the document is something else.
pub(crate) fn read(
    document: &Document,
    bytes: &[u8],
    (file, stem): (&str, &str),
) -> Option<Result<Saved, Refusal>> {
    let (node, base) = lists(document.root())?;
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let Ok(whole) = serde_json::from_slice::<Value>(text) else {
        let detail = "a saved answer must be plain JSON";
        return Some(Err(Refusal::new(UnreadReason::Malformed, detail)));
    };
    let reader = Reader { document, file, whole: &whole };
    Some(Ok(reader.surface(node, base, stem)))
}

struct Reader<'a> {
    document: &'a Document,
    file: &'a str,
    whole: &'a Value,
}

impl Reader<'_> {
    fn surface(&self, node: &Node, base: &str, stem: &str) -> Saved {
        let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let server = node.get("serverInfo").unwrap_or(node);
        let of_server = |key: &str| server.get(key).and_then(Node::text).map(str::to_owned);
        let implementation = node
            .get("serverInfo")
            .and_then(|_| of_server("name"))
            .map(|name| (name, of_server("version").unwrap_or_default()));
        let mut saved = Saved {
            surface: Surface {
                origin: Origin::Saved,
                connection: None,
                server: implementation
                    .as_ref()
                    .map_or_else(|| stem.to_owned(), |(name, _)| name.clone()),
                implementation,
                protocol: text("protocolVersion"),
                instructions: text("instructions"),
                lists_change: None,
                definitions: Vec::new(),
                location: self.location(base, node.span.start),
            },
            unread: Vec::new(),
        };
        if let Kind::Array(items) = &node.kind {
            self.list(DefinitionKind::Tool, items, base, &mut saved);
        }
        for kind in DefinitionKind::ALL {
            if let Some(items) = node.get(kind.list_member()).and_then(Node::items) {
                self.list(*kind, items, &pointer_push(base, kind.list_member()), &mut saved);
            }
        }
        saved
    }

    fn list(&self, kind: DefinitionKind, items: &[Node], base: &str, saved: &mut Saved) {
        for (index, item) in items.iter().enumerate() {
            let pointer = pointer_push(base, &index.to_string());
            let location = self.location(&pointer, item.span.start);
            let name = item.get(kind.name_member()).and_then(Node::text);
            match (name, self.whole.pointer(&pointer)) {
                (Some(name), Some(body)) => saved.surface.definitions.push(Definition {
                    kind,
                    name: name.to_owned(),
                    body: body.clone(),
                    location,
                }),
                _ => saved.unread.push(Unread {
                    location,
                    client: None,
                    reason: UnreadReason::Malformed,
                    detail: format!("the {} has no name", kind.name()),
                }),
            }
        }
    }

    fn location(&self, pointer: &str, offset: usize) -> Location {
        let position = self.document.position(offset);
        Location {
            file: self.file.to_owned(),
            pointer: Some(pointer.to_owned()),
            line: Some(position.line),
            column: Some(position.column),
            function: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Format;

    fn load(text: &str) -> Option<Result<Saved, Refusal>> {
        let document = Document::parse(text.as_bytes(), Format::Jsonc).unwrap();
        read(&document, text.as_bytes(), ("tools.json", "tools"))
    }

    #[track_caller]
    fn check(text: &str, server: &str, definitions: &[&str]) {
        let saved = load(text).expect("it is a saved answer").expect("it can be read");
        let found: Vec<_> = saved
            .surface
            .definitions
            .iter()
            .map(|one| {
                format!(
                    "{} {} {}",
                    one.kind.name(),
                    one.name,
                    one.location.pointer.as_deref().unwrap()
                )
            })
            .collect();
        assert_eq!(
            (saved.surface.server.as_str(), found.as_slice()),
            (server, &definitions.iter().map(ToString::to_string).collect::<Vec<_>>()[..])
        );
    }

    #[test]
    fn an_answer_may_be_bare_whole_or_an_array() {
        check(r#"{"tools": [{"name": "a"}]}"#, "tools", &["tool a /tools/0"]);
        check(
            r#"{"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "a"}]}}"#,
            "tools",
            &["tool a /result/tools/0"],
        );
        check(r#"[{"name": "a", "description": "d"}]"#, "tools", &["tool a /0"]);
        check(r#"{"tools": []}"#, "tools", &[]);
    }

    #[test]
    fn everything_else_that_a_model_sees_is_read_too() {
        let text = r#"{"serverInfo": {"name": "git", "version": "1"}, "instructions": "hi", "protocolVersion": "2025-11-25",
            "tools": [{"name": "a", "_meta": {"x": 1}}], "prompts": [{"name": "p"}], "resources": [{"uri": "r:", "name": "n"}], "resourceTemplates": [{"uriTemplate": "t:{x}", "name": "n"}]}"#;
        check(
            text,
            "git",
            &[
                "tool a /tools/0",
                "prompt p /prompts/0",
                "resource r: /resources/0",
                "template t:{x} /resourceTemplates/0",
            ],
        );
        let saved = load(text).unwrap().unwrap();
        assert_eq!(saved.surface.instructions.as_deref(), Some("hi"));
        assert_eq!(saved.surface.definitions[0].body["_meta"]["x"], 1);
    }

    #[test]
    fn a_configuration_is_no_saved_answer() {
        for text in [
            r#"{"mcpServers": {}}"#,
            r#"{"tools": ["*"], "mcpServers": {}}"#,
            r#"[{"name": "a", "command": "x"}]"#,
            "[]",
            "3",
        ] {
            assert!(load(text).is_none(), "{text}");
        }
    }

    #[test]
    fn what_has_no_name_is_told() {
        let saved = load(r#"{"tools": [{"name": "a"}, {"title": "b"}]}"#).unwrap().unwrap();
        assert_eq!(saved.surface.definitions.len(), 1);
        assert_eq!(saved.unread[0].location.pointer.as_deref(), Some("/tools/1"));
        assert!(load("{\"tools\": [{\"name\": \"a\"},]}").unwrap().is_err());
    }
}
