//! All modules of a tree, and which module an import means.

mod lookup;
mod resolve;
#[cfg(test)]
mod tests;

use std::sync::{Arc, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    analysis::FnId,
    ir::{ClassId, Expr, ExprId, FuncId, Language, Module, Name, VarId},
};

/// A text of a program: the same text has the same number in every module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sym(pub(crate) u32);

/// A package inside the tree: what its files import it as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The name that it is imported by: npm's `name`, Go's `module`; empty for Python, where
    /// folders are names.
    pub name: String,
    /// The folder, without a slash at the end; empty for the top.
    pub folder: String,
    /// For npm: the file that the name alone means, if the manifest says so.
    pub main: Option<String>,
    /// Short names for folders or files: `paths` of a `tsconfig.json`, `imports` and `exports` of
    /// a `package.json`; `*` at the end of both stands for the same rest.
    pub aliases: Vec<(String, String)>,
}

/// What an import means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A module of the tree.
    Module(u32),
    /// A folder of the tree: a Go package, or a Python package without `__init__.py`.
    Folder(u32),
}

/// Modules that know each other.
#[derive(Debug)]
pub struct Program {
    /// In the order of their paths.
    pub modules: Vec<Module>,
    /// The packages of the tree.
    pub packages: Vec<Package>,
    pub(crate) texts: Vec<Arc<str>>,
    symbols: FxHashMap<Arc<str>, Sym>,
    /// For each module what each of its names is.
    syms: Vec<Vec<Sym>>,
    /// The number of the first function, variable and class of each module, and of all.
    first_function: Vec<u32>,
    first_var: Vec<u32>,
    first_class: Vec<u32>,
    by_path: FxHashMap<String, u32>,
    folders: FxHashMap<String, u32>,
    folder_names: Vec<String>,
    /// The folders that Python takes for packages: modules are in them or right below.
    python_folders: FxHashSet<u32>,
    /// For each folder and name what Go's files in it declare.
    folder_scope: FxHashMap<(u32, Sym), Vec<u32>>,
    folder_of: Vec<u32>,
    /// For each variable what is assigned to it by name, anywhere: the expressions.
    assigned: Vec<Vec<ExprId>>,
    /// What is assigned to a member of a variable: (variable, member).
    members: FxHashMap<(u32, Sym), Vec<ExprId>>,
    /// Methods by name: functions.
    pub(crate) methods: FxHashMap<Sym, Vec<u32>>,
    /// Classes by folder and name: Go's methods may stand in another file.
    pub(crate) partial: FxHashMap<(u32, Sym), Vec<u32>>,
    /// What imports were found to mean: asked again and again, and costly to find out.
    resolved: Resolved,
}

/// For each module what the texts of its imports mean.
type Resolved = RwLock<FxHashMap<u32, FxHashMap<Box<str>, Option<Target>>>>;

/// Texts that the analysis itself needs.
pub(crate) const ELEMENT: Sym = Sym(0);
const RESERVED: &[&str] = &[
    "[]",
    "",
    "?",
    "default",
    "constructor",
    "__init__",
    "super",
    "__contains__",
    "__call__",
    "()",
    "=",
    "error",
    "import",
    "__compare__",
    "__equal__",
    "typeof",
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "10",
    "11",
    "12",
    "13",
    "14",
    "15",
];
pub(crate) const EMPTY: Sym = Sym(1);
pub(crate) const UNKNOWN: Sym = Sym(2);
pub(crate) const DEFAULT: Sym = Sym(3);
pub(crate) const CONSTRUCTOR: Sym = Sym(4);
pub(crate) const INIT: Sym = Sym(5);
pub(crate) const SUPER: Sym = Sym(6);
pub(crate) const CONTAINS: Sym = Sym(7);
pub(crate) const DUNDER_CALL: Sym = Sym(8);
/// The member that stands for the result of calling a value.
pub(crate) const CALLED: Sym = Sym(9);
/// The member that stands for being assigned to.
pub(crate) const ASSIGNED: Sym = Sym(10);
/// What a caught error is called in models.
pub(crate) const ERROR: Sym = Sym(11);
/// What a computed import is called in models.
pub(crate) const IMPORT: Sym = Sym(12);
/// What a comparison by size is called in models.
pub(crate) const COMPARE: Sym = Sym(13);
/// What being equal is called in models.
pub(crate) const EQUAL: Sym = Sym(14);
/// What being of a type is called in models.
pub(crate) const TYPE_OF: Sym = Sym(15);
const FIRST_NUMBER: u32 = 16;
/// Positions of a list that are told apart.
pub(crate) const POSITIONS: usize = 16;

