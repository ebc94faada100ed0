//! Which tools come to a function, and whether what is done there is what they say.

use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::Expr,
};

use super::{SourceView, surface::Branch};

/// For each tool the functions that answering it comes to.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    tools: Vec<BTreeSet<FnId>>,
}

impl Reached {
    /// Follows every tool.
    pub(crate) fn of(view: &SourceView<'_>) -> Self {
        let functions = |tool: &crate::ToolInfo| {
            let handlers = tool.handler.iter().map(|handler| view.analysis.reach(*handler));
            let branches = tool.branches.iter().flat_map(|branch| within(view, *branch));
            let branches = branches.map(|function| view.analysis.reach(function));
            handlers.chain(branches).flat_map(|reach| reach.functions).collect()
        };
        Self { tools: view.surface.tools.iter().map(functions).collect() }
    }

    /// The tools that come to a function, by their position.
    pub(crate) fn tools(&self, function: FnId) -> impl Iterator<Item = usize> {
        self.tools
            .iter()
            .enumerate()
            .filter(move |(_, functions)| functions.contains(&function))
            .map(|(tool, _)| tool)
    }
}

/// The functions that are called in a part of a function.
fn within(view: &SourceView<'_>, branch: Branch) -> Vec<FnId> {
    let Some(module) = view.module(branch.spot.module) else { return Vec::new() };
    let span = branch.spot.span;
    let mut functions = vec![branch.function];
    for call in &view.fold().index(branch.spot.module).calls {
        let place = module.span(*call);
        if place.start < span.start || place.end > span.end {
            continue;
        }
        if let Expr::Call(found) = module.expr(*call) {
            let callee = At { module: branch.spot.module, expr: found.callee };
            functions.extend(view.analysis.functions_at(callee));
        }
    }
    // Calling the function that answers for all would make every tool come to everything.
    functions.remove(0);
    functions
}

/// Whether something is the declared business of whoever does it: words of the tools that come
/// to the function, or of the server's own texts where no tool does.
pub(crate) fn is_business(view: &SourceView<'_>, function: FnId, words: &[&str]) -> bool {
    let declared = view.declared();
    let mut tools = view.reached().tools(function).peekable();
    if tools.peek().is_some() {
        return tools.any(|tool| declared.tool_says(tool, words));
    }
    declared.says(words)
}
