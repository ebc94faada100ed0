//! What a registry hands out of where a package was built: kept as it is, and judged elsewhere.
//!
//! npm and pip have no command for it, so it is asked for here, at the registry that they are
//! configured for and at no other: what a registry says of another host is not followed. No
//! credentials are sent. A registry that cannot be asked is told of, and is never taken for one that
//! has nothing.

use std::{ffi::OsString, path::Path, time::Instant};

use serde_json::Value;
use warden_mcp::{
    Address,
    client::{Asking, DocumentError, document},
};
use warden_model::Digest;

use super::{FetchError, Job, Step, ask};

/// The largest document that is kept, in bytes.
const MOST: usize = 8 << 20;

/// The largest page of an index that is read, in bytes.
const MOST_PAGE: usize = 64 << 20;

/// What an index answers with where it knows JSON (PEP 691).
const SIMPLE: &str = "application/vnd.pypi.simple.v1+json";

/// What a registry says of where a package was built.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Attested {
    /// It has nothing.
    Absent,
    /// It has something.
    Found {
        /// All of it, as the registry wrote it, in the store.
        #[serde(with = "super::record::digest")]
        document: Digest,
        /// What the archive is called at the registry, where that is part of what is attested.
        file: Option<String>,
    },
    /// It could not be asked.
    Unasked {
        /// Why.
        why: String,
    },
}

impl Attested {
    fn unasked(why: impl Into<String>) -> Self {
        Self::Unasked { why: why.into() }
    }

    /// The blob that it lies in.
    #[must_use]
    pub const fn document(&self) -> Option<Digest> {
        match self {
            Self::Found { document, .. } => Some(*document),
            Self::Absent | Self::Unasked { .. } => None,
        }
    }
}

/// What the registry of npm has. `seen` is what it says of the version; `registry` is its address.
///
/// # Errors
/// When somebody cancels, or the store cannot keep it.
pub(super) fn npm(
    job: &Job<'_>,
    seen: &Value,
    registry: impl FnOnce() -> Result<String, FetchError>,
) -> Result<Attested, FetchError> {
    let Some(told) = seen.pointer("/dist/attestations").filter(|told| !told.is_null()) else {
        return Ok(Attested::Absent);
    };
    let Some(url) = told.get("url").and_then(Value::as_str) else {
        return Ok(Attested::unasked("the registry does not say where it has it"));
    };
    let registry = registry()?;
    let Some(address) = below(&registry, url) else {
        return Ok(Attested::unasked("the registry has no address that can be asked"));
    };
    get(job, &address, None)
}

/// The address of a document at the registry that npm is configured for. A mirror passes on what the
/// registry behind it says: its path counts and its host does not, as npm itself does it.
fn below(registry: &str, url: &str) -> Option<Address> {
    let registry = registry.trim().trim_end_matches('/');
    let base = Address::parse(registry)?;
    let inside = url.strip_prefix(registry).is_some_and(|rest| rest.starts_with('/'));
    if inside {
        return base.join(url);
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..))?,
        None => url,
    };
    if !path.starts_with('/') || path.starts_with("//") {
        return None;
    }
    base.join(&format!("{}{path}", base.uri().path().trim_end_matches('/')))
}

/// What an index of Python has of one archive: the `provenance` of its file (PEP 740).
///
/// # Errors
/// When somebody cancels, or the store cannot keep it.
pub(super) fn pypi(
    job: &Job<'_>,
    index: Option<&str>,
    name: &str,
    sha256: &str,
) -> Result<Attested, FetchError> {
    let page =
        index.and_then(|index| Address::parse(&format!("{}/{name}/", index.trim_end_matches('/'))));
    let Some(page) = page else {
        return Ok(Attested::unasked("the index of pip has no address that can be asked"));
    };
    let answer = match asked(job, &page, SIMPLE, MOST_PAGE)? {
        Ok(answer) => answer,
        Err(why) => return Ok(Attested::Unasked { why }),
    };
    let Ok(listed) = serde_json::from_slice::<Value>(&answer) else {
        return Ok(Attested::unasked("the index does not answer in JSON"));
    };
    let files = listed.get("files").and_then(Value::as_array).map(Vec::as_slice);
    let same = |file: &&Value| {
        let told = file.pointer("/hashes/sha256").and_then(Value::as_str);
        told.is_some_and(|told| told.eq_ignore_ascii_case(sha256))
    };
    let Some(file) = files.unwrap_or_default().iter().find(same) else {
        return Ok(Attested::unasked("the index does not list the archive"));
    };
    let Some(url) = file.get("provenance").filter(|url| !url.is_null()) else {
        return Ok(Attested::Absent);
    };
    let Some(address) = url.as_str().and_then(|url| page.join(url)) else {
        return Ok(Attested::unasked("the index has it at another address, which is not asked"));
    };
    let name = file.get("filename").and_then(Value::as_str).map(str::to_owned);
    get(job, &address, name)
}

