//! What a changed digest does to an approval (R41).
//!
//! Whatever is not in the list of changes that do not matter, matters; and so does whatever could
//! not be compared. The list is short on purpose: test files are not in it, since code can load
//! them, and a package that hides its attack in them has been seen.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use warden_model::Digest;

use super::{Dossier, Person, QUESTIONS, SameAs, Set, Subject};

/// A server as measured, before or after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What answers and votes are bound to.
    pub subject: Subject,
    /// Every file of the tree; `None` if they were not listed.
    pub files: Option<Vec<FileDigest>>,
}

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileDigest {
    /// The path in the tree, with `/`.
    pub path: String,
    /// The digest of its bytes, of its kind and of its mode.
    pub digest: Digest,
}

/// A change that matters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is another server.
    Server,
    /// What a model sees.
    Definitions,
    /// What it depends on.
    Dependencies,
    /// A file.
    File {
        /// Which.
        path: String,
    },
    /// What runs, and it cannot be told what of it.
    Bytes,
    /// It could not be compared, and why.
    CouldNotCompare(&'static str),
}

impl Change {
    /// What changed, for people.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Server => "it is another server".into(),
            Self::Definitions => "what a model sees".into(),
            Self::Dependencies => "what it depends on".into(),
            Self::File { path } => format!("the file {path}"),
            Self::Bytes => "what runs, and it cannot be told what of it".into(),
            Self::CouldNotCompare(why) => format!("it could not be compared: {why}"),
        }
    }
}

/// A change that does not matter: the whole list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Immaterial {
    /// The archive was packed again, and holds the same files.
    Repacked,
    /// A file at the top that is for people, which no code names: `README`, `CHANGELOG`,
    /// `HISTORY`, `AUTHORS`, `CONTRIBUTORS`, `CONTRIBUTING`, `CODE_OF_CONDUCT`, without an ending
    /// or as `.md`, `.rst` or `.txt`.
    Documentation,
}

/// How two measurements of one server compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Nothing changed.
    Same,
    /// Nothing changed that matters.
    Immaterial(BTreeSet<Immaterial>),
    /// Something changed that matters.
    Material(BTreeSet<Change>),
}

/// What a change came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How the two compare.
    pub comparison: Comparison,
    /// Whose votes count no more.
    pub void: BTreeSet<Person>,
    /// The questions whose answers are open again, in the order of the lists.
    pub reopened: Vec<&'static str>,
    /// Who has to be told: the owner, who asked, and everybody who voted.
    pub tell: BTreeSet<Person>,
}

/// Compares two measurements.
///
/// `named_in_code` has the names of files that occur anywhere in the code, in lower case, as far
/// as somebody looked; `None` if nobody did.
#[must_use]
pub fn compare(
    before: &Measured,
    after: &Measured,
    named_in_code: Option<&BTreeSet<String>>,
) -> Comparison {
    if before.subject == after.subject {
        return Comparison::Same;
    }
    let (old, new) = (&before.subject, &after.subject);
    let mut changes = BTreeSet::new();
    if old.server != new.server {
        changes.insert(Change::Server);
    }
    for (a, b, change, unknown) in [
        (old.manifest, new.manifest, Change::Definitions, "what a model sees was not measured"),
        (
            old.dependencies,
            new.dependencies,
            Change::Dependencies,
            "the dependencies were not measured",
        ),
    ] {
        match (a, b) {
            (Some(a), Some(b)) if a == b => {}
            (Some(_), Some(_)) => _ = changes.insert(change),
            _ => _ = changes.insert(Change::CouldNotCompare(unknown)),
        }
    }
    let mut harmless = BTreeSet::new();
    match (old.tree, new.tree) {
        (Some(a), Some(b)) if a == b => {
            if old.artifact != new.artifact {
                harmless.insert(Immaterial::Repacked);
            }
        }
        (Some(_), Some(_)) => match files(before, after, named_in_code) {
            Ok(()) => _ = harmless.insert(Immaterial::Documentation),
            Err(found) => changes.extend(found),
        },
        _ if old.artifact != new.artifact => _ = changes.insert(Change::Bytes),
        _ => _ = changes.insert(Change::CouldNotCompare("the files were not measured")),
    }
    if changes.is_empty() {
        Comparison::Immaterial(harmless)
    } else {
        Comparison::Material(changes)
    }
}

