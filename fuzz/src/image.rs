//! What registries of images say: names of images, challenges and manifests.

use std::collections::BTreeSet;

use serde_json::Value;
use warden_collect::fetch::image::{
    Platform, Reference,
    challenge::{Bearer, Demand, demand},
    manifest::{Manifest, platform_of},
};
use warden_mcp::Address;

/// The first byte says what the rest is.
pub fn check(data: &[u8]) {
    let [what, rest @ ..] = data else { return };
    match what {
        b'R' => with_text(rest, reference),
        b'P' => with_text(rest, platform),
        b'C' => with_text(rest, challenge),
        b'M' => manifest(rest),
        _ => {}
    }
}

fn with_text(bytes: &[u8], check: fn(&str)) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check(text);
    }
}

/// A reference has one spelling, and nothing in it means something in a path or an address.
fn reference(text: &str) {
    let Ok(read) = text.parse::<Reference>() else { return };
    let written = read.to_string();
    assert_eq!(written.parse::<Reference>(), Ok(read.clone()), "{text}");
    assert!(written.eq_ignore_ascii_case(text) || text.starts_with('['), "{text}: {written}");
    assert!(written.bytes().all(|byte| byte.is_ascii_graphic()), "{text}");
    for part in read.repository().split('/') {
        assert!(!part.is_empty() && !part.starts_with('.') && !part.ends_with('.'), "{text}");
    }
    assert!(!read.registry().contains(['/', '@', '?', '#', '%']), "{text}");
    assert!(!read.repository().contains(['?', '#', '%', '@', ':']), "{text}");
    let address = Address::parse(&format!("https://{}/", read.registry())).expect("it is a host");
    assert_eq!(address.uri().authority().map(|own| own.as_str()), Some(read.registry()));
}

fn platform(text: &str) {
    let Ok(read) = text.parse::<Platform>() else { return };
    assert_eq!(read.to_string(), text);
    assert!(read.is(&read));
}

/// What is read once is read again from what is written of it.
fn challenge(text: &str) {
    let values: Vec<&str> = text.split('\n').collect();
    let found = demand(&values);
    assert_eq!(found, demand(&values), "two readings differ");
    let Ok(Demand::Bearer(bearer)) = found else { return };
    assert!(!bearer.realm.is_empty());
    let Bearer { realm, service, scope } = &bearer;
    let mut again = format!("Bearer realm={}", quoted(realm));
    for (name, value) in [("service", service), ("scope", scope)] {
        if let Some(value) = value {
            again.push_str(&format!(", {name}={}", quoted(value)));
        }
    }
    assert_eq!(demand(&["Basic realm=\"x\"", &again]), Ok(Demand::Bearer(bearer)), "{again}");
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What is taken is what `serde_json` reads, and is one thing alone.
fn manifest(bytes: &[u8]) {
    let read = Manifest::read(bytes, "");
    assert_eq!(read, Manifest::read(bytes, "application/json"), "two readings differ");
    if let Ok(platform) = platform_of(bytes) {
        assert_eq!(platform.to_string().parse::<Platform>(), Ok(platform));
    }
    let Ok(read) = read else { return };
    let value: Value = serde_json::from_slice(bytes).expect("it is JSON");
    assert!(value.get("manifests").is_some() != value.get("layers").is_some());
    let blobs: Vec<_> = match &read {
        Manifest::Index(entries) => entries.iter().map(|entry| &entry.blob).collect(),
        Manifest::Image(image) => image.layers.iter().chain([&image.config]).collect(),
    };
    let list = if matches!(read, Manifest::Index(_)) { "manifests" } else { "layers" };
    let listed = value[list].as_array().expect("it is a list").iter().chain(value.get("config"));
    let told: BTreeSet<(&str, u64)> =
        listed.filter_map(|one| Some((one["digest"].as_str()?, one["size"].as_u64()?))).collect();
    for blob in blobs {
        assert!(told.contains(&(&*blob.digest.to_string(), blob.size)), "{blob:?}");
    }
}
