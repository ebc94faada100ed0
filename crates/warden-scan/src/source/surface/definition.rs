//! What the source says, in the form in which a server would show it: so that what a server shows
//! can be compared with it, and rules for shown texts can run over it.

use serde_json::{Map, Value};
use warden_flow::analysis::At;
use warden_model::{Definition, DefinitionKind, Location, Origin, Surface};

use super::{ServerSurface, ToolInfo, shape::object_schema};
use crate::SourceView;

impl ServerSurface {
    /// The surface that the source describes, with the file and line of each definition.
    #[must_use]
    pub fn shown(&self, view: &SourceView<'_>) -> Surface {
        let tools = self.tools.iter().filter_map(|tool| {
            let name = tool.name.clone()?;
            let body = Value::Object(tool.definition());
            Some(Definition {
                kind: DefinitionKind::Tool,
                name,
                body,
                location: at(view, tool.place),
            })
        });
        let prompts = self.prompts.iter().filter_map(|prompt| {
            let name = prompt.name.clone()?;
            let mut body = described(&name, prompt.description.as_deref());
            let arguments: Vec<Value> = prompt
                .params
                .iter()
                .map(|param| {
                    let mut argument = described(&param.name, param.description.as_deref());
                    argument.extend(param.required.map(|r| ("required".to_owned(), r.into())));
                    Value::Object(argument)
                })
                .collect();
            if !arguments.is_empty() {
                body.insert("arguments".into(), arguments.into());
            }
            let (kind, location) = (DefinitionKind::Prompt, at(view, prompt.place));
            Some(Definition { kind, name, body: Value::Object(body), location })
        });
        let resources = self.resources.iter().filter_map(|resource| {
            let uri = resource.uri.clone()?;
            let kind =
                if uri.contains('{') { DefinitionKind::Template } else { DefinitionKind::Resource };
            let name = resource.name.as_deref().unwrap_or(&uri);
            let mut body = described(name, resource.description.as_deref());
            body.insert(kind.name_member().into(), uri.clone().into());
            let location = at(view, resource.place);
            Some(Definition { kind, name: uri, body: Value::Object(body), location })
        });
        let server = self.servers.iter().find_map(|server| server.name.clone());
        let first = self.servers.first().map(|server| at(view, server.place));
        Surface {
            origin: Origin::Source,
            server: view.tree.name.clone(),
            implementation: server.map(|name| (name, String::new())),
            instructions: self.servers.iter().find_map(|server| server.instructions.clone()),
            definitions: tools.chain(prompts).chain(resources).collect(),
            location: first.unwrap_or_else(|| view.tree.place("")),
            ..Surface::default()
        }
    }
}

impl ToolInfo {
    /// The definition, as a client would get it.
    #[must_use]
    pub fn definition(&self) -> Map<String, Value> {
        let mut body =
            described(self.name.as_deref().unwrap_or_default(), self.description.as_deref());
        if let Some(title) = &self.title {
            body.insert("title".into(), title.as_str().into());
        }
        body.insert("inputSchema".into(), object_schema(&self.params));
        if !self.annotations.is_empty() {
            let hints =
                self.annotations.iter().map(|(name, truth)| (name.clone(), (*truth).into()));
            body.insert("annotations".into(), Value::Object(hints.collect()));
        }
        body
    }
}

fn described(name: &str, description: Option<&str>) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("name".into(), name.into());
    if let Some(text) = description {
        body.insert("description".into(), text.into());
    }
    body
}

fn at(view: &SourceView<'_>, at: At) -> Location {
    view.place(view.spot(at), None)
}
