//! API paths: where a value that is not of the program comes from, and which models speak of it.
//!
//! The number of a path is a hash of its steps, so that it does not depend on which thread met
//! the path first.

use std::{
    cell::RefCell,
    hash::{Hash, Hasher},
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use rustc_hash::{FxHashMap, FxHasher};

use super::value::UNKNOWN_PATH;
use crate::{
    ir::Language,
    models::{Argument, Bits, Effect, Model, Models, Place, Step, Table},
    program::{ELEMENT, Program, Sym, UNKNOWN},
};

/// Steps of a path; what is further out is something unknown.
const LONGEST: u8 = 14;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ApiStep {
    /// A module, or [`UNKNOWN`].
    Module(Sym),
    /// A member; [`ELEMENT`] for one whose name is not known.
    Member(Sym),
    /// The result of a call.
    Call,
    /// A parameter of a function that is passed to a call.
    Param(u8),
}

/// What is known of a path.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) step: ApiStep,
    /// The models that match, by their position.
    pub(crate) models: Box<[u32]>,
    /// As it is written.
    pub(crate) text: Arc<str>,
    /// Whether models say that a library hands it from function to function.
    pub(crate) is_shared: bool,
    /// Whether models say that it is a source by itself.
    is_source: bool,
    /// What models say of it as a member of something tainted.
    form: Option<Form>,
    reached: Box<[u32]>,
    length: u8,
}

/// What a member is of the whole that it is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// It holds nothing of the whole.
    Nothing,
    /// It is the whole in another form, with these bits. The host of a URL is such a form: what is
    /// certain of it is certain of the whole.
    Whole(Bits),
}

/// Every path that was met, for each group of languages.
#[derive(Debug)]
pub(crate) struct Apis<'p> {
    program: &'p Program,
    models: &'p Models,
    known: [RwLock<FxHashMap<u64, Arc<Api>>>; 3],
    /// Which program this is.
    number: u64,
    /// For each group of languages the path of something of which nothing is known.
    unknown: [u64; 3],
}

/// The table of a language.
pub(crate) fn table(models: &Models, language: Language) -> (usize, &Table) {
    match language {
        Language::Python => (0, &models.python),
        Language::JavaScript | Language::TypeScript | Language::Tsx => (1, &models.javascript),
        Language::Go => (2, &models.go),
    }
}

impl<'p> Apis<'p> {
    pub(crate) fn new(program: &'p Program, models: &'p Models) -> Self {
        let number = PROGRAMS.fetch_add(1, Ordering::Relaxed);
        let mut apis = Self { program, models, known: Default::default(), number, unknown: [0; 3] };
        let languages = [Language::Python, Language::JavaScript, Language::Go];
        apis.unknown = languages.map(|one| apis.step(one, None, ApiStep::Module(UNKNOWN)));
        apis
    }

    /// The path of a module that is not of the program, as its language names it.
    pub(crate) fn module(&self, language: Language, text: &str) -> u64 {
        match language {
            Language::Python => {
                let mut parts = text.trim_start_matches('.').split('.');
                let first = parts.next().unwrap_or_default();
                let mut path = self.root(language, first);
                for part in parts {
                    path = self.member_named(language, path, part);
                }
                path
            }
            Language::Go => self.root(language, text),
            _ => self.root(language, text.strip_prefix("node:").unwrap_or(text)),
        }
    }

    fn root(&self, language: Language, name: &str) -> u64 {
        let sym = self.program.symbol(name);
        self.step_named(language, None, sym.map(ApiStep::Module), &Step::Module(name.to_owned()))
    }

    fn member_named(&self, language: Language, path: u64, name: &str) -> u64 {
        let sym = self.program.symbol(name);
        self.step_named(
            language,
            Some(path),
            sym.map(ApiStep::Member),
            &Step::Member(name.to_owned()),
        )
    }

    /// One step after `before`.
    pub(crate) fn step(&self, language: Language, before: Option<u64>, step: ApiStep) -> u64 {
        let number = number(before, step, step == ApiStep::Module(UNKNOWN));
        if self.is_known(language, number) {
            return number;
        }
        let named = match step {
            ApiStep::Module(sym) => Step::Module(self.program.text(sym).to_string()),
            ApiStep::Member(ELEMENT) => Step::Element,
            ApiStep::Member(sym) => Step::Member(self.program.text(sym).to_string()),
            ApiStep::Call => Step::Call,
            ApiStep::Param(number) => Step::Param(number),
        };
        self.make(language, (before, number), step, &named)
    }

    /// A path of steps that a model names.
    pub(crate) fn path(&self, language: Language, steps: &[Step]) -> Option<u64> {
        steps.iter().fold(None, |before, step| {
            let sym = |name: &str| self.program.symbol(name);
            let plain = match step {
                Step::Module(name) => sym(name).map(ApiStep::Module),
                Step::Member(name) => sym(name).map(ApiStep::Member),
                Step::AnyMember | Step::Element => Some(ApiStep::Member(ELEMENT)),
                Step::Call => Some(ApiStep::Call),
                Step::Param(number) => Some(ApiStep::Param(*number)),
            };
            Some(self.step_named(language, before, plain, step))
        })
    }

