//! Collects what a path that somebody named holds: a folder, an archive, one file.

mod known;
mod packed;

use std::path::Path;

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};
use warden_model::{Looked, Scope, Snapshot, Unread, UnreadReason};

use crate::{
    archive,
    clients::format_of,
    collect::assemble,
    document::{Document, Format},
    file::{self, Label, Outcome, View},
    machine::{Machine, Progress, World, slashes},
    reader::{self, CONFIG_CAP, FILE_CAP, Refusal},
    saved::{self, Saved},
    shapes::Shape,
    sites::{Site, unread},
};

use known::Known;
pub(crate) use known::Names;

/// How deep a folder is walked.
pub(crate) const DEPTH: usize = 16;

/// How many entries of a folder are looked at.
pub(crate) const ENTRIES: usize = 200_000;

/// Folders that hold what somebody else wrote or a tool made.
const SKIPPED: &[&str] = &[
    "node_modules",
    ".git",
    ".hg",
    ".svn",
    "target",
    ".venv",
    "venv",
    "__pycache__",
    ".tox",
    ".mypy_cache",
    ".pytest_cache",
    ".cache",
    "site-packages",
];

/// What a file held.
#[derive(Debug, Default)]
struct Content {
    outcome: Outcome,
    saved: Option<Saved>,
}

/// Collects what `target` holds. The machine only tells how paths are shown.
#[must_use]
pub fn collect_target(target: &Path, machine: &Machine, progress: &dyn Progress) -> Snapshot {
    let world = World::of(machine);
    let shown = world.shown(target);
    let metadata = match target.metadata() {
        Ok(metadata) => metadata,
        Err(error) => {
            let refusal = match error.kind() {
                std::io::ErrorKind::NotFound => {
                    Refusal::new(UnreadReason::Io, "there is no such file")
                }
                _ => Refusal::from(&error),
            };
            return join(vec![nothing(&shown, refusal)]);
        }
    };
    if metadata.is_dir() {
        return folder(target, &world, progress);
    }
    progress.total(1);
    let contents = match archive::kind_of(target) {
        Some(kind) => packed::read(target, kind, &shown),
        None => vec![given(target, &shown)],
    };
    progress.step();
    join(contents)
}

fn nothing(shown: &str, refusal: Refusal) -> Content {
    let outcome =
        Outcome { unread: vec![unread(shown.to_owned(), None, refusal)], ..Outcome::default() };
    Content { outcome, saved: None }
}

fn join(contents: Vec<Content>) -> Snapshot {
    let (outcomes, saved): (Vec<_>, Vec<_>) =
        contents.into_iter().map(|content| (content.outcome, content.saved)).unzip();
    let names: Vec<String> =
        outcomes.iter().map(|outcome| first_file(outcome).to_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut snapshot = assemble(outcomes, &names);
    for saved in saved.into_iter().flatten() {
        snapshot.unread.extend(saved.unread);
        snapshot.surfaces.push(saved.surface);
    }
    snapshot.surfaces.sort_by(|one, other| one.location.cmp(&other.location));
    snapshot
}

fn first_file(outcome: &Outcome) -> &str {
    outcome.looked.first().map_or("", |looked| looked.file.as_str())
}

/// A single file, whose shape has to be found out.
fn given(path: &Path, shown: &str) -> Content {
    // Whoever names a link means what it leads to.
    let outcome = path
        .canonicalize()
        .map_err(|error| Refusal::from(&error))
        .and_then(|real| reader::check(&real, Path::new("/")))
        .and_then(|file| {
            file.ok_or_else(|| Refusal::new(UnreadReason::Io, "there is no such file"))
        })
        .and_then(|file| reader::read(&file, cap_of(shown)));
    match outcome {
        Ok(bytes) => guess(&bytes, shown),
        Err(refusal) => nothing(shown, refusal),
    }
}

/// Saved answers may be larger than any configuration.
fn cap_of(shown: &str) -> u64 {
    if format_of(shown) == Format::Jsonc { FILE_CAP.min(CONFIG_CAP * 4) } else { CONFIG_CAP }
}

/// Reads a file of which nothing is known: a saved answer, or else every shape that is there.
fn guess(bytes: &[u8], shown: &str) -> Content {
    let client = owner_of(shown);
    let label = Label { shown, client };
    let format = format_of(shown);
    if let Some(content) = answer(bytes, shown, format) {
        return content;
    }
    let first = Document::parse(bytes, format).ok().and_then(|document| {
        Shape::ALL.iter().copied().find(|shape| shape.read(document.root()).is_some())
    });
    let mut shapes: Vec<Shape> = first.into_iter().collect();
    // Claude Code and Kiro keep two shapes in one file.
    if first == Some(Shape::Servers) {
        shapes.extend([Shape::Projects, Shape::Powers, Shape::Settings, Shape::Amp]);
    }
    let view = View { client, scope: Scope::Given, shapes: &shapes, settings: false };
    Content { outcome: file::parse(bytes, format, label, &[view]), saved: None }
}

/// The client that keeps a file with this name, if one does.
fn owner_of(shown: &str) -> &'static str {
    Names::of_table().jobs(shown).first().map_or("file", |job| job.client.id)
}