/// Fetches a document and keeps it.
fn get(job: &Job<'_>, address: &Address, file: Option<String>) -> Result<Attested, FetchError> {
    Ok(match asked(job, address, "application/json", MOST)? {
        Ok(bytes) => Attested::Found { document: job.asker.store.put_blob(&bytes)?, file },
        Err(why) => Attested::Unasked { why },
    })
}

/// Asks, for as long as a registry may be silent. The inner error is why there is no answer.
fn asked(
    job: &Job<'_>,
    address: &Address,
    accept: &'static str,
    most: usize,
) -> Result<Result<Vec<u8>, String>, FetchError> {
    job.alive()?;
    let left = job.until.saturating_duration_since(Instant::now());
    let whole = job.asker.limits.silence.min(left);
    Ok(match document(address, &Asking { accept, most, whole }) {
        Ok(answer) => Ok(answer.bytes),
        // It is listed, so that it cannot be absent.
        Err(
            error @ (DocumentError::Timeout | DocumentError::Status(_) | DocumentError::Failed(_)),
        ) => Err(format!("the registry could not be asked: {error}")),
    })
}

/// The index that pip is configured for: the one that it says in its help, which is the one place
/// where it tells it whatever file or variable it is from. Nothing if it does not say it.
pub(super) fn index(job: &Job<'_>, folder: &Path) -> Result<Option<String>, FetchError> {
    let args: Vec<OsString> =
        ["-m", "pip", "download", "--help"].iter().map(OsString::from).collect();
    let said = ask::run(
        &ask::Ask {
            step: Step::Look,
            program: &job.asker.programs.python,
            args,
            folder,
            // Wide enough for every address to stand on one line.
            env: &[("COLUMNS", "4000")],
            without: "",
            input: &[],
        },
        job,
    )?;
    let text = String::from_utf8_lossy(&said.output).into_owned();
    Ok(index_of(&text))
}

fn index_of(help: &str) -> Option<String> {
    let option = help.find("--index-url <url>").and_then(|at| help.get(at..))?;
    let line = option.lines().next()?;
    let told = line.split_once("(default ")?.1;
    let url = told.split([')', ' ']).next()?;
    // pip hides a password, so that an index which wants one cannot be asked.
    Address::parse(url).is_some().then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_asked_for_at_the_configured_registry_alone() {
        let at = |registry: &str, url: &str| below(registry, url).map(|at| at.uri().to_string());
        let registry = "https://npm.acme.example/";
        let path = "/-/npm/v1/attestations/mail@1.0.0";
        let own = Some(format!("https://npm.acme.example{path}"));
        assert_eq!(at(registry, &format!("https://npm.acme.example{path}")), own);
        assert_eq!(at(registry, &format!("https://other.example{path}")), own);
        assert_eq!(at(registry, &format!("http://169.254.169.254{path}")), own);
        assert_eq!(at(registry, path), own);
        let mirror = "https://mirror.example/api/npm/all/";
        let own = Some(format!("https://mirror.example/api/npm/all{path}"));
        assert_eq!(at(mirror, &format!("https://other.example{path}")), own);
        assert_eq!(at(mirror, &format!("https://mirror.example/api/npm/all{path}")), own);
        for none in ["//evil.example/x", "x", "", "https://evil.example"] {
            assert_eq!(at(registry, none), None, "{none}");
        }
        assert_eq!(at("undefined", path), None);
    }

    #[test]
    fn the_index_of_pip_is_the_one_that_it_says() {
        let help = |default: &str| {
            format!("  -i, --index-url <url>       Base URL (default {default}). This should\n  x")
        };
        let own = "https://index.acme.example/simple";
        assert_eq!(index_of(&help(own)), Some(own.to_owned()));
        for none in ["https://ann:****@index.acme.example/simple", "", "a folder"] {
            assert_eq!(index_of(&help(none)), None, "{none}");
        }
        assert_eq!(index_of("no such option"), None);
    }
}
