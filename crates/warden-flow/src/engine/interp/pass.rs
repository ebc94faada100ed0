//! What a function of the program does with what it is given, taken over into who calls it: ways
//! into sinks, what is kept, and what is called.

use super::{
    Interp,
    apply::{Bound, Given},
};
use crate::{
    analysis::HopKind,
    engine::{
        summary::{End, Reaching, Summary},
        value::{Label, Ref, Root, Taint, Trace, Value},
    },
    ir::{ExprId, FuncId},
};

/// Conditions that one way keeps: the outermost, which tell tools apart.
const MOST_CONDITIONS: usize = 3;
/// Calls of what it was given that one function tells its callers of.
const MOST_CALLS: usize = 64;

impl Interp<'_, '_> {
    /// The ways of a callee into sinks and cells, from what it is given here.
    pub(super) fn pass_flows(
        &mut self,
        (function, summary): (u32, &Summary),
        bound: &Bound,
        at: ExprId,
    ) {
        let mut last: Option<(Label, Vec<Taint>)> = None;
        let mut given: Option<Label> = None;
        for flow in &summary.flows {
            if let End::Kept(place) = &flow.end
                && let Root::Captured(var) = place.root
            {
                self.keep_captured(var, flow, bound, at);
            }
            match flow.label.root {
                Root::Param(_) | Root::This => {}
                Root::Captured(var) if self.is_around(var) => {}
                _ => continue,
            }
            let taints = match &last {
                Some((label, taints)) if *label == flow.label => taints.clone(),
                _ => self.resolve(flow.label, bound, at).all_taints(),
            };
            let shallow = match &flow.end {
                End::Sink(sink) => sink.kind.bit().meets(self.shared.marks.shallow),
                End::Kept(_) | End::Given(..) => false,
            };
            if is_for_query(&flow.end) {
                if given != Some(flow.label) {
                    given = Some(flow.label);
                    for taint in &taints {
                        self.give((function, flow.label), taint, at);
                    }
                }
                last = Some((flow.label, taints));
                continue;
            }
            self.steps += u32::try_from(taints.len() / 4).unwrap_or(0);
            for taint in &taints {
                if shallow && flow.is_passed && taint.label.root.is_given() {
                    continue;
                }
                self.pass_flow(flow, taint, bound, at);
            }
            last = Some((flow.label, taints));
        }
    }

    /// Something is handed to a function that keeps it, or hands it on to one that does.
    pub(super) fn give(&mut self, (function, label): (u32, Label), taint: &Taint, at: ExprId) {
        if (function, label) == (self.number, taint.label) {
            return;
        }
        let hop = (self.spot(at), self.id, HopKind::Passed);
        self.reach(Reaching {
            label: taint.label,
            end: End::Given(function, label),
            bits: taint.bits,
            trace: Trace::after(taint.trace.as_ref(), hop, None),
            conditions: self.conditions().into(),
            is_passed: true,
            is_over: false,
        });
    }

    pub(super) fn pass_flow(&mut self, flow: &Reaching, taint: &Taint, bound: &Bound, at: ExprId) {
        let bits = taint.bits.with(flow.bits);
        if let End::Sink(sink) = &flow.end
            && bits.meets(sink.unless)
        {
            return;
        }
        if flow.end == End::Kept(taint.label) {
            return;
        }
        let hop = (self.spot(at), self.id, HopKind::Passed);
        let trace = Trace::after(taint.trace.as_ref(), hop, Some(&flow.trace));
        let mut conditions = self.conditions();
        for (label, text) in flow.conditions.iter() {
            if conditions.len() >= MOST_CONDITIONS {
                break;
            }
            let here = self.resolve(*label, bound, at);
            for known in here.taints().iter().take(2) {
                if !conditions.contains(&(known.label, *text)) {
                    conditions.push((known.label, *text));
                }
            }
        }
        self.reach(Reaching {
            label: taint.label,
            end: flow.end.clone(),
            bits,
            trace,
            conditions: conditions.into(),
            is_passed: true,
            is_over: false,
        });
    }

    /// Whether a captured variable is one of this function or of one around it. Elsewhere nothing
    /// is known of it: where a function is made that captures it is where its ways are taken in.
    fn is_around(&self, var: u32) -> bool {
        let (module, var) = self.shared.program.var(var);
        if module != self.module_number {
            return false;
        }
        let owner = self.module.vars.get(var.at()).map(|var| var.owner);
        let outer = |function: &FuncId| self.module.functions.get(function.at())?.parent;
        std::iter::successors(Some(self.id.function), outer).any(|function| Some(function) == owner)
    }

    /// A callee keeps something in a variable that it captured.
    fn keep_captured(&mut self, var: u32, flow: &Reaching, bound: &Bound, at: ExprId) {
        let Some(slot) = self.own_var(var) else { return };
        let by = Taint { label: flow.label, bits: flow.bits, trace: Some(flow.trace.clone()) };
        let here = self.resolve(flow.label, bound, at);
        let kept = self.came_back(&here, &by, at);
        let both = self.env[slot].clone().and(&Value::with_taints(kept.all_taints()));
        if !both.same(&self.env[slot]) {
            self.set_slot(slot, both, None);
        }
    }

    /// What a callee calls that it was given.
    pub(super) fn pass_calls(&mut self, summary: &Summary, bound: &Bound, at: ExprId) {
        for call in &summary.calls {
            let callee = self.resolve(call.callee, bound, at);
            let known = callee
                .refs()
                .iter()
                .any(|one| matches!(one, Ref::Function(_) | Ref::Class(_) | Ref::Api(_)));
            if callee.is_empty() || (!known && callee.taints().is_empty()) {
                continue;
            }
            let args: Vec<Value> =
                call.args.iter().map(|arg| self.substitute(arg, bound, at)).collect();
            let given = Given::of(args, at);
            for function in callee.functions() {
                self.apply(function, &given);
            }
            for one in callee.refs() {
                if let Ref::Api(path) = one
                    && !one.is_unknown()
                {
                    self.outside(*path, &given);
                }
            }
            if !known {
                self.pass_on(&callee, &given);
            }
        }
    }

    /// Writes down that a function is called that this one was given.
    pub(super) fn pass_on(&mut self, callee: &Value, given: &Given) {
        for taint in callee.taints().iter().filter(|taint| taint.label.is_given_whole()) {
            let call = crate::engine::summary::Given {
                callee: taint.label,
                args: given.args.iter().map(|arg| arg.value.clone()).collect(),
                at: self.spot(given.at),
            };
            let calls = &mut self.out.summary.calls;
            let known =
                calls.iter().any(|known| known.callee == call.callee && known.at == call.at);
            if !known && calls.len() < MOST_CALLS {
                calls.push(call);
            }
        }
    }
}

/// Whether who calls is told only that something is kept, and not where. What is kept in a
/// variable of a function further out is told there.
pub(super) fn is_for_query(end: &End) -> bool {
    match end {
        End::Given(..) => true,
        End::Kept(place) => !matches!(place.root, Root::Captured(_)),
        End::Sink(_) => false,
    }
}
