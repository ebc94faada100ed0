//! A pin: the digests that a named person approved, for one server.

mod v1;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use warden_model::{Definition, DefinitionKind, Digest, Effect, Surface};
use warden_seal::{EnvelopeError, NotCanonical, PublicKey, SigningKey};

/// The DSSE payload type of a pin.
pub const PAYLOAD_TYPE: &str = "application/vnd.mcpwarden.pin.v1+json";

/// What was approved of one server, by whom and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// The server's name, as it is given to `run --name`.
    pub server: String,
    /// Who approved it.
    pub approval: Approval,
    /// What runs.
    pub artifact: Artifact,
    /// The server's instructions to the model.
    pub instructions: Option<String>,
    /// What the server may ask of the client: `sampling`, `elicitation`, `roots`.
    pub asks: BTreeSet<String>,
    /// The approved definitions, sorted by kind and name.
    pub definitions: Vec<PinnedDefinition>,
}

/// Who approved, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The person.
    pub by: String,
    /// RFC 3339, UTC.
    pub at: String,
    /// In the person's words; may be empty.
    pub reason: String,
}

/// What is known of the thing that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Artifact {
    /// The SHA-256 digest of what runs.
    Digest(Digest),
    /// No digest can be made, and why.
    Unknown(String),
}

/// One approved definition: its digest, and its text to show what changed.
#[derive(Clone, Debug, PartialEq)]
pub struct PinnedDefinition {
    /// Which list it stands in.
    pub kind: DefinitionKind,
    /// Its name.
    pub name: String,
    /// The digest of the RFC 8785 form of [`PinnedDefinition::body`].
    pub digest: Digest,
    /// What it does; only of tools.
    pub effect: Option<Effect>,
    /// The whole definition.
    pub body: Value,
}

/// Why there is no pin.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// The envelope was not opened.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The payload is not a pin of a version that we read.
    #[error("the signed text is not a pin of a version that this program reads")]
    Malformed,
    /// A digest in it is not that of the text beside it.
    #[error("the pin contradicts itself at {kind} `{name}`", kind = kind.name())]
    Contradiction {
        /// The kind of the definition.
        kind: DefinitionKind,
        /// Its name.
        name: String,
    },
    /// A definition cannot be pinned.
    #[error("{kind} `{name}` cannot be pinned", kind = kind.name())]
    Unpinnable {
        /// The kind of the definition.
        kind: DefinitionKind,
        /// Its name.
        name: String,
        /// Why.
        #[source]
        source: NotCanonical,
    },
    /// Two definitions of one kind have one name, so that a name says nothing.
    #[error("{kind} `{name}` is listed twice", kind = kind.name())]
    Twice {
        /// The kind of the definitions.
        kind: DefinitionKind,
        /// Their name.
        name: String,
    },
}

impl Pin {
    /// Pins everything that `surface` shows, except resources, which are data and not promises.
    ///
    /// `effect` says what a tool does.
    ///
    /// # Errors
    /// A definition that has no digest, or shares its name with another.
    pub fn of_surface(
        surface: &Surface,
        effect: impl Fn(&Value) -> Effect,
    ) -> Result<Vec<PinnedDefinition>, PinError> {
        let mut pinned = Vec::new();
        for definition in &surface.definitions {
            if definition.kind != DefinitionKind::Resource {
                pinned.push(PinnedDefinition::of(definition, &effect)?);
            }
        }
        pinned.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        let twice = pinned
            .windows(2)
            .find(|pair| matches!(pair, [a, b] if a.kind == b.kind && a.name == b.name));
        if let Some([first, ..]) = twice {
            return Err(PinError::Twice { kind: first.kind, name: first.name.clone() });
        }
        Ok(pinned)
    }

    /// The approved definition of this kind and name.
    #[must_use]
    pub fn definition(&self, kind: DefinitionKind, name: &str) -> Option<&PinnedDefinition> {
        self.definitions
            .binary_search_by(|pinned| (pinned.kind, pinned.name.as_str()).cmp(&(kind, name)))
            .ok()
            .and_then(|at| self.definitions.get(at))
    }

    /// The digest over everything that was approved of what the model sees.
    #[must_use]
    pub fn manifest(&self) -> Digest {
        manifest_digest(
            self.instructions.as_deref(),
            self.definitions
                .iter()
                .map(|pinned| (pinned.kind, pinned.name.as_str(), pinned.digest)),
        )
    }

    /// The effects that were approved, over all tools.
    #[must_use]
    pub fn effects(&self) -> BTreeSet<Effect> {
        self.definitions.iter().filter_map(|pinned| pinned.effect).collect()
    }
}

impl PinnedDefinition {
    fn of(definition: &Definition, effect: &impl Fn(&Value) -> Effect) -> Result<Self, PinError> {
        let (kind, name) = (definition.kind, definition.name.clone());
        let digest = warden_seal::digest(&definition.body)
            .map_err(|source| PinError::Unpinnable { kind, name: name.clone(), source })?;
        let effect = (kind == DefinitionKind::Tool).then(|| effect(&definition.body));
        Ok(Self { kind, name, digest, effect, body: definition.body.clone() })
    }
}

/// The manifest digest: SHA-256 over the RFC 8785 form of the instructions and the sorted
/// definition digests. The order in which a server lists things does not matter.
#[must_use]
pub fn manifest_digest<'a>(
    instructions: Option<&str>,
    definitions: impl Iterator<Item = (DefinitionKind, &'a str, Digest)>,
) -> Digest {
    let mut rows: Vec<_> = definitions.collect();
    rows.sort_unstable();
    let rows: Vec<Value> = rows
        .iter()
        .map(|(kind, name, digest)| json!([kind.name(), name, digest.to_string()]))
        .collect();
    let manifest = json!({ "definitions": rows, "instructions": instructions });
    // Strings and arrays always have a canonical form.
    Digest::of(&warden_seal::canonical(&manifest).unwrap_or_default())
}

/// Signs a pin and returns the envelope.
#[must_use]
pub fn seal_pin(pin: &Pin, key: &SigningKey) -> Vec<u8> {
    warden_seal::seal(PAYLOAD_TYPE, &v1::write(pin), key)
}

/// Verifies an envelope and reads the pin in it.
///
/// # Errors
/// Unless one of `trusted` signed it and every digest in it is that of the text beside it.
pub fn open_pin(envelope: &[u8], trusted: &[PublicKey]) -> Result<Pin, PinError> {
    v1::read(&warden_seal::open(envelope, PAYLOAD_TYPE, trusted)?)
}

#[cfg(test)]
pub(crate) mod tests;
