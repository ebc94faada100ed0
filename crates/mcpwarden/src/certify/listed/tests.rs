use std::collections::BTreeMap;

use serde_json::json;
use warden_policy::certificate::{
    DEFAULT_DAYS, Findings, Revocation, Score, Subjects, Target, Tool,
};
use warden_report::catalog::Catalog;

use super::*;

const ISSUED: &str = "2026-11-01T08:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// Every static stage, finished.
fn stages() -> Vec<warden_policy::certificate::StageRecord> {
    let none = json!({"critical": 0, "high": 0, "info": 0, "low": 0, "medium": 0});
    let digest = Digest::of(b"stage").to_string();
    let record = |name: &str| {
        serde_json::from_value(json!({
            "coverage": {"gaps": [], "known": 1, "looked_at": 1},
            "evidence": digest, "findings": none, "inputs": [digest], "outcome": "finished",
            "reason": null, "rules": digest, "stage": name,
            "tool": {"name": "mcpwarden", "version": "1"},
        }))
        .expect("a record")
    };
    let all = ["source", "taint", "secrets", "tool-text", "supply-chain", "configuration"];
    all.map(record).into()
}

/// A certificate of level 2, issued at `ISSUED` for 90 days.
pub(in crate::certify) fn certified(
    ecosystem: &str,
    name: &str,
    version: Option<&str>,
) -> Certificate {
    let score: Score = serde_json::from_value(json!({
        "caps": [], "items": [{"because": "nothing was found", "code": "start", "label": "a server", "points": 87}], "level_by_score": 2, "model": "scoring-1", "total": 87,
        "weights": Digest::of(b"weights").to_string(),
    }))
    .expect("a score");
    let issued = Time::from_micros(at(ISSUED).as_microsecond());
    Certificate {
        version: 1,
        target: Target {
            name: name.into(),
            version: version.map(Into::into),
            ecosystem: ecosystem.into(),
            publisher: None,
        },
        digests: Subjects { artifact: Some(Digest::of(b"archive")), ..Subjects::default() },
        stages: stages(),
        score,
        level: 2,
        findings: Findings::default(),
        waivers: Vec::new(),
        issuer: "ann".into(),
        issued,
        expires: issued.plus_days(DEFAULT_DAYS),
        policy: "mcpwarden/1".into(),
        tool: Tool { name: "mcpwarden".into(), version: "1".into() },
        evidence: Vec::new(),
        previous: None,
    }
}

fn entry_of(
    certificate: &Certificate,
    local: &str,
    (now, revocations): (&str, &Revocations),
) -> Result<Entry, String> {
    let terms = Terms { namespace: "io.example.company".into(), level: 1 };
    let known = Known { certificate, local, now: at(now) };
    known.entry(&terms, revocations, BTreeSet::new())
}

fn entry(certificate: &Certificate, local: &str) -> Result<Entry, String> {
    entry_of(certificate, local, ("2026-11-20T00:00:00Z", &Revocations::new()))
}

#[test]
fn a_package_is_named_with_its_registry_its_version_and_its_digest() {
    for (ecosystem, registry) in [("npm", RegistryType::Npm), ("pypi", RegistryType::Pypi)] {
        let found = entry(&certified(ecosystem, "mail", Some("1.2.3")), "mail").expect("it fits");
        assert_eq!(found.name, "io.example.company/mail");
        assert_eq!((found.version.as_str(), found.certificate.score), ("1.2.3", 87));
        let package = found.packages.first().expect("a package");
        assert_eq!((package.registry, package.identifier.as_str()), (registry, "mail"));
        assert_eq!(package.sha256, Some(Digest::of(b"archive")));
        assert_eq!((found.published, found.status), (at(ISSUED), Status::Active));
    }
}

#[test]
fn a_name_of_the_registry_stays_as_it_is() {
    let found = entry(&certified("npm", "mail", Some("1.2.3")), "com.example/post");
    assert_eq!(found.expect("it fits").name, "com.example/post");
}

#[test]
fn a_server_elsewhere_is_a_remote_of_the_day_on_which_it_was_certified() {
    let url = "https://mcp.example/mcp";
    let found = entry(&certified("remote", url, None), "crm").expect("it fits");
    assert_eq!((found.version.as_str(), found.packages.len()), ("2026.11.1", 0));
    assert_eq!(found.remotes.first().expect("a remote").url, url);
}

