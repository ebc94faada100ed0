//! Images, from a registry of this machine to a certificate that a gate finds.

use std::{collections::BTreeMap, net::TcpListener};

use serde_json::{Value, json};
use warden_model::Digest;
use warden_testkit::{Outcome, TestHome};

use crate::{SERVER, archive, connect, serve, shown};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Pages of a registry, by path.
#[derive(Default)]
struct Registry(BTreeMap<String, Vec<u8>>);

impl Registry {
    /// Publishes an image with the server in it under its digest and, if it has one, a tag.
    fn publish(&mut self, architecture: &str, tag: Option<&str>) -> Digest {
        let layer = archive("app/server.py", SERVER);
        let config = json!({
            "architecture": architecture, "os": "linux",
            "config": { "Entrypoint": ["python3", "/app/server.py"] },
            "rootfs": { "type": "layers", "diff_ids": [Digest::of(&layer).to_string()] },
        });
        let config = config.to_string().into_bytes();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": described(&config, "application/vnd.oci.image.config.v1+json"),
            "layers": [described(&layer, "application/vnd.oci.image.layer.v1.tar")],
        });
        for blob in [config, layer] {
            self.0.insert(format!("/v2/team/clock/blobs/{}", Digest::of(&blob)), blob);
        }
        self.document(&manifest, tag)
    }

    fn document(&mut self, value: &Value, tag: Option<&str>) -> Digest {
        let bytes = value.to_string().into_bytes();
        let digest = Digest::of(&bytes);
        let names = [Some(digest.to_string()), tag.map(str::to_owned)];
        for name in names.into_iter().flatten() {
            self.0.insert(format!("/v2/team/clock/manifests/{name}"), bytes.clone());
        }
        digest
    }

    /// Serves it, and gives the name of its repository.
    fn serve(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let name = format!("{}/team/clock", listener.local_addr().unwrap());
        serve(listener, self.0);
        name
    }
}

fn described(bytes: &[u8], kind: &str) -> Value {
    let digest = Digest::of(bytes).to_string();
    json!({ "mediaType": kind, "digest": digest, "size": bytes.len() })
}

fn certify(home: &TestHome, target: &str, more: &[&str]) -> Outcome {
    let words = ["certify", target, "--name", "clock", "--script", "rootfs/app/server.py"];
    home.run(words.iter().chain(more).map(|word| (*word).to_owned()))
}

#[test]
fn an_image_is_certified_from_its_registry_and_started_from_the_store() {
    let mut registry = Registry::default();
    let digest = registry.publish("amd64", Some("1.0")).to_string();
    let name = registry.serve();
    let home = TestHome::new();
    let outcome = certify(&home, &format!("oci:{name}:1.0"), &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stderr.contains("The tag `1.0` led there"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(&format!("  {name}@{digest}\n")), "{}", outcome.stderr);
    let first = shown(&home);
    let target = json!({ "ecosystem": "oci", "name": name, "publisher": null, "version": digest });
    assert_eq!(first["target"], target);
    assert_eq!(first["level"], 2, "{first}");
    // The same image again, by what it is, from the registry and then from the store.
    for more in [&["--refresh"][..], &[]] {
        let outcome = certify(&home, &format!("oci:{name}@{digest}"), more);
        assert_eq!(outcome.code, Some(0), "{}", outcome.block());
        let again = shown(&home);
        assert_eq!((&again["digests"], &again["target"]), (&first["digests"], &first["target"]));
    }
    let verified = home.run(["verify", "--server", "clock", "--full"]);
    assert_eq!(verified.code, Some(0), "{}", verified.block());
    let bill = home.run(["sbom", "clock"]).success();
    let purl = format!("pkg:oci/clock@{}?arch=amd64", digest.replace(':', "%3A"));
    assert!(bill.contains(&purl), "{bill}");
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    let mut client = connect(&home);
    assert_eq!(client.tool_names(), ["now", "wait"]);
    assert!(client.shut_down().success());
}

#[test]
fn what_an_index_has_is_told_and_what_it_is_is_not_certified() {
    let mut registry = Registry::default();
    let arm64 = registry.publish("arm64", None);
    let bytes = registry.0[&format!("/v2/team/clock/manifests/{arm64}")].clone();
    let mut entry = described(&bytes, MANIFEST);
    entry["platform"] = json!({ "os": "linux", "architecture": "arm64" });
    let index = json!({ "schemaVersion": 2, "manifests": [entry] });
    let index = registry.document(&index, None);
    let name = registry.serve();
    let home = TestHome::new();
    let target = format!("oci:{name}@{index}");
    let outcome = certify(&home, &target, &[]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("`--platform linux/arm64` takes that one"), "{outcome:?}");
    let outcome = certify(&home, &target, &["--platform", "linux/arm64"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stderr.contains("the image for linux/arm64"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("an index, which is not certified"), "{}", outcome.stderr);
    assert_eq!(shown(&home)["target"]["version"], arm64.to_string());
}

#[test]
fn a_registry_that_lies_gets_no_certificate() {
    let mut registry = Registry::default();
    let digest = registry.publish("amd64", None);
    let other = registry.publish("arm64", None);
    let bytes = registry.0[&format!("/v2/team/clock/manifests/{other}")].clone();
    registry.0.insert(format!("/v2/team/clock/manifests/{digest}"), bytes);
    let name = registry.serve();
    let home = TestHome::new();
    let outcome = certify(&home, &format!("oci:{name}@{digest}"), &[]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("is not the one that the registry names"), "{outcome:?}");
    assert!(!home.warden().join("certificates").exists());
}

#[test]
fn a_bare_name_of_an_image_is_not_guessed_at() {
    let home = TestHome::new();
    for (words, told) in [
        (&["certify", "oci:clock"][..], "a bare name is not guessed at"),
        (&["certify", "oci:registry.example/clock"], "add `@sha256:DIGEST`"),
        (&["certify", "npm:clock", "--platform", "linux/arm64"], "`--platform` says which image"),
    ] {
        let outcome = home.run(words.iter().copied());
        assert_eq!(outcome.code, Some(2), "{}", outcome.block());
        assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
        assert!(outcome.stderr.lines().all(|line| line.chars().count() <= 80), "{outcome:?}");
    }
}
