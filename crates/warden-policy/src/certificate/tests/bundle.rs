//! A bundle has one spelling, and its golden file is read for ever.

use proptest::prelude::*;

use super::*;

/// The signed part of a bundle, as version 1 was first written. It never changes.
const GOLDEN: &str = include_str!("../../../tests/data/bundle-head-1.json");

fn head() -> BundleHead {
    let issued = at("2026-11-21T12:00:00.000000Z");
    BundleHead {
        approvals: 1,
        certificates: 2,
        checkpoint: "mcpwarden/0123\n3\nAAAA\n\n\u{2014} mcpwarden/0123 AAAA\n".into(),
        digest: body_digest(&[digest("one"), digest("two"), digest("three")]),
        expires: issued.plus_seconds(DEFAULT_HOURS * 3600),
        issued,
        issuer: "ann".into(),
        revocations: true,
        sequence: 7,
        version: 1,
    }
}

fn line() -> CertificateLine {
    CertificateLine {
        certificate: "{\"payload\":\"AA==\"}".into(),
        index: 2,
        path: vec![digest("a"), digest("b")],
    }
}

#[test]
fn the_first_bundle_is_read_and_written_as_it_was() {
    let golden = GOLDEN.trim_end().as_bytes();
    assert_eq!(BundleHead::read(golden), Ok(head()));
    assert_eq!(head().write().as_deref(), Ok(golden));
    assert_eq!(head().lines(), 4);
}

#[test]
fn a_bundle_is_what_its_schema_says() {
    let schema = include_str!("../../../../../schemas/bundle-1.schema.json");
    let schema = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&serde_json::from_str(GOLDEN).unwrap()));
    for (member, wrong) in [
        ("version", serde_json::json!(2)),
        ("sequence", serde_json::json!(0)),
        ("approvals", serde_json::json!(MOST_APPROVALS + 1)),
        ("issuer", serde_json::json!("")),
        ("expires", serde_json::json!("tomorrow")),
        ("digest", serde_json::json!("sha256:")),
        ("more", serde_json::json!(1)),
    ] {
        let mut value: Value = serde_json::from_str(GOLDEN).unwrap();
        value[member] = wrong;
        assert!(!validator.is_valid(&value), "{member}");
        let bytes = warden_seal::canonical(&value).unwrap();
        assert!(BundleHead::read(&bytes).is_err(), "{member}");
    }
}

#[test]
fn what_contradicts_itself_is_neither_written_nor_read() {
    type Change = fn(&mut BundleHead);
    let wrong: [(Change, BundleError); 8] = [
        (|head| head.version = 2, BundleError::Version(2)),
        (|head| head.sequence = 0, BundleError::Sequence),
        (|head| head.sequence = 1 << 53, BundleError::Sequence),
        (|head| head.certificates = MOST_CERTIFICATES + 1, BundleError::Many),
        (|head| head.approvals = MOST_APPROVALS + 1, BundleError::ManyApprovals),
        (|head| head.issuer = " ".into(), BundleError::Issuer),
        (|head| head.expires = head.issued, BundleError::Times),
        (|head| head.expires = head.issued.plus_days(31), BundleError::Times),
    ];
    for (change, error) in wrong {
        let mut head = head();
        change(&mut head);
        assert_eq!(head.write(), Err(error));
        if let Ok(bytes) = serde_json::to_value(&head).map(|value| warden_seal::canonical(&value)) {
            assert!(bytes.is_err() || BundleHead::read(&bytes.unwrap()) == Err(error));
        }
    }
}

#[test]
fn every_part_has_one_spelling() {
    let written = line().write().unwrap();
    assert_eq!(CertificateLine::read(&written), Ok(line()));
    let text = String::from_utf8(written).unwrap();
    for other in [
        text.replace("\"index\":2", "\"index\": 2"),
        text.replace("\"index\":2", "\"index\":2,\"index\":2"),
        text.replace("\"index\":2", "\"index\":2,\"more\":2"),
        text.replace("\"index\":2", "\"index\":2.0"),
        text.replace("payload", "p\\u0061yload"),
        format!("{text}\n"),
        format!(" {text}"),
    ] {
        assert!(CertificateLine::read(other.as_bytes()).is_err(), "{other}");
    }
    let approval = ApprovalLine { approval: "{}".into(), index: 2, path: line().path };
    assert_eq!(ApprovalLine::read(&approval.write().unwrap()), Ok(approval));
    assert!(ApprovalLine::read(&line().write().unwrap()).is_err());
    let list = RevocationsLine { revocations: "{}".into() };
    assert_eq!(RevocationsLine::read(&list.write().unwrap()), Ok(list));
    assert!(RevocationsLine::read(&line().write().unwrap()).is_err());
    let long = RevocationsLine { revocations: "x".repeat(MOST_LINE) };
    assert_eq!(long.write(), Err(BundleError::Long));
}

#[test]
fn a_bundle_counts_from_its_issue_to_its_end() {
    let head = head();
    assert_eq!(head.stands(head.issued, 60), Ok(()));
    let early = |seconds: i64| Time::from_micros(head.issued.micros() - seconds * 1_000_000);
    assert_eq!(head.stands(early(60), 60), Ok(()));
    assert_eq!(head.stands(early(61), 60), Err(crate::Uncertified::CouldNotTell));
    let last = Time::from_micros(head.expires.micros() - 1);
    assert_eq!(head.stands(last, 60), Ok(()));
    assert_eq!(head.stands(head.expires, 60), Err(crate::Uncertified::BundleExpired));
}

proptest! {
    #[test]
    fn the_digest_tells_lines_and_their_order_apart(
        lines in proptest::collection::vec(0..4_u8, 0..6), other in proptest::collection::vec(0..4_u8, 0..6),
    ) {
        let of = |lines: &[u8]| -> Vec<Digest> { lines.iter().map(|line| Digest::of(&[*line])).collect() };
        prop_assert_eq!(body_digest(&of(&lines)) == body_digest(&of(&other)), lines == other);
    }

    #[test]
    fn what_is_read_is_what_is_written(at in 0..400_usize, byte in any::<u8>()) {
        let mut bytes = head().write().unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(read) = BundleHead::read(&bytes) {
            prop_assert_eq!(read.write(), Ok(bytes));
        }
    }
}
