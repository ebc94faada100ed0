//! Packages of npm, through `npm view`, `npm install --package-lock-only` and `npm pack`.
//!
//! These are what npm documents, so they keep their meaning, and each of them asks the registry
//! that npm is configured for, with its proxy and credentials. The lock file is written without the
//! addresses of what comes from a registry: what still has one comes from elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    thread,
};

use rayon::prelude::*;
use serde_json::Value;
use warden_model::Digest;

use super::{
    Discrepancy, FetchError, Fetched, FetchedDependency, Gap, Job, Kind, RegistryFacts, Step,
    ask::{self, Ask, Said},
    attest, compare,
    integrity::{Sums, fits, strongest},
    lock::{self, Locked},
};
use crate::store::{Check, Format};

/// How many packages one `npm pack` is asked for.
const PACKED: usize = 40;

/// How many of them run at the same time.
const AT_ONCE: usize = 3;

/// Fetches a package and everything that it depends on.
///
/// # Errors
/// When it cannot be had, or is not what it is said to be.
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
    let work = job.asker.store.work()?;
    // Without a manifest here npm would look for one in the folders around the store, and take the
    // configuration next to it.
    let manifest = work.path().join("package.json");
    fs::write(&manifest, "{}").map_err(|error| FetchError::Io { place: manifest, error })?;
    let npm = Npm { job, folder: work.path() };
    let seen = npm.view(name, version)?;
    let version = seen.get("version").and_then(Value::as_str).filter(|text| is_version(text));
    let version = version.ok_or_else(|| nonsense(Step::Look, "the package has no version"))?;
    if seen.get("name").and_then(Value::as_str) != Some(name) {
        return Err(nonsense(Step::Look, "the registry answers with another package"));
    }
    let locked = npm.resolve(name, version)?;
    let own = format!("node_modules/{name}");
    let main = locked.iter().find(|one| one.place == own && one.version == version);
    let main = main.ok_or_else(|| nonsense(Step::Resolve, "the package is not in its own tree"))?;
    let (archives, mut gaps) = npm.archives(&locked)?;
    let archive = archives.get(&main.place).copied();
    let archive = archive.ok_or_else(|| nonsense(Step::Fetch, "the package itself is missing"))?;
    let (tree, _) = job.asker.store.unpack(archive, Format::Npm, &job.asker.unpack)?;
    let root = job.asker.store.store().tree(tree, Check::Quick)?.path;
    let mut fetched = Fetched::new(Kind::Npm, name, tree);
    fetched.discrepancies = compare::npm(&seen, &root)?;
    fetched.discrepancies.extend(other_integrity(&seen, main));
    fetched.version = Some(version.to_owned());
    fetched.archive = Some(archive);
    fetched.format = Some(Format::Npm);
    fetched.integrity.clone_from(&main.integrity);
    fetched.registry = Some(facts(&seen, version));
    fetched.attested = Some(attest::npm(job, &seen, || npm.registry(name))?);
    fetched.dependencies = locked
        .iter()
        .filter(|one| one.place != own)
        .map(|one| dependency(one, archives.get(&one.place).copied()))
        .collect();
    gaps.extend(locked.iter().filter(|one| one.install_script).map(script));
    fetched.gaps = gaps;
    Ok(fetched)
}

/// Whether this is a name that npm takes, and no option, path or address.
pub(super) fn is_name(name: &str) -> bool {
    let part = |text: &str| {
        !text.is_empty()
            && !text.starts_with(['.', '-'])
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~!'()*".contains(&b))
    };
    let plain = match name.strip_prefix('@') {
        Some(scoped) => {
            scoped.split_once('/').is_some_and(|(scope, name)| part(scope) && part(name))
        }
        None => part(name),
    };
    plain && name.len() <= 214
}

fn is_version(version: &str) -> bool {
    version.len() <= 128
        && version.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte))
}

fn nonsense(step: Step, what: &str) -> FetchError {
    FetchError::Nonsense { step, what: what.to_owned() }
}

fn script(one: &Locked) -> Gap {
    Gap::InstallScript { name: one.name.clone() }
}

fn dependency(one: &Locked, archive: Option<Digest>) -> FetchedDependency {
    FetchedDependency {
        name: one.name.clone(),
        version: one.version.clone(),
        place: one.place.clone(),
        integrity: one.integrity.clone(),
        archive,
        optional: one.optional,
        bundled: one.bundled,
        install_script: one.install_script,
        licence: one.licence.clone(),
        requires: one.requires.clone(),
    }
}

