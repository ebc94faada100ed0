//! `setup.cfg`.

use warden_model::Ecosystem;

use super::{dependency, ini};
use crate::supply::{
    ENTRY_CAP, GapKind, RequirementKind, address,
    file::{Dropped, File, Reading, Trouble},
    name,
};

/// Reads `setup.cfg`.
pub(in crate::supply) fn cfg(file: &File<'_>) -> Result<Reading, Trouble> {
    let mut manifest = file.manifest(Ecosystem::PyPi);
    let mut dropped = Dropped::default();
    let mut said = false;
    for line in ini::lines(file.text()?) {
        let own = matches!(line.section, "metadata" | "options");
        said |= own || line.section.starts_with("options.");
        let (kind, extra) = match (line.section, line.key.as_str()) {
            ("metadata", "name") => {
                manifest.name = Some(name::pypi(line.text));
                continue;
            }
            ("metadata", "version") => {
                manifest.version = Some(address::scrub(line.text));
                continue;
            }
            ("metadata", "license") => {
                manifest.licence = Some(address::scrub(line.text));
                continue;
            }
            ("metadata", "url") => {
                manifest.repository = Some(address::plain(line.text));
                continue;
            }
            ("options", "python-requires") => {
                manifest.engines.push(("python".to_owned(), address::scrub(line.text)));
                continue;
            }
            ("options.entry-points" | "options.entry_points", "console-scripts") => {
                let pair = line.text.split_once('=');
                let trimmed = |text: &str| address::scrub(text.trim());
                manifest.bin.extend(pair.map(|(name, run)| (trimmed(name), trimmed(run))));
                continue;
            }
            ("options", "install-requires") => (RequirementKind::Normal, None),
            ("options", "setup-requires") => (RequirementKind::Build, None),
            ("options", "tests-require") => (RequirementKind::Development, None),
            ("options.extras_require" | "options.extras-require", extra) => {
                (RequirementKind::Optional, Some(extra.to_owned()))
            }
            _ => continue,
        };
        // `attr:` and `file:` are found out when it is built.
        if line.text.starts_with("file:") || line.text.starts_with("attr:") {
            manifest.dynamic = true;
            continue;
        }
        match dependency::parse(line.text, kind, line.number) {
            Some(mut made) => {
                if let Some(extra) = extra {
                    let own = made.marker.map(|marker| format!(" and ({marker})"));
                    made.marker = Some(format!("extra == '{extra}'{}", own.unwrap_or_default()));
                }
                manifest.requirements.push(made);
            }
            None => dropped.add(line.number),
        }
    }
    if manifest.requirements.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    let mut gaps: Vec<_> = dropped.gap(file, "lines are no requirement").into_iter().collect();
    if manifest.dynamic {
        let detail = "dependencies are read from a file when it is built";
        gaps.push(file.gap(GapKind::Dynamic, 0, detail));
    }
    // Other tools keep their settings here as well.
    let manifest = said.then_some(manifest);
    Ok(Reading { manifest, gaps, ..Reading::default() })
}
