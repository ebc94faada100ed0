//! Follows a program: every function again and again, until nothing new is learnt.
//!
//! Functions are followed in groups, those that are called before those that call. The functions
//! of a group are followed side by side, each with what was known before the group; what they
//! found is taken in in their order. So the result is the same with any number of threads.

mod api;
mod interp;
mod label;
mod literal;
mod order;
mod path;
mod query;
mod state;
mod summary;
#[cfg(test)]
mod tests;
mod trace;
mod value;
mod written;

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use self::{
    interp::{Phase, follow},
    order::{Due, Sweep, Way},
    state::{Outcome, Shared, SourceAt, State},
    value::{Ref, Root},
};
use crate::{
    analysis::{Entry, Flows, FnId, FunctionInfo, Noted, Reach, Returned, Spot},
    ir::{FuncId, Gap, GapKind, Module, Name},
    models::Models,
    program::{EMPTY, Program},
};

/// Rounds over functions that still learn something. Real programs need three to eight.
const MOST_ROUNDS: u32 = 40;
/// Changes after which what is known of a function only grows, and is told apart less and less,
/// so that functions that call each other come to an end.
const WIDEN: u8 = 3;

/// Steps that all rounds of a phase may take over the functions of a module for each of its
/// expressions, and at least. Real programs need six to sixteen; a bundle in which everything may
/// call everything needs hundreds.
const STEPS_PER_EXPR: u64 = 32;
const FEWEST_STEPS: u64 = 200_000;
/// Expressions of a module that is a bundle: hardly anybody writes so many in one file.
const BUNDLE: usize = 60_000;
const STEPS_PER_EXPR_OF_BUNDLE: u64 = 8;
/// Functions of one module that are named when they come to no end.
const MOST_NAMED: usize = 16;

/// An effect on the world: its name, the API path of the call, and where.
type Deed = (Arc<str>, Arc<str>, Spot);

/// A program that was followed.
pub struct Analysis<'p> {
    shared: Shared<'p>,
    state: State,
    notes: FxHashMap<Arc<str>, Vec<Noted>>,
    /// For each function what it calls.
    calls: Vec<Vec<u32>>,
    effects: Vec<Vec<Deed>>,
    sources: FxHashMap<u64, SourceAt>,
    gaps: Vec<(u32, Gap)>,
}

impl std::fmt::Debug for Analysis<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analysis").field("functions", &self.calls.len()).finish_non_exhaustive()
    }
}

/// Follows `program` to a fixpoint. Uses every thread of the current pool; the result does not
/// depend on how many there are. Nested expressions need stack: threads should have 16 MiB.
#[must_use]
pub fn analyse<'p>(program: &'p Program, models: &'p Models) -> Analysis<'p> {
    analyse_within(budgets(program), program, models)
}

/// The same, with so many steps for each module in all rounds of a phase; the first is never cut
/// short.
fn analyse_within<'p>(budgets: Vec<u64>, program: &'p Program, models: &'p Models) -> Analysis<'p> {
    let shared = Shared::new(program, models);
    let mut work = Work::new(&shared, budgets);
    work.run();
    let Work { state, last, unfinished, .. } = work;
    let mut analysis = Analysis {
        state,
        notes: FxHashMap::default(),
        calls: Vec::with_capacity(last.len()),
        effects: Vec::with_capacity(last.len()),
        sources: FxHashMap::default(),
        gaps: unfinished,
        shared,
    };
    for (number, outcome) in last.into_iter().enumerate() {
        analysis.take(u32::try_from(number).unwrap_or(u32::MAX), outcome);
    }
    analysis.gaps.sort_by_key(|(module, gap)| (*module, gap.span, gap.kind));
    analysis.gaps.dedup();
    for noted in analysis.notes.values_mut() {
        noted.sort_by_key(|noted| noted.at);
    }
    analysis
}

