//! What is kept only to be looked at by nobody who does anything with it leads nowhere: which
//! variables, fields and functions that keep lead to a sink is found out from the sinks.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Analysis, End, Label, Root};

/// A place on the way from where something is kept to where it is used.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    /// A variable or a field.
    Cell(Root),
    /// A label of a function that keeps.
    Hand(u32, Label),
}

/// What leads to a sink.
pub(super) struct Useful(FxHashSet<Node>);

impl Useful {
    pub(super) fn of(analysis: &Analysis<'_>) -> Self {
        let mut before: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        let mut found: Vec<Node> = Vec::new();
        for (number, summary) in (0_u32..).zip(&analysis.state.summaries) {
            for flow in &summary.flows {
                let cell = is_cell(flow.label.root).then_some(Node::Cell(flow.label.root));
                let to = match &flow.end {
                    End::Sink(_) => {
                        found.extend(cell);
                        continue;
                    }
                    End::Kept(place) => Node::Cell(place.root),
                    End::Given(function, label) => Node::Hand(*function, *label),
                };
                let from = before.entry(to).or_default();
                from.push(Node::Hand(number, flow.label));
                from.extend(cell);
            }
        }
        let mut useful = FxHashSet::default();
        while let Some(node) = found.pop() {
            if useful.insert(node) {
                found.extend(before.get(&node).into_iter().flatten());
            }
        }
        Self(useful)
    }

    pub(super) fn has_cell(&self, root: Root) -> bool {
        self.0.contains(&Node::Cell(root))
    }

    pub(super) fn has_hand(&self, function: u32, label: Label) -> bool {
        self.0.contains(&Node::Hand(function, label))
    }
}

/// Whether it is a variable of a module or a field of a class.
pub(super) fn is_cell(root: Root) -> bool {
    matches!(root, Root::Global(_) | Root::Field(..))
}