    fn step_named(
        &self,
        language: Language,
        before: Option<u64>,
        plain: Option<ApiStep>,
        named: &Step,
    ) -> u64 {
        if let Some(plain) = plain {
            return self.step(language, before, plain);
        }
        // A name that the program does not hold cannot be met again by its symbol.
        let number = number(before, named, false);
        if self.is_known(language, number) {
            return number;
        }
        let step = match named {
            Step::Module(_) => ApiStep::Module(UNKNOWN),
            _ => ApiStep::Member(UNKNOWN),
        };
        self.make(language, (before, number), step, named)
    }

    fn make(
        &self,
        language: Language,
        (before, number): (Option<u64>, u64),
        step: ApiStep,
        named: &Step,
    ) -> u64 {
        let (group, table) = table(self.models, language);
        let parent = before.and_then(|before| self.known(language, before));
        let length = parent.as_ref().map_or(0, |parent| parent.length) + 1;
        if length > LONGEST
            && let Some(before) = before
        {
            return before;
        }
        let reached = table.matcher.advance(parent.as_ref().map(|parent| &*parent.reached), named);
        let models = table.matcher.matches(&reached).into_boxed_slice();
        let named_by: Vec<&Model> =
            models.iter().filter_map(|at| table.models.get(*at as usize)).collect();
        let says =
            |what: fn(&Effect) -> bool| named_by.iter().any(|model| model.effects.iter().any(what));
        let api = Api {
            step,
            is_shared: says(|effect| *effect == Effect::Shared),
            is_source: says(|effect| matches!(effect, Effect::Source { into: Place::Value, .. })),
            form: form(&named_by),
            models,
            text: text(parent.as_deref(), named).into(),
            reached,
            length,
        };
        if let Ok(mut known) = self.known[group].write() {
            known.entry(number).or_insert_with(|| Arc::new(api));
        }
        number
    }

    fn known(&self, language: Language, number: u64) -> Option<Arc<Api>> {
        self.look(language, number, Arc::clone)
    }

    fn is_known(&self, language: Language, number: u64) -> bool {
        self.look(language, number, |_| ()).is_some()
    }

    /// Looks at what is known of a path: what this thread has met, or else what any has.
    fn look<T>(&self, language: Language, number: u64, see: impl Fn(&Arc<Api>) -> T) -> Option<T> {
        let (group, _) = table(self.models, language);
        let key = number.rotate_left(u32::try_from(group).unwrap_or(0));
        MET.with_borrow_mut(|(program, met)| {
            if *program != self.number {
                *program = self.number;
                met.clear();
            }
            if let Some(api) = met.get(&key) {
                return Some(see(api));
            }
            let api = self.known[group].read().ok()?.get(&number).cloned()?;
            let seen = see(&api);
            met.insert(key, api);
            Some(seen)
        })
    }

    /// What a member is of what stands at a path, if models say so.
    pub(crate) fn form(&self, language: Language, path: u64, member: Sym) -> Option<Form> {
        let path = self.step(language, Some(path), ApiStep::Member(member));
        self.look(language, path, |api| api.form)?
    }

    /// The path of something of which nothing is known.
    pub(crate) fn unknown(&self, language: Language) -> u64 {
        self.unknown[table(self.models, language).0]
    }

    /// What is known of a path, if models say that it is a source by itself.
    pub(crate) fn source(&self, language: Language, number: u64) -> Option<Arc<Api>> {
        self.look(language, number, |api| api.is_source.then(|| Arc::clone(api)))?
    }

    /// What is known of a path.
    pub(crate) fn get(&self, language: Language, number: u64) -> Option<Arc<Api>> {
        self.known(language, number)
    }
}

/// What models say of a member: loose ones only if no other matches.
fn form(models: &[&Model]) -> Option<Form> {
    let exact = models.iter().any(|model| !model.loose);
    let heard = models.iter().filter(|model| !(exact && model.loose));
    heard.flat_map(|model| &model.effects).find_map(|effect| match effect {
        Effect::Pure => Some(Form::Nothing),
        Effect::Clean { bits, select: Some(select), when }
            if when.is_empty()
                && select.from == [Argument::Receiver]
                && select.within.is_empty() =>
        {
            Some(Form::Whole(*bits))
        }
        _ => None,
    })
}

/// The number of a path; those that begin with something unknown have a bit of their own.
fn number(before: Option<u64>, step: impl Hash, starts_unknown: bool) -> u64 {
    let mut hasher = FxHasher::default();
    (before, step).hash(&mut hasher);
    let unknown = before.map_or(starts_unknown, |before| before & UNKNOWN_PATH != 0);
    if unknown { hasher.finish() | UNKNOWN_PATH } else { hasher.finish() & !UNKNOWN_PATH }
}

thread_local! {
    /// What this thread has met already, of which program: asking is what analysis does most.
    static MET: RefCell<(u64, FxHashMap<u64, Arc<Api>>)> = RefCell::default();
}

/// Programs are told apart by this, so that none finds what another has left with the thread.
static PROGRAMS: AtomicU64 = AtomicU64::new(1);

fn text(before: Option<&Api>, step: &Step) -> String {
    let start = before.map_or("", |api| &api.text);
    match step {
        Step::Module(name) => format!("{name}:"),
        Step::Member(name) if start.ends_with(':') => format!("{start}{name}"),
        Step::Member(name) => format!("{start}.{name}"),
        Step::AnyMember => format!("{start}.*"),
        Step::Call => format!("{start}()"),
        Step::Element => format!("{start}[]"),
        Step::Param(number) => format!("{start}>{number}"),
    }
}
