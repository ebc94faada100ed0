//! Manifests, indexes and configurations, as a registry hands them out (OCI image specification
//! 1.1, and the Docker types that mean the same).
//!
//! A document that two readers could take for two different things is refused: one with a member
//! twice, with the members of an index and of an image, or that says another type than it was
//! handed out as.

use std::collections::BTreeSet;

use serde_json::Value;
use thiserror::Error;
use warden_model::Digest;

use super::Platform;

/// The type of an index of the image specification.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The type of a manifest of the image specification.
pub(super) const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";

/// The type of an index of Docker.
const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// The type of a manifest of Docker.
const DOCKER_IMAGE: &str = "application/vnd.docker.distribution.manifest.v2+json";

/// What is asked for.
pub(super) const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
     application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.docker.distribution.manifest.v2+json";

/// What a configuration of an image is called.
const CONFIGS: &[&str] =
    &["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

/// What layers that can be unpacked are called.
const LAYERS: &[&str] = &[
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
];

/// How many entries an index, or layers an image, may have.
const MOST: usize = 512;

/// What a document of a registry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manifest {
    /// Several images of one name.
    Index(Vec<Entry>),
    /// One image.
    Image(Image),
}

/// Where something lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// Its type.
    pub kind: String,
    /// What it is.
    pub digest: Digest,
    /// Its bytes.
    pub size: u64,
}

/// An image of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where its manifest lies.
    pub blob: Descriptor,
    /// What it is for, if that is said.
    pub platform: Option<Platform>,
}

/// What an image consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its configuration.
    pub config: Descriptor,
    /// Its layers, the lowest first.
    pub layers: Vec<Descriptor>,
    /// The type that the manifest itself has.
    pub kind: String,
}

/// Why a document is no manifest that can be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadManifest {
    /// It is a page for people.
    #[error("a page for people in place of a manifest")]
    Page,
    /// It is no JSON, or some readers of JSON would read it otherwise than others.
    #[error("a manifest that is not readable JSON")]
    Json,
    /// It has a type that is not known.
    #[error("something of the type `{0}`, which is no image")]
    Kind(String),
    /// It says another type than it was handed out as.
    #[error("a manifest that says another type than it is handed out as")]
    OtherKind,
    /// It has the members of two types.
    #[error("a manifest that is an image and an index at once")]
    Both,
    /// A member is missing or of another kind.
    #[error("a manifest without a usable `{0}`")]
    Member(&'static str),
    /// Something is named by a digest that is not known here.
    #[error("a manifest with a digest other than SHA-256")]
    Algorithm,
    /// A layer of a type that cannot be unpacked.
    #[error("a layer of the type `{0}`, which cannot be unpacked")]
    Layer(String),
    /// There is too much of something.
    #[error("a manifest with more than {MOST} `{0}`")]
    TooMany(&'static str),
}

impl Manifest {
    /// Reads what was handed out as `kind`, a type without parameters; empty if it has none.
    ///
    /// # Errors
    /// When it is no image or index, or could be read as two things.
    pub fn read(bytes: &[u8], kind: &str) -> Result<Self, BadManifest> {
        if kind == "text/html" {
            return Err(BadManifest::Page);
        }
        let value = json(bytes)?;
        let own = match value.get("mediaType") {
            None => None,
            Some(own) => Some(own.as_str().ok_or(BadManifest::Member("mediaType"))?),
        };
        // Some registries hand out everything as plain JSON.
        let told = Some(kind).filter(|kind| !matches!(*kind, "" | "application/json"));
        if let (Some(own), Some(told)) = (own, told)
            && own != told
        {
            return Err(BadManifest::OtherKind);
        }
        let (index, image) = (value.get("manifests"), value.get("config").or(value.get("layers")));
        if index.is_some() && image.is_some() {
            return Err(BadManifest::Both);
        }
        let usual = if index.is_some() { INDEX } else { IMAGE };
        let kind = own.or(told).unwrap_or(usual);
        if !matches!(kind, INDEX | IMAGE | DOCKER_INDEX | DOCKER_IMAGE) {
            return Err(BadManifest::Kind(shown(kind)));
        }
        if value.get("schemaVersion").and_then(Value::as_u64) != Some(2) {
            return Err(BadManifest::Member("schemaVersion"));
        }
        match kind {
            INDEX | DOCKER_INDEX => Ok(Self::Index(entries(&value)?)),
            _ => {
                // What the registry says of its type must not change what is kept of it.
                let kind = own.unwrap_or(IMAGE).to_owned();
                Ok(Self::Image(Image { config: config(&value)?, layers: layers(&value)?, kind }))
            }
        }
    }
}

/// The platform that a configuration says that it is for.
///
/// # Errors
/// When it does not say it, or is no configuration.
pub fn platform_of(config: &[u8]) -> Result<Platform, BadManifest> {
    platform(&json(config)?).map_err(|_| BadManifest::Member("architecture"))
}

fn platform(value: &Value) -> Result<Platform, BadManifest> {
    let bad = BadManifest::Member("platform");
    let text = |name: &str| match value.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(_) => Err(bad.clone()),
    };
    let (os, architecture) = (text("os")?, text("architecture")?);
    let (Some(os), Some(architecture)) = (os, architecture) else { return Err(bad) };
    Platform::new(os, architecture, text("variant")?).map_err(|_| bad)
}

