//! How deep arguments may be before a schema that refers to itself costs too much.
//!
//! A schema whose parts refer to each other can ask for the same place many times, and for each
//! of the places below it as many times again: what it costs then doubles with each level of the
//! arguments. So it is counted beforehand how often one place can be looked at, level by level.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    SchemaError,
    bounds::{REFERENCES, children, resolve},
};

/// How deep arguments may be nested at all.
const MOST_DEPTH: usize = 64;
/// How often one place of the arguments may be looked at.
const MOST_LOOKS: u64 = 20_000;
/// The most pairs of a schema and another that looks at the same place.
const MOST_PAIRS: usize = 200_000;

/// How deep arguments may be nested.
pub(super) fn most_depth(schema: &Value) -> Result<usize, SchemaError> {
    let graph = Graph::of(schema);
    if !graph.refers {
        return Ok(MOST_DEPTH);
    }
    let closures = graph.closures()?;
    // Looks at a place, by schema that is held against it, with no level below it.
    let own: Vec<u64> = closures.iter().map(|it| it.values().sum()).collect();
    let mut looks = own.clone();
    for depth in 0..MOST_DEPTH {
        if looks.first().is_none_or(|looks| *looks > MOST_LOOKS) {
            return if depth == 0 { Err(SchemaError::Endless) } else { Ok(depth) };
        }
        let below = |closure: &BTreeMap<usize, u64>| graph.below(closure, &looks);
        let next = closures.iter().zip(&own).map(|(closure, own)| below(closure).max(*own));
        looks = next.collect();
    }
    Ok(MOST_DEPTH)
}

/// What a schema applies to what lies below a place: to a member by name, or to any.
#[derive(Default)]
struct Node {
    /// Schemas for the same place.
    same: Vec<usize>,
    /// Schemas for a member.
    named: BTreeMap<String, Vec<usize>>,
    /// Schemas for what has none of its own.
    rest: Vec<usize>,
    /// Schemas for items of a list.
    items: Vec<usize>,
    /// Schemas for everything below.
    all: Vec<usize>,
}

struct Graph {
    nodes: Vec<Node>,
    refers: bool,
}

impl Graph {
    fn of(root: &Value) -> Self {
        let mut numbers = BTreeMap::new();
        let mut graph = Self { nodes: Vec::new(), refers: false };
        graph.add(root, root, &mut numbers);
        graph
    }

