//! In which order functions are followed.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    ir::{Expr, FuncId, Module, Name},
    program::Program,
};

/// Levels of calls that are told apart when functions are put in order.
const DEEPEST_GROUP: u32 = 40;

/// Functions that have to be followed, in the order of their groups.
#[derive(Debug)]
pub(super) struct Due {
    /// For each function its group.
    groups: Vec<u32>,
    waiting: BTreeSet<(u32, u32)>,
}

impl Due {
    pub(super) fn new(groups: Vec<u32>) -> Self {
        Self { groups, waiting: BTreeSet::new() }
    }

    pub(super) fn add(&mut self, function: u32) {
        self.waiting.insert((self.groups[function as usize], function));
    }

    pub(super) fn add_all(&mut self, functions: impl IntoIterator<Item = u32>) {
        for function in functions {
            self.add(function);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Puts functions in another order.
    pub(super) fn reorder(&mut self, groups: Vec<u32>) {
        self.groups = groups;
        let rest: Vec<u32> = self.rest().collect();
        self.add_all(rest);
    }

    /// Takes out the functions of a group.
    fn take(&mut self, group: u32) -> Vec<u32> {
        let now: Vec<(u32, u32)> =
            self.waiting.range((group, 0)..=(group, u32::MAX)).copied().collect();
        for one in &now {
            self.waiting.remove(one);
        }
        now.into_iter().map(|(_, function)| function).collect()
    }

    /// Takes out all that are left.
    pub(super) fn rest(&mut self) -> impl Iterator<Item = u32> {
        std::mem::take(&mut self.waiting).into_iter().map(|(_, function)| function)
    }
}

/// In which order groups are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Those that are called before those that call: what functions do goes up.
    Up,
    /// The same, but functions that call each other come to rest before those that call them.
    Settling,
    /// Those that call before those that are called: what functions are given goes down.
    Down,
}

/// One way over all groups of which functions are due.
#[derive(Debug)]
pub(super) struct Sweep {
    way: Way,
    last: Option<u32>,
    /// How often it has gone back in the level that it is in.
    turns: u8,
}

/// Times that functions which call each other are followed again before those that call them.
const MOST_TURNS: u8 = 8;

impl Sweep {
    pub(super) fn new(way: Way) -> Self {
        Self { way, last: None, turns: 0 }
    }

