//! Made-up credentials, for tests and measurements.
//!
//! They are put together from the structures of the table, so that no file holds anything that a
//! scanner takes for a leak.

mod made;

use std::ops::Range;

use super::{
    SECRETS, SecretKind,
    kind::{Form, Proof},
    shape::Shape,
};

/// A made-up credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// An `id` of [`SECRETS`].
    pub kind: &'static str,
    /// A name under which it could stand in a configuration.
    pub name: String,
    /// The credential, with what belongs to it: the host of a webhook, the scheme of a URL.
    pub text: String,
    /// The part of `text` that is secret.
    pub secret: Range<usize>,
    /// Whether it is only found under its name.
    pub named: bool,
}

/// Returns a text with a made-up credential of every kind in [`crate::SECRETS`], with its kind;
/// the whole text is not always the value.
#[must_use]
pub fn samples() -> Vec<(&'static str, String)> {
    SECRETS
        .iter()
        .flat_map(|kind| {
            let made = sample_set(kind, 0);
            made.into_iter().map(|sample| {
                let text = if sample.named {
                    format!("{}={}", sample.name, sample.text)
                } else {
                    sample.text
                };
                (sample.kind, text)
            })
        })
        .collect()
}

/// Returns a made-up credential for each structure of `kind`: the same for the same `seed`.
#[must_use]
pub fn sample_set(kind: &SecretKind, seed: u64) -> Vec<Sample> {
    let mut dice = Dice(kind.id.bytes().fold(seed.wrapping_mul(0x9e37), |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u64::from(byte))
    }));
    match kind.form {
        Form::Marked(shapes) | Form::Named(_, shapes) => shapes
            .iter()
            .filter_map(|shape| Shape::parse(shape))
            .map(|shape| of_shape(kind, &shape, &mut dice))
            .collect(),
        Form::Pem(_)
        | Form::Jwt(_)
        | Form::ServiceUrl(_)
        | Form::WebUrl(_)
        | Form::Scheme(_)
        | Form::Assigned(_) => made::own(kind, &mut dice)
            .into_iter()
            .map(|(name, text, secret)| Sample {
                kind: kind.id,
                named: matches!(kind.form, Form::Assigned(_)),
                name,
                text,
                secret,
            })
            .collect(),
    }
}

fn of_shape(kind: &SecretKind, shape: &Shape, dice: &mut Dice) -> Sample {
    let named = matches!(kind.form, Form::Named(..));
    let text = made::proven(kind.proof, shape, dice);
    let secret = shape.value_in(&text).unwrap_or(0..text.len());
    let name = match kind.form {
        Form::Named(words, _) => name(words.get(dice.below(words.len())).copied().unwrap_or("")),
        _ => name(&kind.id.replace(['-'], "_")),
    };
    Sample { kind: kind.id, name, text, secret, named }
}

/// A name as people give it to a setting.
fn name(word: &str) -> String {
    let name = word.replace([' ', '.'], "_");
    let lower = name.to_ascii_lowercase();
    let telling = ["key", "token", "secret", "pass", "hash"].iter().any(|end| lower.ends_with(end));
    let spelled = name.bytes().any(|byte| byte.is_ascii_uppercase());
    let name = if spelled { name } else { name.to_ascii_uppercase() };
    match (telling, name.ends_with(['_', '-'])) {
        (true, _) => name,
        (false, true) => format!("{name}API_KEY"),
        (false, false) => format!("{name}_API_KEY"),
    }
}

/// Numbers that look random and are the same every time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// The next one, by `SplitMix64`.
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// One below `limit`, or 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(1).max(1);
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    /// So many random bytes.
    pub(super) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| u8::try_from(self.next() & 0xff).unwrap_or(0)).collect()
    }

    /// So many letters of a set.
    pub(super) fn letters(&mut self, set: &str, count: usize) -> String {
        let set = set.as_bytes();
        (0..count)
            .filter_map(|_| set.get(self.below(set.len())).map(|letter| char::from(*letter)))
            .collect()
    }
}

/// Whether a proof needs more than letters by chance.
const fn by_chance(proof: Proof) -> bool {
    matches!(
        proof,
        Proof::Shape | Proof::Entropy | Proof::AwsAccount | Proof::Password | Proof::Generic
    )
}