/// A program while it is followed.
struct Work<'a, 'p> {
    shared: &'a Shared<'p>,
    state: State,
    /// What came out when each function was followed last.
    last: Vec<Outcome>,
    callers: Vec<FxHashSet<u32>>,
    readers: FxHashMap<Root, FxHashSet<u32>>,
    due: Due,
    unfinished: Vec<(u32, Gap)>,
    /// For each function how often its summary has changed.
    changes: Vec<u8>,
    /// The steps that this phase has taken over each module, and those that it may take.
    spent: Vec<u64>,
    budgets: Vec<u64>,
}

impl<'a, 'p> Work<'a, 'p> {
    fn new(shared: &'a Shared<'p>, budgets: Vec<u64>) -> Self {
        let (functions, ..) = shared.program.counts();
        Self {
            shared,
            state: State::new(shared.program),
            last: (0..functions).map(|_| Outcome::default()).collect(),
            callers: vec![FxHashSet::default(); functions],
            readers: FxHashMap::default(),
            due: Due::new(order::groups(shared.program)),
            unfinished: Vec::new(),
            changes: vec![0; functions],
            spent: vec![0; budgets.len()],
            budgets,
        }
    }

    fn run(&mut self) {
        // Who calls whom is found out first: ways through calls that are not known yet would only
        // have to be followed again.
        let mut left = self.settle(Phase::Shapes);
        self.due.reorder(order::ranks(&self.callers));
        left.extend(self.settle(Phase::Ways));
        left.sort_unstable();
        left.dedup();
        self.unfinished = self.told(&left);
    }

    /// That functions still changed when their phase came to an end: of a module that is many of
    /// them it is said once.
    fn told(&self, left: &[u32]) -> Vec<(u32, Gap)> {
        let id = |function: &u32| self.shared.program.function(*function);
        let mut gaps = Vec::new();
        for functions in left.chunk_by(|a, b| id(a).module == id(b).module) {
            let module = id(&functions[0]).module;
            let all = &self.shared.program.module(module).functions;
            if functions.len() > MOST_NAMED {
                gaps.push((module, Gap { span: all[0].span, kind: GapKind::Budget }));
                continue;
            }
            gaps.extend(functions.iter().map(|function| {
                let span = all[id(function).function.at()].span;
                (module, Gap { span, kind: GapKind::Function })
            }));
        }
        gaps
    }

    /// Follows every function until nothing new comes out. Returns those that still change.
    fn settle(&mut self, phase: Phase) -> Vec<u32> {
        let count = u32::try_from(self.last.len()).unwrap_or(u32::MAX);
        self.changes.fill(0);
        self.spent.fill(0);
        let mut left: FxHashSet<u32> = FxHashSet::default();
        if phase == Phase::Shapes {
            // What modules declare is what all functions ask for first.
            let modules = 0..u32::try_from(self.shared.program.modules.len()).unwrap_or(0);
            let whole = |module| FnId { module, function: FuncId(0) };
            let bodies: FxHashSet<u32> =
                modules.map(|m| self.shared.program.function_number(whole(m))).collect();
            self.due.add_all(bodies.iter().copied());
            self.round(phase, Way::Up, &mut left);
            self.due.add_all((0..count).filter(|function| !bodies.contains(function)));
        } else {
            self.due.add_all(0..count);
        }
        for round in 0..MOST_ROUNDS {
            if self.due.is_empty() {
                break;
            }
            let way = match phase {
                Phase::Ways => Way::Settling,
                Phase::Shapes if round % 2 == 1 => Way::Down,
                Phase::Shapes => Way::Up,
            };
            self.round(phase, way, &mut left);
            if phase == Phase::Shapes && round < 3 {
                // Who calls whom is known better than before.
                self.due.reorder(order::ranks(&self.callers));
            }
        }
        left.extend(self.due.rest());
        let mut left: Vec<u32> = left.into_iter().collect();
        left.sort_unstable();
        left
    }

