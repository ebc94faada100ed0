//! Ways from entries and sources to sinks, put together from what is known of each function.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Analysis,
    summary::{End, Reaching, Sink},
    value::{Label, Root, Trace},
};
use crate::{
    analysis::{Entry, Flow, FnId, HopKind, Origin, Returned, Spot},
    models::Bits,
    program::{Program, Sym},
};

/// Ways through variables that are kept in mind at once, for all entries together.
const MOST_STEPS: usize = 200_000;

/// Functions, each with one of its labels, that one value is handed to.
const MOST_HANDS: usize = 20_000;

/// Something that came from an entry or a source and is on its way.
#[derive(Clone)]
struct Way {
    origin: Origin,
    bits: Bits,
    trace: Arc<Trace>,
    conditions: Vec<(Vec<String>, Arc<str>)>,
}

/// Where something is kept that a function is handed, and on which way inside that function.
struct Kept {
    place: Label,
    bits: Bits,
    trace: Arc<Trace>,
}

/// The calls that lead to a function, the innermost first.
struct Above {
    trace: Arc<Trace>,
    above: Option<Arc<Above>>,
}

struct Search<'a, 'p> {
    analysis: &'a Analysis<'p>,
    entries: &'a [Entry],
    /// For each label of each function that was asked for where it is kept.
    kept: FxHashMap<(u32, Label), Arc<[Kept]>>,
    /// For each cell the ways that begin in it: function and position.
    from_cells: FxHashMap<Root, Vec<(u32, usize)>>,
    found: BTreeMap<Key, Flow>,
    seen: FxHashSet<(Label, Vec<String>, u64)>,
    waiting: Vec<(Label, Way)>,
}

/// What makes a flow one: place, kind and origin.
type Key = (Spot, crate::models::SinkKind, String);

pub(super) fn flows(analysis: &Analysis<'_>, entries: &[Entry]) -> Vec<Flow> {
    let mut search = Search {
        analysis,
        entries,
        kept: FxHashMap::default(),
        from_cells: FxHashMap::default(),
        found: BTreeMap::new(),
        seen: FxHashSet::default(),
        waiting: Vec::new(),
    };
    for (number, summary) in analysis.state.summaries.iter().enumerate() {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        for (at, flow) in summary.flows.iter().enumerate() {
            if matches!(flow.label.root, Root::Global(_) | Root::Field(..)) {
                search.from_cells.entry(flow.label.root).or_default().push((number, at));
            }
        }
    }
    for number in 0..entries.len() {
        search.entry(number);
    }
    search.sources();
    search.through_cells();
    search.found.into_values().collect()
}

/// The sources of which a function gives something back, in the order of their places.
pub(super) fn returned(analysis: &Analysis<'_>, function: FnId) -> Vec<Returned> {
    let program = analysis.shared.program;
    let number = program.function_number(function);
    let Some(summary) = analysis.state.summaries.get(number as usize) else { return Vec::new() };
    let mut found: Vec<(Spot, Returned)> = Vec::new();
    for taint in summary.result.all_taints() {
        let Root::Source(number) = taint.label.root else { continue };
        let Some(source) = analysis.sources.get(&number) else { continue };
        let steps = taint.label.path.steps();
        let origin = Origin::Source {
            kind: source.kind,
            at: source.at,
            path: Arc::clone(&source.path),
            within: steps.iter().map(|step| program.text(Sym(*step)).to_string()).collect(),
        };
        let trace = taint.trace.as_ref().map(|trace| trace.hops()).unwrap_or_default();
        found.push((source.at, Returned { source: origin, bits: taint.bits, trace }));
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, returned)| returned).collect()
}

impl Search<'_, '_> {
    fn program(&self) -> &Program {
        self.analysis.shared.program
    }

    fn text(&self, step: u32) -> String {
        self.program().text(Sym(step)).to_string()
    }

    /// Everything that starts at an entry.
    fn entry(&mut self, number: usize) {
        let entry = &self.entries[number];
        let function = self.program().function_number(entry.function);
        let Some(summary) = self.analysis.state.summaries.get(function as usize).cloned() else {
            return;
        };
        for flow in &summary.flows {
            let Some(below) = self.below(&flow.label, entry) else { continue };
            let known = known_bits(entry, &below);
            let way = Way {
                origin: Origin::Entry(number, below),
                bits: known.with(flow.bits),
                trace: Arc::clone(&flow.trace),
                conditions: self.conditions(flow, Some(entry)),
            };
            self.arrive(flow, way);
        }
    }

