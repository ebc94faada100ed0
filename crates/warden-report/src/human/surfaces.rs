//! What servers show models: the exact text, with what is hidden in it made visible.

use warden_model::{DefinitionKind, Origin, Scan, SurfaceView, TextView, ToolProfile};

use crate::pen::{BAD, BOLD, DIM, FRAME, PLAIN, Pen};
use crate::{
    clean::printable,
    lines::{count, fold, width},
};

/// So many things that a tool does are listed.
const ACTS: usize = 8;

const HEADING: &str = "what a model reads from ";

pub(super) fn write(scan: &Scan, pen: &mut Pen) {
    for view in &scan.surfaces {
        pen.gap();
        heading(view, pen);
        for texts in view.texts.chunk_by(|a, b| (a.kind, &a.name) == (b.kind, &b.name)) {
            definition(texts, pen);
            profile(scan, view, texts, pen);
        }
    }
    pen.gap();
}

fn heading(view: &SurfaceView, pen: &mut Pen) {
    pen.put(PLAIN, HEADING);
    pen.put(BOLD, &view.server);
    let origin = match view.origin {
        Origin::Live => "asked now",
        Origin::Saved => "from a saved answer",
        Origin::Source => "as its source says",
    };
    let mut about = vec![origin.to_owned()];
    if let Some((name, version)) = &view.implementation {
        about.push(format!("{name} {version}").trim_end().to_owned());
    }
    about.extend(view.protocol.iter().map(|protocol| format!("protocol {protocol}")));
    let about = about.join(", ");
    if HEADING.len() + width(&printable(&view.server)) + width(&printable(&about)) + 3
        > pen.columns()
    {
        pen.end();
        pen.block(2, DIM, &about);
    } else {
        pen.put(DIM, &format!(" ({about})"));
        pen.end();
    }
}

fn definition(texts: &[TextView], pen: &mut Pen) {
    let Some(first) = texts.first() else { return };
    pen.put(PLAIN, "  ");
    match first.kind {
        Some(kind) => {
            pen.put(DIM, &format!("{} ", kind.name()));
            pen.put(BOLD, &first.name);
        }
        None => pen.put(BOLD, "instructions"),
    }
    if let Some(effect) = first.effect {
        pen.put(DIM, &format!(" [{effect}]"));
    }
    pen.end();
    for text in texts.iter().filter(|text| !is_said(text)) {
        one(text, pen);
    }
}

/// What the code of a tool does, where it is known.
fn profile(scan: &Scan, view: &SurfaceView, texts: &[TextView], pen: &mut Pen) {
    let named = texts.first().filter(|text| text.kind == Some(DefinitionKind::Tool));
    let Some(name) = named.map(|text| &text.name) else { return };
    let is_it = |one: &&ToolProfile| one.server == view.server && one.tool.as_ref() == Some(name);
    let Some(found) = scan.tools.iter().find(is_it) else { return };
    let mut acts: Vec<String> = Vec::new();
    for act in &found.effects {
        let maybe = if act.certain { "" } else { "perhaps " };
        let text = format!("{maybe}{} ({})", act.kind, act.call);
        if !acts.contains(&text) {
            acts.push(text);
        }
    }
    let more = acts.len().saturating_sub(ACTS);
    acts.truncate(ACTS);
    acts.extend((more > 0).then(|| format!("{more} more")));
    let reached = found.hosts.iter().chain(&found.systems).cloned().collect();
    let parts = [
        ("its code does", acts),
        ("reaches", reached),
        ("takes credentials from", found.credentials.clone()),
    ];
    for (what, list) in parts.into_iter().filter(|(_, list)| !list.is_empty()) {
        pen.block(4, PLAIN, &format!("{what}: {}", list.join(", ")));
    }
}

/// Whether a text is the name that stands above it already.
fn is_said(text: &TextView) -> bool {
    let member = text.kind.map(DefinitionKind::name_member);
    text.hidden == 0 && text.shown == text.name && text.pointer.strip_prefix('/') == member
}

fn one(text: &TextView, pen: &mut Pen) {
    if !text.pointer.is_empty() {
        let room = pen.columns().saturating_sub(4);
        for part in fold(&printable(&text.pointer), room) {
            pen.put(PLAIN, "    ");
            pen.put(DIM, &part);
            pen.end();
        }
    }
    if text.hidden > 0 {
        pen.block(4, BAD, &count(text.hidden, "hidden character"));
    }
    for line in text.shown.split('\n') {
        // A line of the text starts with a bar; what is only wrapped does not.
        let room = pen.columns().saturating_sub(7);
        for (number, part) in fold(&printable(line), room).iter().enumerate() {
            pen.put(FRAME, if number == 0 { "    | " } else { "      " });
            pen.put(PLAIN, part);
            pen.end();
        }
    }
}