/// The registry may name one archive to who asks for the package and another to who installs it.
fn other_integrity(seen: &Value, main: &Locked) -> Option<Discrepancy> {
    let told = seen.pointer("/dist/integrity").and_then(Value::as_str)?;
    let locked = main.integrity.as_deref()?;
    (strongest(told) != strongest(locked)).then(|| Discrepancy {
        subject: compare::Subject::Integrity,
        registry: told.to_owned(),
        archive: locked.to_owned(),
    })
}

/// What the registry says beyond the archive.
fn facts(seen: &Value, version: &str) -> RegistryFacts {
    let text = |path: &str| seen.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let time = |key: &str| seen.get("time")?.get(key)?.as_str().map(str::to_owned);
    let tags = seen.get("dist-tags").and_then(Value::as_object).into_iter().flatten();
    let count = |path: &str| seen.pointer(path).and_then(Value::as_array).map(Vec::len);
    RegistryFacts {
        published: time(version),
        created: time("created"),
        maintainers: count("/maintainers"),
        deprecated: text("/deprecated"),
        yanked: false,
        repository: text("/repository/url").or_else(|| text("/repository")),
        tags: tags
            .filter_map(|(name, version)| Some((name.clone(), version.as_str()?.to_owned())))
            .collect(),
        versions: count("/versions"),
        attestations: text("/dist/attestations/provenance/predicateType")
            .or_else(|| seen.pointer("/dist/attestations").map(|_| "unknown".to_owned())),
        signatures: count("/dist/signatures").unwrap_or(0),
        licence: text("/license").or_else(|| text("/license/type")),
    }
}

/// npm in a folder of its own, with a cache of its own.
struct Npm<'a> {
    job: &'a Job<'a>,
    folder: &'a Path,
}

