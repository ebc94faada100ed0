//! Detectors over text and JSON: hidden characters, instructions to a model, references to other
//! tools, look-alike names, secrets, personal data, and what a tool does.
//!
//! Scanner and gateway call the same functions, so what one calls poison the other stops. Clean
//! text costs one pass; whatever is dearer waits for a keyword.
//!
//! Invariant: pure; nothing here reads a file, a clock or the network. State is kept by two values
//! alone, both bounded and the caller's own: a session's [`Sketch`] and a [`Stream`].
//! Invariant: total; no input makes a detector panic, and every one is linear in its input.
//! Invariant: a hit on a secret carries its kind and its place, and never its value.

mod automaton;
mod command;
mod decode;
mod drift;
mod effect;
#[cfg(test)]
#[path = "../tests/fence/mod.rs"]
mod fence;
mod hidden;
mod hosts;
mod instruct;
mod judge;
mod learnt;
mod links;
mod lookalike;
mod normal;
mod personal;
mod purpose;
mod reference;
mod secrets;
mod shape;
mod sketch;
mod smuggle;
mod stream;
mod turn;
mod work;

pub use command::{Redactor, redact_command, redact_url};
pub use decode::{Encoding, Layer, Layers, layers};
pub use drift::{ChangeKind, Defined, DefinitionChange, Redefinition, Sense, redefinition};
pub use effect::{EffectEvidence, EffectSource, Effects, effects, words};
pub use hidden::{HiddenChar, HiddenKind, Visible, hidden, strip, visible};
pub use instruct::{DEFAULT_LEVEL, Evidence, InstructionKind, Instructions, instructions};
pub use judge::{
    Copied, Described, Judge, LEVEL, Mark, Shown, Verdict, copies, copies_among, tool_text,
};
pub use learnt::{Features, Learnt, Model, ModelError, Read, Spread, Subject, features};
pub use links::{Carrier, LinkEvidence, LinkKind, Links, links};
pub use lookalike::{Known, Likeness, Pair, fold, likeness, pairs};
pub use normal::Normal;
pub use personal::{
    DataClass, Evidence as PersonalEvidence, Examples, MOST_HITS, Personal, PersonalData,
    PersonalHit, PersonalKind, Proof, Term, TermCheck, TermError, TermProblem, Word, mask,
    personal, personal_kinds,
};
pub use purpose::{Purpose, purpose};
pub use reference::{Names, Reference};
pub use secrets::{
    Fingerprint, FingerprintKey, JsonSecret, JsonSecrets, SECRETS, Sample, Secret, SecretHit,
    SecretKind, Secrets, ToldSecrets, credential_name, first_secrets, is_reference, redact,
    redact_setting, sample_set, samples, secret_in_setting, secrets, secrets_in_json,
    shared_secret_kinds, tell_secrets,
};
pub use shape::{Answered, Shape, ShapeClass, ShapeFinding, answered};
pub use sketch::{Carried, Destination, Form, Label, Match, NotASketch, Sketch, Usage};
pub use smuggle::{Smuggling, smuggling};
pub use stream::{Found as StreamFound, Outcome, STREAM_MARGIN, STREAM_WINDOW, Stream};
pub use turn::{Heard, Turn, TurnBreak, Turned};