/// The images of an index. What vouches for them is no image.
fn entries(index: &Value) -> Result<Vec<Entry>, BadManifest> {
    let mut entries = Vec::new();
    for value in list(index, "manifests")? {
        let attests = value.pointer("/annotations/vnd.docker.reference.type").is_some();
        let unknown = value.pointer("/platform/os").and_then(Value::as_str) == Some("unknown");
        let blob = descriptor(value, "manifests")?;
        let is_image = matches!(&*blob.kind, INDEX | IMAGE | DOCKER_INDEX | DOCKER_IMAGE);
        if attests || unknown || !is_image {
            continue;
        }
        let platform = value.get("platform").map(platform).transpose()?;
        entries.push(Entry { blob, platform });
    }
    Ok(entries)
}

fn config(manifest: &Value) -> Result<Descriptor, BadManifest> {
    let value = manifest.get("config").ok_or(BadManifest::Member("config"))?;
    let config = descriptor(value, "config")?;
    if CONFIGS.contains(&&*config.kind) {
        Ok(config)
    } else {
        Err(BadManifest::Kind(shown(&config.kind)))
    }
}

fn layers(manifest: &Value) -> Result<Vec<Descriptor>, BadManifest> {
    let layer = |value| {
        let layer = descriptor(value, "layers")?;
        if LAYERS.contains(&&*layer.kind) {
            Ok(layer)
        } else {
            Err(BadManifest::Layer(shown(&layer.kind)))
        }
    };
    list(manifest, "layers")?.iter().map(layer).collect()
}

fn list<'a>(value: &'a Value, name: &'static str) -> Result<&'a [Value], BadManifest> {
    let all = value.get(name).and_then(Value::as_array).ok_or(BadManifest::Member(name))?;
    if all.len() > MOST { Err(BadManifest::TooMany(name)) } else { Ok(all) }
}

fn descriptor(value: &Value, of: &'static str) -> Result<Descriptor, BadManifest> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let digest = text("digest").ok_or(BadManifest::Member(of))?;
    let digest = digest.parse().map_err(|_| BadManifest::Algorithm)?;
    let size = value.get("size").and_then(Value::as_u64).ok_or(BadManifest::Member(of))?;
    let kind = text("mediaType").ok_or(BadManifest::Member(of))?.to_owned();
    Ok(Descriptor { kind, digest, size })
}

/// A type of a stranger, so that it can be shown.
fn shown(kind: &str) -> String {
    kind.chars().take(80).filter(char::is_ascii_graphic).collect()
}

/// Reads an object that every reader reads alike: no member twice, also not in letters of another
/// size, which readers in Go take for the same.
///
/// # Errors
/// When it is none.
pub(super) fn json(bytes: &[u8]) -> Result<Value, BadManifest> {
    warden_mcp::read_object(bytes).ok().filter(has_no_twins).ok_or(BadManifest::Json)
}

