//! `METADATA` of wheels and `PKG-INFO` of source distributions: the core metadata specification.

use warden_model::Ecosystem;

use super::dependency;
use crate::supply::{
    ENTRY_CAP, GapKind, RequirementKind, address,
    file::{Dropped, File, Reading, Trouble},
    name,
};

/// Reads the headers; what comes after the first empty line is a description.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let mut manifest = file.manifest(Ecosystem::PyPi);
    let mut dropped = Dropped::default();
    let mut version = false;
    let mut dynamic = 0;
    let source = file.path.ends_with("PKG-INFO");
    // Bytes that are no UTF-8 stand in descriptions of old packages.
    let text = String::from_utf8_lossy(file.bytes);
    for (at, line) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if line.trim().is_empty() {
            break;
        }
        // A header that goes on is a licence or description.
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            dropped.add(number);
            continue;
        };
        let value = value.trim();
        match key.to_ascii_lowercase().as_str() {
            "metadata-version" => version = true,
            "name" => manifest.name = Some(name::pypi(value)),
            "version" => manifest.version = Some(address::scrub(value)),
            "license-expression" => manifest.licence = Some(address::scrub(value)),
            "license" if manifest.licence.is_none() && !value.is_empty() && value != "UNKNOWN" => {
                manifest.licence = Some(address::scrub(value));
            }
            "requires-python" => {
                manifest.engines.push(("python".to_owned(), address::scrub(value)));
            }
            "project-url" => {
                let (label, url) = value.split_once(',').unwrap_or(("", value));
                let label = label.trim().to_ascii_lowercase();
                if ["repository", "source", "source code", "github"].contains(&label.as_str()) {
                    manifest.repository = Some(address::plain(url));
                }
            }
            "requires-dist" => {
                let is_extra = value.contains("extra ==") || value.contains("extra==");
                let kind =
                    if is_extra { RequirementKind::Optional } else { RequirementKind::Normal };
                match dependency::parse(value, kind, number) {
                    Some(made) => manifest.requirements.push(made),
                    None => dropped.add(number),
                }
            }
            // In a wheel this is history: what it asks for is final.
            "dynamic" if source && value.eq_ignore_ascii_case("requires-dist") => dynamic = number,
            _ => {}
        }
    }
    if !version {
        return Err(Trouble::new(GapKind::Malformed, 1, "it has no `Metadata-Version`"));
    }
    if manifest.requirements.len() > ENTRY_CAP {
        return Err(Trouble::full());
    }
    let mut gaps: Vec<_> = dropped.gap(file, "headers are malformed").into_iter().collect();
    if dynamic > 0 {
        manifest.dynamic = true;
        let detail = "dependencies are `dynamic`: the build backend finds them out";
        gaps.push(file.gap(GapKind::Dynamic, dynamic, detail));
    }
    Ok(Reading { manifest: Some(manifest), gaps, ..Reading::default() })
}
