//! Files of requirements and constraints, in the format that pip's documentation has.

use std::collections::HashSet;

use warden_model::{Ecosystem, Pinning};

use super::{dependency, setting};
use crate::supply::{
    ENTRY_CAP, GapKind, Manifest, RegistryUse, Requirement, RequirementKind, address,
    file::{Dropped, File, Reading, Trouble, asked},
    hash, name,
};

/// Options that say nothing about which packages are meant.
static IGNORED: &[&str] = &[
    "--pre",
    "--prefer-binary",
    "--require-hashes",
    "--no-index",
    "--trusted-host",
    "--no-binary",
    "--only-binary",
    "--use-feature",
    "--emit-index-url",
    "--no-deps",
];

/// Reads a file of requirements.
pub(in crate::supply) fn read(file: &File<'_>) -> Result<Reading, Trouble> {
    let name = file.path.rsplit('/').next().unwrap_or(file.path).to_ascii_lowercase();
    let develops = ["dev", "test", "lint", "doc", "typing", "bench", "ci"];
    let words = || name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let kind = if words().any(|word| word.starts_with("constraint")) {
        RequirementKind::Constraint
    } else if words()
        .any(|word| develops.iter().any(|begin| word == *begin || word == format!("{begin}s")))
    {
        RequirementKind::Development
    } else {
        RequirementKind::Normal
    };
    let mut reader = Reader {
        file,
        kind,
        manifest: file.manifest(Ecosystem::PyPi),
        reading: Reading::default(),
        dropped: Dropped::default(),
    };
    let text = file.text()?;
    for (line, text) in joined(text) {
        reader.line(&text, line);
        if reader.manifest.requirements.len() > ENTRY_CAP {
            return Err(Trouble::full());
        }
    }
    let indirect = indirect(text);
    for made in &mut reader.manifest.requirements {
        if made.kind == RequirementKind::Normal && indirect.contains(&made.line) {
            made.kind = RequirementKind::Indirect;
        }
    }
    let mut reading = reader.reading;
    reading.gaps.extend(reader.dropped.gap(file, "lines are no requirement"));
    reading.manifest = Some(reader.manifest);
    Ok(reading)
}

/// The lines of requirements that only other packages want. Tools that compile these files write
/// behind each who wants it: `# via`, and a package, a file behind `-r`, or a project with its
/// file in parentheses.
fn indirect(text: &str) -> HashSet<u32> {
    let mut found = HashSet::new();
    let mut entry = None;
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let bare = line.trim();
        let comment = match line.find('#') {
            Some(cut)
                if bare.starts_with('#') || line.get(..cut).is_some_and(|l| l.ends_with(' ')) =>
            {
                line.get(cut + 1..).unwrap_or("").trim()
            }
            _ => "",
        };
        if !bare.starts_with('#') {
            inside = false;
            if !line.starts_with([' ', '\t', '-']) && !bare.is_empty() {
                entry = u32::try_from(at + 1).ok();
            }
        }
        let begins = comment == "via" || comment.starts_with("via ");
        inside |= begins;
        let Some(number) = entry.filter(|_| inside && !comment.is_empty()) else { continue };
        if comment.contains("-r ") || comment.contains('(') {
            found.remove(&number);
            entry = None;
        } else if comment != "via" {
            found.insert(number);
        }
    }
    found
}

/// Lines with those put together that end in a backslash, and without comments.
fn joined(text: &str) -> Vec<(u32, String)> {
    let mut all = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (at, line) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        // A comment ends a line that is continued, as in pip.
        let comment = line.trim_start().starts_with('#');
        let bare = match line.find(" #") {
            _ if comment => "",
            Some(cut) => line.get(..cut).unwrap_or(line),
            None => line,
        };
        let (bare, goes_on) = match bare.strip_suffix('\\') {
            Some(bare) => (bare, true),
            None => (bare, false),
        };
        let (_, whole) = open.get_or_insert((number, String::new()));
        whole.push_str(bare);
        if !goes_on {
            all.extend(open.take());
        }
    }
    all.extend(open);
    all.retain(|(_, line)| !line.trim().is_empty());
    all
}

struct Reader<'f, 'b> {
    file: &'f File<'b>,
    kind: RequirementKind,
    manifest: Manifest,
    reading: Reading,
    dropped: Dropped,
}

impl Reader<'_, '_> {
    fn line(&mut self, text: &str, line: u32) {
        let text = text.trim();
        if !text.starts_with('-') {
            match requirement(text, self.kind, line) {
                Some((made, fine)) => {
                    self.manifest.requirements.push(made);
                    if !fine {
                        self.dropped.add(line);
                    }
                }
                None => self.dropped.add(line),
            }
            return;
        }
        let ends = |letter: char| letter.is_whitespace() || letter == '=';
        let (option, value) = match text.find(ends) {
            Some(at) => text.split_at(at),
            None => short(text),
        };
        let value = value.trim_start_matches(ends).trim().trim_matches(['"', '\'']);
        self.option(option, value, line);
    }

    fn option(&mut self, option: &str, value: &str, line: u32) {
        let holds = match option {
            "-r" | "--requirement" | "-c" | "--constraint" => {
                self.reading.includes.push((address::plain(value), line));
                return;
            }
            "-e" | "--editable" => {
                let made = editable(value, self.kind, line);
                self.manifest.requirements.push(made);
                return;
            }
            "-i" | "--index-url" | "--pypi-url" => RegistryUse::Default,
            "--extra-index-url" => RegistryUse::Extra,
            "-f" | "--find-links" => RegistryUse::Links,
            option if IGNORED.contains(&option) => return,
            _ => {
                let detail = "an option that is not known";
                self.reading.gaps.push(self.file.gap(GapKind::Unknown, line, detail));
                return;
            }
        };
        self.reading.settings.push(setting(self.file, holds, value, line));
    }
}

