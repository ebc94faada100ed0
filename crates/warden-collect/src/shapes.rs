//! Where servers stand in a file: one function per shape.
//!
//! A shape only says where entries are. What an entry means is the same everywhere and is told by
//! [`entry`]. A shape that is not there is `None`, so that a file without any known shape can be
//! told from one without servers.

pub(crate) mod entry;
mod image;
mod lists;
mod members;

use warden_model::UnreadReason;

use crate::document::{Node, pointer_push};

/// Something that a shape found in a file.
#[derive(Debug)]
pub(crate) struct Spot<'a> {
    /// The server's name.
    pub(crate) name: String,
    /// Where the entry stands.
    pub(crate) pointer: String,
    /// The byte at which it begins: of its key, if it has one.
    pub(crate) offset: usize,
    /// The entry.
    pub(crate) node: &'a Node,
    /// How it is to be understood.
    pub(crate) dialect: Dialect,
}

/// Something in a file that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) pointer: String,
    pub(crate) offset: usize,
    pub(crate) reason: UnreadReason,
    pub(crate) detail: &'static str,
}

/// How an entry is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Members as most clients have them.
    Common,
    /// A bare `url` means server-sent events, as in Gemini CLI and its forks.
    BareUrlIsSse,
    /// A container: `image`, `command`, `args`, `environment`.
    Image,
    /// A mere name of something that the client brings.
    Name,
}

/// What a shape found.
#[derive(Debug, Default)]
pub(crate) struct Found<'a> {
    pub(crate) spots: Vec<Spot<'a>>,
    pub(crate) flaws: Vec<Flaw>,
}

/// Where servers may stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// `mcpServers: {name: {…}}`
    Servers,
    /// The same, where a bare `url` means server-sent events.
    GeminiServers,
    /// `mcpServers: [{name, …}]`, also as the whole file or below `experimental`.
    List,
    /// `servers: {name: {…}}` with `inputs`
    VsCode,
    /// `mcp: {servers: {…}}` or `"mcp.servers": {…}`, also below `settings`
    Settings,
    /// `{name: {command or url …}}` and nothing around it
    Flat,
    /// `context_servers: {…}`
    ContextServers,
    /// `mcp: {name: {type, …}}`
    Mcp,
    /// `"amp.mcpServers": {…}`
    Amp,
    /// `extensions: {name: {cmd, envs, uri}}`
    Extensions,
    /// `mcp_servers`, as a table of tables or an array of them
    SnakeServers,
    /// `projects: {path: {mcpServers: {…}}}`
    Projects,
    /// `powers: {mcpServers: {…}}`
    Powers,
    /// `server: {mcp_config: {…}}` of a bundle's manifest
    Bundle,
    /// `customizations: {vscode: {mcp: {servers: {…}}}}`
    DevContainer,
    /// `registry: {name: {…}}` of the Docker MCP Toolkit
    DockerRegistry,
    /// `services: {name: {image, …}}` of a compose file
    Compose,
    /// Containers of Kubernetes workloads
    Kubernetes,
}

impl Shape {
    /// Every shape, in the order in which an unknown file is tried.
    pub const ALL: &[Self] = &[
        Self::Servers,
        Self::List,
        Self::VsCode,
        Self::Settings,
        Self::ContextServers,
        Self::Mcp,
        Self::Amp,
        Self::SnakeServers,
        Self::Projects,
        Self::Powers,
        Self::DevContainer,
        Self::Extensions,
        Self::Bundle,
        Self::DockerRegistry,
        Self::Compose,
        Self::Kubernetes,
        Self::Flat,
    ];

    /// Looks for this shape; `None` if it is not there.
    pub(crate) fn read(self, root: &Node) -> Option<Found<'_>> {
        match self {
            Self::Servers => members::named(root, "mcpServers", Dialect::Common),
            Self::GeminiServers => members::named(root, "mcpServers", Dialect::BareUrlIsSse),
            Self::List => lists::listed(root),
            Self::VsCode => members::named(root, "servers", Dialect::Common),
            Self::Settings => members::settings(root),
            Self::Flat => members::flat(root),
            Self::ContextServers => members::named(root, "context_servers", Dialect::Common),
            Self::Mcp => members::mcp(root),
            Self::Amp => members::amp(root),
            Self::Extensions => members::named(root, "extensions", Dialect::Common),
            Self::SnakeServers => lists::snake(root),
            Self::Projects => members::projects(root),
            Self::Powers => members::below(root, &["powers", "mcpServers"], Dialect::Common),
            Self::Bundle => members::bundle(root),
            Self::DevContainer => {
                let path = ["customizations", "vscode", "mcp", "servers"];
                members::below(root, &path, Dialect::Common)
            }
            Self::DockerRegistry => members::named(root, "registry", Dialect::Name),
            Self::Compose => image::compose(root),
            Self::Kubernetes => image::kubernetes(root),
        }
    }
}

/// Reads several shapes of one file. [`Shape::Flat`] is what a file is taken for only if it has
/// no other shape. `None` if none of them is there.
pub(crate) fn read_all<'a>(root: &'a Node, shapes: &[Shape]) -> Option<Found<'a>> {
    let mut all: Option<Found<'a>> = None;
    for shape in shapes {
        if *shape == Shape::Flat && all.is_some() {
            continue;
        }
        if let Some(found) = shape.read(root) {
            let all = all.get_or_insert_default();
            all.spots.extend(found.spots);
            all.flaws.extend(found.flaws);
        }
    }
    all
}

/// The members of `node` as entries; a flaw if it is no object. `null` has no entries.
fn entries<'a>(node: &'a Node, pointer: &str, dialect: Dialect) -> Found<'a> {
    let mut found = Found::default();
    let Some(members) = node.members() else {
        found.flaws.extend(not_servers(node, pointer));
        return found;
    };
    for member in members {
        // Of a key that stands twice, only the one that counts.
        if node.member(&member.key).is_some_and(|last| !std::ptr::eq(last, member)) {
            continue;
        }
        found.spots.push(Spot {
            name: member.key.clone(),
            pointer: pointer_push(pointer, &member.key),
            offset: if member.value.shared { node.span.start } else { member.key_span.start },
            node: &member.value,
            dialect,
        });
    }
    found
}

fn not_servers(node: &Node, pointer: &str) -> Option<Flaw> {
    (node.kind != crate::document::Kind::Null).then(|| Flaw {
        pointer: pointer.to_owned(),
        offset: node.span.start,
        reason: UnreadReason::Malformed,
        detail: "servers should stand here",
    })
}

#[cfg(test)]
mod tests;
