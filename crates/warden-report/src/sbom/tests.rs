use std::{collections::BTreeSet, fs, sync::LazyLock};

use jsonschema::{Registry, Validator};
use proptest::prelude::*;
use serde_json::Value;
use warden_model::{Component, Digest, Ecosystem, Effect, Pinning, Severity, Source};

use super::*;

fn schema(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/sbom/");
    let bytes = fs::read(format!("{folder}{name}")).expect("the schema is in the repository");
    serde_json::from_slice(&bytes).expect("the schema is JSON")
}

/// The official schema of `CycloneDX` 1.7 with everything that it refers to.
static CYCLONEDX: LazyLock<Validator> = LazyLock::new(|| {
    let mut registry = Registry::new();
    for name in ["spdx", "jsf-0.82", "cryptography-defs"] {
        let file = format!("{name}.SNAPSHOT.schema.json");
        let uri = format!("http://cyclonedx.org/schema/{file}");
        registry = registry.add(uri, schema(&file)).expect("it is a schema");
    }
    let registry = registry.prepare().expect("every reference leads somewhere");
    jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&schema("bom-1.7.SNAPSHOT.schema.json"))
        .expect("it is a schema")
});

/// The official schema of SPDX 2.3.
static SPDX: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema("spdx-2.3.schema.json"))
        .expect("it is a schema")
});