impl Npm<'_> {
    fn run(&self, step: Step, words: &[&str], folder: &Path) -> Result<Said, FetchError> {
        let limits = &self.job.asker.limits;
        let mut args: Vec<OsString> = words.iter().map(OsString::from).collect();
        let silence = limits.silence.as_millis();
        for option in [
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-update-notifier",
            "--no-progress",
            "--loglevel=error",
            "--fetch-retries=1",
            "--fetch-retry-mintimeout=500",
            "--fetch-retry-maxtimeout=2000",
            "--prefer-offline",
            "--no-workspaces",
            "--no-global",
        ] {
            args.push(option.into());
        }
        args.push(format!("--fetch-timeout={silence}").into());
        args.push("--cache".into());
        args.push(self.folder.join("cache").into());
        args.push("--logs-max=0".into());
        ask::run(
            &Ask {
                step,
                program: &self.job.asker.programs.npm,
                args,
                folder,
                env: &[],
                without: "",
                input: &[],
            },
            self.job,
        )
    }

    /// What the registry says about one version.
    fn view(&self, name: &str, version: Option<&str>) -> Result<Value, FetchError> {
        self.job.asker.progress.step(Step::Look, 0, 1);
        let wanted = spec(name, version.unwrap_or("latest"));
        let said = self.run(Step::Look, &["view", &wanted, "--json"], self.folder)?;
        let parsed: Option<Value> = serde_json::from_slice(&said.output).ok();
        if !said.ok {
            return Err(failed(Step::Look, &wanted, &said, parsed.as_ref()));
        }
        self.job.asker.progress.step(Step::Look, 1, 1);
        match parsed {
            Some(Value::Object(members)) => Ok(Value::Object(members)),
            // npm says nothing at all about a version that there is not.
            None if said.output.trim_ascii().is_empty() => {
                Err(FetchError::NotFound { what: wanted, said: "no such version".to_owned() })
            }
            _ => Err(nonsense(Step::Look, "what it says about the package is no object")),
        }
    }

    /// The registry that npm is configured for, for this package.
    fn registry(&self, name: &str) -> Result<String, FetchError> {
        let ask = |key: &str| -> Result<Option<String>, FetchError> {
            let said = self.run(Step::Look, &["config", "get", key], self.folder)?;
            let text = String::from_utf8_lossy(&said.output).trim().to_owned();
            Ok(Some(text).filter(|text| said.ok && !text.is_empty() && text != "undefined"))
        };
        let scope = name.split_once('/').map(|(scope, _)| format!("{scope}:registry"));
        let own = match scope {
            Some(key) => ask(&key)?,
            None => None,
        };
        match own {
            Some(own) => Ok(own),
            None => Ok(ask("registry")?.unwrap_or_default()),
        }
    }

    /// Has npm find out what is to be installed, without installing it.
    fn resolve(&self, name: &str, version: &str) -> Result<Vec<Locked>, FetchError> {
        self.job.asker.progress.step(Step::Resolve, 0, 1);
        let folder = self.folder.join("tree");
        let io = |error| FetchError::Io { place: folder.clone(), error };
        fs::create_dir(&folder).map_err(io)?;
        let manifest = serde_json::json!({ "private": true, "dependencies": { name: version } });
        fs::write(folder.join("package.json"), manifest.to_string()).map_err(io)?;
        let words = [
            "install",
            "--package-lock-only",
            "--package-lock",
            "--lockfile-version=3",
            "--omit-lockfile-registry-resolved=true",
            "--install-strategy=hoisted",
            "--json",
        ];
        let said = self.run(Step::Resolve, &words, &folder)?;
        if !said.ok {
            let parsed = serde_json::from_slice(&said.output).ok();
            return Err(failed(Step::Resolve, &spec(name, version), &said, parsed.as_ref()));
        }
        let file = folder.join("package-lock.json");
        let bytes = crate::reader::whole(&file, self.job.asker.limits.output)
            .map_err(|refusal| nonsense(Step::Resolve, &refusal.detail))?;
        self.job.asker.progress.step(Step::Resolve, 1, 1);
        lock::read(&bytes, self.job.asker.limits.dependencies)
    }

    /// Fetches every archive of the tree, by place, and tells what was not fetched.
    fn archives(
        &self,
        locked: &[Locked],
    ) -> Result<(BTreeMap<String, Digest>, Vec<Gap>), FetchError> {
        let (os, cpu) = (node_os(), node_cpu());
        let mut gaps = Vec::new();
        let mut wanted = Vec::new();
        for one in locked {
            let name = || one.name.clone();
            if one.bundled {
                gaps.push(Gap::Bundled { name: name() });
            } else if let Some(from) = one.from.as_ref().filter(|from| !is_tarball(from)) {
                gaps.push(Gap::NotFromRegistry { name: name(), from: from.clone() });
            } else if one.optional && !one.is_for(os, cpu) {
                gaps.push(Gap::OtherSystem { name: name() });
            } else if !is_name(&one.name) || !is_version(&one.version) {
                return Err(nonsense(Step::Resolve, "a package has no name or version"));
            } else {
                if one.integrity.as_deref().and_then(strongest).is_none() {
                    gaps.push(Gap::WeakIntegrity { name: name() });
                }
                wanted.push(one);
            }
        }
        let packed = self.pack(&wanted)?;
        let total = wanted.len();
        let mut archives = BTreeMap::new();
        for (done, one) in wanted.into_iter().enumerate() {
            self.job.asker.progress.step(Step::Keep, done, total);
            archives.insert(one.place.clone(), self.job.keep(&packed.of(self, one)?)?);
        }
        self.job.asker.progress.step(Step::Keep, total, total);
        Ok((archives, gaps))
    }

    /// Has npm fetch archives, some at a time.
    fn pack(&self, wanted: &[&Locked]) -> Result<Packed, FetchError> {
        let specs: BTreeSet<String> = wanted.iter().map(|one| one.spec()).collect();
        let specs: Vec<String> = specs.into_iter().collect();
        let chunks: Vec<&[String]> = specs.chunks(PACKED).collect();
        let mut packed = Packed::default();
        let mut done = 0;
        for (round, chunks) in chunks.chunks(AT_ONCE).enumerate() {
            self.job.asker.progress.step(Step::Fetch, done, specs.len());
            let outcomes: Vec<Result<Packed, FetchError>> = thread::scope(|scope| {
                let runs: Vec<_> = chunks
                    .iter()
                    .enumerate()
                    .map(|(number, chunk)| {
                        let folder = self.folder.join(format!("pack-{round}-{number}"));
                        scope.spawn(move || self.pack_some(chunk, &folder))
                    })
                    .collect();
                runs.into_iter()
                    .map(|run| {
                        run.join()
                            .unwrap_or_else(|_| Err(nonsense(Step::Fetch, "a thread broke off")))
                    })
                    .collect()
            });
            for outcome in outcomes {
                let some = outcome?;
                packed.files.extend(some.files);
                packed.by_id.extend(some.by_id);
            }
            done += chunks.iter().map(|chunk| chunk.len()).sum::<usize>();
        }
        self.job.asker.progress.step(Step::Fetch, specs.len(), specs.len());
        Ok(packed)
    }

    fn pack_some(&self, specs: &[String], folder: &Path) -> Result<Packed, FetchError> {
        let io = |error| FetchError::Io { place: folder.to_owned(), error };
        fs::create_dir(folder).map_err(io)?;
        let mut words = vec!["pack", "--json", "--pack-destination", "."];
        words.extend(specs.iter().map(String::as_str));
        let said = self.run(Step::Fetch, &words, folder)?;
        let parsed: Option<Value> = serde_json::from_slice(&said.output).ok();
        if !said.ok {
            return Err(failed(Step::Fetch, &specs.join(" "), &said, parsed.as_ref()));
        }
        let mut packed = Packed::default();
        for one in parsed.as_ref().and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| one.get(key).and_then(Value::as_str);
            if let (Some(id), Some(file)) = (text("id"), text("filename")) {
                let file = file.rsplit('/').next().unwrap_or(file);
                packed.by_id.insert(id.to_owned(), folder.join(file));
            }
        }
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(io)? {
            files.push(entry.map_err(io)?.path());
        }
        packed.files = files
            .into_par_iter()
            .map(|path| {
                let mut file = crate::reader::open_itself(&path).map_err(io)?;
                Ok((path, Sums::of(&mut file).map_err(io)?))
            })
            .collect::<Result<_, FetchError>>()?;
        Ok(packed)
    }
}