    /// Adds a schema and everything that it reaches. Schemas are told apart by where they lie in
    /// memory.
    fn add<'a>(
        &mut self,
        root: &'a Value,
        schema: &'a Value,
        numbers: &mut BTreeMap<*const Value, usize>,
    ) {
        self.number(schema, numbers);
        let mut waiting = vec![schema];
        while let Some(schema) = waiting.pop() {
            let Some(members) = schema.as_object() else { continue };
            let at = self.number(schema, numbers);
            for (place, child) in self.reached(root, members) {
                if !numbers.contains_key(&std::ptr::from_ref(child)) {
                    waiting.push(child);
                }
                let number = self.number(child, numbers);
                if let Some(node) = self.nodes.get_mut(at) {
                    node.place(&place, number);
                }
            }
        }
    }

    /// Every schema that is held against the place of this one or a place below it.
    fn reached<'a>(
        &mut self,
        root: &'a Value,
        members: &'a Map<String, Value>,
    ) -> Vec<(Where<'a>, &'a Value)> {
        let mut found = Vec::new();
        for keyword in REFERENCES {
            let reference = members.get(*keyword).and_then(Value::as_str);
            let target = reference.and_then(|it| resolve(root, it));
            self.refers |= target.is_some();
            found.extend(target.map(|it| (Where::Under(keyword), it)));
        }
        let named = members.get("properties").and_then(Value::as_object);
        found.extend(named.into_iter().flatten().map(|(name, it)| (Where::Member(name), it)));
        let others = children(members).filter(|(keyword, _)| *keyword != "properties");
        found.extend(others.map(|(keyword, it)| (Where::Under(keyword), it)));
        found
    }

    fn number(&mut self, schema: &Value, numbers: &mut BTreeMap<*const Value, usize>) -> usize {
        *numbers.entry(std::ptr::from_ref(schema)).or_insert_with(|| {
            self.nodes.push(Node::default());
            self.nodes.len() - 1
        })
    }

    /// For each schema, what else is held against the same place, and how often.
    fn closures(&self) -> Result<Vec<BTreeMap<usize, u64>>, SchemaError> {
        let mut state = vec![State::New; self.nodes.len()];
        let mut closures = vec![BTreeMap::new(); self.nodes.len()];
        let mut pairs = 0;
        for start in 0..self.nodes.len() {
            self.close(start, &mut state, &mut closures, &mut pairs)?;
        }
        Ok(closures)
    }

    fn close(
        &self,
        start: usize,
        state: &mut [State],
        closures: &mut [BTreeMap<usize, u64>],
        pairs: &mut usize,
    ) -> Result<(), SchemaError> {
        // No recursion: a chain of references may be as long as there are schemas.
        let mut stack = vec![(start, false)];
        while let Some((at, done)) = stack.pop() {
            let (Some(node), Some(seen)) = (self.nodes.get(at), state.get_mut(at)) else {
                continue;
            };
            if done {
                *seen = State::Done;
                let mut closure = BTreeMap::from([(at, 1_u64)]);
                for same in &node.same {
                    for (other, times) in closures.get(*same).into_iter().flatten() {
                        let sum: &mut u64 = closure.entry(*other).or_default();
                        *sum = sum.saturating_add(*times);
                    }
                }
                *pairs += closure.len();
                let looks = closure.values().fold(0, |sum: u64, it| sum.saturating_add(*it));
                if *pairs > MOST_PAIRS || looks > MOST_LOOKS {
                    return Err(SchemaError::Endless);
                }
                if let Some(place) = closures.get_mut(at) {
                    *place = closure;
                }
                continue;
            }
            match seen {
                State::Done => {}
                // It is held against the same place while it is being held against it.
                State::Open => return Err(SchemaError::Endless),
                State::New => {
                    *seen = State::Open;
                    stack.push((at, true));
                    let open = |same: &&usize| state.get(**same) != Some(&State::Done);
                    let mut same: Vec<usize> = node.same.iter().filter(open).copied().collect();
                    same.sort_unstable();
                    same.dedup();
                    stack.extend(same.into_iter().map(|same| (same, false)));
                }
            }
        }
        Ok(())
    }

    /// How often a place one level below can be looked at, at most.
    fn below(&self, closure: &BTreeMap<usize, u64>, looks: &[u64]) -> u64 {
        let sum = |targets: &[usize]| {
            let each = targets.iter().filter_map(|target| looks.get(*target));
            each.fold(0, |sum: u64, it| sum.saturating_add(*it))
        };
        let (mut all, mut rest, mut items) = (0_u64, 0_u64, 0_u64);
        let mut named: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for (at, times) in closure {
            let Some(node) = self.nodes.get(*at) else { continue };
            let own_rest = sum(&node.rest).saturating_mul(*times);
            all = all.saturating_add(sum(&node.all).saturating_mul(*times));
            rest = rest.saturating_add(own_rest);
            items = items.saturating_add(sum(&node.items).saturating_mul(*times));
            for (name, targets) in &node.named {
                let (looked, instead) = named.entry(name).or_default();
                *looked = looked.saturating_add(sum(targets).saturating_mul(*times));
                *instead = instead.saturating_add(own_rest);
            }
        }
        let named = named
            .values()
            .map(|(looked, instead)| rest.saturating_sub(*instead).saturating_add(*looked));
        named.chain([rest, items]).max().unwrap_or_default().saturating_add(all)
    }
}

/// Where a schema stands in another.
enum Where<'a> {
    Member(&'a str),
    Under(&'static str),
}

impl Node {
    fn place(&mut self, place: &Where<'_>, number: usize) {
        let keyword = match place {
            Where::Member(name) => {
                return self.named.entry((*name).to_owned()).or_default().push(number);
            }
            Where::Under(keyword) => *keyword,
        };
        match keyword {
            "$defs" | "definitions" | "contentSchema" => {}
            "additionalProperties" => self.rest.push(number),
            "items" | "additionalItems" | "prefixItems" => self.items.push(number),
            "patternProperties"
            | "propertyNames"
            | "contains"
            | "unevaluatedItems"
            | "unevaluatedProperties" => self.all.push(number),
            // References, allOf, anyOf, oneOf, not, if, then, else, dependentSchemas, dependencies.
            _ => self.same.push(number),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}
