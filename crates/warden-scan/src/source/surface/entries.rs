//! Puts together what the readers of single SDKs found: tools with the part of the program that
//! answers for them, and the places where values come in.

use std::collections::{BTreeMap, BTreeSet};

use warden_flow::{
    analysis::{At, Entry, FnId},
    ir::Expr,
    models::{Bits, SourceKind},
};

use super::{
    Branch, Case, Dispatcher, EntryInfo, Listed, ParamInfo, ServerSurface, ToolInfo,
    dispatch::Dispatch,
    found::{Argument, Dispatched, Found, FoundDispatcher, Takes},
    reader::{Reader, holds},
};
use crate::models::source;

/// Members of objects whose validators are told.
const MAX_DEPTH: usize = 4;

/// Makes one surface of everything that was found.
pub(crate) fn surface(reader: &Reader<'_>, found: Found) -> ServerSurface {
    let mut surface = ServerSurface::default();
    let mut tools = registered(reader, found.tools);
    let known = known_names(&tools, &found.definitions);
    // A loop that registers tools one by one answers with the handlers that are known.
    let single: BTreeSet<FnId> =
        tools.iter().flat_map(|(tool, _)| tool.handler.iter().copied()).collect();
    let mut found_dispatchers = found.dispatchers;
    found_dispatchers.retain(|found| found.name.is_some() || !single.contains(&found.function));
    let dispatchers = dispatchers(reader, found_dispatchers, &known);
    tools.extend(described(reader, found.definitions, &tools, &dispatchers));
    tools.extend(unlisted(reader, &tools, &dispatchers));
    tools.sort_by_key(|(tool, _)| order(reader, tool.place));
    let mut entries = Entries { surface: &mut surface };
    for (at, (tool, takes)) in tools.iter().enumerate() {
        let info = EntryInfo { tool: Some(at), ..EntryInfo::default() };
        entries.all(&tool.handler, takes, (source::TOOL, &tool.params), &info);
    }
    for (at, (resource, takes)) in found.resources.iter().enumerate() {
        let info = EntryInfo { resource: Some(at), ..EntryInfo::default() };
        entries.all(&resource.handler, takes, (source::RESOURCE, &[]), &info);
    }
    for (at, (prompt, takes)) in found.prompts.iter().enumerate() {
        let info = EntryInfo { prompt: Some(at), ..EntryInfo::default() };
        entries.all(&prompt.handler, takes, (source::PROMPT, &prompt.params), &info);
    }
    for (at, (endpoint, takes)) in found.endpoints.iter().enumerate() {
        let info = EntryInfo { endpoint: Some(at), ..EntryInfo::default() };
        entries.all(&endpoint.handler, takes, (source::HTTP, &endpoint.params), &info);
    }
    let params = shared(&tools);
    for (at, (dispatcher, _)) in dispatchers.iter().enumerate() {
        entries.dispatcher(dispatcher, at, &params);
    }
    surface.servers = found.servers;
    surface.tools = tools.into_iter().map(|(tool, _)| tool).collect();
    surface.resources = found.resources.into_iter().map(|(info, _)| info).collect();
    surface.prompts = found.prompts.into_iter().map(|(info, _)| info).collect();
    surface.endpoints = found.endpoints.into_iter().map(|(info, _)| info).collect();
    surface.dispatchers = dispatchers
        .into_iter()
        .map(|(found, cases)| Dispatcher {
            function: found.function,
            cases,
            of: found.of,
            place: found.place,
        })
        .collect();
    surface.listers = found.listers;
    surface.listers.sort_unstable();
    surface.listers.dedup();
    surface.gaps = found.gaps;
    surface.gaps.sort();
    surface.gaps.dedup();
    surface
}

fn order(reader: &Reader<'_>, at: At) -> (u32, u32, At) {
    (at.module, reader.spot(at).span.start, at)
}

/// Tools with a handler, each once: one that is an object is seen where it stands and where it is
/// registered.
fn registered(reader: &Reader<'_>, mut tools: Vec<(ToolInfo, Takes)>) -> Vec<(ToolInfo, Takes)> {
    tools.sort_by_key(|(tool, _)| order(reader, tool.place));
    let mut seen = BTreeSet::new();
    tools.retain(|(tool, _)| {
        let place = (tool.name.is_none() || tool.handler.is_empty()).then_some(tool.place);
        seen.insert((place, tool.name.clone(), tool.handler.clone()))
    });
    tools
}

fn known_names(tools: &[(ToolInfo, Takes)], definitions: &[ToolInfo]) -> BTreeSet<String> {
    let registered = tools.iter().map(|(tool, _)| tool);
    registered.chain(definitions).filter_map(|tool| tool.name.clone()).collect()
}

