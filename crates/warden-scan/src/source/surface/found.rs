//! What the readers of single SDKs hand over.

use warden_flow::analysis::{At, FnId};

use super::{
    EndpointInfo, PromptInfo, ResourceInfo, ServerInfo, SurfaceGap, SurfaceGapKind, ToolInfo,
};

/// The last names of every call, and every other text, that some reader asks for.
pub(crate) static NAMES: &[&str] = &[
    // Python
    "tool",
    "add_tool",
    "resource",
    "prompt",
    "add_resource",
    "add_prompt",
    "custom_route",
    "from_function",
    "FunctionTool",
    "Tool",
    "FastMCP",
    "MCPServer",
    "Server",
    "Prompt",
    "Resource",
    "ResourceTemplate",
    "from_openapi",
    "from_fastapi",
    "as_proxy",
    "add_route",
    "Route",
    "add_url_rule",
    "add_api_route",
    "route",
    "FastApiMCP",
    // JavaScript
    "registerTool",
    "registerResource",
    "registerPrompt",
    "setRequestHandler",
    "addTool",
    "addResource",
    "addResourceTemplate",
    "addPrompt",
    "McpServer",
    "get",
    "post",
    "put",
    "delete",
    "patch",
    "all",
    "use",
    "createServer",
    "registerAppTool",
    // Go
    "AddTool",
    "AddTools",
    "SetTools",
    "NewTool",
    "NewToolWithRawSchema",
    "NewMCPServer",
    "NewServer",
    "AddResource",
    "AddResourceTemplate",
    "AddPrompt",
    "NewResource",
    "NewResourceTemplate",
    "NewPrompt",
    "HandleFunc",
    "Handle",
    "NewTypedToolHandler",
    "NewStructuredToolHandler",
    "AddSessionTool",
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    // Fields and texts that are looked for.
    "name",
    "Name",
    "toolName",
    "description",
    "annotations",
    "inputSchema",
    "input_schema",
    "parameters",
    "schema",
    "paramsSchema",
    "zodSchema",
    "argsSchema",
    "args_schema",
    "InputSchema",
    "tools/call",
    "resources/read",
    "prompts/get",
    "metadata",
    "default",
    "arguments",
    "uri",
    "_registeredTools",
    "WithToolFilter",
];

/// What was found so far.
#[derive(Default)]
pub(crate) struct Found {
    /// Servers.
    pub(crate) servers: Vec<ServerInfo>,
    /// Tools that are registered together with their handler.
    pub(crate) tools: Vec<(ToolInfo, Takes)>,
    /// Tools that are only described: the list of a low-level server.
    pub(crate) definitions: Vec<ToolInfo>,
    /// Functions that answer for several tools.
    pub(crate) dispatchers: Vec<FoundDispatcher>,
    /// Resources.
    pub(crate) resources: Vec<(ResourceInfo, Takes)>,
    /// Prompts.
    pub(crate) prompts: Vec<(PromptInfo, Takes)>,
    /// HTTP endpoints.
    pub(crate) endpoints: Vec<(EndpointInfo, Takes)>,
    /// Functions that answer with the list of tools.
    pub(crate) listers: Vec<FnId>,
    /// Objects that give a tool another form.
    pub(crate) reshaped: Vec<At>,
    /// What could not be said.
    pub(crate) gaps: Vec<SurfaceGap>,
}

/// How a handler gets what a caller chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Each in a parameter of its own: the position and the name.
    Each(Vec<(u16, String)>),
    /// All in one object.
    Whole(Argument),
    /// Several objects or values.
    Several(Vec<Argument>),
}

/// A value that a function is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    /// The parameter.
    pub(crate) param: u16,
    /// The members on the way inside it.
    pub(crate) within: Vec<String>,
}

/// A function that answers for several tools.
pub(crate) struct FoundDispatcher {
    /// The function.
    pub(crate) function: FnId,
    /// What kind of thing it answers for.
    pub(crate) of: Dispatched,
    /// The name that is called, if the function gets it by itself.
    pub(crate) name: Option<Argument>,
    /// The arguments.
    pub(crate) arguments: Argument,
    /// Whether the SDK checks arguments against the schema before.
    pub(crate) validated: bool,
    /// Where it is registered.
    pub(crate) place: At,
}

/// What a function answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatched {
    /// `tools/call`
    Tools,
    /// `resources/read`
    Resources,
    /// `prompts/get`
    Prompts,
}

impl Argument {
    /// A member of a parameter.
    pub(crate) fn new(param: u16, within: &[&str]) -> Self {
        Self { param, within: within.iter().map(|name| (*name).to_owned()).collect() }
    }
}

impl Found {
    /// Notes that something could not be said.
    pub(crate) fn gap(&mut self, place: At, kind: SurfaceGapKind) {
        self.gaps.push(SurfaceGap { place, kind });
    }

    /// Adds a tool with its handler, and says what of it is not known.
    pub(crate) fn tool(&mut self, tool: ToolInfo, takes: Takes) {
        if tool.name.is_none() {
            self.gap(tool.place, SurfaceGapKind::Name);
        }
        if tool.handler.is_empty() {
            self.gap(tool.place, SurfaceGapKind::Handler);
        }
        self.tools.push((tool, takes));
    }
}

impl ToolInfo {
    /// A tool that nothing is known of but where it stands.
    pub(crate) fn at(place: At) -> Self {
        Self {
            name: None,
            title: None,
            description: None,
            handler: Vec::new(),
            branches: Vec::new(),
            params: Vec::new(),
            open: false,
            annotations: Vec::new(),
            flags: Vec::new(),
            place,
            listed: super::Listed::Yes,
        }
    }
}
