//! What a registry says of an archive: Subresource Integrity (W3C), `sha512-` and base64.

use std::{
    fs::File,
    io::{self, Read},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// The digests of a file that an archive may be named by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    sha256: String,
    sha384: String,
    sha512: String,
}

impl Sums {
    /// Of everything that is left in a file.
    pub(super) fn of(file: &mut File) -> io::Result<Self> {
        let (mut small, mut middle, mut large) = (Sha256::new(), Sha384::new(), Sha512::new());
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            let bytes = buffer.get(..count).unwrap_or_default();
            small.update(bytes);
            middle.update(bytes);
            large.update(bytes);
        }
        Ok(Self {
            sha256: STANDARD.encode(small.finalize()),
            sha384: STANDARD.encode(middle.finalize()),
            sha512: STANDARD.encode(large.finalize()),
        })
    }
}

/// The strongest digest of an integrity text. Nothing if there is none that still counts.
pub(super) fn strongest(text: &str) -> Option<(&'static str, &str)> {
    ["sha512", "sha384", "sha256"].into_iter().find_map(|name| {
        text.split_ascii_whitespace().find_map(|word| {
            let (algorithm, value) = word.split_once('-')?;
            let value = value.split('?').next().unwrap_or(value);
            (algorithm == name).then_some((name, value))
        })
    })
}

/// Whether a file is the one that the text names. Nothing if the text names none.
pub(super) fn fits(text: &str, sums: &Sums) -> Option<bool> {
    let (name, value) = strongest(text)?;
    Some(match name {
        "sha512" => value == sums.sha512,
        "sha384" => value == sums.sha384,
        _ => value == sums.sha256,
    })
}
