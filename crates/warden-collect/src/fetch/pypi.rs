//! Packages for Python, through `pip install --dry-run --report` and `pip download`.
//!
//! Only wheels are taken. Of a source distribution pip finds out what it needs by running its build,
//! also when it was asked to download it and nothing else. So one that has no wheel is not fetched:
//! where that is the package itself it is an error, and where it is a dependency, the package is
//! fetched alone and what it depends on is told as unknown.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use warden_model::Digest;

use super::{
    Discrepancy, FetchError, Fetched, FetchedDependency, Gap, Job, Kind, RegistryFacts, Step,
    ask::{self, Ask, Said},
    attest::{self, Attested},
    compare::{Subject, differ},
    wheel,
};
use crate::store::{Check, Format};

/// Fetches a package and everything that it depends on.
///
/// # Errors
/// When it cannot be had as a wheel, or is not what it is said to be.
pub(super) fn fetch(
    job: &Job<'_>,
    name: &str,
    version: Option<&str>,
) -> Result<Fetched, FetchError> {
    if !is_name(name) {
        return Err(FetchError::BadName(name.to_owned()));
    }
    if let Some(version) = version.filter(|version| !is_version(version)) {
        return Err(FetchError::BadName(version.to_owned()));
    }
    let wanted = version.map_or_else(|| name.to_owned(), |version| format!("{name}=={version}"));
    let work = job.asker.store.work()?;
    let pip = Pip { job, folder: work.path() };
    let mut gaps = vec![Gap::NoRegistryFacts];
    let report = match pip.resolve(&wanted, true) {
        Ok(report) => report,
        Err(FetchError::NotFound { said, .. } | FetchError::Failed { said, .. }) => {
            // The same without dependencies says whether it was one of these.
            let report = pip.resolve(&wanted, false)?;
            gaps.push(Gap::Unresolved { said });
            report
        }
        Err(error) => return Err(error),
    };
    if pip.several_indexes()? {
        gaps.push(Gap::SeveralIndexes);
    }
    let resolved = Resolved::all(&report, job.asker.limits.dependencies)?;
    let main = resolved
        .iter()
        .find(|one| one.requested && wheel::normal(&one.name) == wheel::normal(name));
    let main = main.ok_or_else(|| nonsense(Step::Resolve, "the package is not in its own tree"))?;
    let files = pip.download(&resolved, &mut gaps)?;
    let archive = files.get(&main.sha256).copied();
    let archive = archive.ok_or_else(|| nonsense(Step::Fetch, "the package itself is missing"))?;
    let (tree, _) = job.asker.store.unpack(archive, Format::Wheel, &job.asker.unpack)?;
    let root = job.asker.store.store().tree(tree, Check::Quick)?.path;
    let mut fetched = Fetched::new(Kind::PyPi, name, tree);
    fetched.discrepancies = compare(main, &root);
    let manifest = job.asker.store.store().manifest(tree)?;
    fetched.discrepancies.extend(wheel::check_record(name, &manifest, &root));
    fetched.version = Some(main.version.clone());
    fetched.archive = Some(archive);
    fetched.format = Some(Format::Wheel);
    fetched.integrity = Some(format!("sha256:{}", main.sha256));
    fetched.registry = Some(RegistryFacts {
        yanked: main.yanked,
        licence: main.licence.clone(),
        repository: main.repository.clone(),
        ..RegistryFacts::default()
    });
    fetched.dependencies = resolved
        .iter()
        .filter(|one| one.name != main.name)
        .map(|one| one.dependency(files.get(&one.sha256).copied()))
        .collect();
    fetched.gaps = gaps;
    fetched.attested = Some(pip.attested(main)?);
    let python = report.pointer("/environment/python_version").and_then(Value::as_str);
    fetched.python = python.map(str::to_owned);
    Ok(fetched)
}

