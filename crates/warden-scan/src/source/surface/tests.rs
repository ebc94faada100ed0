//! What is read off the source of servers, SDK by SDK.

mod golang;
mod hostile;
mod python;
mod script;

use warden_flow::{Analysis, Limits, analyse, analysis::FnId};
use warden_model::{SourceFile, SourceTree};

use super::*;
use crate::source::program;

/// The surface of some files as text: a line for each thing, with what it takes and who answers.
fn told(files: &[(&str, &str)]) -> String {
    let file = |(path, text): &(&str, &str)| SourceFile {
        path: (*path).to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let mut tree = SourceTree {
        name: "example".into(),
        files: files.iter().map(file).collect(),
        ..SourceTree::default()
    };
    tree.sort();
    let program = program(&tree, Limits::default());
    let analysis = analyse(&program, crate::models::models());
    let surface = surface(&reader::Reader::new(&analysis), crate::models::models());
    Telling { surface: &surface, analysis: &analysis }.all()
}

/// Compares what is told of one file with what is expected, line by line.
#[track_caller]
fn check(path: &str, text: &str, expected: &str) {
    check_all(&[(path, text)], expected);
}

#[track_caller]
fn check_all(files: &[(&str, &str)], expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let told = told(files);
    let found: Vec<&str> = told.lines().map(str::trim).collect();
    assert_eq!(found, expected, "\n{told}");
}

struct Telling<'a> {
    surface: &'a ServerSurface,
    analysis: &'a Analysis<'a>,
}

impl Telling<'_> {
    fn all(&self) -> String {
        let surface = self.surface;
        let mut lines = Vec::new();
        for server in &surface.servers {
            lines.push(format!("server {}", server.name.as_deref().unwrap_or("?")));
        }
        lines.extend(surface.tools.iter().map(|tool| self.tool(tool)));
        for resource in &surface.resources {
            let uri = resource.uri.as_deref().unwrap_or("?");
            lines.push(format!("resource {uri} -> {}", self.functions(&resource.handler)));
        }
        for prompt in &surface.prompts {
            let name = prompt.name.as_deref().unwrap_or("?");
            let params = params(&prompt.params);
            lines.push(format!("prompt {name}({params}) -> {}", self.functions(&prompt.handler)));
        }
        for endpoint in &surface.endpoints {
            let method = endpoint.method.as_deref().unwrap_or("any");
            let path = endpoint.path.as_deref().unwrap_or("?");
            lines.push(format!("route {method} {path} -> {}", self.functions(&endpoint.handler)));
        }
        lines.extend(surface.entries.iter().zip(&surface.infos).map(|(e, i)| self.entry(e, i)));
        lines.extend(surface.gaps.iter().map(|gap| format!("gap {}", gap.kind.name())));
        lines.join("\n")
    }

    fn tool(&self, tool: &ToolInfo) -> String {
        let name = tool.name.as_deref().unwrap_or("?");
        let dots = if tool.open { ", …" } else { "" };
        let mut line = format!("tool {name}({}{dots})", params(&tool.params));
        for (hint, truth) in &tool.annotations {
            line.push_str(&format!(" {}{hint}", if *truth { "" } else { "!" }));
        }
        if let Some(text) = &tool.description {
            let first: String = text.chars().take(24).collect();
            line.push_str(&format!(" {first:?}"));
        }
        line.push_str(&format!(" -> {}", self.functions(&tool.handler)));
        for branch in &tool.branches {
            line.push_str(&format!(" in {}", self.function(branch.function)));
        }
        match tool.listed {
            Listed::Yes => {}
            Listed::No => line.push_str(" unlisted"),
            Listed::Unknown => line.push_str(" listed?"),
        }
        line
    }

    fn entry(&self, entry: &Entry, info: &EntryInfo) -> String {
        let module = &self.analysis.program().modules[entry.function.module as usize];
        let function = &module.functions[entry.function.function.at()];
        let param = function.params.get(usize::from(entry.param));
        let name = param.and_then(|param| param.name).map_or("·", |name| module.text(name));
        let way: String = entry.within.iter().flat_map(|name| [".", name]).collect();
        let known: Vec<&str> = entry.known.iter().map(|(name, _)| name.as_str()).collect();
        let known =
            if known.is_empty() { String::new() } else { format!(" knows [{}]", known.join(" ")) };
        let whose = match info {
            EntryInfo { tool: Some(at), .. } => self.surface.tools[*at].name.clone(),
            EntryInfo { dispatcher: Some(_), .. } => Some("by name".into()),
            EntryInfo { resource: Some(_), .. } => Some("resource".into()),
            EntryInfo { prompt: Some(_), .. } => Some("prompt".into()),
            _ => Some("route".into()),
        };
        let whose = whose.unwrap_or_else(|| "?".into());
        format!("entry {}({name}{way}) of {whose}{known}", self.function(entry.function))
    }

    fn functions(&self, functions: &[FnId]) -> String {
        let names: Vec<String> =
            functions.iter().map(|function| self.function(*function)).collect();
        names.join(",")
    }

    fn function(&self, function: FnId) -> String {
        let module = &self.analysis.program().modules[function.module as usize];
        let found = &module.functions[function.function.at()];
        let name = found.name.map_or("·", |name| module.text(name));
        let class = found.class.and_then(|class| module.classes[class.at()].name);
        match class {
            Some(class) => format!("{}.{name}", module.text(class)),
            None => name.to_owned(),
        }
    }
}

fn params(params: &[ParamInfo]) -> String {
    let one = |param: &ParamInfo| {
        let kind = match param.schema.get("type").and_then(Value::as_str) {
            Some(kind) => kind.to_owned(),
            None if param.schema.contains_key("anyOf") => "any-of".into(),
            None => "any".into(),
        };
        let choice = if param.schema.contains_key("enum") { "#" } else { "" };
        let optional = if param.required == Some(false) { "?" } else { "" };
        let inner = if param.members.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", self::params(&param.members))
        };
        format!("{}{optional}: {kind}{choice}{inner}", param.name)
    };
    params.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn what_the_source_says_has_the_form_of_the_wire() {
    let text = r#"
mcp = FastMCP("files", instructions="Ask first.")
@mcp.tool(annotations={"readOnlyHint": True})
def read(path: str, lines: int = 10) -> str:
    """Reads a file."""
"#;
    let files = [SourceFile { path: "s.py".into(), bytes: text.as_bytes().to_vec() }];
    let tree = SourceTree { name: "example".into(), files: files.into(), ..SourceTree::default() };
    let program = program(&tree, Limits::default());
    let analysis = analyse(&program, crate::models::models());
    let view = crate::SourceView::of(&tree, &analysis);
    let shown = view.surface.shown(&view);
    assert_eq!(shown.instructions.as_deref(), Some("Ask first."));
    let [tool] = &shown.definitions[..] else { panic!("one tool: {shown:?}") };
    assert_eq!((tool.location.file.as_str(), tool.location.line), ("s.py", Some(3)));
    assert_eq!(
        tool.body,
        serde_json::json!({
            "name": "read",
            "description": "Reads a file.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "path": { "type": "string" },
                    "lines": { "type": "integer" },
                },
                "required": ["path"],
            },
            "annotations": { "readOnlyHint": true },
        })
    );
}
