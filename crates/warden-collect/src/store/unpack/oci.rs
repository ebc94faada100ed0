//! Images: the OCI image layout, and what `docker save` writes, in a tar archive.
//!
//! Every blob that is named is verified by its digest, every layer also by the digest of what is
//! in it (OCI image specification 1.1, `config.rootfs.diff_ids`). The layers are put on top of each
//! other on paper first: so each file is written once, and nothing is ever taken away again.

mod layers;

use std::{
    fs::{self, File},
    io::{BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use warden_model::Digest;

use super::{
    Fault, Rules, UnpackError, UnpackLimits, Unpacked, private_folder,
    sink::{Capped, Sink, create, reading},
    tarball,
};

use layers::Layer;

/// The most that is read of a manifest, index or configuration.
const MOST_JSON: u64 = 4 << 20;

/// How many indexes may stand inside each other.
const INDEXES: usize = 3;

/// How many layers an image may have.
const LAYERS: usize = 512;

/// The folder with the files of the image.
const ROOT: &str = "rootfs";

/// The file with its configuration.
const CONFIG: &str = "config.json";

/// Unpacks an image to `rootfs` and `config.json` in the folder.
///
/// # Errors
/// Whatever is refused.
pub(super) fn read(
    archive: &mut File,
    size: u64,
    (into, limits): (&Path, &UnpackLimits),
) -> Result<Unpacked, UnpackError> {
    let parts = into.join("parts");
    let io = |error| UnpackError::new(b"", Fault::Io(error));
    private_folder(&parts).map_err(io)?;
    let rules = Rules { strip: false, links: true, system: false };
    let mut outer = Sink::new(&parts, rules, limits);
    tarball::read(Capped::new(BufReader::new(archive), limits.most(size)), &mut outer)?;
    outer.finish()?;
    let image = Image::find(&Parts { root: &parts })?;
    let root = into.join(ROOT);
    private_folder(&root).map_err(io)?;
    let mut sink = Sink::new(&root, Rules { strip: false, links: true, system: true }, limits);
    layers::put_on_top(&image.layers, limits, &mut sink)?;
    let mut done = sink.finish()?;
    let mut file = create(&into.join(CONFIG), false).map_err(|fault| at(CONFIG, fault))?;
    file.write_all(&image.config).map_err(io)?;
    done.files += 1;
    done.bytes += image.config.len() as u64;
    fs::remove_dir_all(&parts).map_err(io)?;
    Ok(done)
}

/// The files that the archive holds.
struct Parts<'a> {
    root: &'a Path,
}

/// The configuration, and where each layer lies with its name in the archive.
type Pieces = (Vec<u8>, Vec<(PathBuf, String)>);

struct Image {
    config: Vec<u8>,
    layers: Vec<Layer>,
}

fn at(name: &str, fault: Fault) -> UnpackError {
    UnpackError::new(name.as_bytes(), fault)
}

fn wrong(name: &str, what: &'static str) -> UnpackError {
    at(name, Fault::Broken { what })
}

impl Image {
    fn find(parts: &Parts<'_>) -> Result<Self, UnpackError> {
        let (config, layers) = if parts.root.join("index.json").exists() {
            Self::of_layout(parts)?
        } else {
            Self::of_docker(parts)?
        };
        let parsed = json("config", &config)?;
        let contents = parsed.pointer("/rootfs/diff_ids").and_then(Value::as_array);
        let contents = contents.ok_or_else(|| wrong("config", "it does not list its layers"))?;
        if contents.len() != layers.len() || layers.len() > LAYERS {
            return Err(at("config", Fault::Contradiction { what: "number of layers" }));
        }
        let layers = layers.into_iter().zip(contents).map(|((path, name), content)| {
            let content = content.as_str().and_then(|text| text.parse::<Digest>().ok());
            let content = content.ok_or_else(|| wrong("config", "a layer has no digest"))?;
            Layer::new(path, name, content)
        });
        Ok(Self { config, layers: layers.collect::<Result<_, _>>()? })
    }

    /// `index.json` names a manifest, and that the rest.
    fn of_layout(parts: &Parts<'_>) -> Result<Pieces, UnpackError> {
        let mut index = parts.small("index.json")?;
        let mut name = "index.json".to_owned();
        for _ in 0..INDEXES {
            let parsed = json(&name, &index)?;
            if parsed.get("manifests").is_none() {
                return Self::of_manifest(parts, &parsed, &name);
            }
            let chosen = only_manifest(&parsed, &name)?;
            let digest = parts.blob(chosen)?;
            name = digest.to_string();
            index = parts.verified(digest)?;
        }
        Err(wrong(&name, "too many indexes inside each other"))
    }

    fn of_manifest(parts: &Parts<'_>, manifest: &Value, name: &str) -> Result<Pieces, UnpackError> {
        let config = manifest.get("config").ok_or_else(|| wrong(name, "it has no config"))?;
        let config = parts.verified(parts.blob(config)?)?;
        let layers = manifest.get("layers").and_then(Value::as_array);
        let layers = layers.ok_or_else(|| wrong(name, "it has no layers"))?;
        let found = layers.iter().map(|layer| {
            let kind = layer.get("mediaType").and_then(Value::as_str).unwrap_or_default();
            if kind.ends_with("zstd") {
                return Err(at(name, Fault::Unsupported { what: "a layer packed with zstd" }));
            }
            let digest = parts.blob(layer)?;
            parts.verify(digest)?;
            Ok((parts.place(digest), digest.to_string()))
        });
        Ok((config, found.collect::<Result<_, _>>()?))
    }

    /// `manifest.json` names files of the archive.
    fn of_docker(parts: &Parts<'_>) -> Result<Pieces, UnpackError> {
        let name = "manifest.json";
        let parsed = json(name, &parts.small(name)?)?;
        let [image] = parsed.as_array().map(Vec::as_slice).unwrap_or_default() else {
            return Err(at(name, Fault::Unsupported { what: "an archive with several images" }));
        };
        let config = image.get("Config").and_then(Value::as_str);
        let file = config.ok_or_else(|| wrong(name, "it names no config"))?;
        let config = parts.small(file)?;
        let stem = file.strip_suffix(".json").unwrap_or(file);
        let stem = stem.rsplit('/').next().unwrap_or(stem);
        if Digest::from_hex(stem.as_bytes()).ok() != Some(Digest::of(&config)) {
            return Err(at(file, Fault::Checksum { what: "digest" }));
        }
        let layers = image.get("Layers").and_then(Value::as_array);
        let layers = layers.ok_or_else(|| wrong(name, "it names no layers"))?;
        let found = layers.iter().map(|layer| {
            let layer = layer.as_str().ok_or_else(|| wrong(name, "a layer has no name"))?;
            Ok((parts.file(layer)?, layer.to_owned()))
        });
        Ok((config, found.collect::<Result<_, _>>()?))
    }
}

/// The one manifest of an index that is an image. Of several, the one for Linux on x86-64.
fn only_manifest<'a>(index: &'a Value, name: &str) -> Result<&'a Value, UnpackError> {
    let all = index.get("manifests").and_then(Value::as_array).map(Vec::as_slice);
    let field =
        |one: &Value, path: &str| one.pointer(path).and_then(Value::as_str) == Some("linux");
    let attests = |one: &&Value| {
        one.pointer("/annotations/vnd.docker.reference.type").is_none()
            && one.pointer("/platform/os").and_then(Value::as_str) != Some("unknown")
    };
    let images: Vec<&Value> = all.unwrap_or_default().iter().filter(attests).collect();
    if let [only] = images.as_slice() {
        return Ok(only);
    }
    let usual = images.into_iter().filter(|one| {
        field(one, "/platform/os")
            && one.pointer("/platform/architecture").and_then(Value::as_str) == Some("amd64")
    });
    let usual: Vec<&Value> = usual.collect();
    match usual.as_slice() {
        [only] => Ok(only),
        _ => Err(at(name, Fault::Unsupported { what: "an archive with several images" })),
    }
}