#[test]
fn what_no_catalog_can_say_is_left_out_and_told() {
    for (ecosystem, name, version, local) in [
        ("folder", "mail", None, "mail"),
        ("git", "https://code.example/mail", Some("1.0.0"), "mail"),
        ("mcpb", "mail.mcpb", None, "mail"),
        // The name of a file is no name of a package.
        ("npm", "mail-1.2.3.tgz", None, "mail"),
        ("npm", "mail", Some("^1.2"), "mail"),
        ("npm", "mail", Some("1.2.3"), "--mail"),
        ("remote", "https://mcp.example/mcp", None, "https://mcp.example/mcp"),
    ] {
        let left_out = entry(&certified(ecosystem, name, version), local);
        assert!(left_out.is_err(), "{ecosystem} {name} {version:?} {local}");
    }
    let mut low = certified("npm", "mail", Some("1.2.3"));
    low.level = 0;
    assert!(entry(&low, "mail").is_err_and(|why| why.contains("level")));
    let early = certified("npm", "mail", Some("1.2.3"));
    let early = entry_of(&early, "mail", ("2026-10-31T00:00:00Z", &Revocations::new()));
    assert!(early.is_err_and(|why| why.contains("later")));
}

#[test]
fn what_is_revoked_or_held_back_is_deleted_without_its_reason() {
    let certificate = certified("npm", "mail", Some("1.2.3"));
    for (kind, word) in
        [(RevocationKind::Revoked, "revoked"), (RevocationKind::Quarantined, "held back")]
    {
        let mut all = Revocations::new();
        let when = Time::from_micros(at("2026-11-19T00:00:00Z").as_microsecond());
        let entry = Revocation { kind, by: "ann".into(), at: when, reason: "internal".into() };
        all.add(Digest::of(b"archive"), entry);
        let found = entry_of(&certificate, "mail", ("2026-11-20T00:00:00Z", &all));
        let found = found.expect("it fits");
        let change = found.status.change().expect("it has changed");
        assert!(found.status.is_deleted());
        assert_eq!((change.at, found.updated), (at("2026-11-19T00:00:00Z"), change.at));
        let why = change.why.as_deref().expect("it says why");
        assert!(why.contains(word) && !why.contains("internal"), "{why}");
    }
}

#[test]
fn an_expired_certificate_is_deleted_in_the_catalog() {
    let certificate = certified("npm", "mail", Some("1.2.3"));
    let later = "2027-03-01T00:00:00Z";
    let found = entry_of(&certificate, "mail", (later, &Revocations::new())).expect("it fits");
    let catalog = Catalog::of(vec![found], at(later)).expect("it is a catalog");
    assert!(catalog.all().all(|one| one.entry.status.is_deleted()));
}

#[test]
fn who_follows_sees_what_went_and_what_came_back() {
    let shown = |name: &str, status: Status| {
        let mut entry = entry(&certified("npm", name, Some("1.0.0")), name).expect("it fits");
        entry.status = status;
        Shown { entry, local: name.to_owned() }
    };
    let of = |shown| Listing { shown, left_out: Vec::new() };
    let change = Change { at: at(ISSUED), why: None };
    let before = of(vec![
        shown("back", Status::Deleted(change)),
        shown("gone", Status::Active),
        shown("same", Status::Active),
    ]);
    let now = at("2026-11-20T12:00:00Z");
    let fresh = of(vec![shown("back", Status::Active), shown("same", Status::Active)]);
    let after = fresh.after(&before, now);
    let found: BTreeMap<_, _> = after
        .shown
        .iter()
        .map(|one| (one.local.as_str(), (one.entry.status.name(), one.entry.updated)))
        .collect();
    assert_eq!(found["back"], ("active", now));
    assert_eq!(found["gone"], ("deleted", now));
    assert_eq!(found["same"], ("active", at(ISSUED)));
    // And it stays that way.
    let fresh = of(vec![shown("back", Status::Active), shown("same", Status::Active)]);
    let again = fresh.after(&after, at("2026-11-20T13:00:00Z"));
    assert!(again.shown.iter().all(|one| one.entry.updated <= now));
    assert_eq!(again.shown.len(), 3);
}
