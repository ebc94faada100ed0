//! The tools and other ways in of a server, read off its code.
//!
//! Nothing runs. Each SDK has a file of its own that knows its shapes; what they find has one
//! form. A tool whose name or handler the code does not say plainly is listed all the same, with
//! a gap: a server that hides its tools must not look like one that has none.

mod definition;
mod dispatch;
mod entries;
mod found;
mod golang;
mod python;
pub(crate) mod reader;
mod script;
mod shape;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Arc;

pub use found::Dispatched;
use serde_json::{Map, Value};
use warden_flow::{
    analysis::{At, Entry, Flow, FnId, Origin, Spot},
    models::{Bits, Models},
};

/// What a server offers, as far as its code says.
#[derive(Clone, Debug, Default)]
pub struct ServerSurface {
    /// What the server calls itself, for each server object that the code makes.
    pub servers: Vec<ServerInfo>,
    /// The tools, in the order of the text.
    pub tools: Vec<ToolInfo>,
    /// The resources and resource templates.
    pub resources: Vec<ResourceInfo>,
    /// The prompts.
    pub prompts: Vec<PromptInfo>,
    /// HTTP endpoints of the server itself.
    pub endpoints: Vec<EndpointInfo>,
    /// Functions that answer for several tools by name.
    pub dispatchers: Vec<Dispatcher>,
    /// Functions that answer with the list of tools.
    pub listers: Vec<FnId>,
    /// Where values come in.
    pub entries: Vec<Entry>,
    /// What is known of each entry; as long as `entries`.
    pub infos: Vec<EntryInfo>,
    /// What could not be said.
    pub gaps: Vec<SurfaceGap>,
}

/// A server object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// The name that it gives itself.
    pub name: Option<String>,
    /// Its instructions to the model.
    pub instructions: Option<String>,
    /// Where it is made.
    pub place: At,
}

/// One tool.
#[derive(Clone, Debug)]
pub struct ToolInfo {
    /// What it is called, if the code says so plainly.
    pub name: Option<String>,
    /// What it is called by people.
    pub title: Option<String>,
    /// What it says that it does.
    pub description: Option<String>,
    /// The functions that answer its calls.
    pub handler: Vec<FnId>,
    /// The parts of functions that answer its calls, where one function answers for several.
    pub branches: Vec<Branch>,
    /// Its parameters.
    pub params: Vec<ParamInfo>,
    /// Whether it may have more parameters than are known.
    pub open: bool,
    /// `readOnlyHint` and the like, as the code sets them.
    pub annotations: Vec<(String, bool)>,
    /// Where it is registered.
    pub place: At,
    /// Whether a client sees it.
    pub listed: Listed,
}

/// Whether a client sees a tool when it asks for the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// It stands in the list.
    Yes,
    /// It is answered and does not stand in the list.
    No,
    /// The list is put together in a way that is not understood.
    Unknown,
}

/// A part of a function that is about one tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Branch {
    /// The function.
    pub function: FnId,
    /// The part.
    pub spot: Spot,
}

/// One parameter of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamInfo {
    /// What it is called.
    pub name: String,
    /// What it says that it is.
    pub description: Option<String>,
    /// Its JSON Schema, as far as the code says it.
    pub schema: Map<String, Value>,
    /// What is known of its values because they were validated.
    pub known: Bits,
    /// Whether it has to be given; `None` where the code does not say.
    pub required: Option<bool>,
    /// Its members, where it is an object.
    pub members: Vec<ParamInfo>,
    /// What it is called in the code, if not as outside.
    pub member: Option<String>,
}

/// A resource or a resource template.
#[derive(Clone, Debug)]
pub struct ResourceInfo {
    /// Its URI or URI template, if the code says so plainly.
    pub uri: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// What it says that it is.
    pub description: Option<String>,
    /// The functions that read it.
    pub handler: Vec<FnId>,
    /// Where it is registered.
    pub place: At,
}

/// A prompt.
#[derive(Clone, Debug)]
pub struct PromptInfo {
    /// What it is called, if the code says so plainly.
    pub name: Option<String>,
    /// What it says that it is for.
    pub description: Option<String>,
    /// The functions that make it.
    pub handler: Vec<FnId>,
    /// Its arguments.
    pub params: Vec<ParamInfo>,
    /// Where it is registered.
    pub place: At,
}

/// An HTTP endpoint of the server itself.
#[derive(Clone, Debug)]
pub struct EndpointInfo {
    /// Its path, if the code says so plainly.
    pub path: Option<String>,
    /// The method, in capitals; `None` for any.
    pub method: Option<String>,
    /// The functions that answer, middleware of its own first.
    pub handler: Vec<FnId>,
    /// What callers give, where the framework takes it apart.
    pub params: Vec<ParamInfo>,
    /// Where it is registered.
    pub place: At,
}

