//! Ways from entries and sources to sinks, put together from what is known of each function.

mod useful;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    hash::Hash,
    sync::Arc,
};

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use self::useful::{Useful, is_cell};
use super::{
    Analysis,
    summary::{End, Reaching, Sink},
    value::{Label, Root, Trace},
};
use crate::{
    analysis::{Entry, Flow, Flows, FnId, HopKind, Origin, Returned, Spot},
    ir::{Gap, GapKind},
    models::Bits,
    program::{Program, Sym},
};

/// Ways through variables that are kept in mind at once, for all entries together.
pub(super) const MOST_STEPS: usize = 200_000;

/// Functions, each with one of its labels, that one value is handed to.
const MOST_HANDS: usize = 20_000;

/// Conditions that one way keeps: the first, which tell tools apart.
const MOST_CONDITIONS: usize = 8;

/// Something that came from an entry or a source and is on its way.
#[derive(Clone)]
struct Way {
    start: Arc<Start>,
    bits: Bits,
    trace: Arc<Trace>,
    conditions: Arc<[Condition]>,
}

/// Members of what an entry names, and the constant that they were equal to.
type Condition = (Vec<String>, Arc<str>);

/// Where ways begin.
struct Start {
    origin: Origin,
    /// The same for all that count as one.
    number: u32,
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
    useful: Useful,
    /// For each useful cell the ways that begin in it: function and position.
    from_cells: FxHashMap<Root, Arc<[(u32, usize)]>>,
    found: BTreeMap<Key, Flow>,
    /// The numbers of origins.
    origins: FxHashMap<String, u32>,
    /// For each place what came there of each origin: what was certain of it.
    seen: FxHashMap<(Label, u32), Certain>,
    /// The same for labels of functions that keep it.
    handed: FxHashMap<(u32, Label, u32), Certain>,
    waiting: VecDeque<(Label, Way)>,
    /// Functions in which there was more than was followed.
    left: BTreeSet<u32>,
}

/// What is certain of what came to one place; none of these holds another.
type Certain = SmallVec<[Bits; 2]>;

/// What makes a flow one: place, kind and the number of its origin.
type Key = (Spot, crate::models::SinkKind, u32);

/// All ways, with at most so many steps through variables.
pub(super) fn flows(analysis: &Analysis<'_>, entries: &[Entry], most_steps: usize) -> Flows {
    let useful = Useful::of(analysis);
    let mut search = Search {
        analysis,
        entries,
        kept: FxHashMap::default(),
        from_cells: from_cells(analysis, &useful),
        useful,
        found: BTreeMap::new(),
        origins: FxHashMap::default(),
        seen: FxHashMap::default(),
        handed: FxHashMap::default(),
        waiting: VecDeque::new(),
        left: BTreeSet::new(),
    };
    for number in 0..entries.len() {
        search.entry(number);
    }
    search.sources();
    search.through_cells(most_steps);
    let gaps = search.left.iter().map(|function| gap(analysis, *function)).collect();
    Flows { ways: search.found.into_values().collect(), gaps }
}

fn gap(analysis: &Analysis<'_>, function: u32) -> (u32, Gap) {
    let program = analysis.shared.program;
    let id = program.function(function);
    let span = program.module(id.module).functions[id.function.at()].span;
    (id.module, Gap { span, kind: GapKind::Function })
}

