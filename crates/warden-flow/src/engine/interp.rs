//! Follows one function: runs over its statements with what is known of values, and writes down
//! what comes out.
//!
//! Branches are followed one after the other. What a branch changes is logged, taken back and
//! joined with what the others change, so that a check before a use is known where it holds and
//! nowhere else.

mod access;
mod apply;
mod assign;
mod call;
mod cond;
mod expr;
mod external;
mod guard;
mod pass;
mod quantified;
mod stmt;
mod when;

use rustc_hash::FxHashSet;

use super::{
    state::{Outcome, Shared, State},
    summary::{End, Fact, Reaching},
    value::{Label, Ref, Root, Taint, Trace, Value},
};
use crate::{
    analysis::{FnId, HopKind, Spot},
    ir::{ExprId, Function, Gap, GapKind, Language, Module, ParamKind, Span, VarId},
    models::Bits,
    program::Sym,
};

/// Expressions that one run over one function may look at, and how many more for each byte of it.
const MOST_STEPS: u32 = 40_000;
const STEPS_PER_BYTE: u32 = 4;
/// What the result of a function may weigh: it is rewritten for each of its callers.
const HEAVIEST_RESULT: u32 = 40;
/// Calls inside calls that are followed while one call is put together.
const DEEPEST_CALL: u8 = 3;

/// One function being followed.
pub(crate) struct Interp<'a, 'p> {
    pub(crate) shared: &'a Shared<'p>,
    pub(crate) state: &'a State,
    module_number: u32,
    module: &'p Module,
    id: FnId,
    number: u32,
    language: Language,
    env: Vec<Value>,
    /// The expression that each variable was last assigned, for conditions on it.
    defs: Vec<Option<ExprId>>,
    log: Vec<(u32, Value, Option<ExprId>)>,
    facts: Vec<Fact>,
    /// Nothing after this point is reached.
    dead: bool,
    conditions: Vec<(Label, Sym)>,
    /// Variables that count as true here, with what they were last assigned.
    held: Vec<(VarId, ExprId)>,
    frames: Vec<Frame>,
    exits: stmt::Exits,
    out: Outcome,
    /// Calls that were noted, so that rounds of a loop do not note them again.
    noted: FxHashSet<(ExprId, u32, &'p str)>,
    /// The members of variables that something was assigned to.
    written: FxHashSet<(u32, Sym)>,
    phase: Phase,
    steps: u32,
    depth: u32,
    budget: u32,
    call_depth: u8,
    /// The calls that the one that is put together led to.
    inside: Vec<apply::Inside>,
}

/// What a loop or a switch collects from those who leave it.
#[derive(Default)]
struct Frame {
    is_loop: bool,
    /// Whether it goes over what a library gave.
    is_of_library: bool,
    breaks: Vec<Snapshot>,
    continues: Vec<Snapshot>,
}

/// All that branches may change.
#[derive(Clone)]
struct Snapshot {
    env: Vec<Value>,
    facts: Vec<Fact>,
}

/// What a branch has changed.
struct Branch {
    changes: Vec<(u32, Value, Option<ExprId>)>,
    facts: Vec<Fact>,
    dead: bool,
}

/// The point that a branch starts from.
#[derive(Clone, Copy)]
struct Point {
    log: usize,
    facts: usize,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// What values may be: who calls whom. Says nothing of ways and checks.
    Shapes,
    /// Everything.
    Ways,
}

/// Follows a function once.
pub(crate) fn follow(shared: &Shared<'_>, state: &State, number: u32, phase: Phase) -> Outcome {
    let id = shared.program.function(number);
    let module = shared.program.module(id.module);
    let size = shared.sizes[number as usize] as usize;
    let mut interp = Interp {
        shared,
        state,
        module_number: id.module,
        module,
        id,
        number,
        language: module.language,
        env: vec![Value::default(); size],
        defs: vec![None; size],
        log: Vec::new(),
        facts: Vec::new(),
        dead: false,
        conditions: Vec::new(),
        held: Vec::new(),
        frames: Vec::new(),
        exits: stmt::Exits::default(),
        out: Outcome::default(),
        noted: FxHashSet::default(),
        written: FxHashSet::default(),
        phase,
        steps: 0,
        depth: 0,
        budget: {
            let span = module.functions[id.function.at()].span;
            MOST_STEPS
                .saturating_add(span.end.saturating_sub(span.start).saturating_mul(STEPS_PER_BYTE))
        },
        call_depth: 0,
        inside: Vec::new(),
    };
    let function = &module.functions[id.function.at()];
    interp.enter(function);
    interp.block(&function.body);
    interp.leave();
    interp.out
}

impl Interp<'_, '_> {
    /// Binds the receiver and the parameters.
    fn enter(&mut self, function: &Function) {
        let inputs = self.state.inputs[self.number as usize].clone();
        if let Some(receiver) = function.receiver {
            let mut this = inputs.this.labelled(Label::whole(Root::This));
            if let Some(class) = function.class {
                let class = self.shared.program.class_number(self.module_number, class);
                this = this.and(&Value::of(Ref::Instance(class)));
            }
            self.set_var(receiver, this, None);
        }
        for (at, param) in function.params.iter().enumerate() {
            let at16 = u16::try_from(at).unwrap_or(u16::MAX);
            let mut value = inputs.params.get(at).cloned().unwrap_or_default();
            if param.kind == ParamKind::Plain || param.kind == ParamKind::Named {
                if let Some(annotation) = param.annotation {
                    value = value.and(&self.instance_of(annotation));
                }
                if let Some(default) = param.default {
                    value = value.and(&self.eval(default).shape(3));
                }
            }
            self.assign(param.target, value.labelled(Label::whole(Root::Param(at16))), None);
        }
    }

