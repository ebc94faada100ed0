mod bundle;
mod form;
mod index;
mod standing;

use serde_json::Value;
use warden_model::Digest;

use super::*;
use crate::Time;

pub(super) fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

pub(super) fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn part<T: serde::de::DeserializeOwned>(scored: &Value, name: &str) -> T {
    serde_json::from_value(scored[name].clone()).unwrap()
}

/// A certificate with stages, score and findings as `warden-scan` writes them.
pub(super) fn certificate() -> Certificate {
    let scored: Value =
        serde_json::from_str(include_str!("../../tests/data/scored-1.json")).unwrap();
    let open: Vec<Finding> = part(&scored, "open");
    let waivers: Vec<Waiver> = part(&scored, "waivers");
    let (mut counts, mut waived) = (Counts::default(), Counts::default());
    for finding in &open {
        counts.add(finding.severity);
    }
    for waiver in &waivers {
        waived.add(waiver.finding.severity);
    }
    let named = |name: &str| Named { name: name.into(), digest: digest(name) };
    Certificate {
        version: 1,
        target: Target {
            name: "@example/mail".into(),
            version: Some("1.2.3".into()),
            ecosystem: "npm".into(),
            publisher: Some("example".into()),
        },
        digests: Subjects {
            artifact: Some(digest("artifact")),
            tree: Some(digest("tree")),
            manifest: Some(digest("manifest")),
            tools: vec![named("read"), named("send")],
        },
        stages: part(&scored, "stages"),
        score: part(&scored, "score"),
        level: part(&scored, "level"),
        findings: Findings { counts, open, waived },
        waivers,
        issuer: "security@example.com".into(),
        issued: at("2026-11-21T12:00:00.000000Z"),
        // The end of the waiver that it rests on.
        expires: at("2027-02-01T00:00:00.000000Z"),
        policy: "2026-11".into(),
        tool: Tool { name: "mcpwarden".into(), version: "0.1.0".into() },
        evidence: vec![named("report"), named("sbom")],
        previous: None,
    }
}

/// A certificate of a server that we only talk to.
pub(super) fn remote() -> Certificate {
    let mut certificate = certificate();
    certificate.target.name = "https://mail.example.com/mcp".into();
    certificate.target.ecosystem = "remote".into();
    certificate.digests.artifact = None;
    certificate.digests.tree = None;
    certificate
}