/// The ways that begin in what is kept.
fn from_cells(analysis: &Analysis<'_>, useful: &Useful) -> FxHashMap<Root, Arc<[(u32, usize)]>> {
    let mut all: FxHashMap<Root, Vec<(u32, usize)>> = FxHashMap::default();
    for (number, summary) in (0_u32..).zip(&analysis.state.summaries) {
        for (at, flow) in summary.flows.iter().enumerate() {
            if is_cell(flow.label.root) && useful.has_cell(flow.label.root) {
                all.entry(flow.label.root).or_default().push((number, at));
            }
        }
    }
    all.into_iter().map(|(root, starts)| (root, starts.into())).collect()
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
            let bits = known_bits(entry, &below).with(flow.bits);
            let start = self.start(Origin::Entry(number, below));
            self.arrive(flow, (&start, bits), |search| Way {
                start: Arc::clone(&start),
                bits,
                trace: Arc::clone(&flow.trace),
                conditions: search.conditions(flow, Some(entry)),
            });
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

    fn start(&mut self, origin: Origin) -> Arc<Start> {
        let next = u32::try_from(self.origins.len()).unwrap_or(u32::MAX);
        let number = *self.origins.entry(key_of(&origin)).or_insert(next);
        Arc::new(Start { origin, number })
    }

    fn conditions(&self, flow: &Reaching, entry: Option<&Entry>) -> Arc<[Condition]> {
        let mut all: Vec<Condition> = flow
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
        all.into()
    }

    /// Everything that starts at a source which a model names.
    fn sources(&mut self) {
        let summaries = self.analysis.state.summaries.clone();
        for summary in &summaries {
            for flow in &summary.flows {
                let Root::Source(number) = flow.label.root else { continue };
                let Some(source) = self.analysis.sources.get(&number) else { continue };
                let within = flow.label.path.steps().iter().map(|step| self.text(*step)).collect();
                let origin = Origin::Source {
                    kind: source.kind,
                    at: source.at,
                    path: Arc::clone(&source.path),
                    within,
                };
                let start = self.start(origin);
                self.arrive(flow, (&start, flow.bits), |search| Way {
                    start: Arc::clone(&start),
                    bits: flow.bits,
                    trace: Arc::clone(&flow.trace),
                    conditions: search.conditions(flow, None),
                });
            }
        }
    }

    /// Something arrives at the end of a flow. `way` makes its way there: of many that arrive only
    /// a few go on.
    fn arrive(
        &mut self,
        flow: &Reaching,
        (start, bits): (&Start, Bits),
        way: impl Fn(&Self) -> Way,
    ) {
        match &flow.end {
            End::Sink(sink) => self.found(sink, (start, bits), way),
            End::Kept(place) => {
                if self.goes_on(*place, start, bits) {
                    let way = way(self);
                    self.waiting.push_back((*place, way));
                }
            }
            End::Given(function, label) => {
                if !self.useful.has_hand(*function, *label)
                    || !is_news(&mut self.handed, (*function, *label, start.number), bits)
                {
                    return;
                }
                let mut made = None;
                for kept in self.kept(*function, *label).iter() {
                    let bits = bits.with(kept.bits);
                    if self.goes_on(kept.place, start, bits) {
                        let way = made.get_or_insert_with(|| way(self)).clone();
                        let trace = way.trace.around(&kept.trace);
                        self.waiting.push_back((kept.place, Way { bits, trace, ..way }));
                    }
                }
            }
        }
    }

    /// Whether what is kept at a place goes on from there.
    fn goes_on(&mut self, place: Label, start: &Start, bits: Bits) -> bool {
        self.from_cells.contains_key(&place.root)
            && is_news(&mut self.seen, (place, start.number), bits)
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
                self.left.insert(function);
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
                    End::Kept(place) if self.useful.has_cell(place.root) => {
                        keep(&mut found, *place, bits, (flow, above.as_deref()));
                    }
                    End::Given(next, label) if self.useful.has_hand(*next, *label) => {
                        let trace = Arc::clone(&flow.trace);
                        let above = Some(Arc::new(Above { trace, above: above.clone() }));
                        queue.push_back((*next, *label, bits, above));
                    }
                    End::Sink(_) | End::Kept(_) | End::Given(..) => {}
                }
            }
        }
        let found: Arc<[Kept]> = found.into();
        self.kept.insert((function, label), Arc::clone(&found));
        found
    }

    /// From what is kept in variables and fields to where those are used.
    fn through_cells(&mut self, most_steps: usize) {
        let mut steps = 0;
        while let Some((place, way)) = self.waiting.pop_front() {
            let Some(starts) = self.from_cells.get(&place.root).cloned() else { continue };
            for (function, position) in starts.iter() {
                steps += 1;
                if steps > most_steps {
                    self.left.insert(*function);
                    return;
                }
                let analysis = self.analysis;
                let summary = &analysis.state.summaries[*function as usize];
                let Some(flow) = summary.flows.get(*position) else { continue };
                if flow.label.overlaps(&place) {
                    let from = (&*way.start, way.bits.with(flow.bits));
                    self.arrive(flow, from, |search| search.onward(&way, (*function, flow)));
                }
            }
        }
    }

    /// What was kept is used in a function.
    fn onward(&self, way: &Way, (function, flow): (u32, &Reaching)) -> Way {
        let id = self.program().function(function);
        let hop = (flow.trace.first(), id, HopKind::Passed);
        let here = self.conditions(flow, None);
        let conditions = match (way.conditions.is_empty(), here.is_empty()) {
            (_, true) => Arc::clone(&way.conditions),
            (true, false) => here,
            _ => {
                let new = here.iter().filter(|one| !way.conditions.contains(one));
                way.conditions.iter().chain(new).take(MOST_CONDITIONS).cloned().collect()
            }
        };
        Way {
            start: Arc::clone(&way.start),
            bits: way.bits.with(flow.bits),
            trace: Trace::after(Some(&way.trace), hop, Some(&flow.trace)),
            conditions,
        }
    }

    fn found(&mut self, sink: &Sink, (start, bits): (&Start, Bits), way: impl Fn(&Self) -> Way) {
        if bits.meets(sink.unless) {
            return;
        }
        let key = (sink.at, sink.kind, start.number);
        let model = self.analysis.shared.table(self.program().module(sink.at.module).language);
        let model = model.models.get(sink.model as usize);
        let (pattern, loose) =
            model.map_or(("", false), |model| (model.pattern.as_str(), model.loose));
        let rank = |bits: Bits, loose: bool| (bits.0.count_ones(), loose);
        let here = rank(bits, loose);
        let old = self.found.get(&key);
        if old.is_some_and(|old| rank(old.bits, old.loose) < here) {
            return;
        }
        let way = way(self);
        let flow = Flow {
            source: way.start.origin.clone(),
            sink: sink.kind,
            at: sink.at,
            function: sink.function,
            callee: Arc::clone(&sink.callee),
            model: pattern.into(),
            loose,
            bits: way.bits,
            trace: way.trace.hops(),
            conditions: way.conditions.to_vec(),
        };
        // Of several ways the one on which least is certain, then the shortest.
        let better = old.is_none_or(|old| {
            (here, flow.trace.len()) < (rank(old.bits, old.loose), old.trace.len())
        });
        if better {
            self.found.insert(key, flow);
        }
    }
}

/// Whether something comes to a place for the first time, or with less certain of it than before.
fn is_news<K: Eq + Hash>(seen: &mut FxHashMap<K, Certain>, key: K, bits: Bits) -> bool {
    let seen = seen.entry(key).or_default();
    if seen.iter().any(|before| bits.holds(*before)) {
        return false;
    }
    seen.retain(|before| !before.holds(bits));
    seen.push(bits);
    true
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

/// The same for all origins that count as one.
fn key_of(origin: &Origin) -> String {
    match origin {
        Origin::Entry(number, below) => {
            let below = below.iter().flat_map(|step| ["\u{0}", step]);
            format!("entry {number}{}", below.collect::<String>())
        }
        Origin::Source { kind, at, path, within } => {
            let first = within.first().map_or("", String::as_str);
            format!("source {} {path} {}:{}\u{0}{first}", kind.0, at.module, at.span.start)
        }
    }
}
