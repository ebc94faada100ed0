//! Credentials: found in bounds, told by nothing, and nothing left of them once taken out.
//!
//! The first bytes choose a kind and a seed; a credential of that kind, which the detector did
//! not make, is put between what is left, so that the fuzzer need not guess a checksum.

use serde_json::json;
use warden_detect::{
    FingerprintKey, SECRETS, Sample, first_secrets, redact, redact_setting, redact_url, sample_set,
    secrets, secrets_in_json, tell_secrets,
};

/// So much of a value is too much.
const PIECE: usize = 8;

/// Panics when a promise is broken.
pub fn check(data: &[u8]) {
    let Some((choice, rest)) = data.split_first_chunk::<4>() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    bounds(text);
    let kind = &SECRETS[usize::from(u16::from_le_bytes([choice[0], choice[1]])) % SECRETS.len()];
    let samples = sample_set(kind, u64::from(choice[2]));
    let others = sample_set(kind, u64::from(choice[2]) + 1);
    let Some(sample) = samples.get(usize::from(choice[3]) % samples.len()) else { return };
    let (before, behind) = text.split_once('\0').unwrap_or((text, ""));
    let planted = format!("{before} {}={} {behind}", sample.name, sample.text);
    bounds(&planted);
    tells_nothing(&planted, sample, &others);
}

/// Ranges lie in the text, in order and without overlaps, and what is left has none.
fn bounds(text: &str) {
    let hits = secrets(text);
    let mut from = 0;
    for hit in &hits {
        assert!(text.get(hit.range.clone()).is_some_and(|value| !value.is_empty()));
        assert!(hit.range.start >= from, "in order and without overlaps");
        assert!(SECRETS.iter().any(|kind| kind.id == hit.kind));
        from = hit.range.end;
    }
    let shown = redact(text);
    assert_eq!(secrets(&shown), [], "{text:?} is shown as {shown:?}");
    let some = first_secrets(text, hits.len() + 64);
    assert!(some.cut || some.hits == hits, "the same is found with an end in sight");
    let told = tell_secrets(text, &FingerprintKey::new([1; 32]));
    assert!(told.cut || told.secrets.len() == hits.len());
}

fn tells_nothing(text: &str, sample: &Sample, others: &[Sample]) {
    let told = tell_secrets(text, &FingerprintKey::new([1; 32]));
    let json = json!({ "a": [text], "password": sample.text });
    let shown = [
        redact(text),
        redact_setting(&sample.name, &sample.text),
        redact_url(text),
        format!("{told:?}"),
        format!("{:?}", secrets(text)),
        format!("{:?}", secrets_in_json(&json, 64)),
    ];
    let said = format!("{} {}", sample.kind, sample.name);
    let secret: Vec<char> =
        sample.text.get(sample.secret.clone()).unwrap_or_default().chars().collect();
    for window in secret.windows(PIECE.min(secret.len().max(1))) {
        let piece: String = window.iter().collect();
        // What every credential of the kind has is no secret, and what the text says around it
        // is not told by us.
        let random = !said.contains(&piece)
            && !others.iter().any(|other| other.text.contains(&piece))
            && text.matches(&piece).count() == 1;
        let told = shown.iter().find(|shown| random && shown.contains(&piece));
        assert!(told.is_none(), "{piece:?} of a {} is told: {told:?}", sample.kind);
    }
}
