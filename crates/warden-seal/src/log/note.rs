//! Signed notes (<https://c2sp.org/signed-note>) and cosignatures (`cosignature/v1` of
//! <https://c2sp.org/tlog-cosignature>).

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use warden_model::Digest;

use crate::{PublicKey, SignError, Signer, VerifyKey};

/// The longest note. Signatures of other kinds, which are passed over, may have 5 KB.
pub const MOST_NOTE: usize = 256 * 1024;

/// The most signature lines.
const MOST_LINES: usize = 64;
/// What a signature line begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";
const SIGNATURE: usize = 64;

/// The kind of a signature, which is part of the identity of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// An Ed25519 signature over the text: that of a log.
    Ed25519,
    /// An Ed25519 signature over the text and a time: that of a witness.
    Cosignature,
}

impl NoteKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosignature => 4,
        }
    }
}

/// Why a note is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    /// Not a signed note, or longer than one is read.
    #[error("not a signed note")]
    Malformed,
    /// A signature that names a known key does not fit it.
    #[error("the signature of a known key does not fit")]
    Signature,
    /// No known key has signed.
    #[error("no known key has signed")]
    Unknown,
    /// The name of a key is empty, or has a space or plus sign in it.
    #[error("a key has a name without spaces and plus signs")]
    Name,
    /// The text of a key is not that of an Ed25519 key.
    #[error("not the key of a note")]
    Key,
}

/// A key that verifies notes, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    kind: NoteKind,
    key: PublicKey,
}

impl NoteKey {
    /// Names a key.
    ///
    /// # Errors
    /// A name that is empty, or has a space, control character or plus sign in it.
    pub fn new(name: &str, kind: NoteKind, key: PublicKey) -> Result<Self, BadNote> {
        if is_name(name) { Ok(Self { name: name.into(), kind, key }) } else { Err(BadNote::Name) }
    }

    /// Reads a key as other tools of logs write it: name, identifier and key, with plus signs
    /// between them (signed-note, "Verifier keys").
    ///
    /// # Errors
    /// Another kind of key, or an identifier that is not that of the key.
    pub fn parse(text: &str) -> Result<Self, BadNote> {
        let (name, rest) = text.split_once('+').ok_or(BadNote::Key)?;
        let (_, key) = rest.split_once('+').ok_or(BadNote::Key)?;
        let key = STANDARD.decode(key).map_err(|_| BadNote::Key)?;
        let (kind, key) = match key.split_first() {
            Some((1, key)) => (NoteKind::Ed25519, key),
            Some((4, key)) => (NoteKind::Cosignature, key),
            _ => return Err(BadNote::Key),
        };
        let key = PublicKey::from_bytes(key.try_into().map_err(|_| BadNote::Key)?);
        let key = Self::new(name, kind, key)?;
        if key.to_string() == text { Ok(key) } else { Err(BadNote::Key) }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> NoteKind {
        self.kind
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> PublicKey {
        self.key
    }

    /// The identifier that stands in signature lines.
    #[must_use]
    pub fn id(&self) -> u32 {
        let kind = [self.kind.byte()];
        let parts = [self.name.as_bytes(), b"\n", &kind, self.key.bytes()];
        let [a, b, c, d, ..] = *Digest::of_parts(parts).bytes();
        u32::from_be_bytes([a, b, c, d])
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind.byte()][..], self.key.bytes()].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(key))
    }
}

fn is_name(name: &str) -> bool {
    let wrong = |sign: char| sign.is_whitespace() || sign.is_control() || sign == '+';
    !name.is_empty() && !name.contains(wrong)
}

/// A text with signatures, of which nothing is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    name: String,
    id: u32,
    bytes: Vec<u8>,
}