    /// Follows those that are due, one group after the other. Those of groups that it has passed
    /// wait for the next round.
    fn round(&mut self, phase: Phase, way: Way, left: &mut FxHashSet<u32>) {
        let mut sweep = Sweep::new(way);
        while let Some(mut functions) = sweep.next(&mut self.due) {
            functions.retain(|function| {
                let module = self.shared.program.function(*function).module as usize;
                let more = self.spent[module] <= self.budgets[module];
                if !more {
                    left.insert(*function);
                }
                more
            });
            self.follow_group(&functions, phase);
        }
    }

    /// Follows some functions side by side, and takes in what came out.
    fn follow_group(&mut self, functions: &[u32], phase: Phase) {
        let (shared, state) = (self.shared, &self.state);
        let outcomes: Vec<Outcome> = if functions.len() < 4 {
            functions.iter().map(|function| follow(shared, state, *function, phase)).collect()
        } else {
            functions.par_iter().map(|function| follow(shared, state, *function, phase)).collect()
        };
        // First who depends on what, so that nobody misses what his neighbour has found.
        for (function, outcome) in functions.iter().zip(&outcomes) {
            for callee in &outcome.calls {
                self.callers[*callee as usize].insert(*function);
            }
            for root in &outcome.reads {
                self.readers.entry(*root).or_default().insert(*function);
            }
        }
        for (function, outcome) in functions.iter().zip(outcomes) {
            let module = self.shared.program.function(*function).module as usize;
            self.spent[module] += u64::from(outcome.steps);
            self.take((*function, outcome), phase);
        }
    }

    fn take(&mut self, (function, mut outcome): (u32, Outcome), phase: Phase) {
        let at = function as usize;
        let mut summary = std::mem::take(&mut outcome.summary);
        let changes = self.changes[at];
        if changes >= WIDEN {
            let depth = (WIDEN + 3).saturating_sub(changes);
            summary.widen(&self.state.summaries[at], depth);
        }
        // Plain values change nothing of who calls whom; every function is followed once more when
        // that is known.
        let before = &self.state.summaries[at];
        let is_known = match phase {
            Phase::Shapes => summary.alike(before),
            Phase::Ways => summary.same(before),
        };
        if !is_known {
            self.changes[at] = changes.saturating_add(1);
            self.due.add_all(self.callers[at].iter().copied());
        }
        self.state.summaries[at] = Arc::new(summary);
        for (callee, param, shape) in std::mem::take(&mut outcome.inputs) {
            let inputs = &mut self.state.inputs[callee as usize];
            let (slot, turns) = inputs.slot(param);
            let both = slot.clone().and(&shape).cut(told_apart(*turns));
            if is_new(phase, &both, slot) {
                *turns = turns.saturating_add(1);
                self.due.add(callee);
            }
            *slot = both;
        }
        for (root, shape, tainted) in std::mem::take(&mut outcome.cells) {
            self.take_cell((root, &shape, tainted), phase);
        }
        self.last[at] = outcome;
    }

    fn take_cell(&mut self, (root, shape, tainted): (Root, &value::Value, bool), phase: Phase) {
        let cell = self.state.cells.entry(root).or_default();
        let both = cell.shape.clone().and(shape).cut(told_apart(cell.turns));
        let is_new = is_new(phase, &both, &cell.shape);
        let mut changed = is_new || (tainted && !cell.tainted);
        cell.turns = cell.turns.saturating_add(u8::from(is_new));
        cell.shape = both;
        cell.tainted |= tainted;
        if let Root::Field(class, EMPTY) = root {
            for base in shape.refs() {
                if let Ref::Class(base) = base {
                    changed |= self.state.derive(class, *base);
                }
            }
        }
        if changed && let Some(readers) = self.readers.get(&root) {
            self.due.add_all(readers.iter().copied());
        }
    }
}

/// Whether a value says more than it did, as far as it matters in a phase.
fn is_new(phase: Phase, value: &value::Value, before: &value::Value) -> bool {
    match phase {
        Phase::Shapes => !value.alike(before),
        Phase::Ways => !value.same(before),
    }
}