impl Locked {
    /// How npm is asked for it.
    fn spec(&self) -> String {
        match &self.from {
            Some(address) => address.clone(),
            None => spec(&self.name, &self.version),
        }
    }
}

/// Archives that npm has fetched.
#[derive(Default)]
struct Packed {
    files: Vec<(PathBuf, Sums)>,
    /// By name and version. Two packages may get files of the same name, so this is the last resort.
    by_id: BTreeMap<String, PathBuf>,
}

impl Packed {
    /// The archive of a package: the one that the lock file names, whatever it is called.
    fn of(&self, npm: &Npm<'_>, one: &Locked) -> Result<PathBuf, FetchError> {
        let Some(integrity) = one.integrity.as_deref().filter(|text| strongest(text).is_some())
        else {
            let found = self.by_id.get(&spec(&one.name, &one.version));
            return found.cloned().ok_or_else(|| missing(one, "it was not fetched"));
        };
        let of = |packed: &Self| {
            let file = packed.files.iter().find(|(_, sums)| fits(integrity, sums) == Some(true));
            file.map(|(path, _)| path.clone())
        };
        if let Some(path) = of(self) {
            return Ok(path);
        }
        // One of two packages whose files have the same name: alone it has no rival.
        let hash = Digest::of(one.place.as_bytes()).to_string().replace(':', "-");
        let alone = npm.pack_some(&[one.spec()], &npm.folder.join(hash))?;
        of(&alone).ok_or_else(|| missing(one, "none of the archives has the digest"))
    }
}

fn missing(one: &Locked, said: &str) -> FetchError {
    FetchError::Integrity { name: spec(&one.name, &one.version), said: said.to_owned() }
}

fn spec(name: &str, version: &str) -> String {
    format!("{name}@{version}")
}

/// An archive at an address, which npm fetches like one of a registry.
fn is_tarball(from: &str) -> bool {
    from.starts_with("https://") || from.starts_with("http://")
}

/// What a failure of npm means.
fn failed(step: Step, what: &str, said: &Said, output: Option<&Value>) -> FetchError {
    let text = |path: &str| output?.pointer(path)?.as_str().map(ask::told);
    let code = text("/error/code").unwrap_or_default();
    let summary = text("/error/summary").filter(|text| !text.is_empty());
    let said = summary.map_or_else(|| said.talk.clone(), |summary| format!("{summary} ({code})"));
    let is = |name: &str| code == name || said.contains(name);
    if is("E404") || is("ETARGET") || is("ENOVERSIONS") {
        FetchError::NotFound { what: what.to_owned(), said }
    } else if is("EINTEGRITY") {
        FetchError::Integrity { name: what.to_owned(), said }
    } else {
        FetchError::Failed { step, said }
    }
}

/// The name that Node.js has for this system.
const fn node_os() -> &'static str {
    match std::env::consts::OS.as_bytes() {
        b"macos" => "darwin",
        b"windows" => "win32",
        _ => std::env::consts::OS,
    }
}

/// The name that Node.js has for this processor.
const fn node_cpu() -> &'static str {
    match std::env::consts::ARCH.as_bytes() {
        b"x86_64" => "x64",
        b"aarch64" => "arm64",
        b"x86" => "ia32",
        _ => std::env::consts::ARCH,
    }
}
