//! The fields of an entry under all the names that clients give them.

use warden_model::{AutoApprove, Setting, Transport};

use super::{Argument, Entry, setting};
use crate::document::{Kind, Node, pointer_push};

/// The members that hold a URL.
pub(super) const URL: &[&str] = &["url", "serverUrl", "httpUrl", "uri", "endpoint"];

/// The members that hold a command.
pub(super) const COMMAND: &[&str] = &["command", "cmd"];

/// The transport that the entry names, if it names one.
pub(super) fn told_transport(entry: &mut Entry<'_>) -> Option<Transport> {
    if entry.any(&["httpUrl"]).is_some() && entry.any(&["type"]).is_none() {
        return Some(Transport::Http);
    }
    let (_, node) = entry.any(&["type", "transport", "transportType"])?;
    let name = node.text()?.to_ascii_lowercase().replace(['-', '_', ' '], "");
    Some(match name.as_str() {
        "stdio" | "local" | "command" => Transport::Stdio,
        "sse" => Transport::Sse,
        "http" | "https" | "streamablehttp" | "streamable" | "httpstream" => Transport::Http,
        "ws" | "wss" | "websocket" => Transport::WebSocket,
        "builtin" | "platform" | "frontend" | "inlinepython" => Transport::Builtin,
        // "remote" says that there is a URL, and the URL says the rest.
        "remote" => return None,
        _ => Transport::Unknown,
    })
}

/// Whether a server with this transport is behind a URL.
pub(super) const fn is_remote(transport: Transport) -> bool {
    matches!(transport, Transport::Http | Transport::Sse | Transport::WebSocket)
}

/// The transport that a URL lets expect.
pub(super) fn transport_of(url: &str) -> Transport {
    let path = url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/');
    if url.starts_with("ws://") || url.starts_with("wss://") {
        Transport::WebSocket
    } else if path.ends_with("/sse") {
        Transport::Sse
    } else {
        Transport::Http
    }
}

/// Whether the client would start it.
pub(super) fn enabled(node: &Node) -> bool {
    let truth = |key: &str| node.get(key).and_then(Node::truth);
    truth("enabled").unwrap_or(true) && !truth("disabled").unwrap_or(false)
}

/// What runs without asking.
pub(super) fn auto_approve(entry: &mut Entry<'_>) -> AutoApprove {
    for key in ["trust", "autoApprove", "alwaysAllow", "autoApproveAll"] {
        if entry.node.get(key).and_then(Node::truth) == Some(true) {
            return AutoApprove::All(key.to_owned());
        }
    }
    let mode = entry.node.get("default_tools_approval_mode").and_then(Node::text);
    if mode.is_some_and(|mode| matches!(mode, "approve" | "always" | "never")) {
        return AutoApprove::All("default_tools_approval_mode".to_owned());
    }
    let mut tools = Vec::new();
    for key in ["autoApprove", "alwaysAllow", "tools"] {
        let Some(items) = entry.node.get(key).and_then(Node::items) else { continue };
        let names: Vec<_> = items.iter().filter_map(Node::text).map(str::to_owned).collect();
        if names.iter().any(|name| name == "*") {
            return AutoApprove::All(key.to_owned());
        }
        // `tools` otherwise says which tools there are, not which of them may run.
        if key != "tools" {
            tools.extend(names);
        }
    }
    tools.extend(approved_one_by_one(entry.node));
    if tools.is_empty() { AutoApprove::Ask } else { AutoApprove::Tools(tools) }
}

/// `tools: {name: {approval_mode: "approve"}}` of Codex.
fn approved_one_by_one(node: &Node) -> Vec<String> {
    let tools = node.get("tools").and_then(Node::members).unwrap_or_default();
    let approved = |tool: &Node| tool.get("approval_mode").and_then(Node::text) == Some("approve");
    tools.iter().filter(|tool| approved(&tool.value)).map(|tool| tool.key.clone()).collect()
}

/// The command with its arguments: text, an array of words, or an object of both.
pub(super) fn command_line(entry: &mut Entry<'_>) -> (String, Vec<Argument>) {
    let Some((pointer, node)) = entry.any(COMMAND) else {
        return (String::new(), Vec::new());
    };
    match &node.kind {
        Kind::Array(_) => {
            let mut line = words(entry, &pointer, node);
            let first = if line.is_empty() { String::new() } else { line.remove(0).text };
            line.extend(arguments(entry));
            (first, line)
        }
        Kind::Object(_) => {
            let path = node.get("path").or_else(|| node.get("command"));
            let command = path.and_then(Node::text).unwrap_or_default().to_owned();
            if command.is_empty() {
                entry.flaw(pointer.clone(), node, "a command should stand here");
            }
            let inner = node.get("args");
            let mut line = inner
                .map_or_else(Vec::new, |args| words(entry, &pointer_push(&pointer, "args"), args));
            line.extend(arguments(entry));
            (command, line)
        }
        _ => {
            let command = node.scalar().unwrap_or_default().to_owned();
            (command, arguments(entry))
        }
    }
}