/// The functions that answer for several, each with the names that it or what it calls knows.
fn dispatchers(
    reader: &Reader<'_>,
    mut found: Vec<FoundDispatcher>,
    known: &BTreeSet<String>,
) -> Vec<(FoundDispatcher, Vec<Case>)> {
    found.sort_by_key(|dispatcher| {
        (dispatcher.function, dispatcher.arguments.param, dispatcher.arguments.within.clone())
    });
    found.dedup_by(|a, b| a.function == b.function && a.arguments == b.arguments);
    let dispatch = Dispatch { reader, known };
    found
        .into_iter()
        .map(|dispatcher| {
            let mut cases = dispatch.cases(dispatcher.function);
            if cases.is_empty() && dispatcher.of == Dispatched::Tools {
                cases = further(reader, &dispatch, dispatcher.function, known);
            }
            (dispatcher, cases)
        })
        .collect()
}

/// The names that functions know which are called from there: `callTool(name, arguments)` in
/// another file. Only what is compared with names of known tools counts.
fn further(
    reader: &Reader<'_>,
    dispatch: &Dispatch<'_, '_>,
    function: FnId,
    known: &BTreeSet<String>,
) -> Vec<Case> {
    let mut found = Vec::new();
    for callee in callees(reader, function) {
        let cases = dispatch.cases(callee);
        let groups: BTreeSet<_> = cases
            .iter()
            .filter(|case| known.contains(&*case.name))
            .map(|case| case.group.clone())
            .collect();
        found.extend(cases.into_iter().filter(|case| groups.contains(&case.group)));
    }
    found
}

/// The functions that are called right inside a function.
fn callees(reader: &Reader<'_>, function: FnId) -> Vec<FnId> {
    let module = reader.module(function.module);
    let Some(found) = module.functions.get(function.function.at()) else { return Vec::new() };
    let spot = warden_flow::analysis::Spot { module: function.module, span: found.span };
    called_in(reader, Branch { function, spot })
}

