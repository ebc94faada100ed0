//! What the files in an archive hold: nothing is unpacked that has no name we know.

use std::path::Path;

use super::{
    Content, content_of,
    known::{Known, Names},
    nothing,
};
use crate::{
    archive::{self, Entry, Kind},
    reader::CONFIG_CAP,
};

/// Reads every entry with a name that means something.
pub(super) fn read(path: &Path, kind: Kind, shown: &str) -> Vec<Content> {
    let bytes = match archive::load(path) {
        Ok(bytes) => bytes,
        Err(refusal) => return vec![nothing(shown, refusal)],
    };
    let names = Names::of_table();
    let mut contents = Vec::new();
    let outcome = archive::each(&bytes, kind, &mut |entry| match entry {
        Entry::File(name, reader) => {
            let known = names.known(name);
            if known != Known::Nothing && !is_vendored(name) {
                let inner = name.strip_prefix("./").unwrap_or(name).trim_start_matches('/');
                let shown = format!("{shown}!/{inner}");
                contents.push(match archive::unpack(reader, CONFIG_CAP) {
                    Ok(bytes) => content_of(&bytes, &shown, &known),
                    Err(refusal) => nothing(&shown, refusal),
                });
            }
        }
        Entry::Link(_) => {}
        Entry::Locked => contents.push(nothing(shown, archive::locked())),
    });
    if let Err(refusal) = outcome {
        contents.push(nothing(shown, refusal));
    }
    contents
}

/// What other packages brought says nothing about this one.
fn is_vendored(name: &str) -> bool {
    name.split('/').any(|part| part == "node_modules" || part == "site-packages" || part == ".venv")
}