fn arguments(entry: &mut Entry<'_>) -> Vec<Argument> {
    entry.any(&["args", "arguments"]).map_or_else(Vec::new, |(at, node)| words(entry, &at, node))
}

/// The words of an array, or of a text that is split the way a shell does it.
fn words(entry: &mut Entry<'_>, pointer: &str, node: &Node) -> Vec<Argument> {
    if let Some(text) = node.scalar() {
        let location = entry.location(pointer, node);
        let split = shell_words::split(text).unwrap_or_else(|_| vec![text.to_owned()]);
        let argument = |text| Argument { text, location: location.clone() };
        return split.into_iter().map(argument).collect();
    }
    let Some(items) = node.items() else {
        entry.flaw(pointer.to_owned(), node, "a list of words should stand here");
        return Vec::new();
    };
    let mut words = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let pointer = pointer_push(pointer, &index.to_string());
        match item.scalar() {
            Some(text) => {
                let location = entry.location(&pointer, item);
                words.push(Argument { text: text.to_owned(), location });
            }
            None => entry.flaw(pointer, item, "a word should stand here"),
        }
    }
    words
}

/// A container as the command that would start it.
pub(super) fn container(entry: &mut Entry<'_>) -> (String, Vec<Argument>) {
    let Some((pointer, node)) = entry.any(&["image"]) else {
        return (String::new(), Vec::new());
    };
    let location = entry.location(&pointer, node);
    let image = node.scalar().unwrap_or_default().to_owned();
    let mut line = vec![
        Argument { text: "run".to_owned(), location: location.clone() },
        Argument { text: image, location },
    ];
    for key in ["entrypoint", "command", "args"] {
        if let Some((pointer, node)) = entry.any(&[key]) {
            line.extend(words(entry, &pointer, node));
        }
    }
    ("docker".to_owned(), line)
}

/// The environment that the entry sets. Names without a value are references and no settings.
pub(super) fn environment(entry: &mut Entry<'_>) -> Vec<Setting> {
    let mut settings = Vec::new();
    for key in ["env", "envs", "environment"] {
        if let Some((pointer, node)) = entry.any(&[key]) {
            settings.extend(pairs(entry, &pointer, node));
        }
    }
    // Older Zed keeps it with the command.
    if let Some((pointer, node)) = entry.any(COMMAND)
        && let Some(env) = node.get("env")
    {
        settings.extend(pairs(entry, &pointer_push(&pointer, "env"), env));
    }
    settings
}

/// The headers that the entry sets.
pub(super) fn headers(entry: &mut Entry<'_>) -> Vec<Setting> {
    let mut settings = Vec::new();
    for key in ["headers", "http_headers", "httpHeaders"] {
        if let Some((pointer, node)) = entry.any(&[key]) {
            settings.extend(pairs(entry, &pointer, node));
        }
    }
    for outer in ["requestInit", "requestOptions"] {
        if let Some((pointer, node)) = entry.any(&[outer])
            && let Some(headers) = node.get("headers")
        {
            settings.extend(pairs(entry, &pointer_push(&pointer, "headers"), headers));
        }
    }
    settings
}

/// Names with values: an object, an array of `NAME=value`, or one of `{name, value}`.
fn pairs(entry: &mut Entry<'_>, pointer: &str, node: &Node) -> Vec<Setting> {
    let mut settings = Vec::new();
    match &node.kind {
        Kind::Object(members) => {
            for member in members {
                let pointer = pointer_push(pointer, &member.key);
                match member.value.scalar() {
                    Some(value) => {
                        let location = entry.location(&pointer, &member.value);
                        settings.push(setting(&member.key, value, location));
                    }
                    None if member.value.kind == Kind::Null => {}
                    None => entry.flaw(pointer, &member.value, "text should stand here"),
                }
            }
        }
        Kind::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let location = entry.location(&pointer_push(pointer, &index.to_string()), item);
                settings.extend(pair(item, location));
            }
        }
        _ => entry.flaw(pointer.to_owned(), node, "names with values should stand here"),
    }
    settings
}

fn pair(item: &Node, location: warden_model::Location) -> Option<Setting> {
    if let Some((name, value)) = item.text().and_then(|text| text.split_once(['=', ':'])) {
        return Some(setting(name.trim(), value.trim(), location));
    }
    let name = item.get("name").or_else(|| item.get("key"))?.text()?;
    Some(setting(name, item.get("value")?.scalar()?, location))
}
