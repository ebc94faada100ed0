//! Servers, resources and prompts in Go.

use warden_flow::{analysis::At, ir::Expr};

use super::types::Types;
use crate::source::surface::{
    PromptInfo, ResourceInfo, ServerInfo,
    found::{Argument, Found, Takes},
    reader::CallAt,
};

/// Adds the servers, resources and prompts of a module.
pub(super) fn collect(types: &Types<'_>, number: u32, out: &mut Found) {
    let reader = types.reader;
    for call in reader.calls_in(number, "NewMCPServer") {
        let name = reader.plain_args(call).first().and_then(|at| reader.text(*at));
        let options = reader.plain_args(call).into_iter();
        let instructions = options.filter_map(|at| reader.call(at)).find_map(|option| {
            let callee = At { expr: option.call.callee, ..option.at };
            let told = reader.last_name(callee) == Some("WithInstructions");
            reader.text(*reader.plain_args(option).first().filter(|_| told)?)
        });
        server(out, call, name, instructions);
    }
    for call in reader.calls_in(number, "NewServer") {
        let args = reader.plain_args(call);
        let field = |position: usize, name: &str| {
            let mut made = reader.values(*args.get(position)?).into_iter();
            let object = made.find_map(|value| object(types, value))?;
            reader.text(reader.part(object, &[name])?)
        };
        let (name, instructions) = (field(0, "Name"), field(1, "Instructions"));
        if name.is_some() {
            server(out, call, name, instructions);
        }
    }
    for name in ["AddResource", "AddResourceTemplate"] {
        for call in reader.calls_in(number, name) {
            resource(types, call, out);
        }
    }
    for call in reader.calls_in(number, "AddPrompt") {
        prompt(types, call, out);
    }
}

fn server(
    out: &mut Found,
    call: CallAt<'_>,
    name: Option<std::sync::Arc<str>>,
    instructions: Option<std::sync::Arc<str>>,
) {
    let own = |text: std::sync::Arc<str>| text.to_string();
    out.servers.push(ServerInfo {
        name: name.map(own),
        instructions: instructions.map(own),
        place: call.at,
    });
}

/// The object of a composite literal.
fn object(types: &Types<'_>, at: At) -> Option<At> {
    match types.reader.expr(at) {
        Expr::Object(_) => Some(at),
        Expr::Call(call) => {
            let first = At { expr: call.args.first()?.value, ..at };
            matches!(types.reader.expr(first), Expr::Object(_)).then_some(first)
        }
        _ => None,
    }
}

/// A description by a call (`mcp.NewResource("uri", "name")`) or a literal: its first text.
fn described(types: &Types<'_>, at: At, member: &str) -> Option<String> {
    let reader = types.reader;
    reader.values(at).into_iter().find_map(|value| {
        let text = match object(types, value) {
            Some(object) => reader.text(reader.part(object, &[member])?)?,
            None => reader.text(*reader.plain_args(reader.call(value)?).first()?)?,
        };
        Some(text.to_string())
    })
}

fn resource(types: &Types<'_>, call: CallAt<'_>, out: &mut Found) {
    let args = types.reader.plain_args(call);
    let [first, handler] = args[..] else { return };
    let uri = described(types, first, "URI").or_else(|| described(types, first, "URITemplate"));
    let info = ResourceInfo {
        uri,
        name: None,
        description: None,
        handler: types.reader.functions(handler),
        place: call.at,
    };
    out.resources.push((info, Takes::Several(vec![Argument::new(1, &["Params"])])));
}

fn prompt(types: &Types<'_>, call: CallAt<'_>, out: &mut Found) {
    let args = types.reader.plain_args(call);
    let [first, handler] = args[..] else { return };
    let info = PromptInfo {
        name: described(types, first, "Name"),
        description: None,
        handler: types.reader.functions(handler),
        params: Vec::new(),
        place: call.at,
    };
    let arguments = Argument::new(1, &["Params", "Arguments"]);
    out.prompts.push((info, Takes::Whole(arguments)));
}
