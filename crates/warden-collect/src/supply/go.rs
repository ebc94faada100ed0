//! `go.mod` and `go.sum`, as the reference of Go modules has them.

use std::collections::{BTreeMap, HashMap};

use warden_model::{Component, Ecosystem, Pinning, Source};

use super::{
    ENTRY_CAP, Gap, GapKind, Manifest, RequirementKind, address,
    file::{Dropped, File, Reading, Sums, Trouble, asked, component, pinned},
    hash, name,
};

/// What stands behind a requirement that no file of the module itself imports.
const INDIRECT: &str = "indirect";

/// A replacement: the version that it is for, the module that takes its place, and its version.
type Replacement<'a> = (Option<&'a str>, &'a str, Option<&'a str>);

/// Reads `go.mod`.
pub(super) fn module(file: &File<'_>) -> Result<Reading, Trouble> {
    let mut manifest = file.manifest(Ecosystem::Go);
    let mut gaps = Vec::new();
    let mut dropped = Dropped::default();
    let mut replaced: HashMap<&str, Vec<Replacement<'_>>> = HashMap::new();
    let mut block: Option<&str> = None;
    for (at, text) in file.text()?.lines().enumerate() {
        let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let (code, comment) = text.split_once("//").unwrap_or((text, ""));
        let mut words: Vec<&str> =
            code.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
        let verb = match (block, words.first().copied()) {
            (_, None) => continue,
            (Some(_), Some(")")) => {
                block = None;
                continue;
            }
            (Some(verb), _) => verb,
            (None, Some(verb)) => {
                words.remove(0);
                if words.first() == Some(&"(") {
                    block = Some(verb);
                    continue;
                }
                verb
            }
        };
        match (verb, words.as_slice()) {
            ("module", [path]) => manifest.name = Some((*path).to_owned()),
            ("go", [version]) => manifest.engines.push(("go".into(), (*version).to_owned())),
            ("require", [path, version]) if name::is_name(path) => {
                let mut made = asked((*path).to_owned(), RequirementKind::Normal, line);
                made.requirement = Some(address::scrub(version));
                made.version.clone_from(&made.requirement);
                made.pinning = Pinning::Exact;
                if comment.split(';').any(|part| part.trim() == INDIRECT) {
                    made.kind = RequirementKind::Indirect;
                }
                manifest.requirements.push(made);
            }
            ("replace", [old, rest @ ..]) => match replacement(rest) {
                Some(made) => replaced.entry(old).or_default().push(made),
                None => dropped.add(line),
            },
            ("toolchain" | "exclude" | "retract" | "tool" | "godebug" | "ignore", _) => {}
            ("module" | "go" | "require", _) => dropped.add(line),
            _ => gaps.push(file.gap(GapKind::Unknown, line, "a directive that is not known")),
        }
        if manifest.requirements.len() > ENTRY_CAP || gaps.len() > 1000 {
            return Err(Trouble::full());
        }
    }
    replace(&mut manifest, &replaced);
    gaps.extend(dropped.gap(file, "lines are malformed"));
    Ok(Reading { manifest: Some(manifest), gaps, ..Reading::default() })
}

/// `[version] => path [version]`
fn replacement<'a>(words: &[&'a str]) -> Option<Replacement<'a>> {
    let arrow = words.iter().position(|word| *word == "=>")?;
    let (old, new) = (words.get(..arrow)?, words.get(arrow + 1..)?);
    if old.len() > 1 || new.len() > 2 {
        return None;
    }
    Some((old.first().copied(), new.first()?, new.get(1).copied()))
}

fn replace(manifest: &mut Manifest, replaced: &HashMap<&str, Vec<Replacement<'_>>>) {
    for made in &mut manifest.requirements {
        // One for this version goes before one for all.
        let all = replaced.get(made.name.as_str()).map_or(&[][..], Vec::as_slice);
        let fits = |wanted: Option<&str>| all.iter().find(|(version, ..)| *version == wanted);
        let Some((_, path, version)) = fits(made.version.as_deref()).or_else(|| fits(None)) else {
            continue;
        };
        if path.starts_with(['.', '/']) {
            made.source = Source::Path(address::plain(path));
            made.pinning = Pinning::Local;
        } else {
            made.alias = Some(std::mem::replace(&mut made.name, (*path).to_owned()));
            made.version = version.map(address::scrub);
        }
    }
}

/// Reads `go.sum`: a module, a version and a digest in each line.
pub(super) fn sums(file: &File<'_>) -> Result<Reading, Trouble> {
    let mut dropped = Dropped::default();
    let mut modules = Vec::new();
    for (at, text) in file.text()?.lines().enumerate() {
        let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        if modules.len() >= ENTRY_CAP {
            return Err(Trouble::full());
        }
        let made = match words.as_slice() {
            [path, version, sum] if name::is_name(path) => sum
                .strip_prefix("h1:")
                .and_then(|digest| hash::from_base64("h1", digest))
                .map(|digest| ((*path).to_owned(), (*version).to_owned(), digest, line)),
            _ => None,
        };
        match made {
            Some(made) => modules.push(made),
            None => dropped.add(line),
        }
    }
    let gaps = dropped.gap(file, "lines are malformed").into_iter().collect();
    let sums = Some(Sums { file: file.path.to_owned(), modules });
    Ok(Reading { sums, gaps, ..Reading::default() })
}