    /// The members of a label below what an entry names: empty for the whole of it.
    fn below(&self, label: &Label, entry: &Entry) -> Option<Vec<String>> {
        if label.root != Root::Param(entry.param) {
            return None;
        }
        let steps: Vec<String> = label.path.steps().iter().map(|step| self.text(*step)).collect();
        if let Some(rest) = steps.strip_prefix(&entry.within[..]) {
            return Some(rest.to_vec());
        }
        entry.within.starts_with(&steps).then(Vec::new)
    }

    fn conditions(&self, flow: &Reaching, entry: Option<&Entry>) -> Vec<(Vec<String>, Arc<str>)> {
        let mut all: Vec<(Vec<String>, Arc<str>)> = flow
            .conditions
            .iter()
            .filter(|(label, _)| {
                entry.is_none_or(|entry| label.root == Root::Param(entry.param))
                    || matches!(label.root, Root::Param(_))
            })
            .map(|(label, text)| {
                let steps = label.path.steps().iter().map(|step| self.text(*step)).collect();
                (steps, Arc::clone(self.program().text(*text)))
            })
            .collect();
        all.dedup();
        all
    }

    /// Everything that starts at a source which a model names.
    fn sources(&mut self) {
        let summaries = self.analysis.state.summaries.clone();
        for summary in &summaries {
            for flow in &summary.flows {
                let Root::Source(number) = flow.label.root else { continue };
                let Some(source) = self.analysis.sources.get(&number) else { continue };
                let within = flow.label.path.steps().iter().map(|step| self.text(*step)).collect();
                let way = Way {
                    origin: Origin::Source {
                        kind: source.kind,
                        at: source.at,
                        path: Arc::clone(&source.path),
                        within,
                    },
                    bits: flow.bits,
                    trace: Arc::clone(&flow.trace),
                    conditions: self.conditions(flow, None),
                };
                self.arrive(flow, way);
            }
        }
    }

    fn arrive(&mut self, flow: &Reaching, way: Way) {
        match &flow.end {
            End::Sink(sink) => self.found(sink, way),
            End::Kept(place) => self.waiting.push((*place, way)),
            End::Given(function, label) => {
                for kept in self.kept(*function, *label).iter() {
                    let onward = Way {
                        bits: way.bits.with(kept.bits),
                        trace: way.trace.around(&kept.trace),
                        ..way.clone()
                    };
                    self.waiting.push((kept.place, onward));
                }
            }
        }
    }

    /// Where a function keeps something, and those that it hands it to.
    fn kept(&mut self, function: u32, label: Label) -> Arc<[Kept]> {
        if let Some(known) = self.kept.get(&(function, label)) {
            return Arc::clone(known);
        }
        let mut found: Vec<Kept> = Vec::new();
        let mut seen: FxHashMap<(u32, Label), Bits> = FxHashMap::default();
        let mut queue: VecDeque<(u32, Label, Bits, Option<Arc<Above>>)> = VecDeque::new();
        queue.push_back((function, label, Bits::NONE, None));
        while let Some((function, label, bits, above)) = queue.pop_front() {
            let known = seen.get(&(function, label)).copied();
            let both = known.map_or(bits, |known| known.both(bits));
            if known == Some(both) {
                continue;
            }
            if known.is_none() && seen.len() >= MOST_HANDS {
                break;
            }
            seen.insert((function, label), both);
            let Some(summary) = self.analysis.state.summaries.get(function as usize) else {
                continue;
            };
            let from = summary.flows.partition_point(|flow| flow.label < label);
            let flows = summary.flows.get(from..).unwrap_or_default();
            for flow in flows.iter().take_while(|flow| flow.label == label) {
                let bits = bits.with(flow.bits);
                match &flow.end {
                    End::Kept(place) => keep(&mut found, *place, bits, (flow, above.as_deref())),
                    End::Given(next, label) => {
                        let trace = Arc::clone(&flow.trace);
                        let above = Some(Arc::new(Above { trace, above: above.clone() }));
                        queue.push_back((*next, *label, bits, above));
                    }
                    End::Sink(_) => {}
                }
            }
        }
        let found: Arc<[Kept]> = found.into();
        self.kept.insert((function, label), Arc::clone(&found));
        found
    }

