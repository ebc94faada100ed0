//! Pins: only what was sealed is opened, and what is opened does not contradict itself.

use std::{fs, os::unix::fs::PermissionsExt as _, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use warden_policy::{PAYLOAD_TYPE, Pin, open_pin, seal_pin};
use warden_seal::{PublicKey, SigningKey, canonical, seal};

/// A key that everybody knows: PKCS #8 around 32 bytes that are all alike.
static KEY: LazyLock<(SigningKey, PublicKey)> = LazyLock::new(|| {
    let mut pkcs8 = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    pkcs8.extend([7; 32]);
    let folder = crate::memory();
    let path = folder.path().join("key");
    fs::write(&path, pkcs8).expect("room for a key");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("our own file");
    let key = SigningKey::load(&path).expect("a key");
    let public = key.public();
    (key, public)
});

/// The first byte says what follows: `E` an envelope, `P` a payload that is signed for it,
/// anything else three bytes that say how the envelope of the payload behind them is damaged.
pub fn check(data: &[u8]) {
    let (key, public) = &*KEY;
    match data {
        // Nobody has signed anything here: an envelope that opens would be a forgery.
        [b'E', envelope @ ..] => {
            assert!(open_pin(envelope, &[*public]).is_err(), "a forged pin was opened");
        }
        [b'P', payload @ ..] => {
            let envelope = seal(PAYLOAD_TYPE, payload, key);
            if let Ok(pin) = open_pin(&envelope, &[*public]) {
                sound(&pin, payload);
            }
        }
        [what, high, low, payload @ ..] => {
            let mut envelope = seal(PAYLOAD_TYPE, payload, key);
            let at = usize::from(u16::from_be_bytes([*high, *low])) % envelope.len();
            envelope[at] ^= what;
            if let Ok(pin) = open_pin(&envelope, &[*public]) {
                sound(&pin, payload);
                assert_eq!(sealed(&envelope).as_deref(), Some(payload));
            }
        }
        _ => {}
    }
}

/// The payload of an envelope, read without our own code.
fn sealed(envelope: &[u8]) -> Option<Vec<u8>> {
    let envelope: Value = serde_json::from_slice(envelope).ok()?;
    STANDARD.decode(envelope["payload"].as_str()?).ok()
}

/// What was opened says what the payload says, and can be sealed again.
fn sound(pin: &Pin, payload: &[u8]) {
    let (key, public) = &*KEY;
    let wire: Value = serde_json::from_slice(payload).expect("a pin is JSON");
    assert_eq!(wire["server"].as_str(), Some(pin.server.as_str()));
    assert_eq!(wire["manifest"].as_str(), Some(pin.manifest().to_string().as_str()));
    assert_eq!(wire["definitions"].as_array().map(Vec::len), Some(pin.definitions.len()));
    for definition in &pin.definitions {
        let bytes = canonical(&definition.body).expect("an approved definition is canonical");
        assert_eq!(warden_model::Digest::of(&bytes), definition.digest);
        let found = pin.definition(definition.kind, &definition.name);
        assert!(found.is_some_and(|found| std::ptr::eq(found, definition)), "found by its name");
    }
    let again = open_pin(&seal_pin(pin, key), &[*public]).expect("it was sealed");
    assert_eq!(again, *pin);
}
