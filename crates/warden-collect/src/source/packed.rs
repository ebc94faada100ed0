//! Reads the source code in an archive. What is published is what runs, so what a build wrote is
//! read along with its sources.

use std::{collections::BTreeSet, io::Read, path::Path};

use warden_model::{SkipReason, UnreadReason};

use super::{
    kind::{self, Kind as FileKind},
    pile::{HEAD, Pile, Wanted},
};
use crate::{
    archive::{self, Entry, Kind},
    reader::Refusal,
};

/// Puts everything in the archive on the pile. Returns the folder that all of it lies in.
pub(super) fn gather(target: &Path, kind: Kind, pile: &mut Pile) -> String {
    let bytes = match archive::load(target) {
        Ok(bytes) => bytes,
        Err(refusal) => {
            pile.refuse("", refusal);
            return String::new();
        }
    };
    let top = top(&bytes, kind);
    let mut seen = BTreeSet::new();
    let outcome = archive::each(&bytes, kind, &mut |entry| match entry {
        Entry::Locked => pile.refuse("", archive::locked()),
        Entry::Link(name) => link(&inside(name, &top), pile),
        Entry::File(name, reader) => {
            let path = inside(name, &top);
            if path.split('/').any(|part| part == "..") {
                let detail = "an entry whose path leads out of the archive";
                pile.refuse(&path, Refusal::new(UnreadReason::Outside, detail));
            } else if !seen.insert(path.clone()) {
                // Programs do not agree on which of both counts.
                let detail = "the archive holds two files with this path";
                pile.refuse(&path, Refusal::new(UnreadReason::Malformed, detail));
            } else {
                file(path, reader, pile);
            }
        }
    });
    if let Err(refusal) = outcome {
        pile.refuse("", refusal);
    }
    top
}

/// The folder that everything lies in, as in most packages: it is no part of the paths.
fn top(bytes: &[u8], kind: Kind) -> String {
    if kind == Kind::Zip {
        return String::new();
    }
    let mut tops = BTreeSet::new();
    // What cannot be read is told when it is read for its content.
    let _read = archive::each(bytes, kind, &mut |entry| {
        if let Entry::File(name, _) | Entry::Link(name) = entry {
            let name = plain(name);
            tops.insert(
                name.split_once('/').map_or_else(String::new, |(top, _)| format!("{top}/")),
            );
        }
    });
    if tops.len() == 1 { tops.pop_first().unwrap_or_default() } else { String::new() }
}

fn plain(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name).trim_start_matches('/')
}

fn inside(name: &str, top: &str) -> String {
    let name = plain(name);
    name.strip_prefix(top).unwrap_or(name).to_owned()
}

fn link(path: &str, pile: &mut Pile) {
    if matches!(kind::of_path(path), FileKind::Code | FileKind::Text) {
        let detail = "a link in an archive, which is not followed";
        pile.refuse(path, Refusal::new(UnreadReason::Outside, detail));
    }
}

fn file(path: String, reader: &mut dyn Read, pile: &mut Pile) {
    let parts: Vec<&str> = path.split('/').collect();
    let folders = parts.split_last().map_or(&[][..], |(_, folders)| folders);
    for (at, part) in folders.iter().enumerate() {
        if let Some(reason) = kind::skipped_folder(part) {
            let folder = folders.get(..=at).unwrap_or_default().join("/");
            pile.skip(&folder, reason, 1);
            // Whoever publishes dependencies inside a package decides what is in them.
            if reason == SkipReason::Dependencies && kind::of_path(&path) == FileKind::Code {
                pile.bundled(&folder);
            }
            return;
        }
    }
    // How large it is, is only known once it was unpacked.
    let wanted = pile.want(&path, 0);
    let bytes = match wanted {
        Wanted::Nothing => return,
        Wanted::Head => head(reader, HEAD),
        Wanted::Text(cap) => head(reader, cap + 1),
        Wanted::Code(cap) => archive::unpack(reader, cap),
    };
    match bytes {
        Ok(bytes) => {
            if pile.charge(bytes.len() as u64) {
                pile.add(path, wanted, bytes);
            }
        }
        Err(refusal) => pile.refuse(&path, refusal),
    }
}

fn head(reader: &mut dyn Read, cap: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    match reader.take(cap).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(_) => Err(Refusal::new(UnreadReason::Malformed, "the entry cannot be unpacked")),
    }
}
