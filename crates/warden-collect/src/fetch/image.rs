//! Images from a registry: a pull by the OCI distribution specification 1.1 that reads and never
//! writes, with every byte held against the digest and size that it is named by.
//!
//! A digest or a tag leads to a manifest, that perhaps through an index to the one for a system, and
//! that to a configuration and layers. What comes out is an archive in the image layout, and from
//! there on it is like one that somebody has on disk. A tag says which image was meant then; what is
//! fetched, remembered and certified is the digest of the manifest.

pub mod challenge;
mod layout;
mod login;
pub mod manifest;
mod reference;
mod registry;

use std::{
    fs,
    path::{Path, PathBuf},
};

use warden_mcp::client::GetError;
use warden_model::Digest;

use super::{FetchError, Fetched, Gap, Job, Kind, Step};
use crate::store::Format;
use manifest::{BadManifest, Descriptor, Entry, Image, Manifest};
use registry::{Given, Registry};

pub use challenge::BadChallenge;
pub use reference::{BadPlatform, BadReference, Platform, Reference, Which};
pub use registry::Shown;

/// How many indexes may lead to each other.
const INDEXES: usize = 3;

/// The most bytes of a configuration.
const MOST_CONFIG: u64 = 4 << 20;

/// What is known of an image beyond its bytes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageFacts {
    /// The host of the registry.
    pub registry: String,
    /// The repository.
    pub repository: String,
    /// The tag that was asked for, if it was one.
    pub tag: Option<String>,
    /// The digest of what the tag or the asked digest named: the manifest, or an index with it.
    #[serde(with = "super::record::digest")]
    pub named: Digest,
    /// The digest of the manifest: which image it is.
    #[serde(with = "super::record::digest")]
    pub manifest: Digest,
    /// The system that it is for.
    pub platform: String,
}

/// Why an image could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// There is none for the system.
    #[error("there is none for `{wanted}`, only for {}", several(.there))]
    NoPlatform {
        /// The system.
        wanted: Platform,
        /// The systems that there are images for; empty where they do not say it.
        there: Vec<String>,
    },
    /// The registry does not hand it out.
    #[error("`{host}` does not hand it out {}", match .shown {
        Shown::Nothing => "without credentials",
        Shown::Own => "with the credentials that you have",
        Shown::Withheld => "without credentials of its own",
    })]
    Denied {
        /// Who.
        host: String,
        /// What it was shown.
        shown: Shown,
    },
    /// The registry answers with a status that says nothing else.
    #[error("`{host}` answered with status {status}")]
    Status {
        /// Who.
        host: String,
        /// The status.
        status: u16,
    },
    /// Where the registry sends its clients is nothing.
    #[error("where `{host}` sends its clients, the answer is status {status}")]
    Elsewhere {
        /// Who.
        host: String,
        /// The status.
        status: u16,
    },
    /// The registry sends its clients round and round, or somewhere unsafe.
    #[error("`{host}` sends its clients where nobody should follow")]
    Redirect {
        /// Who.
        host: String,
    },
    /// The registry hands out tokens somewhere unsafe.
    #[error("`{host}` names no safe address that hands out its tokens")]
    Realm {
        /// Who.
        host: String,
    },
    /// What the registry wants to see is not known.
    #[error("`{host}` asks for something that cannot be given")]
    Challenge {
        /// Who.
        host: String,
        /// Why.
        #[source]
        error: BadChallenge,
    },
    /// The registry gave something that is no image.
    #[error("the registry gives {0}")]
    Manifest(#[from] BadManifest),
    /// Credentials cannot be used.
    #[error("the credentials of `{}` cannot be used: {what}", .place.display())]
    Credentials {
        /// The file or program.
        place: PathBuf,
        /// Why.
        what: &'static str,
    },
    /// An answer is longer than it should be.
    #[error("an answer is longer than is read")]
    TooLong,
    /// There is no answer.
    #[error("`{host}` cannot be asked")]
    Unreached {
        /// Who.
        host: String,
        /// Why.
        #[source]
        error: GetError,
    },
}

/// Fetches an image.
///
/// # Errors
/// When it cannot be had, is not for the system, or is not what it is said to be.
pub(super) fn fetch(
    job: &Job<'_>,
    reference: &Reference,
    platform: &Platform,
) -> Result<Fetched, FetchError> {
    let mut registry = Registry::new(job, reference)?;
    job.asker.progress.step(Step::Look, 0, 1);
    let (named, given, image) = find(&mut registry, reference, platform)?;
    job.asker.progress.step(Step::Look, 1, 1);
    let work = job.asker.store.work()?;
    let folder = work.path().join("blobs");
    fs::create_dir(&folder).map_err(|error| FetchError::Io { place: folder.clone(), error })?;
    let own = blobs(job, &mut registry, (&image, platform), &folder)?;
    let file = work.path().join("image.oci.tar");
    layout::write(&file, (&given, &image, &own), &folder)
        .map_err(|error| FetchError::Io { place: file.clone(), error })?;
    let archive = job.keep(&file)?;
    let (tree, done) = job.asker.store.unpack(archive, Format::Image, &job.asker.unpack)?;
    let mut fetched = Fetched::new(Kind::Image, &reference.name(), tree);
    fetched.version = Some(given.digest.to_string());
    fetched.archive = Some(archive);
    fetched.format = Some(Format::Image);
    fetched.gaps =
        done.left_out.into_iter().map(|left| Gap::NotUnpacked { path: left.path }).collect();
    fetched.image = Some(ImageFacts {
        registry: reference.registry().to_owned(),
        repository: reference.repository().to_owned(),
        tag: reference.tag().map(str::to_owned),
        named,
        manifest: given.digest,
        platform: own.to_string(),
    });
    Ok(fetched)
}