    fn leave(&mut self) {
        if !self.dead {
            self.exit(None);
        }
        let (ensures, sets) = self.exits.finish();
        self.out.summary.ensures = ensures;
        self.out.summary.sets = sets;
        self.out.summary.result = std::mem::take(&mut self.exits.result).lightened(HEAVIEST_RESULT);
        self.out.summary.settle();
        if self.out.summary.is_cut {
            self.gap(GapKind::Function, self.module.functions[self.id.function.at()].span);
        }
        self.out.steps = self.steps;
        let out = &mut self.out;
        out.calls.sort_unstable();
        out.calls.dedup();
        out.reads.sort_unstable();
        out.reads.dedup();
        out.effects.sort();
        out.effects.dedup();
    }

    /// Counts a step; false once there were too many, which is then a gap.
    fn step(&mut self) -> bool {
        self.steps += 1;
        if self.steps < self.budget {
            return true;
        }
        self.gap(GapKind::Function, self.module.functions[self.id.function.at()].span);
        false
    }

    fn gap(&mut self, kind: GapKind, span: Span) {
        let gap = Gap { span, kind };
        if !self.out.gaps.contains(&gap) {
            self.out.gaps.push(gap);
        }
    }

    fn spot(&self, expr: ExprId) -> Spot {
        Spot { module: self.module_number, span: self.module.span(expr) }
    }

    fn sym(&self, name: crate::ir::Name) -> Sym {
        self.shared.program.sym(self.module_number, name)
    }

    /// The place of a variable in `env`, if it is one of this function.
    fn slot(&self, var: VarId) -> Option<usize> {
        let owner = self.module.vars.get(var.at())?.owner;
        let number = self.shared.program.var_number(self.module_number, var);
        (owner == self.id.function).then(|| self.shared.slots[number as usize] as usize)
    }

    fn set_slot(&mut self, slot: usize, value: Value, def: Option<ExprId>) {
        let number = u32::try_from(slot).unwrap_or(u32::MAX);
        let old = std::mem::replace(&mut self.env[slot], value);
        let old_def = std::mem::replace(&mut self.defs[slot], def);
        self.log.push((number, old, old_def));
    }

    /// The same value with one hop more on every way.
    fn hop(&self, value: Value, at: Spot, kind: HopKind) -> Value {
        if self.phase == Phase::Shapes || !value.is_tainted() {
            return value;
        }
        value.map(&mut |taint| {
            let trace = Trace::after(taint.trace.as_ref(), (at, self.id, kind), None);
            Some(Taint { trace: Some(trace), ..taint.clone() })
        })
    }

    fn reach(&mut self, new: Reaching) {
        if self.phase == Phase::Shapes {
            return;
        }
        self.out.summary.add(new);
    }

    /// Writes down that everything tainted in `value` is kept in a cell.
    fn keep(&mut self, place: Label, value: &Value, at: Spot) {
        if self.phase == Phase::Shapes {
            return;
        }
        for taint in value.taints() {
            let trace = Trace::after(taint.trace.as_ref(), (at, self.id, HopKind::Assigned), None);
            if taint.label == place {
                continue;
            }
            self.reach(Reaching {
                label: taint.label,
                end: End::Kept(place),
                bits: taint.bits,
                trace,
                conditions: self.conditions().into(),
                is_passed: false,
                is_over: false,
            });
        }
        for (member, inner) in value.fields() {
            if inner.is_tainted() {
                self.keep(place.then(*member), inner, at);
            }
        }
    }

    /// The conditions that hold here, the outermost first, as many as are kept.
    fn conditions(&self) -> Vec<(Label, Sym)> {
        self.conditions.iter().copied().take(3).collect()
    }

    fn point(&self) -> Point {
        Point { log: self.log.len(), facts: self.facts.len() }
    }

