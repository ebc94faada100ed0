//! The tools and other ways in of a server, read off its code.

use warden_flow::{
    Analysis,
    analysis::{At, Entry, Flow, FnId, Origin},
};
use warden_model::SourceTree;

/// What a server offers, as far as its code says.
#[derive(Clone, Debug, Default)]
pub struct ServerSurface {
    /// The tools, in the order of the text.
    pub tools: Vec<ToolInfo>,
    /// Where values come in.
    pub entries: Vec<Entry>,
    /// What is known of each entry; as long as `entries`.
    pub infos: Vec<EntryInfo>,
}

/// One tool.
#[derive(Clone, Debug)]
pub struct ToolInfo {
    /// What it is called, if the code says so plainly.
    pub name: Option<String>,
    /// What it says that it does.
    pub description: Option<String>,
    /// The functions that answer its calls.
    pub handler: Vec<FnId>,
    /// Its parameters.
    pub params: Vec<ParamInfo>,
    /// `readOnlyHint` and the like, as the code sets them.
    pub annotations: Vec<(String, bool)>,
    /// Where it is registered.
    pub place: At,
}

/// One parameter of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamInfo {
    /// What it is called.
    pub name: String,
    /// What it says that it is.
    pub description: Option<String>,
}

/// What is known of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryInfo {
    /// The tool, as a position in the list of tools.
    pub tool: Option<usize>,
    /// The parameter of the tool that the entry is; `None` where the first member of the value
    /// is the parameter.
    pub parameter: Option<String>,
}

/// What a flow can be told as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The tool, as a position in the list of tools.
    pub tool: Option<usize>,
    /// The parameter.
    pub parameter: Option<String>,
}

/// Reads the tools and other ways in.
pub(crate) fn surface(_tree: &SourceTree, _analysis: &Analysis<'_>) -> ServerSurface {
    ServerSurface::default()
}

impl ServerSurface {
    /// The tool and the parameter that a flow comes from.
    #[must_use]
    pub fn told(&self, flow: &Flow) -> Told {
        let Origin::Entry(index, members) = &flow.source else { return Told::default() };
        let Some(info) = self.infos.get(*index) else { return Told::default() };
        let parameter = info.parameter.clone().or_else(|| members.first().cloned());
        Told { tool: info.tool, parameter }
    }
}
