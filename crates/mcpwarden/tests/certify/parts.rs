//! A bundle in parts, which the holder of the issuer's key can change and sign again.

use std::path::PathBuf;

use serde_json::Value;
use warden_policy::certificate::{BUNDLE_TYPE, BundleHead, body_digest};
use warden_seal::{SigningKey, seal};
use warden_testkit::TestHome;

pub(crate) struct Parts {
    key: SigningKey,
    pub(crate) head: BundleHead,
    pub(crate) lines: Vec<Vec<u8>>,
}

impl Parts {
    pub(crate) fn of(home: &TestHome, bytes: &[u8]) -> Self {
        let key = SigningKey::load(&home.warden().join("key.pk8")).unwrap();
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
        let envelope = lines.next().unwrap();
        let payload = warden_seal::open(envelope, BUNDLE_TYPE, &[key.public()]).unwrap();
        let head = BundleHead::read(&payload).unwrap();
        let lines = lines.map(|line| line.strip_suffix(b"\n").unwrap().to_vec()).collect();
        Self { key, head, lines }
    }

    pub(crate) fn signed(&mut self) -> Vec<u8> {
        let digests: Vec<_> =
            self.lines.iter().map(|line| warden_model::Digest::of(line)).collect();
        self.head.digest = body_digest(&digests);
        let payload = warden_seal::canonical(&serde_json::to_value(&self.head).unwrap()).unwrap();
        let mut bytes = seal(BUNDLE_TYPE, &payload, &self.key);
        bytes.push(b'\n');
        for line in &self.lines {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        }
        bytes
    }

    /// Changes a member of a line.
    pub(crate) fn line(&mut self, at: usize, change: impl FnOnce(&mut Value)) {
        let mut value: Value = serde_json::from_slice(&self.lines[at]).unwrap();
        change(&mut value);
        self.lines[at] = warden_seal::canonical(&value).unwrap();
    }

    /// Which line has this member.
    pub(crate) fn at(&self, member: &str) -> usize {
        let has =
            |line: &Vec<u8>| serde_json::from_slice::<Value>(line).unwrap().get(member).is_some();
        self.lines.iter().position(has).unwrap()
    }
}

/// Makes the next bundle, in this file.
#[track_caller]
pub(crate) fn make(home: &TestHome, file: PathBuf) -> PathBuf {
    drop(home.run(["bundle", "make", "--output", &file.display().to_string()]).success());
    file
}

/// Changes a letter in the middle of a text, and nothing that a reader could pass over.
pub(crate) fn touched(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let letter = bytes.iter_mut().skip(text.len() / 2).find(|byte| byte.is_ascii_alphabetic());
    let letter = letter.unwrap();
    *letter = if *letter == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}

/// Changes a text where it stands.
pub(crate) fn touch(value: &mut Value) {
    *value = Value::String(touched(value.as_str().unwrap()));
}