/// A known key that has signed a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy {
    /// Its place in the list of known keys.
    pub key: usize,
    /// When a witness says that it signed, in seconds since 1970 began.
    pub time: Option<u64>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// What is no note in the form of the specification.
    pub fn read(bytes: &[u8]) -> Result<Self, BadNote> {
        if bytes.len() > MOST_NOTE {
            return Err(BadNote::Malformed);
        }
        let whole = str::from_utf8(bytes).map_err(|_| BadNote::Malformed)?;
        if whole.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(BadNote::Malformed);
        }
        let (text, lines) = whole.rsplit_once("\n\n").ok_or(BadNote::Malformed)?;
        let lines = lines.strip_suffix('\n').ok_or(BadNote::Malformed)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() == MOST_LINES {
                return Err(BadNote::Malformed);
            }
            signatures.push(Line::read(line).ok_or(BadNote::Malformed)?);
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// Verifies the note, and returns its text and who of the known keys has signed it.
    ///
    /// # Errors
    /// Unless a known key has signed; and if the signature of any known key does not fit.
    pub fn verify(&self, known: &[NoteKey]) -> Result<(&str, Vec<SignedBy>), BadNote> {
        let mut signed = Vec::new();
        for line in &self.signatures {
            let named = |key: &&NoteKey| key.name == line.name && key.id() == line.id;
            let Some(key) = known.iter().position(|key| named(&key)) else { continue };
            let Some(found) = known.get(key) else { continue };
            let time = line.verify(&self.text, found)?;
            signed.push(SignedBy { key, time });
        }
        if signed.is_empty() { Err(BadNote::Unknown) } else { Ok((&self.text, signed)) }
    }
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix(DASH)?.split_once(' ')?;
        let bytes = STANDARD.decode(signature).ok()?;
        let (id, bytes) = bytes.split_first_chunk::<4>()?;
        if !is_name(name) || bytes.is_empty() {
            return None;
        }
        Some(Self { name: name.into(), id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
    }

    fn verify(&self, text: &str, key: &NoteKey) -> Result<Option<u64>, BadNote> {
        let fits = |message: &[u8], signature: &[u8]| {
            key.key.verify(message, signature).map_err(|_| BadNote::Signature)
        };
        match key.kind {
            NoteKind::Ed25519 => fits(text.as_bytes(), &self.bytes).map(|()| None),
            NoteKind::Cosignature => {
                let (time, signature) =
                    self.bytes.split_first_chunk::<8>().ok_or(BadNote::Signature)?;
                let time = u64::from_be_bytes(*time);
                if time > i64::MAX.unsigned_abs() || signature.len() != SIGNATURE {
                    return Err(BadNote::Signature);
                }
                fits(cosigned(time, text).as_bytes(), signature).map(|()| Some(time))
            }
        }
    }
}

/// What a witness signs.
fn cosigned(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Signs notes under a name.
pub struct NoteSigner<'a> {
    key: NoteKey,
    signer: &'a dyn Signer,
    /// Who signs the same notes as well.
    beside: Vec<NoteSigner<'a>>,
}

impl fmt::Debug for NoteSigner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NoteSigner").field(&self.key).finish()
    }
}

impl<'a> NoteSigner<'a> {
    /// Signs as this name with an Ed25519 key.
    ///
    /// # Errors
    /// Another kind of key, or a name that is none.
    pub fn new(name: &str, kind: NoteKind, signer: &'a dyn Signer) -> Result<Self, BadNote> {
        let VerifyKey::Ed25519(key) = signer.public() else { return Err(BadNote::Key) };
        let key = NoteKey::new(name, kind, PublicKey::from_bytes(key))?;
        Ok(Self { key, signer, beside: Vec::new() })
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub const fn key(&self) -> &NoteKey {
        &self.key
    }

    /// Has another key sign every note as well: that of a log which takes the place of another, so
    /// that whoever knows either of the two believes it (signed-note, "Signatures").
    #[must_use]
    pub fn beside(mut self, other: Self) -> Self {
        self.beside.push(other);
        self
    }

    /// Signs `text`, which ends in a line feed, and returns the signature line. `time` is in
    /// seconds since 1970 began, and counts for a witness alone.
    ///
    /// # Errors
    /// The signer does not sign.
    pub fn line(&self, text: &str, time: u64) -> Result<String, SignError> {
        let mut bytes = self.key.id().to_be_bytes().to_vec();
        match self.key.kind {
            NoteKind::Ed25519 => bytes.extend(self.signer.sign(text.as_bytes())?),
            NoteKind::Cosignature => {
                let time = time.min(i64::MAX.unsigned_abs());
                bytes.extend(time.to_be_bytes());
                bytes.extend(self.signer.sign(cosigned(time, text).as_bytes())?);
            }
        }
        Ok(format!("{DASH}{} {}\n", self.key.name, STANDARD.encode(bytes)))
    }

    /// Signs `text`, which ends in a line feed, and returns the note, with a line of each that
    /// signs.
    ///
    /// # Errors
    /// The signer does not sign.
    pub fn note(&self, text: &str, time: u64) -> Result<String, SignError> {
        let mut note = format!("{text}\n{}", self.line(text, time)?);
        for other in &self.beside {
            note.push_str(&other.line(text, time)?);
        }
        Ok(note)
    }
}

#[cfg(test)]
mod tests;
