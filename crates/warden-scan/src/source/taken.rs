//! What is taken when a value leaves: whose it is, and how much of it.

use warden_flow::analysis::{Flow, Origin, Spot};
use warden_flow::ir::{Expr, Key};

use super::{
    SourceView,
    deeds::Touch,
    fold::{Fold, Piece, Value},
    stores::{Store, store_of, teller_of},
};
use crate::models::source;

/// What a flow takes along.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Taken {
    /// The whole environment, or whatever of it has a telling name.
    Environment,
    /// One variable of the environment.
    Variable(String),
    /// What another program keeps secret.
    Store(&'static Store),
    /// What a command tells that is a secret.
    Told(&'static str),
    /// The clipboard, the screen, the keys that are pressed.
    Senses,
    /// A secret of the server's own.
    Secret,
    /// What stands in a file.
    File,
    /// What a tool is given, or what a resource or a prompt is asked for.
    Argument,
    /// What a database or another service answered.
    Answer,
    /// Names of the machine and its user.
    Machine,
}

/// How much it matters where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// It says little.
    Light,
    /// It is what the server works with.
    Work,
    /// It is nobody's business but its owner's.
    Heavy,
}

impl Taken {
    /// How much it matters where it goes.
    pub(crate) fn weight(&self) -> Weight {
        match self {
            Self::Environment | Self::Store(_) | Self::Told(_) | Self::Senses => Weight::Heavy,
            Self::Secret | Self::File | Self::Argument | Self::Answer => Weight::Work,
            Self::Variable(name) => {
                let secret = name == "*" || warden_detect::credential_name(name);
                if secret { Weight::Work } else { Weight::Light }
            }
            Self::Machine => Weight::Light,
        }
    }

    /// What it is, to begin a sentence with.
    pub(crate) fn what(&self) -> String {
        match self {
            Self::Environment => "the environment".to_owned(),
            Self::Variable(name) if name == "*" => "a variable of the environment".to_owned(),
            Self::Variable(name) => format!("the variable `{name}`"),
            Self::Store(store) => format!("a file with {}", store.what),
            Self::Told(what) => (*what).to_owned(),
            Self::Senses => "what is on the clipboard or the screen".to_owned(),
            Self::Secret => "a secret".to_owned(),
            Self::File => "what stands in a file".to_owned(),
            Self::Argument => "what a tool is given".to_owned(),
            Self::Answer => "what was answered to a tool".to_owned(),
            Self::Machine => "the name of the machine or its user".to_owned(),
        }
    }
}

/// What a flow takes along; `None` for what does not matter.
pub(crate) fn taken(view: &SourceView<'_>, flow: &Flow) -> Option<Taken> {
    let fold = view.fold();
    match &flow.source {
        Origin::Entry(index, _) => {
            let entry = view.surface.entries.get(*index)?;
            let known = [source::TOOL, source::RESOURCE, source::PROMPT];
            known.contains(&entry.kind).then_some(Taken::Argument)
        }
        Origin::Source { kind, at, path, within } => match *kind {
            source::ENV => Some(environment(fold, *at, path, within)),
            source::CREDENTIAL => Some(Taken::Secret),
            source::FILE => Some(file(view, *at)),
            source::SYSTEM => {
                let sensed = view.analysis.noted("sense").iter();
                let mut spots = sensed.map(|noted| view.spot(noted.at));
                Some(if spots.any(|spot| spot == *at) { Taken::Senses } else { Taken::Machine })
            }
            source::DATABASE => Some(Taken::Answer),
            _ => None,
        },
    }
}

fn environment(fold: &Fold<'_>, at: Spot, path: &str, within: &[String]) -> Taken {
    let named = within.iter().find(|name| {
        !matches!(name.as_str(), "[]" | "0" | "1" | "") && !name.bytes().all(|b| b.is_ascii_digit())
    });
    if let Some(name) = named {
        return Taken::Variable(name.clone());
    }
    if [".items", ".copy", ".values", ":Environ", ".toObject"].iter().any(|end| path.ends_with(end))
    {
        return Taken::Environment;
    }
    let Some(at) = fold.expr_at(at) else { return Taken::Variable("*".to_owned()) };
    // `os.getenv("X")`: the name is what it is asked for.
    if let Value::Text(text) = fold.value(at).choices().first().unwrap_or(&Value::Null)
        && let [Piece::Setting(name)] = text.pieces.as_slice()
    {
        return Taken::Variable(name.to_string());
    }
    if whole(fold, at) { Taken::Environment } else { Taken::Variable("*".to_owned()) }
}

/// Whether an expression of the whole environment is listed or written out, and not only handed
/// to what picks something out of it.
fn whole(fold: &Fold<'_>, at: warden_flow::analysis::At) -> bool {
    let module = fold.module(at.module);
    let Some(parent) = fold.index(at.module).parent(at.expr) else { return false };
    match module.expr(parent) {
        Expr::Call(call) if call.callee != at.expr => {
            let name = match module.expr(call.callee) {
                Expr::Member(_, name) | Expr::Global(name) => module.text(*name),
                Expr::Var(var) => module.vars.get(var.at()).map_or("", |v| module.text(v.name)),
                _ => "",
            };
            matches!(
                name,
                "stringify"
                    | "entries"
                    | "values"
                    | "keys"
                    | "assign"
                    | "dict"
                    | "str"
                    | "repr"
                    | "dumps"
                    | "list"
                    | "sorted"
                    | "structuredClone"
                    | "inspect"
                    | "map"
                    | "fromEntries"
                    | "Join"
                    | "Marshal"
            )
        }
        Expr::Object(parts) => {
            parts.iter().any(|part| part.value == at.expr && part.key == Key::Spread)
                || parts.iter().any(|part| part.value == at.expr)
        }
        Expr::List(_) | Expr::Concat(_) => true,
        _ => false,
    }
}

fn file(view: &SourceView<'_>, at: Spot) -> Taken {
    let deeds = view.deeds();
    let read =
        deeds.files.iter().filter(|file| file.touch == Touch::Read || file.touch == Touch::List);
    for file in read.filter(|file| view.spot(file.at) == at) {
        if let Some(store) = file.files.iter().find_map(|path| store_of(&path.shown())) {
            return Taken::Store(store);
        }
    }
    for start in deeds.starts.iter().filter(|start| view.spot(start.at) == at) {
        for line in start.texts() {
            if let Some(teller) = teller_of(&line) {
                return Taken::Told(teller.what);
            }
            if let Some(store) = line.split([' ', '"', '\'']).find_map(store_of) {
                return Taken::Store(store);
            }
            if senses(&line) {
                return Taken::Senses;
            }
        }
    }
    Taken::File
}

/// Whether a command reads the clipboard or the screen.
pub(crate) fn senses(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let program = first.rsplit('/').next().unwrap_or_default();
    match program {
        "pbpaste" | "wl-paste" | "screencapture" | "scrot" | "gnome-screenshot" | "grim"
        | "maim" | "spectacle" | "flameshot" => true,
        "xclip" | "xsel" => [" -o", "--output", "-out"].iter().any(|flag| line.contains(flag)),
        "import" => line.contains("root"),
        _ => line.contains("Get-Clipboard") || line.contains("CopyFromScreen"),
    }
}