/// The member that stands for a position of a list; those far behind are one.
pub(crate) fn position(at: usize) -> Sym {
    u32::try_from(at).ok().filter(|_| at < POSITIONS).map_or(ELEMENT, |at| Sym(FIRST_NUMBER + at))
}

/// The position that a member stands for.
pub(crate) fn position_of(member: Sym) -> Option<u32> {
    let at = member.0.checked_sub(FIRST_NUMBER)?;
    (at < u32::try_from(POSITIONS).unwrap_or(0)).then_some(at)
}

impl Program {
    /// Puts modules together. The order in which they are given does not matter.
    #[must_use]
    pub fn link(mut modules: Vec<Module>, packages: Vec<Package>) -> Self {
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        let mut program = Self {
            modules: Vec::new(),
            packages,
            texts: Vec::new(),
            symbols: FxHashMap::default(),
            syms: Vec::with_capacity(modules.len()),
            first_function: vec![0],
            first_var: vec![0],
            first_class: vec![0],
            by_path: FxHashMap::default(),
            folders: FxHashMap::default(),
            folder_names: Vec::new(),
            python_folders: FxHashSet::default(),
            folder_scope: FxHashMap::default(),
            folder_of: Vec::new(),
            assigned: Vec::new(),
            members: FxHashMap::default(),
            methods: FxHashMap::default(),
            partial: FxHashMap::default(),
            resolved: Resolved::default(),
        };
        for text in RESERVED {
            program.intern(&Arc::from(*text));
        }
        for (at, module) in modules.iter().enumerate() {
            program.index(u32::try_from(at).unwrap_or(u32::MAX), module);
        }
        program.modules = modules;
        program
    }

    fn intern(&mut self, text: &Arc<str>) -> Sym {
        if let Some(sym) = self.symbols.get(text) {
            return *sym;
        }
        let sym = Sym(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(Arc::clone(text));
        self.symbols.insert(Arc::clone(text), sym);
        sym
    }

    fn index(&mut self, at: u32, module: &Module) {
        let syms: Vec<Sym> = module.names.iter().map(|text| self.intern(text)).collect();
        let next = |first: &Vec<u32>, count: usize| {
            first.last().copied().unwrap_or(0) + u32::try_from(count).unwrap_or(u32::MAX)
        };
        let first_var = self.first_var.last().copied().unwrap_or(0);
        let first_function = self.first_function.last().copied().unwrap_or(0);
        let first_class = self.first_class.last().copied().unwrap_or(0);
        self.first_function.push(next(&self.first_function, module.functions.len()));
        self.first_var.push(next(&self.first_var, module.vars.len()));
        self.first_class.push(next(&self.first_class, module.classes.len()));
        self.by_path.insert(module.path.clone(), at);
        let folder = self.folder(folder_of(&module.path));
        self.folder_of.push(folder);
        if module.language == Language::Python {
            self.python_folders.insert(folder);
            let above = self.folder(folder_of(folder_of(&module.path)));
            self.python_folders.insert(above);
        }
        let sym = |name: Name| syms.get(name.at()).copied().unwrap_or(EMPTY);
        if module.language == Language::Go {
            for (name, var) in &module.exports.scope {
                self.folder_scope.entry((folder, sym(*name))).or_default().push(first_var + var.0);
            }
        }
        self.assigned.resize(self.assigned.len() + module.vars.len(), Vec::new());
        for expr in &module.exprs {
            let Expr::Assign { target, value } = expr else { continue };
            match module.expr(*target) {
                Expr::Var(var) => self.assigned[(first_var + var.0) as usize].push(*value),
                Expr::Member(base, name) => {
                    if let Expr::Var(var) = module.expr(*base) {
                        let key = (first_var + var.0, sym(*name));
                        self.members.entry(key).or_default().push(*value);
                    }
                }
                _ => {}
            }
        }
        for (number, class) in module.classes.iter().enumerate() {
            let class_number = first_class + u32::try_from(number).unwrap_or(0);
            for method in &class.methods {
                self.methods
                    .entry(sym(method.name))
                    .or_default()
                    .push(first_function + method.function.0);
            }
            if let Some(name) = class.name.filter(|_| module.language == Language::Go) {
                self.partial.entry((folder, sym(name))).or_default().push(class_number);
            }
        }
        self.syms.push(syms);
    }

    fn folder(&mut self, name: &str) -> u32 {
        if let Some(folder) = self.folders.get(name) {
            return *folder;
        }
        // Every folder above exists as well.
        if !name.is_empty() {
            let above = folder_of(name).to_owned();
            self.folder(&above);
        }
        let number = u32::try_from(self.folder_names.len()).unwrap_or(u32::MAX);
        self.folder_names.push(name.to_owned());
        self.folders.insert(name.to_owned(), number);
        number
    }

    /// A module.
    pub(crate) fn module(&self, at: u32) -> &Module {
        &self.modules[at as usize]
    }

    /// The text of a symbol.
    pub(crate) fn text(&self, sym: Sym) -> &Arc<str> {
        &self.texts[sym.0 as usize]
    }

    /// The symbol of a text, if the program has it anywhere.
    pub(crate) fn symbol(&self, text: &str) -> Option<Sym> {
        self.symbols.get(text).copied()
    }

    /// The symbol of a name.
    pub(crate) fn sym(&self, module: u32, name: Name) -> Sym {
        self.syms
            .get(module as usize)
            .and_then(|syms| syms.get(name.at()))
            .copied()
            .unwrap_or(EMPTY)
    }

    /// How many functions, variables and classes there are.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let last = |first: &[u32]| first.last().copied().unwrap_or(0) as usize;
        (last(&self.first_function), last(&self.first_var), last(&self.first_class))
    }

