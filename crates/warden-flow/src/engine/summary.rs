//! What is known of a function without knowing who calls it.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;

use super::value::{Label, Trace, Value};
use crate::{
    analysis::{FnId, Spot},
    models::{Bits, SinkKind},
    program::Sym,
};

/// A function, seen from outside.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// What it returns, in terms of its parameters.
    pub(crate) result: Value,
    /// What reaches sinks and variables.
    pub(crate) flows: Vec<Reaching>,
    /// Where in `flows` those with a key stand; only while they are collected.
    index: FxHashMap<u64, SmallVec<[u32; 2]>>,
    /// What is certain after it has returned.
    pub(crate) ensures: Ensures,
    /// Members that it sets on its receiver (`None`) or a parameter.
    pub(crate) sets: Vec<(Option<u16>, Value)>,
    /// What it calls that it was given: the label of the function, and the arguments.
    pub(crate) calls: Vec<Given>,
    /// Whether there were more ways than are kept.
    pub(crate) is_cut: bool,
    /// Once there were too many: the last that are kept into sinks and variables, and into
    /// functions that keep. What comes after them in their order need not be looked at.
    last: [Option<(Label, End)>; 2],
}

/// A call of something that the function was given.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) callee: Label,
    pub(crate) args: Vec<Value>,
    pub(crate) at: Spot,
}

/// Something certain of whatever has a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fact {
    pub(crate) label: Label,
    /// What the value must have been for this to be certain: who calls knows that.
    pub(crate) needs: Bits,
    pub(crate) bits: Bits,
}

/// What is certain of parameters after a function has returned, by what it returned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ensures {
    /// Whatever it returned.
    pub(crate) always: Vec<Fact>,
    /// When it returned something true, or an object that says so.
    pub(crate) if_true: Vec<Fact>,
    /// When it returned something false.
    pub(crate) if_false: Vec<Fact>,
    /// When the last thing it returned is no error (Go's `nil`).
    pub(crate) if_nil: Vec<Fact>,
}

impl Fact {
    /// The bits that `facts` tell of the same label under the same conditions.
    pub(crate) fn of(facts: &[Self], fact: &Self) -> Bits {
        facts
            .iter()
            .filter(|known| known.label == fact.label && known.needs == fact.needs)
            .fold(Bits::NONE, |sum, known| sum.with(known.bits))
    }
}

/// One label that reaches something.
#[derive(Clone, Debug)]
pub(crate) struct Reaching {
    pub(crate) label: Label,
    pub(crate) end: End,
    /// What is certain of the value there.
    pub(crate) bits: Bits,
    pub(crate) trace: Arc<Trace>,
    /// Constants that labels were equal to.
    pub(crate) conditions: Arc<[(Label, Sym)]>,
    /// Whether it leads through a call of a function of the program.
    pub(crate) is_passed: bool,
    /// Whether another one says more: to be thrown away.
    pub(crate) is_over: bool,
}

impl Reaching {
    /// Something that is the same for the same two ends.
    fn key(&self) -> u64 {
        key(&self.label, &self.end)
    }
}

fn key(label: &Label, end: &End) -> u64 {
    let mut hasher = FxHasher::default();
    label.hash(&mut hasher);
    match end {
        End::Sink(sink) => (sink.at, sink.kind).hash(&mut hasher),
        End::Kept(label) => label.hash(&mut hasher),
        End::Given(function, label) => (function, label).hash(&mut hasher),
    }
    hasher.finish()
}

/// What a label reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// A sink.
    Sink(Sink),
    /// A variable of a module or a field of a class, by its label.
    Kept(Label),
    /// A function that keeps what has this label there, itself or through others. Where it is kept
    /// is found when somebody asks: told to every caller, each variable would be told anew in
    /// every function above.
    Given(u32, Label),
}

impl End {
    /// Whether it is a function that keeps.
    fn is_given(&self) -> bool {
        matches!(self, Self::Given(..))
    }

    /// Whether it is for those who ask for what is kept.
    pub(crate) fn is_kept(&self) -> bool {
        matches!(self, Self::Kept(_) | Self::Given(..))
    }
}

/// A sink that is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sink {
    pub(crate) at: Spot,
    pub(crate) kind: SinkKind,
    pub(crate) function: FnId,
    /// The bits that make it harmless.
    pub(crate) unless: Bits,
    pub(crate) callee: Arc<str>,
    /// The model that says so: its position.
    pub(crate) model: u32,
}

/// Sets of conditions that are told apart between the same two ends.
const MOST_CONDITIONS: usize = 6;
/// Ways that one function keeps into sinks and variables, and as many into functions that keep.
pub(crate) const MOST_FLOWS: usize = 400;

impl Summary {
    /// Adds a way: of two between the same ends only what is certain of both stays.
    pub(crate) fn add(&mut self, mut new: Reaching) {
        let last = &self.last[usize::from(new.end.is_given())];
        if last.as_ref().is_some_and(|(label, end)| (label, end) < (&new.label, &new.end)) {
            return;
        }
        let key = new.key();
        let known = self.index.entry(key).or_default();
        let mut ways = 0;
        for at in known.iter() {
            let Some(old) = self.flows.get_mut(*at as usize) else { continue };
            if old.label != new.label || old.end != new.end {
                continue;
            }
            ways += 1;
            if old.conditions.is_empty() || old.conditions == new.conditions {
                let both = old.bits.both(new.bits);
                if both != old.bits {
                    old.trace = new.trace;
                    old.bits = both;
                }
                return;
            }
        }
        if ways >= MOST_CONDITIONS || (new.conditions.is_empty() && ways > 0) {
            // There are too many cases to tell apart, or it is reached whatever holds.
            new.conditions = Arc::default();
            for at in known.iter() {
                let Some(old) = self.flows.get_mut(*at as usize) else { continue };
                if old.label == new.label && old.end == new.end {
                    new.bits = new.bits.both(old.bits);
                    old.is_over = true;
                }
            }
        }
        known.push(u32::try_from(self.flows.len()).unwrap_or(u32::MAX));
        self.flows.push(new);
        if self.flows.len() >= 4 * MOST_FLOWS {
            // Of too many the first in their order are kept, whichever came first.
            self.settle();
            self.put_in_index();
        }
    }

