//! The index says what its certificates say, and has one written form.

use proptest::prelude::*;

use super::{standing::*, *};

fn row(number: u8, issued_day: u32, level: u8) -> Row {
    let issued = at("2026-11-01T00:00:00.000000Z").plus_days(issued_day);
    Row {
        certificate: digest(&format!("certificate {number} {issued_day} {level}")),
        origin: digest("origin"),
        artifact: Some(digest(&format!("artifact {number}"))),
        tree: None,
        manifest: Some(digest("manifest")),
        issued,
        expires: issued.plus_days(90),
        level,
        score: 80,
        stopped: None,
    }
}

fn index(rows: Vec<Row>) -> CertificateIndex {
    CertificateIndex::of_rows(rows, CertificatePolicy::default()).unwrap()
}

fn artifact(number: u8) -> Presented<'static> {
    Presented { artifact: Some(digest(&format!("artifact {number}"))), ..Presented::default() }
}

#[test]
fn a_server_is_admitted_by_its_certificate_and_nothing_else() {
    let built = CertificateIndex::build(
        [&certificate(), &remote()],
        &Revocations::new(),
        CertificatePolicy::default(),
    );
    let index = built.unwrap();
    assert_eq!(index.admit(&shown(), INTERNAL, now()).map(|row| row.level), Ok(1));
    let tree = Presented { tree: Some(digest("tree")), ..Presented::default() };
    assert!(index.admit(&tree, INTERNAL, now()).is_ok());
    let needed = Why::BelowLevel { level: 1, needed: 2 };
    assert_eq!(index.admit(&shown(), REGULATED, now()), Err(needed));
    assert_eq!(index.admit(&artifact(1), INTERNAL, now()), Err(Why::NoCertificate));
    assert_eq!(index.admit(&Presented::default(), INTERNAL, now()), Err(Why::CouldNotTell));
    let wrong = Presented { manifest: Some(digest("other")), ..shown() };
    assert_eq!(index.admit(&wrong, INTERNAL, now()), Err(Why::WrongSubject));
    let manifest = Some(digest("manifest"));
    let origin = Some(digest("https://mail.example.com/mcp"));
    let asked = Presented { origin, manifest, ..Presented::default() };
    assert!(index.admit(&asked, INTERNAL, now()).is_ok());
    let other = Presented { origin: Some(digest("https://other.example/")), ..asked };
    assert_eq!(index.admit(&other, INTERNAL, now()), Err(Why::NoCertificate));
    let blind = Presented { manifest: None, tool: Some(("send", digest("send"))), ..shown() };
    assert_eq!(index.admit(&blind, INTERNAL, now()), Err(Why::CouldNotTell));
}

#[test]
fn the_newest_certificate_counts_also_if_it_is_worse() {
    let worse = index(vec![row(1, 0, 2), row(1, 1, 0)]);
    let below = Why::BelowLevel { level: 0, needed: 2 };
    assert_eq!(worse.admit(&artifact(1), REGULATED, now()), Err(below));
    let better = index(vec![row(1, 0, 0), row(1, 1, 2)]);
    assert!(better.admit(&artifact(1), REGULATED, now()).is_ok());
    // One that has not begun takes nothing away yet.
    let later = index(vec![row(1, 0, 2), row(1, 60, 0)]);
    assert!(later.admit(&artifact(1), REGULATED, now()).is_ok());
    let same = index(vec![row(1, 0, 0), row(1, 0, 2)]);
    assert_eq!(same.admit(&artifact(1), REGULATED, now()), Err(below));
    let mut newest = row(1, 1, 2);
    newest.stopped = Some(RevocationKind::Revoked);
    let taken_back = index(vec![row(1, 0, 2), newest]);
    assert_eq!(taken_back.admit(&artifact(1), REGULATED, now()), Err(Why::Revoked));
}