/// The functions that are called in a part of a function.
fn called_in(reader: &Reader<'_>, branch: Branch) -> Vec<FnId> {
    let module = reader.module(branch.spot.module);
    let mut found = Vec::new();
    for (expr, span) in module.exprs.iter().zip(&module.spans) {
        if let Expr::Call(call) = expr
            && holds(branch.spot.span, *span)
        {
            found.extend(reader.functions(At { module: branch.spot.module, expr: call.callee }));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Tools that are only described, with the part of a function that answers for them.
fn described(
    reader: &Reader<'_>,
    definitions: Vec<ToolInfo>,
    tools: &[(ToolInfo, Takes)],
    dispatchers: &[(FoundDispatcher, Vec<Case>)],
) -> Vec<(ToolInfo, Takes)> {
    let mut seen: BTreeSet<String> =
        tools.iter().filter_map(|(tool, _)| tool.name.clone()).collect();
    let mut made = Vec::new();
    for mut tool in definitions {
        // A description beside one that is registered says the same thing again.
        if tool.name.as_ref().is_some_and(|name| !seen.insert(name.clone())) {
            continue;
        }
        answered(reader, &mut tool, dispatchers);
        made.push((tool, Takes::Each(Vec::new())));
    }
    made
}

fn answered(
    reader: &Reader<'_>,
    tool: &mut ToolInfo,
    dispatchers: &[(FoundDispatcher, Vec<Case>)],
) {
    for (dispatcher, cases) in dispatchers {
        if dispatcher.of != Dispatched::Tools {
            continue;
        }
        let own = cases.iter().filter(|case| Some(&*case.name) == tool.name.as_deref());
        tool.branches.extend(own.map(|case| case.branch));
    }
    tool.branches.sort();
    tool.branches.dedup();
    for branch in &tool.branches {
        let whole = reader
            .module(branch.function.module)
            .functions
            .get(branch.function.function.at())
            .is_some_and(|function| function.span == branch.spot.span);
        if whole {
            tool.handler.push(branch.function);
        } else {
            tool.handler.extend(called_in(reader, *branch));
        }
    }
    tool.handler.sort_unstable();
    tool.handler.dedup();
}

/// Tools that are answered and that nothing describes. What is compared with has to be what the
/// names of known tools are compared with: other texts are compared as well.
fn unlisted(
    reader: &Reader<'_>,
    tools: &[(ToolInfo, Takes)],
    dispatchers: &[(FoundDispatcher, Vec<Case>)],
) -> Vec<(ToolInfo, Takes)> {
    let known: BTreeSet<&str> = tools.iter().filter_map(|(tool, _)| tool.name.as_deref()).collect();
    // With a name that is not known any name may be listed.
    let complete = tools.iter().all(|(tool, _)| tool.name.is_some());
    let mut made: BTreeMap<String, ToolInfo> = BTreeMap::new();
    for (dispatcher, cases) in dispatchers {
        if dispatcher.of != Dispatched::Tools {
            continue;
        }
        let groups: BTreeSet<_> = cases
            .iter()
            .filter(|case| known.contains(&*case.name))
            .map(|case| &case.group)
            .collect();
        for case in cases {
            if known.contains(&*case.name) || !groups.contains(&case.group) {
                continue;
            }
            made.entry(case.name.to_string()).or_insert_with(|| ToolInfo {
                name: Some(case.name.to_string()),
                open: true,
                listed: if complete { Listed::No } else { Listed::Unknown },
                ..ToolInfo::at(case.place)
            });
        }
    }
    let mut tools: Vec<ToolInfo> = made.into_values().collect();
    for tool in &mut tools {
        answered(reader, tool, dispatchers);
    }
    tools.into_iter().map(|tool| (tool, Takes::Each(Vec::new()))).collect()
}

/// Parameters of all tools that one function answers for. Of those with the same name only that
/// is known which is known of each.
fn shared(tools: &[(ToolInfo, Takes)]) -> Vec<ParamInfo> {
    let mut shared: BTreeMap<&str, ParamInfo> = BTreeMap::new();
    for (tool, _) in tools.iter().filter(|(tool, _)| !tool.branches.is_empty()) {
        for param in &tool.params {
            shared
                .entry(&param.name)
                .and_modify(|known| {
                    known.known = known.known.both(param.known);
                    known.members.clear();
                })
                .or_insert_with(|| param.clone());
        }
    }
    shared.into_values().collect()
}

struct Entries<'s> {
    surface: &'s mut ServerSurface,
}

impl Entries<'_> {
    /// The entries of functions that answer for one thing.
    fn all(
        &mut self,
        handler: &[FnId],
        takes: &Takes,
        (kind, params): (SourceKind, &[ParamInfo]),
        info: &EntryInfo,
    ) {
        for function in handler {
            match takes {
                Takes::Each(each) => {
                    for (position, name) in each {
                        let param = params.iter().find(|param| param.name == *name);
                        let mut known =
                            vec![(String::new(), param.map_or(Bits::NONE, |param| param.known))];
                        members(param.map_or(&[][..], |param| &param.members), "", 0, &mut known);
                        let argument = Argument::new(*position, &[]);
                        let info = EntryInfo { parameter: Some(name.clone()), ..info.clone() };
                        self.push(*function, (&argument, kind), known, info);
                    }
                }
                Takes::Whole(argument) => {
                    let mut known = Vec::new();
                    members(params, "", 0, &mut known);
                    let mut info = info.clone();
                    info.names = names(params);
                    self.push(*function, (argument, kind), known, info);
                }
                Takes::Several(arguments) => {
                    for argument in arguments {
                        self.push(*function, (argument, kind), Vec::new(), info.clone());
                    }
                }
            }
        }
    }

    fn dispatcher(&mut self, found: &FoundDispatcher, at: usize, params: &[ParamInfo]) {
        let kind = match found.of {
            Dispatched::Tools => source::TOOL,
            Dispatched::Resources => source::RESOURCE,
            Dispatched::Prompts => source::PROMPT,
        };
        let info = EntryInfo { dispatcher: Some(at), ..EntryInfo::default() };
        if let Some(name) = &found.name {
            self.push(found.function, (name, kind), Vec::new(), info.clone());
        }
        let mut known = Vec::new();
        if found.validated {
            members(params, "", 0, &mut known);
        }
        self.push(found.function, (&found.arguments, kind), known, info);
    }

    fn push(
        &mut self,
        function: FnId,
        (argument, kind): (&Argument, SourceKind),
        mut known: Vec<(String, Bits)>,
        info: EntryInfo,
    ) {
        known.retain(|(_, bits)| *bits != Bits::NONE);
        self.surface.entries.push(Entry {
            function,
            param: argument.param,
            within: argument.within.clone(),
            known,
            kind,
        });
        self.surface.infos.push(info);
    }
}

/// What is known of members, by the way to them.
fn members(params: &[ParamInfo], before: &str, depth: usize, out: &mut Vec<(String, Bits)>) {
    if depth > MAX_DEPTH {
        return;
    }
    for param in params {
        let name = param.member.as_deref().unwrap_or(&param.name);
        let way = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
        out.push((way.clone(), param.known));
        members(&param.members, &way, depth + 1, out);
    }
}

fn names(params: &[ParamInfo]) -> Vec<(String, String)> {
    let other = params.iter().filter_map(|param| Some((param.member.clone()?, param.name.clone())));
    other.filter(|(inside, outside)| inside != outside).collect()
}
