//! Reads one configuration file: bytes, tree, shapes, entries.

use std::path::Path;

use warden_model::{Connection, Looked, Scope, Unread, UnreadReason};

use crate::{
    clients::{format_of, grants},
    document::{Document, DocumentError, Format, Kind, Node},
    reader::{self, CONFIG_CAP, Refusal},
    shapes::{
        self, Flaw, Found, Shape,
        entry::{self, Context},
    },
    sites::{Job, Site, unread},
};

/// What came out of one file.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) connections: Vec<Connection>,
    pub(crate) unread: Vec<Unread>,
    pub(crate) looked: Vec<Looked>,
    pub(crate) grants: Vec<grants::Grant>,
}

/// Whose a file is and how people see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label<'a> {
    pub(crate) shown: &'a str,
    pub(crate) client: &'a str,
}

/// One reading of a file.
pub(crate) struct View<'a> {
    pub(crate) client: &'static str,
    pub(crate) scope: Scope,
    pub(crate) shapes: &'a [Shape],
    pub(crate) settings: bool,
}

impl View<'_> {
    pub(crate) const fn of(job: Job) -> View<'static> {
        View {
            client: job.client.id,
            scope: job.place.scope,
            shapes: job.place.shapes,
            settings: job.place.settings,
        }
    }
}

/// Reads a file that is there.
pub(crate) fn read(site: &Site) -> Outcome {
    let client = site.jobs.first().map_or("", |job| job.client.id);
    let views: Vec<_> = site.jobs.iter().map(|job| View::of(*job)).collect();
    let label = Label { shown: &site.shown, client };
    match reader::read(&site.file, CONFIG_CAP) {
        Err(refusal) => refused(label, refusal),
        Ok(bytes) => {
            let mut outcome = parse(&bytes, format_of(&site.shown), label, &views);
            follow(site, &bytes, &mut outcome);
            outcome
        }
    }
}

pub(crate) fn refused(label: Label<'_>, refusal: Refusal) -> Outcome {
    let client = Some(label.client).filter(|client| !client.is_empty());
    Outcome { unread: vec![unread(label.shown.to_owned(), client, refusal)], ..Outcome::default() }
}

/// Parses a file and reads every shape that it may have.
pub(crate) fn parse(bytes: &[u8], format: Format, label: Label<'_>, views: &[View<'_>]) -> Outcome {
    let document = match Document::parse(bytes, format) {
        Ok(document) => document,
        // Clients make empty files. There is nothing in them that could have been missed.
        Err(DocumentError::Empty) => return looked(Outcome::default(), label),
        Err(error) => return located(label, error),
    };
    let mut outcome = Outcome::default();
    let mut known = false;
    for view in views {
        outcome.grants.extend(grants::read(view.client, document.root()));
        if let Some(found) = shapes::read_all(document.root(), view.shapes) {
            known = true;
            let context = Context {
                document: &document,
                file: label.shown,
                client: view.client,
                scope: view.scope,
            };
            take(context, &found, &mut outcome);
        }
        known |= view.settings;
    }
    if !known && !is_blank(document.root()) {
        let detail = "no servers stand where this client has them";
        let refusal = Refusal::new(UnreadReason::Unknown, detail);
        outcome.unread.extend(refused(label, refusal).unread);
    }
    looked(outcome, label)
}

fn located(label: Label<'_>, error: DocumentError) -> Outcome {
    let mut outcome = refused(label, Refusal::from(error));
    if let DocumentError::Syntax { line, column } = error {
        for unread in &mut outcome.unread {
            unread.location.line = Some(line);
            unread.location.column = Some(column);
        }
    }
    outcome
}

fn looked(mut outcome: Outcome, label: Label<'_>) -> Outcome {
    outcome.looked.push(Looked {
        file: label.shown.to_owned(),
        client: label.client.to_owned(),
        servers: outcome.connections.len(),
    });
    outcome
}

/// Nothing in it but perhaps the name of its schema.
fn is_blank(root: &Node) -> bool {
    match &root.kind {
        Kind::Object(members) => members.iter().all(|member| member.key.starts_with('$')),
        Kind::Array(items) => items.is_empty(),
        Kind::Null => true,
        _ => false,
    }
}

fn take(context: Context<'_>, found: &Found<'_>, outcome: &mut Outcome) {
    for flaw in &found.flaws {
        outcome.unread.push(flawed(context, flaw));
    }
    for spot in &found.spots {
        // Another client may have read the same entry already.
        let same = |one: &Connection| one.location.pointer.as_deref() == Some(&spot.pointer);
        if outcome.connections.iter().any(same) {
            continue;
        }
        let (connection, flaws) = entry::connection(context, spot);
        outcome.connections.extend(connection);
        for flaw in &flaws {
            let unread = flawed(context, flaw);
            if !outcome.unread.contains(&unread) {
                outcome.unread.push(unread);
            }
        }
    }
}

fn flawed(context: Context<'_>, flaw: &Flaw) -> Unread {
    Unread {
        location: context.location(&flaw.pointer, flaw.offset),
        client: Some(context.client.to_owned()),
        reason: flaw.reason,
        detail: flaw.detail.to_owned(),
    }
}

/// A manifest may name the file that has its servers: `"mcpServers": "./servers.json"`.
fn follow(site: &Site, bytes: &[u8], outcome: &mut Outcome) {
    let Some(job) = site.jobs.first() else { return };
    let is_manifest = ["plugin.json", "gemini-extension.json", "qwen-extension.json"]
        .iter()
        .any(|name| job.place.pattern.ends_with(name));
    let Some(named) = is_manifest.then(|| named_file(bytes)).flatten() else { return };
    let Some(folder) = site.path.parent() else { return };
    // What a plug-in names is counted from its own folder, not from that of its manifest.
    let folder = match folder.file_name() {
        Some(name) if name == ".claude-plugin" => folder.parent().unwrap_or(folder),
        _ => folder,
    };
    let path = folder.join(&named);
    let shown = beside(site, &named);
    let label = Label { shown: &shown, client: job.client.id };
    let view = View { shapes: &[Shape::Servers, Shape::Flat], settings: false, ..View::of(*job) };
    let other = match load(&path, &site.boundary) {
        Err(refusal) => refused(label, refusal),
        Ok(bytes) => parse(&bytes, format_of(&named), label, &[view]),
    };
    outcome.connections.extend(other.connections);
    outcome.unread.extend(other.unread);
    outcome.looked.extend(other.looked);
}

fn load(path: &Path, boundary: &Path) -> Result<Vec<u8>, Refusal> {
    let file = reader::check(path, boundary)?.ok_or_else(|| {
        Refusal::new(UnreadReason::Io, "the manifest names a file that is not there")
    })?;
    reader::read(&file, CONFIG_CAP)
}

fn named_file(bytes: &[u8]) -> Option<String> {
    let document = Document::parse(bytes, Format::Jsonc).ok()?;
    let named = document.at("/mcpServers")?.text()?;
    let named = named.strip_prefix("${CLAUDE_PLUGIN_ROOT}/").unwrap_or(named);
    Some(named.strip_prefix("./").unwrap_or(named).to_owned())
}

/// How people see a file that lies beside another.
fn beside(site: &Site, named: &str) -> String {
    let folder = site.shown.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = folder.strip_suffix("/.claude-plugin").unwrap_or(folder);
    format!("{folder}/{named}")
}
