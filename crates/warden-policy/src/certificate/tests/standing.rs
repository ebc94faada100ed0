//! Whether a certificate counts: every answer, and that nothing milder comes of less.

use proptest::prelude::*;

use super::*;
use crate::approval::{DataClass, Environment};

pub(super) const SANDBOX: Use = Use { environment: Environment::Sandbox, data: DataClass::Public };
pub(super) const INTERNAL: Use =
    Use { environment: Environment::Production, data: DataClass::Internal };
pub(super) const REGULATED: Use =
    Use { environment: Environment::Production, data: DataClass::Regulated };

pub(super) fn shown() -> Presented<'static> {
    Presented {
        artifact: Some(digest("artifact")),
        manifest: Some(digest("manifest")),
        ..Presented::default()
    }
}

pub(super) fn now() -> Time {
    at("2026-12-01T00:00:00.000000Z")
}

pub(super) fn entry(kind: RevocationKind) -> Revocation {
    Revocation { kind, by: "ann".into(), at: now(), reason: "stolen".into() }
}

#[track_caller]
fn check(presented: &Presented<'_>, now: Time, wanted: Use, expected: Result<(), Why>) {
    let policy = CertificatePolicy::default();
    let none = Revocations::new();
    let found = judge_certificate(&certificate(), presented, now, (&policy, wanted), &none);
    assert_eq!(found, expected);
}

#[test]
fn a_certificate_counts_from_when_it_was_issued_until_it_expires() {
    let (issued, expires) = (certificate().issued, certificate().expires);
    check(&shown(), now(), INTERNAL, Ok(()));
    check(&shown(), issued, INTERNAL, Ok(()));
    // Clocks may be a minute apart, and only where that lengthens nothing.
    let before = |seconds: i64| Time::from_micros(issued.micros() - seconds * 1_000_000);
    check(&shown(), before(60), INTERNAL, Ok(()));
    check(&shown(), before(61), INTERNAL, Err(Why::NotYetValid { issued }));
    check(&shown(), Time::from_micros(expires.micros() - 1), INTERNAL, Ok(()));
    check(&shown(), expires, INTERNAL, Err(Why::Expired { expired: expires }));
}

#[test]
fn a_graver_use_needs_a_higher_level() {
    check(&shown(), now(), REGULATED, Err(Why::BelowLevel { level: 1, needed: 2 }));
    let unknown = Use { environment: Environment::Unknown, data: DataClass::Unknown };
    check(&shown(), now(), unknown, Err(Why::BelowLevel { level: 1, needed: 2 }));
    check(&shown(), now(), SANDBOX, Ok(()));
}

#[test]
fn levels_of_a_policy_rise_with_the_use() {
    assert_eq!(MinLevels::new([[0; 4], [1, 1, 2, 4]]), Err(PolicyError::NoLevel(4)));
    assert_eq!(MinLevels::new([[0; 4], [2, 1, 2, 2]]), Err(PolicyError::Falls));
    assert_eq!(MinLevels::new([[0, 0, 0, 2], [1; 4]]), Err(PolicyError::Falls));
    assert_eq!(MinLevels::new(*MinLevels::default().rows()), Ok(MinLevels::default()));
}

#[test]
fn everything_that_was_measured_has_to_be_in_the_certificate() {
    let other = Some(digest("other"));
    for wrong in [
        Presented { artifact: other, ..shown() },
        Presented { tree: other, ..shown() },
        Presented { manifest: other, ..shown() },
        Presented { tool: Some(("send", digest("other"))), ..shown() },
        Presented { tool: Some(("more", digest("more"))), ..shown() },
    ] {
        check(&wrong, now(), SANDBOX, Err(Why::WrongSubject));
    }
    check(&Presented { tool: Some(("send", digest("send"))), ..shown() }, now(), SANDBOX, Ok(()));
    check(&Presented::default(), now(), SANDBOX, Err(Why::CouldNotTell));
    // Anybody can copy definitions.
    let copied = Presented { artifact: None, ..shown() };
    check(&copied, now(), SANDBOX, Err(Why::CouldNotTell));
}

#[test]
fn a_remote_server_is_held_to_its_name_and_its_definitions() {
    let policy = CertificatePolicy::default();
    let none = Revocations::new();
    let judge = |presented: &Presented<'_>| {
        judge_certificate(&remote(), presented, now(), (&policy, INTERNAL), &none)
    };
    let origin = Some(digest("https://mail.example.com/mcp"));
    let manifest = Some(digest("manifest"));
    assert_eq!(judge(&Presented { origin, manifest, ..Presented::default() }), Ok(()));
    let other = Some(digest("https://other.example/mcp"));
    let elsewhere = Presented { origin: other, manifest, ..Presented::default() };
    assert_eq!(judge(&elsewhere), Err(Why::WrongSubject));
    for half in [
        Presented { manifest, ..Presented::default() },
        Presented { origin, ..Presented::default() },
    ] {
        assert_eq!(judge(&half), Err(Why::CouldNotTell));
    }
}

#[test]
fn what_was_stopped_does_not_count_whichever_of_its_digests_was_named() {
    let policy = CertificatePolicy::default();
    let certificate = certificate();
    let subjects = certificate.digests.named().into_iter().map(|(_, digest)| digest);
    for digest in subjects.chain([certificate.digest().unwrap()]) {
        for (kind, why) in [
            (RevocationKind::Revoked, Why::Revoked),
            (RevocationKind::Quarantined, Why::Quarantined),
        ] {
            let mut revocations = Revocations::new();
            revocations.add(digest, entry(kind));
            let found =
                judge_certificate(&certificate, &shown(), now(), (&policy, SANDBOX), &revocations);
            assert_eq!(found, Err(why));
        }
    }
}

#[test]
fn of_two_entries_the_graver_stays() {
    for kinds in [
        [RevocationKind::Revoked, RevocationKind::Quarantined],
        [RevocationKind::Quarantined, RevocationKind::Revoked],
    ] {
        let mut revocations = Revocations::new();
        for kind in kinds {
            revocations.add(digest("a"), entry(kind));
        }
        assert_eq!(revocations.get(&digest("a")).unwrap().kind, RevocationKind::Revoked);
        assert_eq!(revocations.len(), 1);
    }
}

#[test]
fn codes_are_unique() {
    let time = Time::default();
    let all = [
        Why::NoCertificate,
        Why::NotYetValid { issued: time },
        Why::Expired { expired: time },
        Why::Revoked,
        Why::Quarantined,
        Why::BelowLevel { level: 0, needed: 1 },
        Why::WrongSubject,
        Why::CouldNotTell,
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(Why::code).collect();
    assert_eq!(codes.len(), all.len());
}

proptest! {
    #[test]
    fn what_counts_for_a_use_counts_for_every_milder_one(
        level in 0..=3_u8, environment in 0..3_usize, data in 0..5_usize,
    ) {
        let environments =
            [Environment::Sandbox, Environment::Production, Environment::Unknown];
        let classes = [
            DataClass::Public,
            DataClass::Internal,
            DataClass::Confidential,
            DataClass::Regulated,
            DataClass::Unknown,
        ];
        let levels = MinLevels::default();
        let wanted = Use { environment: environments[environment], data: classes[data] };
        let milder = Use { environment: environments[environment.saturating_sub(1)], data: classes[data.saturating_sub(1)] };
        prop_assert!(levels.of(milder) <= levels.of(wanted));
        prop_assert!(level < levels.of(wanted) || level >= levels.of(milder));
    }
}