/// The modules of a manifest, with the digests that stand beside it; and without one, the modules
/// that the digests are about.
pub(super) fn components(
    manifest: Option<&Manifest>,
    sums: Option<&Sums>,
) -> (Vec<Component>, Vec<Gap>) {
    let mut gaps = Vec::new();
    let mut known: BTreeMap<(&str, &str), (&str, u32)> = BTreeMap::new();
    if let Some(sums) = sums {
        for (path, version, digest, line) in &sums.modules {
            let earlier = known.insert((path, version), (digest, *line));
            if earlier.is_some_and(|(earlier, _)| earlier != digest) {
                let detail = format!("two digests for `{path}` {version}");
                let file = sums.file.clone();
                gaps.push(Gap { file, line: *line, kind: GapKind::Disagree, detail });
            }
        }
    }
    let Some(manifest) = manifest else {
        let file = sums.map_or("", |sums| &sums.file);
        return (alone(&known, file), gaps);
    };
    let mut lacking = (0, String::new());
    let mut made = Vec::with_capacity(manifest.requirements.len());
    for asked in &manifest.requirements {
        let mut one = component(Ecosystem::Go, asked.name.clone(), &manifest.file, asked.line);
        one.version.clone_from(&asked.version);
        one.requirement.clone_from(&asked.requirement);
        one.source = asked.source.clone();
        one.direct = asked.kind != RequirementKind::Indirect;
        // Modules have no code that runs when they are fetched.
        one.install_scripts = Some(false);
        let version = asked.version.as_deref().unwrap_or("");
        if let Some((digest, _)) = known.get(&(asked.name.as_str(), version)) {
            one.hashes.push((*digest).to_owned());
        }
        let manifest_only = format!("{version}/go.mod");
        let told = known.contains_key(&(asked.name.as_str(), manifest_only.as_str()));
        if sums.is_some() && !told && one.hashes.is_empty() && asked.source == Source::Registry {
            lacking.0 += 1;
            if lacking.0 == 1 {
                lacking.1.clone_from(&asked.name);
            }
        }
        one.pinning = pinned(&one.source, one.version.as_deref(), &one.hashes);
        made.push(one);
    }
    if lacking.0 > 0 {
        let (count, first) = lacking;
        let detail = format!("it lacks digests of {count} modules, the first `{first}`");
        let file = sums.map_or_else(String::new, |sums| sums.file.clone());
        gaps.push(Gap { file, line: 0, kind: GapKind::OutOfDate, detail });
    }
    (made, gaps)
}

fn alone(known: &BTreeMap<(&str, &str), (&str, u32)>, file: &str) -> Vec<Component> {
    let whole = known.iter().filter(|((_, version), _)| !version.ends_with("/go.mod"));
    let one = |((path, version), (digest, line)): (&(&str, &str), &(&str, u32))| {
        let mut made = component(Ecosystem::Go, (*path).to_owned(), file, *line);
        made.version = Some((*version).to_owned());
        made.hashes.push((*digest).to_owned());
        made.install_scripts = Some(false);
        made.pinning = Pinning::Digest;
        made
    };
    whole.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_alone_and_in_blocks() {
        let text = "module h.example/m // why\n\ngo 1.22\n\nrequire h.example/a v1.0.0\nrequire (\n\t\
                    h.example/b v2.0.0 // indirect\n\t\"h.example/c\" v3.0.0\n\th.example/d v4.0.0\n)\n\
                    exclude h.example/b v2.0.1\nreplace h.example/c v3.0.0 => ../c\n\
                    replace h.example/d => h.example/e v5.0.0\nnonsense x\nrequire y\n";
        let reading = module(&File::new("go.mod", text.as_bytes())).expect("it is text");
        let manifest = reading.manifest.expect("a manifest");
        assert_eq!(manifest.name.as_deref(), Some("h.example/m"));
        let (made, _) = components(Some(&manifest), None);
        let told: Vec<String> = made
            .iter()
            .map(|one| {
                format!(
                    "{} {} {:?} {} {}",
                    one.line,
                    one.name,
                    one.version,
                    one.direct,
                    one.pinning.name()
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "5 h.example/a Some(\"v1.0.0\") true exact",
                "7 h.example/b Some(\"v2.0.0\") false exact",
                "8 h.example/c Some(\"v3.0.0\") true local",
                "9 h.example/e Some(\"v5.0.0\") true exact",
            ]
        );
        let gaps: Vec<_> = reading.gaps.iter().map(|gap| (gap.kind, gap.line)).collect();
        assert_eq!(gaps, [(GapKind::Unknown, 14), (GapKind::Entries, 15)]);
    }

    #[test]
    fn digests_that_contradict_each_other_are_told() {
        let (one, two) = (
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        );
        let text = format!("a.example/a v1 h1:{one}\na.example/a v1 h1:{two}\nbad\n");
        let reading = sums(&File::new("go.sum", text.as_bytes())).expect("it is text");
        assert_eq!(reading.gaps.len(), 1);
        let (made, gaps) = components(None, reading.sums.as_ref());
        assert_eq!((made.len(), gaps.len()), (1, 1));
        assert_eq!(gaps[0].kind, GapKind::Disagree);
    }
}