/// A function that answers for several tools.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    /// The function.
    pub function: FnId,
    /// The names that it knows.
    pub cases: Vec<Case>,
    /// What it answers for.
    pub of: Dispatched,
    /// Where it is registered.
    pub place: At,
}

/// A name that a function for several tools knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The name.
    pub name: Arc<str>,
    /// The part that answers.
    pub branch: Branch,
    /// Where the name stands.
    pub place: At,
    /// What it is compared with; the same for the names of one list.
    pub(crate) group: (u32, u32, Arc<str>),
}

/// What is known of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryInfo {
    /// The tool, as a position in the list of tools.
    pub tool: Option<usize>,
    /// The parameter of the tool that the entry is; `None` where the first member of the value
    /// is the parameter.
    pub parameter: Option<String>,
    /// The function that answers for several tools, as a position in the list of those.
    pub dispatcher: Option<usize>,
    /// The resource, as a position in the list of resources.
    pub resource: Option<usize>,
    /// The prompt, as a position in the list of prompts.
    pub prompt: Option<usize>,
    /// The endpoint, as a position in the list of endpoints.
    pub endpoint: Option<usize>,
    /// What members are called outside, where the code calls them otherwise.
    pub(crate) names: Vec<(String, String)>,
}

/// What a flow can be told as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The tool, as a position in the list of tools.
    pub tool: Option<usize>,
    /// The parameter.
    pub parameter: Option<String>,
}

/// Something about the surface that could not be said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SurfaceGap {
    /// Where.
    pub place: At,
    /// What.
    pub kind: SurfaceGapKind,
}

/// What about the surface could not be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SurfaceGapKind {
    /// A tool whose name is computed.
    Name,
    /// A tool whose handler is not a function of the tree.
    Handler,
    /// Tools that are made from something else at run time.
    Generated,
}

impl SurfaceGapKind {
    /// The lower-case name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "tool-name",
            Self::Handler => "tool-handler",
            Self::Generated => "generated-tools",
        }
    }
}

/// Reads the tools and other ways in.
pub(crate) fn surface(reader: &reader::Reader<'_>, models: &Models) -> ServerSurface {
    let kinds = shape::Kinds::new(models);
    let mut found = found::Found::default();
    python::collect(reader, &kinds, &mut found);
    script::collect(reader, &kinds, &mut found);
    golang::collect(reader, &kinds, &mut found);
    wire::collect(reader, &kinds, &mut found);
    entries::surface(reader, found)
}

impl ServerSurface {
    /// The tool and the parameter that a flow comes from.
    #[must_use]
    pub fn told(&self, flow: &Flow) -> Told {
        let Origin::Entry(index, members) = &flow.source else { return Told::default() };
        let Some(info) = self.infos.get(*index) else { return Told::default() };
        let dispatched = || {
            let dispatcher = self.dispatchers.get(info.dispatcher?)?;
            self.dispatched(flow, dispatcher)
        };
        Told { tool: info.tool.or_else(dispatched), parameter: info.parameter(members) }
    }

    /// The tool with this name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<usize> {
        self.tools.iter().position(|tool| tool.name.as_deref() == Some(name))
    }

    /// Which tool a flow belongs to that comes through a function for several: the one whose name
    /// was compared with on the way, or in whose part of the function the way leads.
    fn dispatched(&self, flow: &Flow, dispatcher: &Dispatcher) -> Option<usize> {
        let named = flow.conditions.iter().find_map(|(_, constant)| self.tool(constant));
        named.or_else(|| {
            let leads = |branch: &Branch| {
                flow.trace.iter().any(|hop| {
                    hop.at.module == branch.spot.module
                        && reader::holds(branch.spot.span, hop.at.span)
                })
            };
            let case = dispatcher.cases.iter().find(|case| leads(&case.branch))?;
            self.tool(&case.name)
        })
    }
}

impl EntryInfo {
    /// The parameter that members of the entry belong to.
    fn parameter(&self, members: &[String]) -> Option<String> {
        let own = || members.iter().find(|name| !PROTOCOL.contains(&name.as_str())).cloned();
        let found = self.parameter.clone().or_else(own)?;
        let outside = self.names.iter().find(|(inside, _)| *inside == found);
        Some(outside.map_or(found, |(_, outside)| outside.clone()))
    }
}

/// Members of a request that are none of a tool's arguments.
static PROTOCOL: &[&str] = &["Params", "Arguments", "params", "arguments"];
