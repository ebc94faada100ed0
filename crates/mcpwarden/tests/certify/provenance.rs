//! Where a package was built, from a registry to the certificate: a real package with what was
//! really signed about it, and registries that hand out something else.

use std::{
    collections::BTreeMap, fs, io::Write as _, net::TcpListener, os::unix::fs::PermissionsExt as _,
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use warden_testkit::{Outcome, TestHome};

use crate::{archive, below, changed::touch, serve};

const PACKAGE: &[u8] = include_bytes!("../../../../tests/fixtures/provenance/sigstore-2.0.0.tgz");
const BUNDLE: &str = include_str!("../../../../tests/fixtures/provenance/npm-sigstore-2.0.0.json");
const ATTESTED: &str = "/-/npm/v1/attestations/a";
const REPOSITORY: &str = "git+https://github.com/sigstore/sigstore-js.git";

/// Pages of a registry, by path.
#[derive(Default)]
struct Registry(BTreeMap<String, Vec<u8>>);

impl Registry {
    /// The real package, with empty ones in place of what it depends on.
    fn real() -> Self {
        let mut registry = Self::default();
        let mut needs = serde_json::Map::new();
        for (name, version, range) in [
            ("@sigstore/bundle", "2.0.0", "^2.0.0"),
            ("@sigstore/protobuf-specs", "0.2.1", "^0.2.1"),
            ("@sigstore/sign", "2.0.0", "^2.0.0"),
            ("@sigstore/tuf", "2.0.0", "^2.0.0"),
        ] {
            registry.publish(&json!({ "name": name, "version": version }), None);
            needs.insert(name.to_owned(), range.into());
        }
        let scripts = json!({
            "clean": "shx rm -rf dist *.tsbuildinfo", "build": "tsc --build", "test": "jest",
        });
        let manifest = json!({
            "name": "sigstore", "version": "2.0.0", "dependencies": needs, "scripts": scripts,
            "repository": { "type": "git", "url": REPOSITORY },
        });
        registry.publish(&manifest, Some(PACKAGE));
        registry
    }

    fn publish(&mut self, manifest: &Value, archive: Option<&[u8]>) {
        let (name, version) = (manifest["name"].as_str(), manifest["version"].as_str());
        let (name, version) = (name.unwrap(), version.unwrap());
        let packed = archive.map_or_else(|| packed(manifest), <[u8]>::to_vec);
        let mut entry = manifest.clone();
        entry["dist"] = json!({ "tarball": format!("ADDRESS/{name}/-/{version}.tgz") });
        let page = json!({
            "name": name, "dist-tags": { "latest": version }, "versions": { version: entry },
        });
        self.0.insert(format!("/{}", name.replace('/', "%2f")), page.to_string().into_bytes());
        self.0.insert(format!("/{name}/-/{version}.tgz"), packed);
    }

    /// Changes what the registry says of the one version of a package.
    fn edit(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        let slot = self.0.get_mut(&format!("/{name}")).unwrap();
        let mut page: Value = serde_json::from_slice(slot).unwrap();
        let versions = page["versions"].as_object_mut().unwrap();
        change(versions.values_mut().next().unwrap());
        *slot = page.to_string().into_bytes();
    }

    /// Has the registry hand out a bundle beside a package.
    fn attest(&mut self, name: &str, bundle: &Value) {
        let kind = "https://slsa.dev/provenance/v1";
        let told = json!({ "url": format!("ADDRESS{ATTESTED}"),
                           "provenance": { "predicateType": kind } });
        self.edit(name, |entry| entry["dist"]["attestations"] = told);
        let document = json!({ "attestations": [{ "predicateType": kind, "bundle": bundle }] });
        self.0.insert(ATTESTED.to_owned(), document.to_string().into_bytes());
    }

    /// Serves it, and has npm ask it.
    fn serve(self, home: &TestHome) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let mut pages = self.0;
        for page in pages.values_mut().filter(|page| page.starts_with(b"{")) {
            let text = String::from_utf8(page.clone()).unwrap();
            *page = text.replace("ADDRESS", &address).into_bytes();
        }
        home.write("home/.npmrc", format!("registry={address}/\n"));
        serve(listener, pages);
    }
}