    /// Takes the functions of the next group out of those that are due.
    pub(super) fn next(&mut self, due: &mut Due) -> Option<Vec<u32>> {
        let next = |from: u32| due.waiting.range((from, 0)..).next();
        let (group, _) = *match (self.way, self.last) {
            (Way::Down, last) => due.waiting.range(..(last.unwrap_or(u32::MAX), 0)).next_back(),
            (_, None) => next(0),
            (Way::Up, Some(last)) => next(last + 1),
            (Way::Settling, Some(last)) => {
                let start = last - last % LEVEL;
                let again = if self.turns < MOST_TURNS { next(start) } else { next(last + 1) };
                let (found, _) = again?;
                let is_back = *found <= last;
                self.turns =
                    if found - found % LEVEL == start { self.turns + u8::from(is_back) } else { 0 };
                again
            }
        }?;
        self.last = Some(group);
        Some(due.take(group))
    }
}

/// Groups that belong together: functions that call each other in circles are in groups of one
/// level, and those that they call in groups of lower levels.
pub(super) const LEVEL: u32 = 64;

/// For each function the group in which it is followed once it is known who calls whom.
pub(super) fn ranks(callers: &[FxHashSet<u32>]) -> Vec<u32> {
    let mut calls: Vec<Vec<u32>> = vec![Vec::new(); callers.len()];
    for (callee, callers) in (0_u32..).zip(callers) {
        for caller in callers {
            calls[*caller as usize].push(callee);
        }
    }
    for calls in &mut calls {
        calls.sort_unstable();
    }
    let circles = circles(&calls);
    let mut circle_of = vec![0_usize; callers.len()];
    for (number, circle) in circles.iter().enumerate() {
        for function in circle {
            circle_of[*function as usize] = number;
        }
    }
    let mut levels = vec![0_u32; circles.len()];
    let mut groups = vec![0_u32; callers.len()];
    for (number, circle) in circles.iter().enumerate() {
        let below = circle.iter().flat_map(|function| &calls[*function as usize]);
        let below = below.map(|callee| circle_of[*callee as usize]).filter(|of| *of != number);
        levels[number] = below.map(|of| levels[of] + 1).max().unwrap_or(0);
        for (function, depth) in circle.iter().zip(depths_within(circle, &calls)) {
            groups[*function as usize] = levels[number] * LEVEL + depth;
        }
    }
    groups
}

/// How far each function of a circle is above those that it calls, but for calls that close it.
fn depths_within(circle: &[u32], calls: &[Vec<u32>]) -> Vec<u32> {
    if circle.len() == 1 {
        return vec![0];
    }
    let places: FxHashMap<u32, u32> = circle.iter().copied().zip(0..).collect();
    let inside = |function: &u32| {
        let called = calls[*function as usize].iter();
        called.filter_map(|callee| places.get(callee).copied()).collect()
    };
    let below: Vec<Vec<u32>> = circle.iter().map(inside).collect();
    let mut depths = vec![u32::MAX; circle.len()];
    for place in 0..u32::try_from(circle.len()).unwrap_or(u32::MAX) {
        settle(place, &below, &mut depths);
    }
    depths.into_iter().map(|depth| depth.min(LEVEL - 1)).collect()
}

/// The circles of a graph (its strongly connected components), each after those that it leads to.
/// Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion.
fn circles(next: &[Vec<u32>]) -> Vec<Vec<u32>> {
    const NEW: u32 = u32::MAX;
    const DONE: u32 = u32::MAX - 1;
    // The order in which each was met, and the first that is reached from it.
    let mut low = vec![NEW; next.len()];
    let (mut open, mut found, mut met) = (Vec::new(), Vec::new(), 0_u32);
    for start in 0..u32::try_from(next.len()).unwrap_or(0) {
        if low[start as usize] != NEW {
            continue;
        }
        let mut path = vec![(start, 0_usize, met)];
        while let Some((at, edge, order)) = path.pop() {
            let here = at as usize;
            if edge == 0 {
                low[here] = order;
                met += 1;
                open.push(at);
            } else {
                let child = low[next[here][edge - 1] as usize];
                low[here] = low[here].min(if child == DONE { NEW } else { child });
            }
            if let Some(child) = next[here].get(edge) {
                path.push((at, edge + 1, order));
                if low[*child as usize] == NEW {
                    path.push((*child, 0, met));
                }
                continue;
            }
            if low[here] == order {
                let mut circle = Vec::new();
                while let Some(one) = open.pop() {
                    low[one as usize] = DONE;
                    circle.push(one);
                    if one == at {
                        break;
                    }
                }
                circle.sort_unstable();
                found.push(circle);
            }
        }
    }
    found
}

/// For each function the group in which it is followed: first those that are called by name,
/// then those that call them; modules that are imported before those that import.
pub(super) fn groups(program: &Program) -> Vec<u32> {
    let (functions, ..) = program.counts();
    let imports = program.imports();
    let mut levels = vec![u32::MAX; imports.len()];
    for module in 0..imports.len() {
        settle(u32::try_from(module).unwrap_or(0), &imports, &mut levels);
    }
    let mut groups = Vec::with_capacity(functions);
    for (module, level) in program.modules.iter().zip(levels) {
        groups.extend(depths(module).into_iter().map(|depth| level * (DEEPEST_GROUP + 1) + depth));
    }
    groups
}

/// How far each function of a module is above those that call nothing of the module.
fn depths(module: &Module) -> Vec<u32> {
    let count = module.functions.len();
    let mut below: Vec<Vec<u32>> = vec![Vec::new(); count];
    // A function is followed after those inside it.
    for (number, function) in module.functions.iter().enumerate() {
        if let Some(parent) = function.parent {
            below[parent.at()].push(u32::try_from(number).unwrap_or(u32::MAX));
        }
    }
    // And after those that it calls by a name that only stands for them.
    let mut named: FxHashMap<u32, FuncId> = FxHashMap::default();
    for expr in &module.exprs {
        if let Expr::Assign { target, value } = expr
            && let (Expr::Var(var), Expr::Function(function)) =
                (module.expr(*target), module.expr(*value))
        {
            named.insert(var.0, *function);
        }
    }
    let methods: FxHashMap<Name, FuncId> = module
        .classes
        .iter()
        .flat_map(|class| class.methods.iter().map(|method| (method.name, method.function)))
        .collect();
    let mut spans: Vec<(u32, u32, u32)> = module
        .functions
        .iter()
        .enumerate()
        .map(|(n, f)| (f.span.start, f.span.end, u32::try_from(n).unwrap_or(0)))
        .collect();
    spans.sort_unstable();
    let owner = |start: u32| {
        let mut at = spans.partition_point(|span| span.0 <= start);
        let mut steps = 0;
        while at > 0 && steps < 64 {
            at -= 1;
            steps += 1;
            if spans[at].1 > start {
                return spans[at].2;
            }
        }
        0
    };
    for (number, expr) in module.exprs.iter().enumerate() {
        let Expr::Call(call) = expr else { continue };
        let callee = match module.expr(call.callee) {
            Expr::Var(var) => named.get(&var.0),
            Expr::Member(_, name) => methods.get(name),
            _ => None,
        };
        if let Some(callee) = callee {
            let around = owner(module.spans[number].start);
            below[around as usize].push(callee.0);
        }
    }
    let mut depth = vec![u32::MAX; count];
    for start in 0..count {
        settle(u32::try_from(start).unwrap_or(0), &below, &mut depth);
    }
    depth
}

/// Finds the depth of a function and of all below it, without recursion.
fn settle(start: u32, below: &[Vec<u32>], depth: &mut [u32]) {
    const BUSY: u32 = u32::MAX - 1;
    let mut stack = vec![(start, 0_usize)];
    while let Some((at, next)) = stack.pop() {
        let here = at as usize;
        if next == 0 {
            if depth[here] != u32::MAX {
                continue;
            }
            depth[here] = BUSY;
        }
        if let Some(child) = below[here].get(next) {
            stack.push((at, next + 1));
            if depth[*child as usize] == u32::MAX {
                stack.push((*child, 0));
            }
            continue;
        }
        let deepest = below[here]
            .iter()
            .map(|child| depth[*child as usize])
            .filter(|depth| *depth < BUSY)
            .map(|depth| depth + 1)
            .max();
        // More groups than these would be followed one function at a time.
        depth[here] = deepest.unwrap_or(0).min(DEEPEST_GROUP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls, from the caller's side, as sets of callers.
    fn callers(calls: &[&[u32]]) -> Vec<FxHashSet<u32>> {
        let mut callers = vec![FxHashSet::default(); calls.len()];
        for (caller, callees) in (0_u32..).zip(calls) {
            for callee in *callees {
                callers[*callee as usize].insert(caller);
            }
        }
        callers
    }

    fn swept(way: Way, due: &mut Due, mut then: impl FnMut(&[u32], &mut Due)) -> Vec<Vec<u32>> {
        let mut sweep = Sweep::new(way);
        let mut met = Vec::new();
        while let Some(now) = sweep.next(due) {
            then(&now, due);
            met.push(now);
        }
        met
    }

    #[test]
    fn circles_come_after_those_that_they_lead_to() {
        // 0 calls 1 and 3; 1 and 2 call each other; 2 calls 3; 4 stands alone.
        let next = [vec![1, 3], vec![2], vec![1, 3], vec![], vec![]];
        assert_eq!(circles(&next), [vec![3], vec![1, 2], vec![0], vec![4]]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let count = 200_000;
        let next: Vec<Vec<u32>> =
            (1..=count).map(|at| (at < count).then_some(at).into_iter().collect()).collect();
        let found = circles(&next);
        assert_eq!((found.len(), &found[0]), (next.len(), &vec![count - 1]));
    }

    #[test]
    fn those_that_are_called_have_lower_groups_and_circles_one_level() {
        let groups = ranks(&callers(&[&[1, 3], &[2], &[1, 3], &[], &[4]]));
        let levels: Vec<u32> = groups.iter().map(|group| group / LEVEL).collect();
        assert_eq!(levels, [2, 1, 1, 0, 0]);
        assert_ne!(groups[1], groups[2], "the call that closes a circle is left aside");
    }

    #[test]
    fn a_sweep_goes_up_or_down_and_leaves_what_it_has_passed() {
        for (way, expected) in [(Way::Up, [0, 1, 2]), (Way::Down, [2, 1, 0])] {
            let mut due = Due::new(vec![0, 1, 2]);
            due.add_all(0..3);
            let met = swept(way, &mut due, |now, due| due.add(now[0]));
            assert_eq!(met.concat(), expected);
            assert_eq!(due.rest().count(), 3);
        }
    }

    #[test]
    fn a_circle_comes_to_rest_before_those_that_call_it() {
        let mut due = Due::new(vec![0, 1, LEVEL]);
        due.add_all(0..3);
        let mut left = 2;
        let met = swept(Way::Settling, &mut due, |now, due| {
            if now == [1] && left > 0 {
                left -= 1;
                due.add(0);
                due.add(1);
            }
        });
        assert_eq!(met.concat(), [0, 1, 0, 1, 0, 1, 2]);
    }

    #[test]
    fn a_circle_that_never_rests_holds_up_nobody() {
        let mut due = Due::new(vec![0, LEVEL]);
        due.add_all(0..2);
        let met = swept(Way::Settling, &mut due, |now, due| {
            if now == [0] {
                due.add(0);
            }
        });
        assert_eq!(met.last(), Some(&vec![1]));
        assert_eq!(met.len(), usize::from(MOST_TURNS) + 2);
    }
}