#[track_caller]
fn check(validator: &Validator, bill: &Value) {
    let errors: Vec<String> = validator
        .iter_errors(bill)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

fn component(name: &str, version: Option<&str>) -> Component {
    Component {
        ecosystem: Ecosystem::Npm,
        name: name.into(),
        version: version.map(Into::into),
        requirement: Some("^1.0.0".into()),
        hashes: vec![format!("sha512:{}", "ab".repeat(64))],
        pinning: Pinning::Digest,
        source: Source::Registry,
        direct: false,
        development: false,
        install_scripts: None,
        licence: Some("MIT".into()),
        depends: Vec::new(),
        file: "package-lock.json".into(),
        line: 1,
    }
}

fn components() -> Vec<Component> {
    let mut desk = component("@acme/desk", Some("1.0.0"));
    desk.direct = true;
    desk.depends = vec![("tickets".into(), Some("2.0.0".into())), ("not-there".into(), None)];
    let mut tickets = component("tickets", Some("2.0.0"));
    tickets.depends = vec![("@acme/desk".into(), None)];
    let older = component("tickets", Some("1.0.0"));
    let mut forked = component("forked", None);
    forked.source = Source::Git {
        url: "https://user:secret@git.example/forked.git?token=secret".into(),
        commit: Some("a".repeat(40)),
    };
    forked.direct = true;
    forked.requirement = Some("git+https://user:secret@git.example/forked.git".into());
    forked.licence = Some("SEE LICENSE IN LICENSE".into());
    forked.hashes = Vec::new();
    let mut archive = component("archive", Some("0.1.0+x y"));
    archive.source = Source::Url("https://files.example/archive 1.tgz".into());
    archive.licence = Some("MIT OR (Apache-2.0 AND LicenseRef-ours)".into());
    archive.hashes =
        vec!["h1:AAAA=".into(), format!("sha256:{}", "CD".repeat(32)), "sha1:no".into()];
    let mut tool = component("builder", Some("3.0.0"));
    tool.development = true;
    tool.direct = true;
    tool.install_scripts = Some(true);
    let mut python = component("httpx", Some("0.28.1"));
    python.ecosystem = Ecosystem::PyPi;
    python.file = "uv.lock".into();
    python.licence = None;
    vec![desk, tickets, older, forked, archive, tool, python]
}

/// What a bill has beside its components.
struct Rest {
    tools: Vec<ToolEntry>,
    services: Vec<Service>,
    vulnerabilities: Vec<Vulnerability>,
    claims: Vec<Claim>,
    references: Vec<Reference>,
}

fn rest() -> Rest {
    let tool = |name: &str, effect| ToolEntry {
        name: name.into(),
        digest: Digest::of(name.as_bytes()),
        effect,
    };
    let endpoint = Service {
        name: "desk".into(),
        provider: None,
        own: true,
        endpoints: vec!["https://desk.example/mcp?key=secret".into()],
        authenticated: Some(true),
        crosses_boundary: Some(true),
        flows: vec![(Flow::Both, "internal".into())],
    };
    let reached = Service {
        name: "PostgreSQL\u{202e}".into(),
        provider: Some("acme".into()),
        own: false,
        endpoints: vec!["postgres://reader:secret@db.example:5432/desk".into()],
        authenticated: None,
        crosses_boundary: None,
        flows: vec![(Flow::Inbound, "regulated".into()), (Flow::Unknown, "unknown".into())],
    };
    let vulnerability = Vulnerability {
        id: "CVE-2026-1".into(),
        aliases: vec!["GHSA-aaaa".into(), "x_OTHER-1".into()],
        severity: Some(Severity::High),
        description: "arguments reach a shell".into(),
        recommendation: Some("use 2.0.1".into()),
        affects: vec!["pkg:npm/tickets@2.0.0".into()],
    };
    let unrated = Vulnerability {
        id: "MAL-2026-1".into(),
        aliases: Vec::new(),
        severity: None,
        description: String::new(),
        recommendation: None,
        affects: vec!["pkg:npm/not-there@1.0.0".into()],
    };
    let claim = |requirement: &str, fulfilled| Claim {
        standard: "MSSS".into(),
        version: Some("0.1.0".into()),
        requirement: requirement.into(),
        predicate: format!("{requirement} was looked at"),
        fulfilled,
        evidence: Some(Digest::of(b"evidence")),
        evidence_is: "the record of the stage `supply`".into(),
    };
    Rest {
        tools: vec![tool("search", Some(Effect::Read)), tool("close\n", None)],
        services: vec![endpoint, reached],
        vulnerabilities: vec![vulnerability, unrated],
        claims: vec![claim("1.1", Some(true)), claim("1.2", Some(false)), claim("2.1", None)],
        references: vec![
            Reference {
                kind: ReferenceKind::SecurityTxt,
                url: "https://desk.example/.well-known/security.txt".into(),
            },
            Reference { kind: ReferenceKind::Repository, url: "https://git.example/desk".into() },
        ],
    }
}

fn bom<'a>(components: &'a [Component], rest: &'a Rest) -> Bom<'a> {
    Bom {
        subject: Subject {
            name: "@acme/desk-mcp",
            version: Some("1.2.3"),
            ecosystem: Some(Ecosystem::Npm),
            purl: None,
            digest: Some(Digest::of(b"desk")),
            licence: Some("Apache-2.0"),
            description: Some("Tickets of a help desk"),
        },
        components,
        tools: &rest.tools,
        services: &rest.services,
        vulnerabilities: &rest.vulnerabilities,
        claims: &rest.claims,
        references: &rest.references,
        version: "0.1.0",
        timestamp: 1_795_262_400,
    }
}

fn read(bill: &str) -> Value {
    serde_json::from_str(bill).expect("it is JSON")
}

#[test]
fn a_full_bill_is_valid_in_both_formats() {
    let (components, rest) = (components(), rest());
    let bom = bom(&components, &rest);
    check(&CYCLONEDX, &read(&cyclonedx(&bom)));
    check(&SPDX, &read(&spdx(&bom)));
}

#[test]
fn a_bill_of_nothing_is_valid_in_both_formats() {
    let rest = Rest {
        tools: Vec::new(),
        services: Vec::new(),
        vulnerabilities: Vec::new(),
        claims: Vec::new(),
        references: Vec::new(),
    };
    let mut bom = bom(&[], &rest);
    bom.subject = Subject { name: "script", ..Subject::default() };
    check(&CYCLONEDX, &read(&cyclonedx(&bom)));
    check(&SPDX, &read(&spdx(&bom)));
}

#[test]
fn the_validators_notice_a_bill_that_is_wrong() {
    let (components, rest) = (components(), rest());
    let bom = bom(&components, &rest);
    let mut bill = read(&cyclonedx(&bom));
    bill["components"][0]["licence"] = "MIT".into();
    assert!(std::panic::catch_unwind(|| check(&CYCLONEDX, &bill)).is_err());
    let mut bill = read(&spdx(&bom));
    bill["packages"][0]["primaryPackagePurpose"] = "TOY".into();
    assert!(std::panic::catch_unwind(|| check(&SPDX, &bill)).is_err());
}

/// Every text of a bill under members with this name.
fn all<'v>(value: &'v Value, member: &str, out: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if name == member {
                    match value {
                        Value::String(text) => out.push(text),
                        Value::Array(list) => out.extend(list.iter().filter_map(Value::as_str)),
                        _ => {}
                    }
                }
                all(value, member, out);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| all(value, member, out)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_to_something_and_no_two_are_alike() {
    let (components, rest) = (components(), rest());
    let bill = read(&cyclonedx(&bom(&components, &rest)));
    let mut own = Vec::new();
    all(&bill, "bom-ref", &mut own);
    let known: BTreeSet<&str> = own.iter().copied().collect();
    assert_eq!(known.len(), own.len(), "{own:?}");
    for member in [
        "ref",
        "dependsOn",
        "assessor",
        "requirement",
        "claims",
        "counterClaims",
        "evidence",
        "target",
    ] {
        let mut used = Vec::new();
        all(&bill, member, &mut used);
        assert!(!used.is_empty(), "{member}");
        for reference in used {
            assert!(known.contains(reference), "{member}: {reference}");
        }
    }
    let bill = read(&spdx(&bom(&components, &rest)));
    let mut own = Vec::new();
    all(&bill, "SPDXID", &mut own);
    let known: BTreeSet<&str> = own.iter().copied().collect();
    assert_eq!(known.len(), own.len());
    for member in ["spdxElementId", "relatedSpdxElement", "documentDescribes"] {
        let mut used = Vec::new();
        all(&bill, member, &mut used);
        assert!(used.iter().all(|reference| known.contains(reference)), "{member}");
    }
}

#[test]
fn a_bill_says_what_is_known_and_no_secret() {
    let (components, rest) = (components(), rest());
    let text = cyclonedx(&bom(&components, &rest));
    assert!(!text.contains("secret") && !text.contains('\u{202e}'), "{text}");
    assert!(!spdx(&bom(&components, &rest)).contains("secret"));
    let bill = read(&text);
    let subject = &bill["metadata"]["component"];
    assert_eq!(subject["purl"], "pkg:npm/%40acme/desk-mcp@1.2.3");
    assert_eq!(bill["metadata"]["timestamp"], "2026-11-21T12:00:00Z");
    let properties = subject["properties"].as_array().unwrap();
    assert!(
        properties
            .iter()
            .any(|own| own["name"] == "mcp:tool:search:effect" && own["value"] == "read")
    );
    let part = |name: &str| {
        let parts = bill["components"].as_array().unwrap();
        parts.iter().find(|own| own["name"] == name).unwrap().clone()
    };
    assert_eq!(part("builder")["scope"], "excluded");
    assert_eq!(
        part("archive")["hashes"],
        serde_json::json!([{ "alg": "SHA-256", "content": "cd".repeat(32) }])
    );
    assert_eq!(part("forked")["licenses"][0]["license"]["name"], "SEE LICENSE IN LICENSE");
    let vcs =
        format!("pkg:npm/forked?vcs_url=git%2Bhttps://git.example/forked.git%40{}", "a".repeat(40));
    assert_eq!(part("forked")["purl"], vcs.as_str());
    let dependencies = bill["dependencies"].as_array().unwrap();
    let of = |name: &str| {
        dependencies.iter().find(|own| own["ref"] == name).unwrap()["dependsOn"].clone()
    };
    assert_eq!(of("pkg:npm/%40acme/desk@1.0.0"), serde_json::json!(["pkg:npm/tickets@2.0.0"]));
    assert_eq!(
        bill["vulnerabilities"][0]["affects"],
        serde_json::json!([{ "ref": "pkg:npm/tickets@2.0.0" }])
    );
}

#[test]
fn the_serial_number_follows_the_content() {
    let (components, rest) = (components(), rest());
    let one = read(&cyclonedx(&bom(&components, &rest)));
    let same = read(&cyclonedx(&bom(&components, &rest)));
    let other = read(&cyclonedx(&bom(&components[1..], &rest)));
    assert_eq!(one["serialNumber"], same["serialNumber"]);
    assert_ne!(one["serialNumber"], other["serialNumber"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_parts_does_not_matter(
        order in Just((0..components().len()).collect::<Vec<_>>()).prop_shuffle(),
        twice in 0..7_usize,
    ) {
        let (components, rest) = (components(), rest());
        let mut shuffled: Vec<Component> = order.iter().map(|at| components[*at].clone()).collect();
        shuffled.push(components[twice].clone());
        let mut turned = self::rest();
        turned.tools.reverse();
        turned.services.reverse();
        turned.vulnerabilities.reverse();
        turned.claims.reverse();
        turned.references.reverse();
        prop_assert_eq!(cyclonedx(&bom(&components, &rest)), cyclonedx(&bom(&shuffled, &turned)));
        prop_assert_eq!(spdx(&bom(&components, &rest)), spdx(&bom(&shuffled, &turned)));
    }

    #[test]
    fn whatever_components_say_the_bill_is_valid(
        name in "\\PC{1,12}",
        version in proptest::option::of("\\PC{0,12}"),
        licence in proptest::option::of("\\PC{0,16}"),
        url in "(https?://)?\\PC{0,20}",
        hash in "(sha256|sha1|h1|):[0-9a-f]{0,64}",
    ) {
        let mut odd = component(&name, version.as_deref());
        odd.licence = licence;
        odd.source = Source::Url(url);
        odd.hashes = vec![hash];
        let components = [odd];
        let rest = rest();
        let bom = bom(&components, &rest);
        check(&SPDX, &read(&spdx(&bom)));
        check(&CYCLONEDX, &read(&cyclonedx(&bom)));
    }
}