/// Finds the manifest for a system: the digest of what the reference names, and the manifest.
fn find(
    registry: &mut Registry<'_>,
    reference: &Reference,
    platform: &Platform,
) -> Result<(Digest, Given, Image), FetchError> {
    let other = |digest: Digest| FetchError::Integrity {
        name: reference.name(),
        said: format!("other bytes than {digest}"),
    };
    let mut given = match reference.which() {
        Which::Tag(tag) => registry.manifest(tag)?,
        Which::Digest(digest) => {
            let given = registry.manifest(&digest.to_string())?;
            if given.digest != *digest {
                return Err(other(*digest));
            }
            given
        }
    };
    let named = given.digest;
    let mut read = Manifest::read(&given.bytes, &given.kind).map_err(ImageError::from)?;
    for _ in 0..INDEXES {
        let entries = match read {
            Manifest::Image(image) => return Ok((named, given, image)),
            Manifest::Index(entries) => entries,
        };
        let blob = chosen(&entries, platform)?;
        given = registry.manifest(&blob.digest.to_string())?;
        if given.digest != blob.digest {
            return Err(other(blob.digest));
        }
        if given.bytes.len() as u64 != blob.size {
            let said = format!("{} has not {} bytes", blob.digest, blob.size);
            return Err(FetchError::Integrity { name: reference.name(), said });
        }
        // Index and registry have to agree on what it is.
        Manifest::read(&given.bytes, &blob.kind).map_err(ImageError::from)?;
        read = Manifest::read(&given.bytes, &given.kind).map_err(ImageError::from)?;
    }
    Err(FetchError::Nonsense {
        step: Step::Look,
        what: "indexes that lead to more and more indexes".to_owned(),
    })
}

/// The first entry for a system, which is the one that runs there. The only one may leave unsaid
/// what it is for: its configuration says it.
fn chosen(entries: &[Entry], platform: &Platform) -> Result<Descriptor, FetchError> {
    if let [Entry { blob, platform: None }] = entries {
        return Ok(blob.clone());
    }
    let fits = |entry: &&Entry| entry.platform.as_ref().is_some_and(|own| own.is(platform));
    if let Some(entry) = entries.iter().find(fits) {
        return Ok(entry.blob.clone());
    }
    let mut there: Vec<String> = Vec::new();
    for own in entries.iter().filter_map(|entry| entry.platform.as_ref()) {
        if !there.contains(&own.to_string()) {
            there.push(own.to_string());
        }
    }
    Err(ImageError::NoPlatform { wanted: platform.clone(), there }.into())
}

/// Fetches everything that an image consists of into a folder, and tells which system it is for.
fn blobs(
    job: &Job<'_>,
    registry: &mut Registry<'_>,
    (image, platform): (&Image, &Platform),
    folder: &Path,
) -> Result<Platform, FetchError> {
    let all = each_once(job, image)?;
    let place = |blob: &Descriptor| folder.join(layout::digits(blob.digest));
    // Before anything large: an image for another system is none.
    registry.blob(&image.config, &place(&image.config))?;
    let config = place(&image.config);
    let bytes = fs::read(&config).map_err(|error| FetchError::Io { place: config, error })?;
    let own = manifest::platform_of(&bytes).map_err(ImageError::from)?;
    if !own.is(platform) {
        let (wanted, there) = (platform.clone(), vec![own.to_string()]);
        return Err(ImageError::NoPlatform { wanted, there }.into());
    }
    for (done, blob) in all.iter().enumerate().skip(1) {
        job.asker.progress.step(Step::Fetch, done, all.len());
        registry.blob(blob, &place(blob))?;
    }
    job.asker.progress.step(Step::Fetch, all.len(), all.len());
    Ok(own)
}

/// Everything to fetch, each once: first the configuration, then the layers.
fn each_once<'a>(job: &Job<'_>, image: &'a Image) -> Result<Vec<&'a Descriptor>, FetchError> {
    if image.config.size > MOST_CONFIG {
        return Err(FetchError::TooMuch(Step::Look));
    }
    let mut all: Vec<&Descriptor> = Vec::new();
    let mut left = job.asker.limits.archive;
    for blob in std::iter::once(&image.config).chain(&image.layers) {
        let known = all.iter().find(|known| known.digest == blob.digest);
        if let Some(known) = known {
            if known.size != blob.size {
                return Err(ImageError::from(BadManifest::Member("layers")).into());
            }
            continue;
        }
        left = left.checked_sub(blob.size).ok_or(FetchError::TooMuch(Step::Fetch))?;
        all.push(blob);
    }
    Ok(all)
}

/// The first few of several.
fn several(all: &[String]) -> String {
    /// No more are told.
    const TOLD: usize = 12;
    let first: Vec<String> = all.iter().take(TOLD).map(|one| format!("`{one}`")).collect();
    match all.len() {
        0 => "systems that it does not name".to_owned(),
        count if count > TOLD => format!("{} and others", first.join(", ")),
        _ => first.join(", "),
    }
}

impl ImageFacts {
    /// The package URL of the image (ECMA-427, type `oci`).
    #[must_use]
    pub fn purl(&self) -> String {
        let name = self.repository.rsplit('/').next().unwrap_or(&self.repository);
        let place = format!("{}/{}", self.registry, self.repository);
        let mut parts = self.platform.split('/').skip(1);
        let architecture = parts.next().unwrap_or_default();
        format!(
            "pkg:oci/{name}@{}?arch={architecture}&repository_url={}",
            self.manifest.to_string().replace(':', "%3A"),
            place.replace(':', "%3A").replace('[', "%5B").replace(']', "%5D"),
        )
    }
}