    /// From what is kept in variables and fields to where those are used.
    fn through_cells(&mut self) {
        let mut steps = 0;
        let mut at = 0;
        while at < self.waiting.len() {
            let (place, way) = self.waiting[at].clone();
            at += 1;
            let key = (place, origin_key(&way.origin), way.bits.0);
            if !self.seen.insert(key) {
                continue;
            }
            let Some(starts) = self.from_cells.get(&place.root).cloned() else { continue };
            for (function, position) in starts {
                steps += 1;
                if steps > MOST_STEPS {
                    return;
                }
                let summary = Arc::clone(&self.analysis.state.summaries[function as usize]);
                let Some(flow) = summary.flows.get(position) else { continue };
                if !flow.label.overlaps(&place) {
                    continue;
                }
                let id = self.program().function(function);
                let spot = flow.trace.hops().first().map(|hop| hop.at);
                let spot =
                    spot.unwrap_or(Spot { module: id.module, span: crate::ir::Span::default() });
                let hop = (spot, id, HopKind::Passed);
                let mut conditions = way.conditions.clone();
                conditions.extend(self.conditions(flow, None));
                let onward = Way {
                    origin: way.origin.clone(),
                    bits: way.bits.with(flow.bits),
                    trace: Trace::after(Some(&way.trace), hop, Some(&flow.trace)),
                    conditions,
                };
                self.arrive(flow, onward);
            }
        }
    }

    fn found(&mut self, sink: &Sink, way: Way) {
        if way.bits.meets(sink.unless) {
            return;
        }
        let key = (sink.at, sink.kind, origin_key(&way.origin).join("\u{0}"));
        let model = self.analysis.shared.table(self.program().module(sink.at.module).language);
        let model = model.models.get(sink.model as usize);
        let (pattern, loose) =
            model.map_or(("", false), |model| (model.pattern.as_str(), model.loose));
        let flow = Flow {
            source: way.origin,
            sink: sink.kind,
            at: sink.at,
            function: sink.function,
            callee: Arc::clone(&sink.callee),
            model: pattern.into(),
            loose,
            bits: way.bits,
            trace: way.trace.hops(),
            conditions: way.conditions,
        };
        // Of several ways the one on which least is certain, then the shortest.
        let better = self.found.get(&key).is_none_or(|old| {
            let rank = |flow: &Flow| (flow.bits.0.count_ones(), flow.loose, flow.trace.len());
            rank(&flow) < rank(old)
        });
        if better {
            self.found.insert(key, flow);
        }
    }
}

/// Takes in that something is kept; of several ways to one place the one on which less is certain.
fn keep(
    found: &mut Vec<Kept>,
    place: Label,
    bits: Bits,
    (flow, mut above): (&Reaching, Option<&Above>),
) {
    let known = found.iter_mut().find(|kept| kept.place == place);
    if known.as_ref().is_some_and(|known| known.bits.both(bits) == known.bits) {
        return;
    }
    let mut trace = Arc::clone(&flow.trace);
    while let Some(call) = above {
        trace = call.trace.around(&trace);
        above = call.above.as_deref();
    }
    match known {
        Some(known) => (known.bits, known.trace) = (known.bits.both(bits), trace),
        None => found.push(Kept { place, bits, trace }),
    }
}

/// What the entry itself knows of a member.
fn known_bits(entry: &Entry, below: &[String]) -> Bits {
    entry
        .known
        .iter()
        .filter(|(name, _)| name.is_empty() || below.first() == Some(name))
        .fold(Bits::NONE, |sum, (_, bits)| sum.with(*bits))
}

fn origin_key(origin: &Origin) -> Vec<String> {
    match origin {
        Origin::Entry(number, below) => {
            let mut key = vec![format!("entry {number}")];
            key.extend(below.iter().cloned());
            key
        }
        Origin::Source { kind, at, path, within } => {
            let place = format!("{}:{}", at.module, at.span.start);
            let mut key = vec![format!("source {} {path} {place}", kind.0)];
            key.extend(within.first().cloned());
            key
        }
    }
}