/// Whether this is a name of a package (`PyPA` "Names and normalization"), and no option or address.
fn is_name(name: &str) -> bool {
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    edge(name.bytes().next())
        && edge(name.bytes().last())
        && name.len() <= 200
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn is_version(version: &str) -> bool {
    version.len() <= 128
        && version.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+!_-".contains(&byte))
}

fn nonsense(step: Step, what: &str) -> FetchError {
    FetchError::Nonsense { step, what: what.to_owned() }
}

/// A package of the report.
struct Resolved {
    name: String,
    version: String,
    sha256: String,
    /// An address that was asked for instead of a name.
    address: Option<String>,
    requested: bool,
    yanked: bool,
    requires: Vec<String>,
    licence: Option<String>,
    repository: Option<String>,
}

impl Resolved {
    /// Everything that pip would install, by name.
    fn all(report: &Value, most: usize) -> Result<Vec<Self>, FetchError> {
        let list = report.get("install").and_then(Value::as_array);
        let list = list.ok_or_else(|| nonsense(Step::Resolve, "the report lists nothing"))?;
        if list.len() > most {
            return Err(FetchError::TooMany(most));
        }
        let mut all: Vec<Self> = list
            .iter()
            .map(|item| {
                Self::one(item)
                    .ok_or_else(|| nonsense(Step::Resolve, "the report has a strange entry"))
            })
            .collect::<Result<_, _>>()?;
        all.sort_by_key(|one| wheel::normal(&one.name));
        Ok(all)
    }

    fn one(item: &Value) -> Option<Self> {
        let text = |path: &str| item.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let list = |path: &str| {
            let all = item.pointer(path).and_then(Value::as_array).into_iter().flatten();
            all.filter_map(|one| one.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        let flag = |path: &str| item.pointer(path).and_then(Value::as_bool).unwrap_or(false);
        let name = text("/metadata/name").filter(|name| is_name(name))?;
        let version = text("/metadata/version").filter(|version| is_version(version))?;
        let sha256 = text("/download_info/archive_info/hashes/sha256").or_else(|| {
            text("/download_info/archive_info/hash")?.strip_prefix("sha256=").map(str::to_owned)
        });
        let links = list("/metadata/project_url");
        let repository = links.iter().find_map(|link| {
            let (label, address) = link.split_once(',')?;
            let label = label.trim().to_ascii_lowercase();
            ["source", "repository", "source code", "github"]
                .contains(&label.as_str())
                .then(|| address.trim().to_owned())
        });
        Some(Self {
            name,
            version,
            // Nothing to hold an archive against: it is told when it is to be fetched.
            sha256: sha256.unwrap_or_default().to_ascii_lowercase(),
            address: if flag("/is_direct") { text("/download_info/url") } else { None },
            requested: flag("/requested"),
            yanked: flag("/is_yanked"),
            requires: list("/metadata/requires_dist"),
            licence: text("/metadata/license_expression").or_else(|| text("/metadata/license")),
            repository,
        })
    }

    fn dependency(&self, archive: Option<Digest>) -> FetchedDependency {
        FetchedDependency {
            name: self.name.clone(),
            version: self.version.clone(),
            place: String::new(),
            integrity: (!self.sha256.is_empty()).then(|| format!("sha256:{}", self.sha256)),
            archive,
            optional: false,
            bundled: false,
            install_script: false,
            licence: self.licence.clone(),
            requires: self.requires.iter().map(|text| requirement(text)).collect(),
        }
    }
}

/// A requirement as its name and the rest.
fn requirement(text: &str) -> (String, String) {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (name.to_owned(), rest.trim().to_owned())
}

/// pip in a folder of its own, with a cache of its own.
struct Pip<'a> {
    job: &'a Job<'a>,
    folder: &'a Path,
}

/// Whether a line of what pip is configured for adds a place that packages are looked for in.
fn is_another_index(line: &str) -> bool {
    let Some((key, value)) = line.split_once('=') else { return false };
    let name = key.rsplit('.').next().unwrap_or(key).trim();
    let empty = value.trim().trim_matches('\'').trim().is_empty();
    ["extra-index-url", "find-links"].contains(&name) && !empty
}

impl Pip<'_> {
    /// Runs a command that fetches nothing.
    fn run_plain(&self, step: Step, words: &[OsString]) -> Result<Said, FetchError> {
        let mut args: Vec<OsString> = ["-m", "pip"].iter().map(OsString::from).collect();
        args.extend_from_slice(words);
        let program = &self.job.asker.programs.python;
        let folder = self.folder;
        let ask = Ask { step, program, args, folder, env: &[], without: "", input: &[] };
        ask::run(&ask, self.job)
    }

    fn run(&self, step: Step, words: &[OsString]) -> Result<Said, FetchError> {
        // The folder is empty but for what pip writes: nothing in it can take the place of pip.
        let folder = self.folder.join("empty");
        let io = |error| FetchError::Io { place: folder.clone(), error };
        fs::create_dir_all(&folder).map_err(io)?;
        let mut args: Vec<OsString> = ["-m", "pip"].iter().map(OsString::from).collect();
        args.extend_from_slice(words);
        for option in [
            "--only-binary=:all:",
            "--disable-pip-version-check",
            "--no-input",
            "--no-color",
            "--progress-bar=off",
            "--retries=1",
        ] {
            args.push(option.into());
        }
        args.push(format!("--timeout={}", self.job.asker.limits.silence.as_secs().max(1)).into());
        args.push("--cache-dir".into());
        args.push(self.folder.join("cache").into());
        let program = &self.job.asker.programs.python;
        let ask = Ask { step, program, args, folder: &folder, env: &[], without: "", input: &[] };
        ask::run(&ask, self.job)
    }

    /// Has pip find out what is to be installed, without installing it.
    fn resolve(&self, wanted: &str, dependencies: bool) -> Result<Value, FetchError> {
        self.job.asker.progress.step(Step::Resolve, 0, 1);
        let file = self.folder.join("report.json");
        let mut words: Vec<OsString> = ["install", "--dry-run", "--ignore-installed", "--quiet"]
            .iter()
            .map(OsString::from)
            .collect();
        if !dependencies {
            words.push("--no-deps".into());
        }
        words.extend(["--report".into(), file.clone().into(), wanted.into()]);
        let said = self.run(Step::Resolve, &words)?;
        if !said.ok {
            return Err(failed(Step::Resolve, wanted, said));
        }
        let bytes = crate::reader::whole(&file, self.job.asker.limits.output)
            .map_err(|refusal| nonsense(Step::Resolve, &refusal.detail))?;
        self.job.asker.progress.step(Step::Resolve, 1, 1);
        serde_json::from_slice(&bytes).map_err(|_| nonsense(Step::Resolve, "the report is no JSON"))
    }

    /// Whether pip is configured to look for packages in more places than its index.
    fn several_indexes(&self) -> Result<bool, FetchError> {
        let words: Vec<OsString> = ["config", "list"].iter().map(OsString::from).collect();
        let listed = self.run_plain(Step::Look, &words)?.success(Step::Look)?;
        let text = String::from_utf8_lossy(&listed).into_owned();
        Ok(text.lines().any(is_another_index))
    }

    /// What the index says of where the package was built.
    fn attested(&self, main: &Resolved) -> Result<Attested, FetchError> {
        if main.address.is_some() {
            return Ok(Attested::Unasked { why: "it is from no index".to_owned() });
        }
        let index = attest::index(self.job, self.folder)?;
        attest::pypi(self.job, index.as_deref(), &wheel::normal(&main.name), &main.sha256)
    }

    /// Fetches exactly these wheels, each by its digest.
    fn download(
        &self,
        resolved: &[Resolved],
        gaps: &mut Vec<Gap>,
    ) -> Result<BTreeMap<String, Digest>, FetchError> {
        let total = resolved.len();
        self.job.asker.progress.step(Step::Fetch, 0, total);
        let mut list = String::new();
        for one in resolved {
            if one.sha256.len() != 64 {
                let from = one.address.as_deref().unwrap_or("an address without a digest");
                let from = ask::without_credentials(from);
                gaps.push(Gap::NotFromRegistry { name: one.name.clone(), from });
                continue;
            }
            let (name, version, sha256) = (&one.name, &one.version, &one.sha256);
            match &one.address {
                Some(address) => list.push_str(&format!("{name} @ {address}")),
                None => list.push_str(&format!("{name}=={version}")),
            }
            list.push_str(&format!(" --hash=sha256:{sha256}\n"));
        }
        let wanted = self.folder.join("wanted.txt");
        let folder = self.folder.join("wheels");
        let io = |error| FetchError::Io { place: wanted.clone(), error };
        fs::write(&wanted, list).map_err(io)?;
        fs::create_dir_all(&folder).map_err(io)?;
        let mut words: Vec<OsString> = ["download", "--quiet", "--no-deps", "--require-hashes"]
            .iter()
            .map(OsString::from)
            .collect();
        words.extend(["-r".into(), wanted.clone().into(), "-d".into(), folder.clone().into()]);
        let said = self.run(Step::Fetch, &words)?;
        if !said.ok {
            return Err(failed(Step::Fetch, "a dependency", said));
        }
        let mut found = BTreeMap::new();
        let mut paths: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(&folder).map_err(io)? {
            paths.push(entry.map_err(io)?.path());
        }
        for (done, path) in paths.iter().enumerate() {
            self.job.asker.progress.step(Step::Keep, done, total);
            let digest = self.job.keep(path)?;
            found.insert(wheel::sha256_hex(digest), digest);
        }
        let missing =
            resolved.iter().find(|one| one.sha256.len() == 64 && !found.contains_key(&one.sha256));
        match missing {
            Some(one) => Err(FetchError::Integrity {
                name: one.name.clone(),
                said: "none of the archives has the digest".to_owned(),
            }),
            None => Ok(found),
        }
    }
}

/// What a failure of pip means.
fn failed(step: Step, what: &str, said: Said) -> FetchError {
    let said = said.talk;
    if said.contains("No matching distribution") {
        FetchError::NotFound { what: what.to_owned(), said }
    } else if said.contains("DO NOT MATCH THE HASHES") {
        FetchError::Integrity { name: what.to_owned(), said }
    } else {
        FetchError::Failed { step, said }
    }
}

/// Compares what the index says with what the wheel says.
fn compare(main: &Resolved, root: &Path) -> Vec<Discrepancy> {
    let Ok(manifest) = crate::store::Manifest::of(root) else { return Vec::new() };
    let text = wheel::info_folder(&manifest).and_then(|info| wheel::about(root, info, "METADATA"));
    let Some(text) = text else {
        return vec![Discrepancy {
            subject: Subject::Manifest,
            registry: "METADATA".to_owned(),
            archive: String::new(),
        }];
    };
    let own = wheel::metadata(&text);
    let first = |key: &str| own.get(key).and_then(|all| all.first()).cloned().unwrap_or_default();
    let mut found = Vec::new();
    if wheel::normal(&first("name")) != wheel::normal(&main.name) {
        found.push(Discrepancy {
            subject: Subject::Name,
            registry: main.name.clone(),
            archive: first("name"),
        });
    }
    if first("version") != main.version {
        found.push(Discrepancy {
            subject: Subject::Version,
            registry: main.version.clone(),
            archive: first("version"),
        });
    }
    let map = |all: &[String]| -> BTreeMap<String, String> {
        // White space is the only thing that may be written otherwise.
        all.iter().map(|one| (one.split_whitespace().collect(), String::from("required"))).collect()
    };
    let own = own.get("requires-dist").map(Vec::as_slice).unwrap_or_default();
    differ(&map(&main.requires), &map(own), Subject::Dependency, &mut found);
    found
}