/// Whether no object in it has two members that differ in the size of letters alone. How deep it
/// goes is bounded by the reader.
fn has_no_twins(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            let mut names = BTreeSet::new();
            members
                .iter()
                .all(|(name, value)| names.insert(name.to_lowercase()) && has_no_twins(value))
        }
        Value::Array(list) => list.iter().all(has_no_twins),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn described(kind: &str) -> Value {
        json!({ "mediaType": kind, "digest": Digest::of(kind.as_bytes()).to_string(), "size": 3 })
    }

    fn image() -> Value {
        json!({
            "schemaVersion": 2, "mediaType": IMAGE,
            "config": described(CONFIGS[0]), "layers": [described(LAYERS[1])],
        })
    }

    fn read(value: &Value, kind: &str) -> Result<Manifest, BadManifest> {
        Manifest::read(value.to_string().as_bytes(), kind)
    }

    #[test]
    fn an_image_is_read_whatever_says_that_it_is_one() {
        let whole = read(&image(), IMAGE).unwrap();
        let Manifest::Image(found) = &whole else { panic!("{whole:?}") };
        assert_eq!((found.layers.len(), found.kind.as_str()), (1, IMAGE));
        for kind in ["", "application/json"] {
            assert_eq!(read(&image(), kind).as_ref(), Ok(&whole));
        }
        let mut bare = image();
        bare.as_object_mut().unwrap().remove("mediaType");
        for kind in ["", IMAGE] {
            assert_eq!(read(&bare, kind).as_ref(), Ok(&whole));
        }
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut Value), why: &BadManifest) {
        let mut value = image();
        change(&mut value);
        assert_eq!(read(&value, "").as_ref(), Err(why), "{value}");
    }

    #[test]
    fn what_could_be_read_as_two_things_is_refused() {
        assert_eq!(read(&image(), "text/html"), Err(BadManifest::Page));
        assert_eq!(read(&image(), INDEX), Err(BadManifest::OtherKind));
        refused(|value| value["manifests"] = json!([]), &BadManifest::Both);
        let twice = image().to_string();
        for extra in ["\"layers\":[],", "\"Layers\":[],"] {
            let twice = twice.replacen('{', &format!("{{{extra}"), 1);
            assert_eq!(Manifest::read(twice.as_bytes(), ""), Err(BadManifest::Json));
        }
        let deep = format!("{{\"a\":{}1{}}}", "[{\"b\":".repeat(80), "}]".repeat(80));
        let inside = r#"{"a":[{"size":1,"Size":2}]}"#;
        for text in ["", "{", "<html>", "{} {}", "[", "[]", "\u{0}", "{\"a\":1e999}", &deep, inside]
        {
            assert_eq!(Manifest::read(text.as_bytes(), ""), Err(BadManifest::Json), "{text}");
        }
    }

    #[test]
    fn what_is_no_image_is_refused_by_what_it_lacks() {
        refused(|value| value["schemaVersion"] = 1.into(), &BadManifest::Member("schemaVersion"));
        refused(|value| value["layers"] = json!({}), &BadManifest::Member("layers"));
        refused(|value| value["config"] = json!({}), &BadManifest::Member("config"));
        refused(|value| value["layers"][0]["size"] = json!(-1), &BadManifest::Member("layers"));
        for digest in ["sha512:00", "md5:1", "", "sha256:0"] {
            refused(|value| value["layers"][0]["digest"] = digest.into(), &BadManifest::Algorithm);
        }
        let zstd = "application/vnd.oci.image.layer.v1.tar+zstd";
        refused(
            |value| value["layers"][0]["mediaType"] = zstd.into(),
            &BadManifest::Layer(zstd.into()),
        );
        let chart = "application/vnd.cncf.helm.config.v1+json";
        refused(
            |value| value["config"]["mediaType"] = chart.into(),
            &BadManifest::Kind(chart.into()),
        );
        refused(|value| value["mediaType"] = chart.into(), &BadManifest::Kind(chart.into()));
        let many: Vec<Value> = (0..=MOST).map(|_| described(LAYERS[0])).collect();
        refused(|value| value["layers"] = many.into(), &BadManifest::TooMany("layers"));
    }

    #[test]
    fn an_index_has_images_and_what_vouches_for_them() {
        let entry = |os: &str, architecture: &str| {
            let mut entry = described(IMAGE);
            entry["platform"] = json!({ "os": os, "architecture": architecture, "variant": "" });
            entry
        };
        let mut vouching = entry("linux", "amd64");
        vouching["annotations"] = json!({ "vnd.docker.reference.type": "attestation-manifest" });
        let index = json!({
            "schemaVersion": 2,
            "manifests": [entry("linux", "amd64"), vouching, entry("unknown", "unknown"),
                          described("application/vnd.example+json"), entry("linux", "arm64")],
        });
        let Ok(Manifest::Index(found)) = read(&index, "") else { panic!("it is an index") };
        let found: Vec<String> =
            found.iter().map(|entry| entry.platform.as_ref().unwrap().to_string()).collect();
        assert_eq!(found, ["linux/amd64", "linux/arm64"]);
    }
}