    /// Finds the flows by their keys again, after they were put in order.
    fn put_in_index(&mut self) {
        self.index.clear();
        for (at, flow) in (0_u32..).zip(&self.flows) {
            self.index.entry(flow.key()).or_default().push(at);
        }
    }

    /// Throws away the ways of members where everything that holds them goes the same way.
    fn drop_implied(&mut self) {
        // Of sinks it is told which member reaches them.
        let is_kept = |flow: &Reaching| flow.end.is_kept();
        let whole = self.flows.iter().filter(|flow| is_kept(flow) && flow.conditions.is_empty());
        let mut known: FxHashMap<u64, Vec<(Label, End, Bits)>> = FxHashMap::default();
        for flow in whole {
            let entry = (flow.label, flow.end.clone(), flow.bits);
            known.entry(flow.key()).or_default().push(entry);
        }
        self.flows.retain(|flow| {
            !is_kept(flow)
                || !flow.label.holders().any(|holder| {
                    known.get(&key(&holder, &flow.end)).is_some_and(|known| {
                        known.iter().any(|(label, end, bits)| {
                            *label == holder && *end == flow.end && bits.both(flow.bits) == *bits
                        })
                    })
                })
        });
    }

    /// Puts everything in an order that does not depend on how it was found.
    pub(crate) fn settle(&mut self) {
        self.index = FxHashMap::default();
        self.flows.retain(|flow| !flow.is_over);
        self.drop_implied();
        self.flows.sort_by(|a, b| {
            (&a.label, &a.end, &a.conditions).cmp(&(&b.label, &b.end, &b.conditions))
        });
        self.cut();
        self.sets.sort_by_key(|(whose, _)| *whose);
        self.calls.sort_by_key(|call| (call.callee, call.at));
    }

    /// Throws away what are too many.
    fn cut(&mut self) {
        let mut counts = [0; 2];
        let Self { flows, last, is_cut, .. } = self;
        flows.retain(|flow| {
            let kind = usize::from(flow.end.is_given());
            counts[kind] += 1;
            if counts[kind] == MOST_FLOWS {
                last[kind] = Some((flow.label, flow.end.clone()));
            }
            counts[kind] <= MOST_FLOWS
        });
        for (count, last) in counts.into_iter().zip(last) {
            if count <= MOST_FLOWS {
                *last = None;
            }
            *is_cut |= count > MOST_FLOWS;
        }
    }

    /// Takes in what was known before as well, with values told apart to `depth` levels.
    pub(crate) fn widen(&mut self, old: &Self, depth: u8) {
        self.result = std::mem::take(&mut self.result).cut(depth).and(&old.result).cut(depth);
        for (whose, value) in &old.sets {
            match self.sets.iter_mut().find(|(known, _)| known == whose) {
                Some((_, known)) => *known = std::mem::take(known).and(value),
                None => self.sets.push((*whose, value.clone())),
            }
        }
        for (_, value) in &mut self.sets {
            *value = value.cut(depth.max(1));
        }
        for call in &mut self.calls {
            let before = old.calls.iter().find(|o| o.callee == call.callee && o.at == call.at);
            for (arg, old) in call.args.iter_mut().zip(before.map_or(&[][..], |o| &o.args)) {
                *arg = std::mem::take(arg).cut(depth).and(old).cut(depth);
            }
        }
        self.put_in_index();
        for flow in &old.flows {
            self.add(flow.clone());
        }
        if depth < 3 {
            self.blur(depth);
        }
        self.settle();
    }

    /// Tells labels apart to `depth` levels, and cases no more: of functions that call each other
    /// there would be ever more of both.
    fn blur(&mut self, depth: u8) {
        self.index.clear();
        for mut flow in std::mem::take(&mut self.flows) {
            if !flow.is_over {
                flow.label = flow.label.cut(depth.max(1));
                flow.conditions = Arc::default();
                self.add(flow);
            }
        }
    }

    /// Whether both say the same of who calls whom: plain values and ways aside.
    pub(crate) fn alike(&self, other: &Self) -> bool {
        self.agrees(other, Value::alike)
    }

    /// Whether the values in both agree, as `equal` tells.
    fn agrees(&self, other: &Self, equal: fn(&Value, &Value) -> bool) -> bool {
        equal(&self.result, &other.result)
            && self.sets.len() == other.sets.len()
            && self.sets.iter().zip(&other.sets).all(|(a, b)| a.0 == b.0 && equal(&a.1, &b.1))
            && self.calls.len() == other.calls.len()
            && self.calls.iter().zip(&other.calls).all(|(a, b)| {
                a.callee == b.callee
                    && a.args.len() == b.args.len()
                    && a.args.iter().zip(&b.args).all(|(x, y)| equal(x, y))
            })
    }

    /// Whether both say the same, whatever the ways look like.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.agrees(other, Value::same)
            && self.ensures == other.ensures
            && self.flows.len() == other.flows.len()
            && self.flows.iter().zip(&other.flows).all(|(a, b)| {
                a.label == b.label
                    && a.end == b.end
                    && a.bits == b.bits
                    && a.conditions == b.conditions
            })
    }
}
