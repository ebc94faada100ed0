//! An image as one archive: the image layout (OCI image specification 1.1, `image-layout.md`), with
//! nothing in it but what the manifest names. The same image gives the same bytes, wherever it came
//! from and whatever it was asked for by.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use serde_json::json;

use super::{Platform, manifest::Image, registry::Given};

/// The folder of blobs in an archive.
const BLOBS: &str = "blobs/sha256";

/// Writes the archive of an image whose blobs lie in a folder, named by the digits of their digests.
/// Each is taken away when it is written.
///
/// # Errors
/// When the system cannot read or write.
pub(super) fn write(
    into: &Path,
    (given, image, platform): (&Given, &Image, &Platform),
    blobs: &Path,
) -> io::Result<()> {
    let mut archive = tar::Builder::new(io::BufWriter::new(File::create_new(into)?));
    let mut system = json!({ "architecture": platform.architecture, "os": platform.os });
    if let (Some(variant), Some(members)) = (&platform.variant, system.as_object_mut()) {
        members.insert("variant".into(), variant.as_str().into());
    }
    let index = json!({
        "manifests": [{
            "digest": given.digest.to_string(),
            "mediaType": image.kind,
            "platform": system,
            "size": given.bytes.len(),
        }],
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "schemaVersion": 2,
    });
    append(&mut archive, "oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#)?;
    append(&mut archive, "index.json", index.to_string().as_bytes())?;
    append(&mut archive, &format!("{BLOBS}/{}", digits(given.digest)), &given.bytes)?;
    // An image may have one layer several times, and an archive no file.
    let all: BTreeSet<_> =
        image.layers.iter().chain([&image.config]).map(|one| one.digest).collect();
    for digest in all.into_iter().filter(|digest| *digest != given.digest) {
        let name = digits(digest);
        let path = blobs.join(&name);
        let mut file = File::open(&path)?;
        let mut header = header(file.metadata()?.len());
        archive.append_data(&mut header, format!("{BLOBS}/{name}"), &mut file)?;
        fs::remove_file(&path)?;
    }
    archive.into_inner()?.flush()
}

fn append(archive: &mut tar::Builder<impl Write>, name: &str, bytes: &[u8]) -> io::Result<()> {
    archive.append_data(&mut header(bytes.len() as u64), name, bytes)
}

/// A file that says nothing of when, where and by whom it was written.
fn header(size: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// The digits of a digest.
pub(super) fn digits(digest: warden_model::Digest) -> String {
    digest.hex().iter().map(|digit| char::from(*digit)).collect()
}
