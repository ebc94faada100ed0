//! What is known of a whole program between rounds, and what following one function adds to it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    api::Apis,
    summary::Summary,
    value::{Ref, Root, Value},
};
use crate::{
    analysis::{Noted, Spot},
    ir::{Gap, Language, VarId},
    models::{Bits, Models, Table},
    program::{EMPTY, Program, Sym},
};

/// What does not change while a program is followed.
pub(crate) struct Shared<'p> {
    pub(crate) program: &'p Program,
    pub(crate) models: &'p Models,
    pub(crate) apis: Apis<'p>,
    pub(crate) marks: Marks,
    /// For each variable its place among those of its function.
    pub(crate) slots: Vec<u32>,
    /// For each function how many variables it has.
    pub(crate) sizes: Vec<u32>,
}

/// The marks that the engine itself sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    pub(crate) leading: Bits,
    pub(crate) authority: Bits,
    pub(crate) separator: Bits,
    /// The sink kinds that parameters are followed into only through one call.
    pub(crate) shallow: Bits,
}

/// A variable of a module, a captured one, or a field of a class.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    /// What it may be, from every assignment.
    pub(crate) shape: Value,
    /// Whether anything tainted was ever assigned.
    pub(crate) tainted: bool,
    /// How often its shape has changed.
    pub(crate) turns: u8,
}

/// What is known between rounds.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) summaries: Vec<Arc<Summary>>,
    /// For each function what its receiver and its parameters may be, from every call.
    pub(crate) inputs: Vec<Inputs>,
    pub(crate) cells: FxHashMap<Root, Cell>,
    /// For each class the one that stands for its family: fields are the family's.
    pub(crate) families: Vec<u32>,
    /// For each class those that are made of it.
    pub(crate) derived: FxHashMap<u32, Vec<u32>>,
}

/// What a function is called with, as far as it does not depend on who calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) this: Value,
    pub(crate) params: Vec<Value>,
    /// How often each of them has changed, the receiver first.
    turns: Vec<u8>,
}

impl Inputs {
    /// What is known of a parameter or the receiver, and how often that has changed.
    pub(crate) fn slot(&mut self, param: Option<u16>) -> (&mut Value, &mut u8) {
        let at = param.map_or(0, |param| usize::from(param) + 1);
        if self.turns.len() <= at {
            self.turns.resize(at + 1, 0);
        }
        if self.params.len() < at {
            self.params.resize(at, Value::default());
        }
        let slot = if at == 0 { &mut self.this } else { &mut self.params[at - 1] };
        (slot, &mut self.turns[at])
    }
}

/// What following a function adds.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) summary: Summary,
    /// The functions that it calls.
    pub(crate) calls: Vec<u32>,
    /// What it calls them with: function, parameter (`None`: the receiver), value.
    pub(crate) inputs: Vec<(u32, Option<u16>, Value)>,
    /// What it assigns to cells, and whether that is tainted.
    pub(crate) cells: Vec<(Root, Value, bool)>,
    /// The cells that it reads.
    pub(crate) reads: Vec<Root>,
    pub(crate) noted: Vec<Noted>,
    /// Its own effects on the world: effect, API path, place.
    pub(crate) effects: Vec<(Arc<str>, Arc<str>, Spot)>,
    pub(crate) gaps: Vec<Gap>,
    /// The steps that it took.
    pub(crate) steps: u32,
    /// Sources that it met: their number, kind, place and path.
    pub(crate) sources: Vec<(u64, SourceAt)>,
}

/// A source that a model names, where it was met.
#[derive(Clone, Debug)]
pub(crate) struct SourceAt {
    pub(crate) kind: crate::models::SourceKind,
    pub(crate) at: Spot,
    pub(crate) path: Arc<str>,
}

impl<'p> Shared<'p> {
    pub(crate) fn new(program: &'p Program, models: &'p Models) -> Self {
        let (functions, vars, _) = program.counts();
        let mut sizes = vec![0_u32; functions];
        let mut slots = vec![0_u32; vars];
        for (at, module) in program.modules.iter().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            for (number, var) in module.vars.iter().enumerate() {
                let id = crate::analysis::FnId { module: at, function: var.owner };
                let size = &mut sizes[program.function_number(id) as usize];
                let var = VarId(u32::try_from(number).unwrap_or(u32::MAX));
                slots[program.var_number(at, var) as usize] = *size;
                *size += 1;
            }
        }
        let mark = |name| models.vocabulary.mark(name);
        let marks = Marks {
            leading: mark("leading"),
            authority: mark("authority"),
            separator: mark("separator"),
            shallow: models
                .vocabulary
                .shallow
                .iter()
                .fold(Bits::NONE, |sum, name| sum.with(mark(name))),
        };
        Self { program, models, apis: Apis::new(program, models), marks, slots, sizes }
    }

    /// The models of a language.
    pub(crate) fn table(&self, language: Language) -> &'p Table {
        super::api::table(self.models, language).1
    }
}

impl State {
    pub(crate) fn new(program: &Program) -> Self {
        let (functions, _, classes) = program.counts();
        let mut state = Self {
            summaries: vec![Arc::default(); functions],
            inputs: vec![Inputs::default(); functions],
            ..Self::default()
        };
        state.families = (0..u32::try_from(classes).unwrap_or(0)).collect();
        for group in program.partial.values() {
            for class in group {
                state.families[*class as usize] = group.iter().copied().min().unwrap_or(*class);
            }
        }
        state
    }

    /// What a class is made of, as far as is known.
    pub(crate) fn bases(&self, class: u32) -> &[Ref] {
        self.cells.get(&Root::Field(class, EMPTY)).map_or(&[], |cell| cell.shape.refs())
    }

    /// The field of a family.
    pub(crate) fn field(&self, class: u32, member: Sym) -> Root {
        Root::Field(self.families.get(class as usize).copied().unwrap_or(class), member)
    }

    /// Takes in that `class` is made of `base`: their fields are the same. Returns whether that
    /// is new.
    pub(crate) fn derive(&mut self, class: u32, base: u32) -> bool {
        let known = self.derived.entry(base).or_default();
        if known.contains(&class) {
            return false;
        }
        known.push(class);
        known.sort_unstable();
        let (a, b) = (self.families[class as usize], self.families[base as usize]);
        let (low, high) = (a.min(b), a.max(b));
        for family in &mut self.families {
            if *family == high {
                *family = low;
            }
        }
        true
    }
}