    /// Takes back everything since `point`, and says what it was.
    fn rewind(&mut self, point: Point) -> Branch {
        let mut changes: Vec<(u32, Value, Option<ExprId>)> = Vec::new();
        while self.log.len() > point.log {
            let Some((slot, old, old_def)) = self.log.pop() else { break };
            let at = slot as usize;
            let last = std::mem::replace(&mut self.env[at], old);
            let last_def = std::mem::replace(&mut self.defs[at], old_def);
            changes.push((slot, last, last_def));
        }
        // Of several changes of one variable the one met first on the way back is the last.
        changes.sort_by_key(|(slot, ..)| *slot);
        changes.dedup_by_key(|(slot, ..)| *slot);
        let facts = self.facts.split_off(point.facts.min(self.facts.len()));
        Branch { changes, facts, dead: std::mem::replace(&mut self.dead, false) }
    }

    /// Goes on after branches: what any of those has changed that come to an end.
    fn merge(&mut self, branches: Vec<Branch>) {
        let live: Vec<Branch> = branches.into_iter().filter(|branch| !branch.dead).collect();
        let mut live = live.into_iter();
        let Some(first) = live.next() else {
            self.dead = true;
            return;
        };
        let mut facts = first.facts;
        let mut changed = first.changes;
        let mut count = 1_u32;
        let mut times: Vec<u32> = vec![1; changed.len()];
        for branch in live {
            count += 1;
            facts.retain_mut(|fact| {
                fact.bits = Fact::of(&branch.facts, fact).both(fact.bits);
                fact.bits != Bits::NONE
            });
            for (slot, value, def) in branch.changes {
                if let Some(at) = changed.iter().position(|(known, ..)| *known == slot) {
                    let (_, old, old_def) = &mut changed[at];
                    *old = std::mem::take(old).and(&value);
                    if *old_def != def {
                        *old_def = None;
                    }
                    times[at] += 1;
                } else {
                    changed.push((slot, value, def));
                    times.push(1);
                }
            }
        }
        for ((slot, value, def), times) in changed.into_iter().zip(times) {
            let at = slot as usize;
            if times == count {
                self.set_slot(at, value, def);
            } else {
                let both = self.env[at].clone().and(&value);
                let def = def.filter(|def| self.defs[at] == Some(*def));
                self.set_slot(at, both, def);
            }
        }
        self.facts.append(&mut facts);
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot { env: self.env.clone(), facts: self.facts.clone() }
    }

    /// Goes on as well with what was known at other points.
    fn rejoin(&mut self, snapshots: Vec<Snapshot>) {
        for snapshot in snapshots {
            if self.dead {
                self.dead = false;
                for (slot, value) in snapshot.env.into_iter().enumerate() {
                    if !value.same(&self.env[slot]) {
                        self.set_slot(slot, value, None);
                    }
                }
                self.facts = snapshot.facts;
                continue;
            }
            for (slot, value) in snapshot.env.into_iter().enumerate() {
                if !value.same(&self.env[slot]) {
                    let both = self.env[slot].clone().and(&value);
                    self.set_slot(slot, both, None);
                }
            }
            self.facts.retain_mut(|fact| {
                fact.bits = Fact::of(&snapshot.facts, fact).both(fact.bits);
                fact.bits != Bits::NONE
            });
        }
    }

    /// What is certain of a label.
    fn known(&self, label: &Label) -> Bits {
        self.facts.iter().filter(|fact| fact.needs == Bits::NONE).fold(Bits::NONE, |sum, fact| {
            if label.is_inside(&fact.label) { sum.with(fact.bits) } else { sum }
        })
    }

    /// The same value with what is certain of its labels.
    fn certain(&self, value: Value) -> Value {
        if self.facts.is_empty() || !value.is_tainted() {
            return value;
        }
        value.map(&mut |taint| {
            Some(Taint { bits: taint.bits.with(self.known(&taint.label)), ..taint.clone() })
        })
    }

    /// Takes in that whatever has one of these labels has these bits, from here on.
    fn learn(&mut self, labels: &[Label], bits: Bits) {
        if bits == Bits::NONE || labels.is_empty() || self.phase == Phase::Shapes {
            return;
        }
        for label in labels {
            if !self.known(label).holds(bits) {
                self.facts.push(Fact { label: *label, needs: Bits::NONE, bits });
            }
        }
        for slot in 0..self.env.len() {
            if !self.env[slot].is_tainted() {
                continue;
            }
            let refined = self.certain(self.env[slot].clone());
            if !refined.same(&self.env[slot]) {
                let def = self.defs[slot];
                self.set_slot(slot, refined, def);
            }
        }
    }

    /// Takes in that whatever taints a value has these bits, from here on, as far as it has what
    /// that needs. Where only who calls knows that, he is told.
    pub(super) fn learn_of(&mut self, value: &Value, needs: Bits, bits: Bits) {
        let mut labels = Vec::new();
        for taint in value.all_taints() {
            let missing = Bits(needs.0 & !taint.bits.0);
            if missing == Bits::NONE {
                labels.push(taint.label);
            } else if taint.label.root.is_given() {
                let fact = Fact { label: taint.label, needs: missing, bits };
                if !self.facts.contains(&fact) {
                    self.facts.push(fact);
                }
            }
        }
        self.learn(&labels, bits);
    }
}