/// An archive with nothing in it but a manifest.
fn packed(manifest: &Value) -> Vec<u8> {
    let archive = archive("package/package.json", &manifest.to_string());
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(&archive).unwrap();
    packer.finish().unwrap()
}

fn bundle() -> Value {
    serde_json::from_str(BUNDLE).unwrap()
}

fn certify(home: &TestHome, target: &str, more: &[&str]) -> Outcome {
    let words = ["certify", target, "--no-start", "--level", "0"];
    home.run(words.iter().chain(more).map(|word| (*word).to_owned()))
}

/// What the certificate of the only thing that was certified says.
fn certificate(home: &TestHome, name: &str) -> Value {
    let text = home.run(["verify", "--server", name, "--json"]).success();
    serde_json::from_str(&text).unwrap()
}

/// What of the certificate is about where it was built: the points, and the findings.
fn about(home: &TestHome, name: &str) -> (i64, Vec<String>) {
    let told = certificate(home, name);
    let told = told.get("certificate").unwrap_or(&told);
    let items = told["score"]["items"].as_array().unwrap();
    let points = items.iter().filter(|item| item["label"] == "provenance");
    let points = points.map(|item| item["points"].as_i64().unwrap()).sum();
    let open = told["findings"]["open"].as_array().unwrap();
    let open = open.iter().filter(|finding| finding["rule"] == "false-provenance");
    (points, open.map(|finding| finding["severity"].as_str().unwrap().to_owned()).collect())
}