/// The steps that a phase may take over each module.
fn budgets(program: &Program) -> Vec<u64> {
    let of = |module: &Module| {
        let each = match module.exprs.len() {
            BUNDLE.. => STEPS_PER_EXPR_OF_BUNDLE,
            _ => STEPS_PER_EXPR,
        };
        (module.exprs.len() as u64).saturating_mul(each).max(FEWEST_STEPS)
    };
    program.modules.iter().map(of).collect()
}

/// Levels of members that are told apart of something that has changed so many times: what is
/// put into itself would have ever more of them.
const fn told_apart(turns: u8) -> u8 {
    match turns {
        0..5 => u8::MAX,
        5..8 => 2,
        8..11 => 1,
        _ => 0,
    }
}

impl<'p> Analysis<'p> {
    fn take(&mut self, function: u32, outcome: Outcome) {
        let module = self.shared.program.function(function).module;
        for noted in outcome.noted {
            self.notes.entry(Arc::clone(&noted.tag)).or_default().push(noted);
        }
        self.calls.push(outcome.calls);
        self.effects.push(outcome.effects);
        self.sources.extend(outcome.sources);
        self.gaps.extend(outcome.gaps.into_iter().map(|gap| (module, gap)));
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &'p Program {
        self.shared.program
    }

    /// The models that it was followed with.
    #[must_use]
    pub fn models(&self) -> &'p Models {
        self.shared.models
    }

    /// The ways from `entries`, and from every source that a model names, to sinks.
    #[must_use]
    pub fn flows(&self, entries: &[Entry]) -> Flows {
        query::flows(self, entries, query::MOST_STEPS)
    }

    /// The calls that models have a note with this tag for, in the order of the text.
    #[must_use]
    pub fn noted(&self, tag: &str) -> &[Noted] {
        self.notes.get(tag).map_or(&[], Vec::as_slice)
    }

    /// The sources that models name of which a function gives something back: with the way.
    #[must_use]
    pub fn returned(&self, function: FnId) -> Vec<Returned> {
        query::returned(self, function)
    }

    /// What a function reaches.
    #[must_use]
    pub fn reach(&self, function: FnId) -> Reach {
        let mut seen = FxHashSet::default();
        let mut next = vec![self.shared.program.function_number(function)];
        while let Some(number) = next.pop() {
            if seen.insert(number) {
                next.extend(self.calls.get(number as usize).into_iter().flatten());
            }
        }
        let mut reach = Reach::default();
        let mut numbers: Vec<u32> = seen.into_iter().collect();
        numbers.sort_unstable();
        for number in numbers {
            reach.functions.push(self.shared.program.function(number));
            reach.effects.extend(self.effects.get(number as usize).into_iter().flatten().cloned());
        }
        reach.effects.sort();
        reach.effects.dedup_by(|next, last| next.0 == last.0 && next.1 == last.1);
        reach
    }

    /// A function, for people.
    #[must_use]
    pub fn info(&self, function: FnId) -> FunctionInfo {
        let module = self.shared.program.module(function.module);
        let known = &module.functions[function.function.at()];
        let mut named = known;
        while named.name.is_none()
            && let Some(parent) = named.parent.filter(|parent| *parent != FuncId(0))
        {
            named = &module.functions[parent.at()];
        }
        let text =
            |name: Option<Name>| name.map(|name| module.text(name).to_owned()).unwrap_or_default();
        let class = named.class.map(|class| &module.classes[class.at()]);
        FunctionInfo {
            name: text(named.name),
            class: class.and_then(|class| class.name).map(|name| module.text(name).to_owned()),
            path: module.path.clone(),
            language: module.language,
            params: known.params.iter().map(|param| text(param.name)).collect(),
            spot: Spot { module: function.module, span: known.span },
        }
    }

    /// Functions whose analysis was cut short, and calls that nothing can be said about.
    #[must_use]
    pub fn gaps(&self) -> &[(u32, Gap)] {
        &self.gaps
    }
}
