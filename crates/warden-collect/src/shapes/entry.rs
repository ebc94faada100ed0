//! What an entry means, whatever client wrote it: one normaliser for every alias of every field.

mod fields;

use warden_model::{
    AutoApprove, Connection, Endpoint, Hidden, Launch, Location, Remote, Scope, Setting, Transport,
    UnreadReason,
};

use super::{Dialect, Flaw, Spot};
use crate::{
    credentials,
    document::{Document, Kind, Node, pointer_push},
    guard, package,
};

/// The file that an entry stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) document: &'a Document,
    pub(crate) file: &'a str,
    pub(crate) client: &'a str,
    pub(crate) scope: Scope,
}

impl Context<'_> {
    pub(crate) fn location(&self, pointer: &str, offset: usize) -> Location {
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

/// An entry while it is read.
pub(crate) struct Entry<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) pointer: String,
    pub(crate) node: &'a Node,
    pub(crate) flaws: Vec<Flaw>,
}

impl<'a> Entry<'a> {
    /// The first member with one of these names that is not null.
    pub(crate) fn any(&self, keys: &[&str]) -> Option<(String, &'a Node)> {
        keys.iter().find_map(|key| {
            let node = self.node.get(key).filter(|node| node.kind != Kind::Null)?;
            Some((pointer_push(&self.pointer, key), node))
        })
    }

    /// The text of the first member with one of these names; a flaw if it is something else.
    pub(crate) fn text(&mut self, keys: &[&str]) -> Option<String> {
        let (pointer, node) = self.any(keys)?;
        if let Some(text) = node.scalar() {
            return Some(text.to_owned());
        }
        self.flaw(pointer, node, "text should stand here");
        None
    }

    pub(crate) fn location(&self, pointer: &str, node: &Node) -> Location {
        self.context.location(pointer, node.span.start)
    }

    pub(crate) fn flaw(&mut self, pointer: String, node: &Node, detail: &'static str) {
        let reason = UnreadReason::Malformed;
        self.flaws.push(Flaw { pointer, offset: node.span.start, reason, detail });
    }
}

/// An argument and where it stands.
pub(crate) struct Argument {
    pub(crate) text: String,
    pub(crate) location: Location,
}

/// Turns an entry into a connection, if it is one, and says what it could not make out.
pub(crate) fn connection(context: Context<'_>, spot: &Spot<'_>) -> (Option<Connection>, Vec<Flaw>) {
    if spot.dialect == Dialect::Name {
        return (Some(built_in(context, spot)), Vec::new());
    }
    if spot.node.members().is_none() {
        let reason = UnreadReason::Malformed;
        let detail = "the entry is not an object";
        let flaw = Flaw { pointer: spot.pointer.clone(), offset: spot.offset, reason, detail };
        return (None, vec![flaw]);
    }
    // Continue used to keep everything one level deeper, below `transport`.
    let (pointer, node) = match spot.node.get("transport").filter(|node| node.members().is_some()) {
        Some(inner) => (pointer_push(&spot.pointer, "transport"), inner),
        None => (spot.pointer.clone(), spot.node),
    };
    let mut entry = Entry { context, pointer, node, flaws: Vec::new() };
    let connection = read(&mut entry, spot);
    (connection, entry.flaws)
}

fn built_in(context: Context<'_>, spot: &Spot<'_>) -> Connection {
    Connection {
        name: spot.name.clone(),
        client: context.client.to_owned(),
        scope: context.scope,
        location: context.location(&spot.pointer, spot.offset),
        transport: Transport::Builtin,
        endpoint: Endpoint::Builtin,
        package: None,
        credentials: Vec::new(),
        auto_approve: AutoApprove::Ask,
        enabled: true,
        guarded: false,
        user: None,
    }
}

fn read(entry: &mut Entry<'_>, spot: &Spot<'_>) -> Option<Connection> {
    let told = fields::told_transport(entry);
    let url = entry.any(fields::URL);
    let has_command = entry.any(fields::COMMAND).is_some() || spot.dialect == Dialect::Image;
    let remote = url.is_some() && (!has_command || told.is_some_and(fields::is_remote));
    if !remote && !has_command && !is_built_in(entry, told) {
        if !only_switched_off(entry.node) {
            entry.flaws.push(Flaw {
                pointer: spot.pointer.clone(),
                offset: spot.offset,
                reason: UnreadReason::Unknown,
                detail: "the entry has neither a command nor a URL",
            });
        }
        return None;
    }
    let mut connection = built_in(entry.context, spot);
    connection.auto_approve = fields::auto_approve(entry);
    connection.enabled = fields::enabled(entry.node);
    if remote {
        remote_server(entry, spot.dialect, told, &mut connection)?;
    } else if has_command {
        local_server(entry, spot.dialect, told, &mut connection);
    }
    Some(connection)
}

fn is_built_in(entry: &Entry<'_>, told: Option<Transport>) -> bool {
    let from_extension = entry.node.get("source").and_then(Node::text) == Some("extension");
    told == Some(Transport::Builtin) || from_extension
}

/// An entry that does nothing but switch off what another file configures.
fn only_switched_off(node: &Node) -> bool {
    let members = node.members().unwrap_or_default();
    !members.is_empty()
        && members.iter().all(|member| match member.key.as_str() {
            "enabled" => member.value.truth() == Some(false),
            "disabled" => member.value.truth() == Some(true),
            _ => false,
        })
}

fn remote_server(
    entry: &mut Entry<'_>,
    dialect: Dialect,
    told: Option<Transport>,
    connection: &mut Connection,
) -> Option<()> {
    let (pointer, node) = entry.any(fields::URL)?;
    let Some(url) = node.text() else {
        entry.flaw(pointer, node, "a URL should stand here");
        return None;
    };
    let bare_url = dialect == Dialect::BareUrlIsSse && pointer.ends_with("/url");
    connection.transport = match told {
        Some(told) => told,
        None if bare_url => Transport::Sse,
        None => fields::transport_of(url),
    };
    let headers = fields::headers(entry);
    connection.credentials = credentials::of_remote(entry, (url, &pointer, node), &headers);
    connection.endpoint = Endpoint::Remote(Remote { url: Hidden::from(url), headers });
    Some(())
}

fn local_server(
    entry: &mut Entry<'_>,
    dialect: Dialect,
    told: Option<Transport>,
    connection: &mut Connection,
) {
    let (command, arguments) = match dialect {
        Dialect::Image => fields::container(entry),
        _ => fields::command_line(entry),
    };
    let env = fields::environment(entry);
    connection.credentials = credentials::of_launch(entry, &arguments, &env);
    connection.transport = match told {
        Some(told) if !fields::is_remote(told) => told,
        _ => Transport::Stdio,
    };
    let words = arguments.into_iter().map(|argument| argument.text).collect();
    let line = guard::unwrap(command, words);
    connection.guarded = line.guarded;
    connection.package = package::of(&line.command, &line.args);
    connection.endpoint = Endpoint::Command(Launch {
        command: line.command,
        args: line.args.into_iter().map(Hidden::new).collect(),
        env,
        env_file: entry.text(&["envFile", "env_file"]),
        cwd: entry.text(&["cwd", "workingDirectory", "working_dir", "working_directory"]),
    });
}

/// A name and a value that stand together.
pub(crate) fn setting(name: &str, value: &str, location: Location) -> Setting {
    Setting { name: name.to_owned(), value: Hidden::from(value), location }
}