/// Whether every file that differs is one for people.
fn files(
    before: &Measured,
    after: &Measured,
    named_in_code: Option<&BTreeSet<String>>,
) -> Result<(), BTreeSet<Change>> {
    let one = |change| BTreeSet::from([change]);
    let (Some(old), Some(new)) = (&before.files, &after.files) else {
        return Err(one(Change::CouldNotCompare("the files were not listed")));
    };
    let Some(named) = named_in_code else {
        return Err(one(Change::CouldNotCompare("nobody looked whether code names the files")));
    };
    let table = |files: &[FileDigest]| -> BTreeMap<String, Digest> {
        files.iter().map(|file| (file.path.clone(), file.digest)).collect()
    };
    let (before, after) = (table(old), table(new));
    if before.len() != old.len() || after.len() != new.len() {
        return Err(one(Change::CouldNotCompare("a file is listed twice")));
    }
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs = |path: &&&String| before.get(**path) != after.get(**path);
    let changed: Vec<&String> = paths.iter().filter(differs).copied().collect();
    if changed.is_empty() {
        // The trees differ and their files do not: in something that is not listed.
        return Err(one(Change::Bytes));
    }
    let matters = |path: &&&String| !is_for_people(path) || named.contains(&path.to_lowercase());
    let found: BTreeSet<Change> =
        changed.iter().filter(matters).map(|path| Change::File { path: (*path).clone() }).collect();
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// Whether a path is one of the few that are for people only.
fn is_for_people(path: &str) -> bool {
    const STEMS: [&str; 7] = [
        "readme",
        "changelog",
        "history",
        "authors",
        "contributors",
        "contributing",
        "code_of_conduct",
    ];
    let path = path.to_ascii_lowercase();
    let stem = ["md", "rst", "txt"]
        .iter()
        .find_map(|ending| path.strip_suffix(ending)?.strip_suffix('.'))
        .unwrap_or(&path);
    STEMS.contains(&stem)
}

/// Applies a change to a dossier, and returns what it came to.
///
/// A change that matters leaves everything in place and unbound: votes were for the earlier
/// subject, and so were the answers to questions that are bound to a version. One that does not
/// matter binds both to the new subject.
pub fn on_change(
    dossier: &mut Dossier,
    before: &Measured,
    after: &Measured,
    named_in_code: Option<&BTreeSet<String>>,
) -> Outcome {
    let comparison = if before.subject == dossier.subject {
        compare(before, after, named_in_code)
    } else {
        let why = "the dossier is about something else";
        Comparison::Material(BTreeSet::from([Change::CouldNotCompare(why)]))
    };
    let mut outcome =
        Outcome { comparison, void: BTreeSet::new(), reopened: Vec::new(), tell: BTreeSet::new() };
    match &outcome.comparison {
        Comparison::Same => {}
        Comparison::Immaterial(changes) => {
            let changes = changes.iter().copied().collect();
            dossier.same_as.push(SameAs { subject: dossier.subject.digest(), changes });
            dossier.subject = after.subject.clone();
        }
        Comparison::Material(_) => {
            (outcome.void, outcome.tell) = unbound(dossier);
            outcome.reopened = open_again(dossier);
            dossier.same_as.clear();
            dossier.subject = after.subject.clone();
        }
    }
    outcome
}

/// Whose votes count no more after a change, and who has to be told of it.
pub(super) fn unbound(dossier: &Dossier) -> (BTreeSet<Person>, BTreeSet<Person>) {
    let bound = dossier.votes.iter().filter(|vote| dossier.binds(&vote.subject));
    let people = [&dossier.request.owner, &dossier.request.by].into_iter().cloned();
    let tell = dossier.votes.iter().map(|vote| vote.by.clone()).chain(people).collect();
    (bound.map(|vote| vote.by.clone()).collect(), tell)
}

/// The questions of the two lists that are bound to a version and were answered or waived, also
/// by way of a question that they were merged into.
pub(super) fn open_again(dossier: &Dossier) -> Vec<&'static str> {
    let told: BTreeSet<&str> = dossier
        .answers
        .iter()
        .map(|answer| answer.question.as_str())
        .chain(dossier.waivers.iter().map(|waiver| waiver.question.as_str()))
        .collect();
    let merged = |id: &str| {
        QUESTIONS.iter().any(|known| known.sources.contains(&id) && told.contains(known.id))
    };
    QUESTIONS
        .iter()
        .filter(|question| question.set != Set::Merged && question.version_bound)
        .map(|question| question.id)
        .filter(|id| told.contains(id) || merged(id))
        .collect()
}