    /// The number of a function.
    pub(crate) fn function_number(&self, id: FnId) -> u32 {
        self.first_function[id.module as usize] + id.function.0
    }

    /// The function with this number.
    pub(crate) fn function(&self, number: u32) -> FnId {
        let module = self.first_function.partition_point(|first| *first <= number) - 1;
        FnId {
            module: u32::try_from(module).unwrap_or(0),
            function: FuncId(number - self.first_function[module]),
        }
    }

    /// The number of a variable.
    pub(crate) fn var_number(&self, module: u32, var: VarId) -> u32 {
        self.first_var[module as usize] + var.0
    }

    /// The variable with this number.
    pub(crate) fn var(&self, number: u32) -> (u32, VarId) {
        let module = self.first_var.partition_point(|first| *first <= number) - 1;
        (u32::try_from(module).unwrap_or(0), VarId(number - self.first_var[module]))
    }

    /// The number of a class.
    pub(crate) fn class_number(&self, module: u32, class: ClassId) -> u32 {
        self.first_class[module as usize] + class.0
    }

    /// The class with this number.
    pub(crate) fn class(&self, number: u32) -> (u32, ClassId) {
        let module = self.first_class.partition_point(|first| *first <= number) - 1;
        (u32::try_from(module).unwrap_or(0), ClassId(number - self.first_class[module]))
    }

    /// What is assigned to a variable anywhere in its module.
    pub(crate) fn assigned(&self, var: u32) -> &[ExprId] {
        self.assigned.get(var as usize).map_or(&[], Vec::as_slice)
    }

    /// What is assigned to a member of a variable anywhere in its module.
    pub(crate) fn assigned_member(&self, var: u32, member: Sym) -> &[ExprId] {
        self.members.get(&(var, member)).map_or(&[], Vec::as_slice)
    }

    /// For each module those of the tree that it imports.
    pub(crate) fn imports(&self) -> Vec<Vec<u32>> {
        let imports = self.modules.iter().enumerate().map(|(at, module)| {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let mut targets: Vec<u32> = Vec::new();
            for expr in &module.exprs {
                let Expr::Import(what) = expr else { continue };
                let Expr::Text(text) = module.expr(*what) else { continue };
                match self.resolve(at, module.text(*text)) {
                    Some(Target::Module(target)) => targets.push(target),
                    Some(Target::Folder(folder)) => {
                        let inside = self.folder_of.iter().enumerate();
                        let inside = inside.filter(|(_, own)| **own == folder);
                        targets.extend(inside.filter_map(|(n, _)| u32::try_from(n).ok()));
                    }
                    None => {}
                }
            }
            targets
        });
        imports.collect()
    }

    /// The folder that a module is in.
    pub(crate) fn folder_of_module(&self, module: u32) -> u32 {
        self.folder_of.get(module as usize).copied().unwrap_or(0)
    }

    /// The variables that Go's files in a folder declare by this name.
    pub(crate) fn in_folder(&self, folder: u32, name: Sym) -> &[u32] {
        self.folder_scope.get(&(folder, name)).map_or(&[], Vec::as_slice)
    }
}

/// The folder of a path; empty for the top.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