/// The content of a saved answer; `None` if it is something else.
fn answer(bytes: &[u8], shown: &str, format: Format) -> Option<Content> {
    if format != Format::Jsonc {
        return None;
    }
    let document = Document::parse(bytes, format).ok()?;
    let name = shown.rsplit('/').next().unwrap_or(shown);
    let stem = name.strip_suffix(".json").unwrap_or(name);
    match saved::read(&document, bytes, (shown, stem))? {
        Err(refusal) => Some(nothing(shown, refusal)),
        Ok(saved) => {
            let looked =
                vec![Looked { file: shown.to_owned(), client: "file".to_owned(), servers: 0 }];
            Some(Content { outcome: Outcome { looked, ..Outcome::default() }, saved: Some(saved) })
        }
    }
}

/// What files hold, read by their paths; of those whose paths say nothing, every shape.
pub(crate) fn of_files<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Snapshot {
    let names = Names::of_table();
    let read = |(shown, bytes): (&str, &[u8])| match names.known(shown) {
        Known::Nothing => guess(bytes, shown),
        known => content_of(bytes, shown, &known),
    };
    join(files.map(read).collect())
}

/// Every file of a folder that a client would read, and saved answers.
fn folder(target: &Path, world: &World, progress: &dyn Progress) -> Snapshot {
    let names = Names::of_table();
    let mut found = Vec::new();
    let mut contents = Vec::new();
    let mut entries = 0_usize;
    let walk = WalkDir::new(target).max_depth(DEPTH).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_skipped(entry)) {
        entries += 1;
        if entries > ENTRIES {
            let refusal = Refusal::new(UnreadReason::TooLarge, "more entries than are looked at");
            contents.push(nothing(&world.shown(target), refusal));
            break;
        }
        match entry {
            Ok(entry) => found.extend(interesting(&entry, target, &names)),
            Err(error) => contents.push(unwalked(&error, world)),
        }
    }
    progress.total(found.len());
    let boundary = target.canonicalize().unwrap_or_else(|_| target.to_owned());
    let read: Vec<Content> = found
        .par_iter()
        .map(|(entry, known)| {
            let content = one(entry.path(), known, (&boundary, &world.shown(entry.path())));
            progress.step();
            content
        })
        .collect();
    contents.extend(read);
    join(contents)
}

pub(crate) fn is_skipped(entry: &DirEntry) -> bool {
    entry.file_type().is_dir()
        && entry.file_name().to_str().is_some_and(|name| SKIPPED.contains(&name))
}

fn interesting(entry: &DirEntry, target: &Path, names: &Names) -> Option<(DirEntry, Known)> {
    if entry.file_type().is_dir() && names.known(&slashes(entry.path())) == Known::Nothing {
        return None;
    }
    let relative = entry.path().strip_prefix(target).ok()?;
    let known = names.known(&slashes(relative));
    (known != Known::Nothing).then(|| (entry.clone(), known))
}

fn unwalked(error: &walkdir::Error, world: &World) -> Content {
    let shown = error.path().map(|path| world.shown(path)).unwrap_or_default();
    let refusal = error.io_error().map_or_else(
        || Refusal::new(UnreadReason::Io, "the folder contains itself"),
        Refusal::from,
    );
    nothing(&shown, refusal)
}

fn one(path: &Path, known: &Known, (boundary, shown): (&Path, &str)) -> Content {
    let file = match reader::check(path, boundary) {
        Ok(Some(file)) => file,
        Ok(None) => return Content::default(),
        Err(refusal) => return nothing(shown, refusal),
    };
    match known {
        Known::Nothing => Content::default(),
        Known::Jobs(jobs) => {
            let site = Site {
                file,
                shown: shown.to_owned(),
                path: path.to_owned(),
                boundary: boundary.to_owned(),
                jobs: jobs.clone(),
            };
            Content { outcome: file::read(&site), saved: None }
        }
        Known::Answer | Known::Bundle | Known::Metadata => match reader::read(&file, CONFIG_CAP) {
            Ok(bytes) => content_of(&bytes, shown, known),
            Err(refusal) => nothing(shown, refusal),
        },
    }
}

/// What the bytes of a file with a known name hold.
fn content_of(bytes: &[u8], shown: &str, known: &Known) -> Content {
    match known {
        Known::Nothing => Content::default(),
        Known::Jobs(jobs) => {
            let client = jobs.first().map_or("file", |job| job.client.id);
            let views: Vec<_> = jobs.iter().map(|job| View::of(*job)).collect();
            let label = Label { shown, client };
            Content { outcome: file::parse(bytes, format_of(shown), label, &views), saved: None }
        }
        // A file may have that name and be something else entirely.
        Known::Answer => answer(bytes, shown, format_of(shown)).unwrap_or_default(),
        Known::Bundle => {
            let is_bundle = Document::parse(bytes, Format::Jsonc)
                .is_ok_and(|document| Shape::Bundle.read(document.root()).is_some());
            if !is_bundle {
                return Content::default();
            }
            let label = Label { shown, client: "bundle" };
            let view = View {
                client: "bundle",
                scope: Scope::Given,
                shapes: &[Shape::Bundle],
                settings: true,
            };
            Content { outcome: file::parse(bytes, Format::Jsonc, label, &[view]), saved: None }
        }
        Known::Metadata => {
            let looked =
                vec![Looked { file: shown.to_owned(), client: "package".to_owned(), servers: 0 }];
            let mut outcome = Outcome { looked, ..Outcome::default() };
            if std::str::from_utf8(bytes).is_err() {
                let refusal = Refusal::new(UnreadReason::Encoding, "it is not UTF-8");
                outcome.unread = vec![Unread { ..unread(shown.to_owned(), None, refusal) }];
            }
            Content { outcome, saved: None }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
