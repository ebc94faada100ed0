//! What a server shows a model.

use serde_json::Value;

use crate::Location;

/// Everything that a server shows a model, as it was read.
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// Where it was read.
    pub origin: Origin,
    /// Index of the connection in the snapshot, if it was read from one.
    pub connection: Option<usize>,
    /// The name by which findings speak of the server.
    pub server: String,
    /// Name and version as the server gives them.
    pub implementation: Option<(String, String)>,
    /// The protocol revision that was spoken.
    pub protocol: Option<String>,
    /// The server's instructions to the model.
    pub instructions: Option<String>,
    /// Whether the server says that its lists change while it runs; `None` if nobody asked it.
    pub lists_change: Option<bool>,
    /// Every definition, in the order of the lists.
    pub definitions: Vec<Definition>,
    /// The file that it was saved in, or the entry of the connection.
    pub location: Location,
}

/// Where a surface was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Origin {
    /// From a saved answer.
    #[default]
    Saved,
    /// From the running server.
    Live,
    /// From the server's source code.
    Source,
}

impl Origin {
    /// Every one.
    pub const ALL: &[Self] = &[Self::Saved, Self::Live, Self::Source];

    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Live => "live",
            Self::Source => "source",
        }
    }
}

impl Surface {
    /// The definitions of one kind, in the order of their list.
    pub fn of_kind(&self, kind: DefinitionKind) -> impl Iterator<Item = &Definition> {
        self.definitions.iter().filter(move |definition| definition.kind == kind)
    }
}

/// One tool, prompt, resource or resource template, exactly as the server gave it.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Which list it stood in.
    pub kind: DefinitionKind,
    /// Its name; the URI of a resource, the URI template of a template.
    pub name: String,
    /// The whole entry, with every member.
    pub body: Value,
    /// Where it stands.
    pub location: Location,
}

/// Which list a definition stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinitionKind {
    /// `tools/list`
    Tool,
    /// `prompts/list`
    Prompt,
    /// `resources/list`
    Resource,
    /// `resources/templates/list`
    Template,
}

impl DefinitionKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Tool, Self::Prompt, Self::Resource, Self::Template];

    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Prompt => "prompt",
            Self::Resource => "resource",
            Self::Template => "template",
        }
    }

    /// The member of a list answer that holds definitions of this kind.
    #[must_use]
    pub const fn list_member(self) -> &'static str {
        match self {
            Self::Tool => "tools",
            Self::Prompt => "prompts",
            Self::Resource => "resources",
            Self::Template => "resourceTemplates",
        }
    }

    /// The member of a definition that names it.
    #[must_use]
    pub const fn name_member(self) -> &'static str {
        match self {
            Self::Tool | Self::Prompt => "name",
            Self::Resource => "uri",
            Self::Template => "uriTemplate",
        }
    }
}