/// `-rother.txt`: a short option with its value right behind it.
fn short(text: &str) -> (&str, &str) {
    if text.starts_with("--") { (text, "") } else { text.split_at_checked(2).unwrap_or((text, "")) }
}

/// A requirement with its digests, and whether all of them are digests.
fn requirement(text: &str, kind: RequirementKind, line: u32) -> Option<(Requirement, bool)> {
    let (bare, options) = match text.find(" --") {
        Some(cut) => text.split_at(cut),
        None => (text, ""),
    };
    let bare = bare.trim();
    let mut made = dependency::parse(bare, kind, line).or_else(|| placed(bare, kind, line))?;
    let mut fine = true;
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let hash = match word.split_once('=') {
            Some(("--hash", hash)) => Some(hash),
            None if word == "--hash" => words.next(),
            _ => None,
        };
        match hash.map(hash::from_pair) {
            Some(Some(hash)) => made.hashes.push(hash),
            Some(None) => fine = false,
            None => {}
        }
    }
    hash::rank(&mut made.hashes);
    if !made.hashes.is_empty() && made.pinning != Pinning::Local {
        made.pinning =
            crate::supply::file::pinned(&made.source, made.version.as_deref(), &made.hashes);
    }
    Some((made, fine))
}

/// An address, archive or folder without a name: it is called as its end says.
fn placed(text: &str, kind: RequirementKind, line: u32) -> Option<Requirement> {
    let local = text.starts_with(['.', '/']) || is_archive(text);
    (text.contains("://") || local).then(|| editable(text, kind, line))
}

fn is_archive(text: &str) -> bool {
    let ends = text.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    ["whl", "gz", "zip"].contains(&ends.as_str())
}

fn editable(target: &str, kind: RequirementKind, line: u32) -> Requirement {
    let target = target.split(" ;").next().unwrap_or(target).trim();
    let mut made = asked(called(target), kind, line);
    dependency::at_address(&mut made, target);
    made.requirement = Some(address::scrub(target));
    made
}

/// The name that an address gives: in its fragment, as an archive, or by its last part.
fn called(target: &str) -> String {
    let (bare, fragment) = target.split_once('#').unwrap_or((target, ""));
    let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="));
    let plain = address::plain(bare);
    let last = plain.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let last = last.split(['@', '[']).next().unwrap_or(last);
    let stem = match last.strip_suffix(".whl") {
        Some(wheel) => wheel.split('-').next().unwrap_or(wheel),
        None => last.trim_end_matches(".git"),
    };
    let named = egg.map_or(stem, |egg| egg.split('[').next().unwrap_or(egg));
    let made = name::pypi(named);
    if name::is_name(&made) && made.chars().any(char::is_alphanumeric) {
        made
    } else {
        ".".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let reading = read(&File::new("requirements.txt", text.as_bytes())).expect("it is text");
        let manifest = reading.manifest.expect("a manifest");
        let asks = manifest.requirements.iter().map(|made| {
            format!("{} {} {} {}", made.line, made.name, made.pinning.name(), made.hashes.len())
        });
        let settings =
            reading.settings.iter().map(|(_, made)| format!("{:?} {}", made.holds, made.url));
        let includes = reading.includes.iter().map(|(path, line)| format!("{line} {path}"));
        let gaps = reading.gaps.iter().map(|gap| format!("{:?} {}", gap.kind, gap.line));
        asks.chain(settings).chain(includes).chain(gaps).collect()
    }

    #[test]
    fn what_only_packages_want_is_not_asked_for() {
        let text = "a==1\n    # via b\nb==1\n    # via\n    #   -r requirements.in\n    #   c\n\
                    c==1 # via x (pyproject.toml)\nd==1  # via b\n# via nothing\ne==1\n";
        let reading = read(&File::new("requirements.txt", text.as_bytes())).expect("it is text");
        let made = reading.manifest.expect("a manifest").requirements;
        let indirect: Vec<&str> = made
            .iter()
            .filter(|made| made.kind == RequirementKind::Indirect)
            .map(|made| made.name.as_str())
            .collect();
        assert_eq!(indirect, ["a", "d"]);
    }

    #[test]
    fn every_kind_of_line_is_read() {
        let sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let text = format!(
            "# first\nFlask==2.0 \\\n  --hash=sha256:{sum} \\\n  --hash=sha256:{sum} # why\nclick>=8 # via flask\n\
             -e git+https://u:p@h.example/n.git@main#egg=my_name\n-e .\n./wheels/a_b-1.0-py3-none-any.whl\n\
             https://u:p@h.example/x-1.tar.gz\n-r other.txt\n-cc.txt\n--index-url https://u:p@r.example/simple\n\
             --extra-index-url=https://x.example/simple\n--wat\n!!\n"
        );
        assert_eq!(
            told(&text),
            [
                "2 flask digest 1",
                "5 click floating 0",
                "6 my-name floating 0",
                "7 . local 0",
                "8 a-b local 0",
                "9 x-1-tar-gz floating 0",
                "Default \"https://r.example/simple\"",
                "Extra \"https://x.example/simple\"",
                "10 other.txt",
                "11 c.txt",
                "Unknown 14",
                "Entries 15",
            ]
            .map(|line| line.replace('"', ""))
        );
    }
}