fn json(name: &str, bytes: &[u8]) -> Result<Value, UnpackError> {
    serde_json::from_slice(bytes).map_err(|_| wrong(name, "it is not readable JSON"))
}

impl Parts<'_> {
    /// A file by its name in the archive, which may be a link inside it.
    fn file(&self, name: &str) -> Result<PathBuf, UnpackError> {
        let path = super::TreePath::parse(name.as_bytes(), &UnpackLimits::default());
        let path = path.map_err(|fault| at(name, fault))?;
        let missing = || wrong(name, "a part of it is missing");
        let real = self.root.join(path.as_str()).canonicalize().map_err(|_| missing())?;
        let edge = self.root.canonicalize().map_err(|error| at(name, Fault::Io(error)))?;
        // The links were checked when they were made: this is the second of two locks.
        if real.starts_with(&edge) && real.is_file() { Ok(real) } else { Err(missing()) }
    }

    fn small(&self, name: &str) -> Result<Vec<u8>, UnpackError> {
        let file = File::open(self.file(name)?).map_err(|error| at(name, Fault::Io(error)))?;
        let mut bytes = Vec::new();
        file.take(MOST_JSON + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| at(name, Fault::Io(error)))?;
        if bytes.len() as u64 > MOST_JSON { Err(at(name, Fault::Bytes)) } else { Ok(bytes) }
    }

    /// The digest that a descriptor names. Its size has to be that of the blob.
    fn blob(&self, descriptor: &Value) -> Result<Digest, UnpackError> {
        let text = descriptor.get("digest").and_then(Value::as_str).unwrap_or_default();
        let unsupported = Fault::Unsupported { what: "a digest other than SHA-256" };
        let digest: Digest = text.parse().map_err(|_| at(text, unsupported))?;
        let path = self.file(&blob_name(digest))?;
        let size = path.metadata().map_err(|error| at(text, Fault::Io(error)))?.len();
        if descriptor.get("size").and_then(Value::as_u64) == Some(size) {
            Ok(digest)
        } else {
            Err(at(text, Fault::Contradiction { what: "size" }))
        }
    }

    fn place(&self, digest: Digest) -> PathBuf {
        self.root.join(blob_name(digest))
    }

    /// A small blob whose digest is right.
    fn verified(&self, digest: Digest) -> Result<Vec<u8>, UnpackError> {
        let name = blob_name(digest);
        let bytes = self.small(&name)?;
        if Digest::of(&bytes) == digest {
            Ok(bytes)
        } else {
            Err(at(&name, Fault::Checksum { what: "digest" }))
        }
    }

    /// Sees whether the digest of a blob of any size is right.
    fn verify(&self, digest: Digest) -> Result<(), UnpackError> {
        let name = blob_name(digest);
        let mut file =
            File::open(self.file(&name)?).map_err(|error| at(&name, Fault::Io(error)))?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = file.read(&mut buffer).map_err(|error| at(&name, reading(error)))?;
            if count == 0 {
                break;
            }
            hasher.update(buffer.get(..count).unwrap_or_default());
        }
        if Digest::from_bytes(hasher.finalize().into()) == digest {
            Ok(())
        } else {
            Err(at(&name, Fault::Checksum { what: "digest" }))
        }
    }
}

fn blob_name(digest: Digest) -> String {
    digest.to_string().replacen(':', "/", 1).replacen("sha256/", "blobs/sha256/", 1)
}