#[test]
fn a_revocation_takes_hold_of_a_running_index_and_a_quarantine_lets_go() {
    let mut index = index(vec![row(1, 0, 2), row(2, 0, 2)]);
    let mut list = Revocations::new();
    list.add(digest("artifact 1"), entry(RevocationKind::Quarantined));
    list.add(row(2, 0, 2).certificate, entry(RevocationKind::Revoked));
    index.apply(&list);
    assert_eq!(index.admit(&artifact(1), REGULATED, now()), Err(Why::Quarantined));
    assert_eq!(index.admit(&artifact(2), REGULATED, now()), Err(Why::Revoked));
    index.apply(&Revocations::new());
    assert!(index.admit(&artifact(1), REGULATED, now()).is_ok());
    assert_eq!(index.admit(&artifact(2), REGULATED, now()), Err(Why::Revoked));
}

#[test]
fn a_revoked_tool_definition_stops_its_server() {
    let mut list = Revocations::new();
    list.add(digest("send"), entry(RevocationKind::Revoked));
    let built = CertificateIndex::build([&certificate()], &list, CertificatePolicy::default());
    assert_eq!(built.unwrap().admit(&shown(), SANDBOX, now()), Err(Why::Revoked));
}

#[test]
fn digests_that_begin_alike_are_told_apart() {
    // As somebody could choose them: all but the last byte is the same.
    let close = |last: u8| {
        let mut bytes = [7; 32];
        bytes[31] = last;
        Some(Digest::from_bytes(bytes))
    };
    let rows = (0..200).map(|number| Row { artifact: close(number), ..row(number, 0, 2) });
    let index = index(rows.collect());
    for number in 0..200 {
        let asked = Presented { artifact: close(number), ..Presented::default() };
        let found = index.admit(&asked, REGULATED, now()).map(|row| row.artifact);
        assert_eq!(found, Ok(close(number)));
    }
    let asked = Presented { artifact: close(200), ..Presented::default() };
    assert_eq!(index.admit(&asked, REGULATED, now()), Err(Why::NoCertificate));
}

#[test]
fn every_changed_byte_of_an_index_is_refused_or_read_as_what_it_says() {
    let index = index(vec![row(1, 0, 2), row(2, 3, 1)]);
    let bytes = index.write();
    assert_eq!(CertificateIndex::read(&bytes).as_ref(), Ok(&index));
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 0x81;
        if let Ok(read) = CertificateIndex::read(&bad) {
            assert_ne!(read, index, "byte {at}");
            assert_eq!(read.write(), bad, "byte {at}");
        }
        assert_eq!(CertificateIndex::read(&bytes[..at]), Err(IndexError::Malformed));
    }
    let mut more = bytes;
    more.push(0);
    assert_eq!(CertificateIndex::read(&more), Err(IndexError::Malformed));
}

#[test]
fn a_head_that_promises_too_many_rows_allocates_nothing() {
    let mut bytes = index(Vec::new()).write();
    let at = bytes.len() - 4;
    bytes[at..].copy_from_slice(&1_000_000_u32.to_be_bytes());
    assert_eq!(CertificateIndex::read(&bytes), Err(IndexError::Malformed));
    bytes[at..].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(CertificateIndex::read(&bytes), Err(IndexError::Many));
}

proptest! {
    #[test]
    fn the_written_form_does_not_depend_on_the_order(
        numbers in prop::collection::vec((0..20_u8, 0..5_u32, 0..=3_u8), 0..40),
    ) {
        let rows: Vec<Row> =
            numbers.iter().map(|(number, day, level)| row(*number, *day, *level)).collect();
        let turned: Vec<Row> = rows.iter().rev().cloned().collect();
        let (index, turned) = (index(rows), index(turned));
        prop_assert_eq!(index.write(), turned.write());
        prop_assert_eq!(CertificateIndex::read(&index.write()), Ok(index));
    }

    /// The index against the plain search that it stands for.
    #[test]
    fn a_lookup_finds_every_row_and_no_other(
        numbers in prop::collection::vec((0..20_u8, 0..5_u32, 0..=3_u8), 0..40), asked in 0..25_u8,
    ) {
        let rows: Vec<Row> =
            numbers.iter().map(|(number, day, level)| row(*number, *day, *level)).collect();
        let index = index(rows);
        let digest = artifact(asked).artifact.unwrap();
        let mut found: Vec<&Row> = index.rows_of(digest).collect();
        found.sort();
        let mut plain: Vec<&Row> =
            index.rows().iter().filter(|row| row.artifact == Some(digest)).collect();
        plain.sort();
        prop_assert_eq!(found, plain);
    }
}
