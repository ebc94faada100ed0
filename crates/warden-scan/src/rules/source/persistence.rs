use std::collections::BTreeSet;

use warden_flow::analysis::{At, FnId};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::{
        deeds::{FileUse, Start, Touch},
        fold::{Spelling, Value},
        places::{Place, place_of, planter_of, redirected},
        reached::is_business,
    },
};

#[doc = include_str!("persistence.md")]
#[derive(Debug)]
pub(crate) struct Persistence;

static META: Meta = Meta {
    id: "persistence",
    class: Class::MaliciousPackage,
    severity: Severity::Critical,
    title: "the server leaves something behind that starts by itself",
    help: "leave such files to the user: show the lines, and let whoever wants them put them there",
    languages: EVERY_LANGUAGE,
    cwe: &[506, 912],
    page: include_str!("persistence.md"),
};

impl Rule for Persistence {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let deeds = view.deeds();
        let mut seen = BTreeSet::new();
        for file in deeds.files.iter().filter(|file| file.touch == Touch::Write) {
            if let Some(place) = file.files.iter().find_map(place) {
                written(view, file, place, &mut seen, out);
            }
        }
        for start in &deeds.starts {
            started(view, start, out);
        }
    }
}

/// The place that a path leads to. A path of which only the last name is known says too little
/// for names that repositories have as well.
fn place(path: &Spelling) -> Option<&'static Place> {
    place_of(&path.shown())
}

fn written(
    view: &SourceView<'_>,
    file: &FileUse,
    place: &'static Place,
    seen: &mut BTreeSet<(FnId, &'static str)>,
    out: &mut Vec<Draft>,
) {
    let fold = view.fold();
    let leads = |value: &Value| {
        value
            .spellings()
            .iter()
            .any(|text| place_of(&text.shown()).is_some_and(|found| found == place))
    };
    let (at, function) = fold.blamed((file.at, file.function), file.file, &leads);
    if is_ours(view, function, place) || !seen.insert((function, place.what)) {
        return;
    }
    let message = format!("the server writes {}", place.what);
    let draft = draft(view, at, function, message, place.what);
    let signed = is_signed(view, file.function) || is_signed(view, function);
    out.push(if signed {
        draft.severity(Severity::Medium).confidence(Confidence::Medium)
    } else {
        draft
    });
}

/// Whether what is written stands between two lines that say whose it is, as programs do whose
/// users are to find it, and to take it out again.
fn is_signed(view: &SourceView<'_>, function: FnId) -> bool {
    let text = view.text(view.analysis.info(function).spot).to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let name = view.tree.name.to_lowercase();
    let mut words = name.split(|char: char| !char.is_alphanumeric());
    let named = words.any(|word| word.len() >= 3 && text.contains(word));
    named
        && any(&["_start", "-start", " start-", "# begin", "#begin", ">>> "])
        && any(&["_end", "-end", " end-", "# end", "#end", "<<<"])
}

/// Whether it is what the server says that it does. Documentation of honest servers names the
/// files of clients anyway, so there a tool or a command has to be made for it.
fn is_ours(view: &SourceView<'_>, function: FnId, place: &Place) -> bool {
    if !place.common {
        return is_business(view, function, place.words);
    }
    let declared = view.declared();
    let mut tools = view.reached().tools(function).peekable();
    if tools.peek().is_some() {
        return tools.any(|tool| {
            declared.tool_says(tool, place.words) || declared.tool_says(tool, WRITING)
        });
    }
    let name = view.name(function).to_lowercase();
    let file =
        view.module(function.module).map(|module| module.path.to_lowercase()).unwrap_or_default();
    let made_for_it = INSTALLING.iter().any(|word| name.contains(word) || file.contains(word));
    made_for_it && declared.says(&["install", "setup", "init", "config"])
}

/// Words with which a tool says that it writes configurations.
const WRITING: &[&str] =
    &["install", "set up", "setup", "configures", "configure ", "register", "writes the", "adds "];

/// Words for what is made to write configurations.
const INSTALLING: &[&str] = &[
    "install", "setup", "set_up", "set-up", "configur", "init", "register", "onboard", "wizard",
    "hook", "cli",
];

fn started(view: &SourceView<'_>, start: &Start, out: &mut Vec<Draft>) {
    for line in start.texts() {
        let (what, words) = match (planter_of(&line), redirected(&line)) {
            (Some(planter), _) => (planter.what, planter.business),
            (None, Some(place)) => (place.what, place.words),
            (None, None) => continue,
        };
        if is_business(view, start.function, words) {
            continue;
        }
        let message = format!("the server runs a command that leaves {what} behind");
        out.push(draft(view, start.at, start.function, message, what));
        return;
    }
}

fn draft(view: &SourceView<'_>, at: At, function: FnId, message: String, key: &str) -> Draft {
    let label = "this stays when the server is gone";
    let draft = Draft::in_code(view, view.spot(at), Some(function), message, label).key(key);
    if view.declared().described() { draft } else { draft.confidence(Confidence::Medium) }
}