/// The text in one line, whatever it was wrapped to.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_real_package_is_proven_to_be_from_its_repository() {
    let home = TestHome::new();
    let mut registry = Registry::real();
    registry.attest("sigstore", &bundle());
    registry.serve(&home);
    let text = flat(&certify(&home, "npm:sigstore@2.0.0", &[]).success());
    let told = "proven: built from https://github.com/sigstore/sigstore-js at \
                f0b49a04e5a62250e0f60fb128004a73110fe311 by";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("signed 2023-08-18T16:05:35Z"), "{text}");
    assert_eq!(about(&home, "sigstore"), (0, vec![]));
    // What was shown is kept, and says by which root.
    assert!(evidence(&home).contains(r#""outcome":"proven""#));
}

#[test]
fn what_was_laid_out_before_is_what_would_be_laid_out_again() {
    let home = TestHome::new();
    let manifest = json!({ "name": "clock", "version": "1.0.0", "bin": "server.js" });
    let first = archive("package/package.json", &manifest.to_string());
    let second = archive("package/server.js", "console.log('noon')\n");
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    // The end of the first archive is not the end of both.
    packer.write_all(&[&first[..first.len() - 1024], &second].concat()).unwrap();
    let mut registry = Registry::default();
    registry.publish(&manifest, Some(&packer.finish().unwrap()));
    registry.serve(&home);
    let tree = || {
        drop(certify(&home, "npm:clock@1.0.0", &[]).success());
        certificate(&home, "clock")["digests"]["tree"].clone()
    };
    let laid_out = tree();
    assert!(laid_out.is_string());
    assert_eq!(tree(), laid_out);
    // Nothing is remembered of a store that was emptied but for what was fetched.
    let digits = laid_out.as_str().unwrap().trim_start_matches("sha256:");
    let place = home.warden().join("store/trees").join(digits);
    fs::set_permissions(&place, fs::Permissions::from_mode(0o700)).unwrap();
    fs::rename(&place, home.work().join("moved")).unwrap();
    assert_eq!(tree(), laid_out, "it is laid out anew");
    touch(&below(&place, "server.js"), 3);
    let outcome = certify(&home, "npm:clock@1.0.0", &[]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
}

/// The evidence of the supply chain, wherever it lies in the store.
pub(crate) fn evidence(home: &TestHome) -> String {
    fn search(folder: &Path) -> Option<String> {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let found = if path.is_symlink() {
                None
            } else if path.is_dir() {
                search(&path)
            } else {
                let text = fs::read(&path).ok().and_then(|text| String::from_utf8(text).ok());
                text.filter(|text| text.contains(r#""stage":"supply-chain""#))
                    .filter(|text| text.contains(r#""provenance":{"#))
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
    search(&home.warden().join("store")).expect("there is evidence")
}

#[test]
fn what_was_signed_of_another_package_is_a_finding_and_no_bonus() {
    let home = TestHome::new();
    let mut registry = Registry::default();
    registry.publish(&json!({ "name": "mail", "version": "1.0.0" }), None);
    registry.attest("mail", &bundle());
    registry.serve(&home);
    let text = flat(&certify(&home, "npm:mail@1.0.0", &[]).success());
    assert!(text.contains("FALSE: it is about `pkg:npm/sigstore@2.0.0`"), "{text}");
    assert_eq!(about(&home, "mail"), (-3, vec!["high".to_owned()]));
}

#[test]
fn a_repository_that_it_was_not_built_from_is_a_finding() {
    let home = TestHome::new();
    let mut registry = Registry::real();
    registry.edit("sigstore", |entry| {
        entry["repository"]["url"] = "git+https://github.com/acme/mail.git".into();
    });
    registry.attest("sigstore", &bundle());
    registry.serve(&home);
    let text = flat(&certify(&home, "npm:sigstore@2.0.0", &[]).success());
    assert!(text.contains("FALSE: it was built from"), "{text}");
    assert_eq!(about(&home, "sigstore"), (-3, vec!["high".to_owned()]));
}

#[test]
fn a_changed_signature_is_a_finding() {
    let home = TestHome::new();
    let mut changed = bundle();
    let slot = changed.pointer_mut("/dsseEnvelope/payload").unwrap();
    let payload = STANDARD.decode(slot.as_str().unwrap()).unwrap();
    let payload = String::from_utf8(payload).unwrap().replace("github-hosted", "self-hosted");
    *slot = STANDARD.encode(payload).into();
    let mut registry = Registry::real();
    registry.attest("sigstore", &changed);
    registry.serve(&home);
    let text = flat(&certify(&home, "npm:sigstore@2.0.0", &[]).success());
    assert!(text.contains("FALSE: "), "{text}");
    assert_eq!(about(&home, "sigstore"), (-3, vec!["medium".to_owned()]));
}

#[test]
fn a_package_without_a_statement_is_told_from_one_that_nobody_could_ask_for() {
    let home = TestHome::new();
    Registry::real().serve(&home);
    let text = flat(&certify(&home, "npm:sigstore@2.0.0", &[]).success());
    assert!(text.contains("its registry has no statement"), "{text}");
    assert_eq!(about(&home, "sigstore"), (-3, vec![]));

    let home = TestHome::new();
    let mut registry = Registry::real();
    registry.attest("sigstore", &bundle());
    registry.0.remove(ATTESTED);
    registry.serve(&home);
    let text = flat(&certify(&home, "npm:sigstore@2.0.0", &[]).success());
    assert!(text.contains("not known: the registry could not be asked"), "{text}");
    assert_eq!(about(&home, "sigstore"), (-3, vec![]));
}

#[test]
fn who_is_trusted_is_given_and_nothing_takes_his_place() {
    let home = TestHome::new();
    let mut registry = Registry::real();
    registry.attest("sigstore", &bundle());
    registry.serve(&home);
    let nobody = json!({
        "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        "tlogs": [], "certificateAuthorities": [], "ctlogs": [], "timestampAuthorities": [],
    });
    home.write("work/root.json", nobody.to_string());
    let text =
        flat(&certify(&home, "npm:sigstore@2.0.0", &["--trust-root", "root.json"]).success());
    assert!(text.contains("not verified: the trust root does not know"), "{text}");
    assert_eq!(about(&home, "sigstore"), (-3, vec![]));
    // The one of the state folder comes before the one that is compiled in.
    home.write("warden/provenance-root.json", nobody.to_string());
    let text = flat(&certify(&home, "npm:sigstore@2.0.0", &[]).success());
    assert!(text.contains("not verified: the trust root does not know"), "{text}");
    home.write("warden/provenance-root.json", "{}");
    let refused = certify(&home, "npm:sigstore@2.0.0", &[]);
    assert_eq!(refused.code, Some(3), "{}", refused.block());
    let refused = certify(&home, "npm:sigstore@2.0.0", &["--trust-root", "missing.json"]);
    assert_eq!(refused.code, Some(3), "{}", refused.block());
}
