//! The form of a predicate: one spelling, one schema, nothing that contradicts itself.

use proptest::prelude::*;

use super::*;

const GOLDEN: &str = include_str!("../../../tests/data/certificate-1.json");
const SCHEMA: &str = include_str!("../../../../../schemas/certificate-1.schema.json");

#[test]
fn the_form_is_that_of_the_golden_file() {
    let bytes = certificate().write().unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), GOLDEN.trim_end());
    assert_eq!(Certificate::read(GOLDEN.trim_end().as_bytes()), Ok(certificate()));
}

#[test]
fn what_is_written_is_what_the_schema_says() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for certificate in [certificate(), remote()] {
        let value: Value = serde_json::from_slice(&certificate.write().unwrap()).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let mut other: Value = serde_json::from_str(GOLDEN).unwrap();
    other["version"] = 2.into();
    assert!(!validator.is_valid(&other));
    other["version"] = 1.into();
    other["more"] = true.into();
    assert!(!validator.is_valid(&other));
}

#[test]
fn another_version_spelling_or_member_is_refused() {
    let text = GOLDEN.trim_end();
    let read = |text: &str| Certificate::read(text.as_bytes()).unwrap_err();
    let version = text
        .replace("\"version\":1,", "\"version\":2,")
        .replace("\"version\":1}", "\"version\":2}");
    assert_ne!(version, text);
    assert_eq!(read(&version), CertificateError::Malformed);
    assert_eq!(read(&format!(" {text}")), CertificateError::NotCanonical);
    assert_eq!(read(&text.replacen('{', "{\"more\":1,", 1)), CertificateError::Malformed);
    let twice = text.replacen('{', "{\"level\":1,", 1);
    assert_eq!(read(&twice), CertificateError::Malformed);
    let escaped = text.replacen("\"issuer\":\"s", "\"issuer\":\"\\u0073", 1);
    assert_ne!(escaped, text);
    assert_eq!(read(&escaped), CertificateError::NotCanonical);
    assert_eq!(read(&" ".repeat(MOST_BYTES + 1)), CertificateError::Large);
}

#[track_caller]
fn refused(change: impl Fn(&mut Certificate), why: CertificateError) {
    let mut certificate = certificate();
    change(&mut certificate);
    assert_eq!(certificate.write(), Err(why));
}

#[test]
fn what_contradicts_itself_is_refused() {
    refused(|it| it.score.total += 1, CertificateError::Sum);
    refused(|it| it.score.items[0].points = 101, CertificateError::Sum);
    refused(|it| it.level = 2, CertificateError::Level);
    refused(|it| it.level = 0, CertificateError::Level);
    refused(|it| it.findings.counts.medium = 0, CertificateError::Counts);
    refused(|it| it.findings.open.clear(), CertificateError::Counts);
    refused(|it| it.waivers.clear(), CertificateError::Counts);
    refused(
        |it| it.waivers[0].owner = " ".into(),
        CertificateError::Empty("waiver's owner or reason"),
    );
    refused(|it| it.findings.open[0].class = "NEW".into(), CertificateError::Class);
    refused(|it| it.digests = Subjects::default(), CertificateError::NoSubject);
    refused(|it| it.digests.tools.reverse(), CertificateError::Unsorted("tools"));
    refused(
        |it| it.evidence[1].name = "report".into(),
        CertificateError::Unsorted("pieces of evidence"),
    );
    refused(|it| it.expires = it.issued, CertificateError::Times);
    refused(|it| it.expires = it.expires.plus_seconds(1), CertificateError::WaiverEnds);
    refused(|it| it.waivers[0].until = "soon".into(), CertificateError::WaiverEnds);
    refused(|it| it.issuer.clear(), CertificateError::Empty("issuer"));
    refused(|it| it.stages.swap(0, 1), CertificateError::Stages);
    refused(|it| it.stages[0].evidence = None, CertificateError::Stages);
    refused(|it| it.stages[0].outcome = Outcome::NotRun, CertificateError::Stages);
    refused(|it| _ = it.stages.remove(0), CertificateError::Stages);
    refused(|it| it.stages[0].coverage.looked_at = 21, CertificateError::Stages);
}

#[test]
fn no_weights_make_an_open_critical_more_than_level_0() {
    for (severity, level) in [(Severity::Critical, 0), (Severity::High, 1)] {
        let mut worse = certificate();
        worse.findings.open[0].severity = severity;
        worse.findings.counts = Counts::default();
        worse.findings.counts.add(severity);
        worse.stages[1].findings = worse.findings.counts;
        worse.score.level_by_score = level + 1;
        worse.level = level + 1;
        assert_eq!(worse.write(), Err(CertificateError::Level));
        worse.score.level_by_score = level;
        worse.level = level;
        assert!(worse.write().is_ok());
    }
}

#[test]
fn a_statement_names_exactly_the_subjects() {
    let certificate = certificate();
    let mut subjects = certificate.digests.named();
    let names: Vec<&str> = subjects.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["artifact", "tree", "manifest", "tool:read", "tool:send"]);
    assert_eq!(certificate.check_statement(&subjects), Ok(()));
    subjects.push(("tool:more".into(), digest("more")));
    assert_eq!(certificate.check_statement(&subjects), Err(CertificateError::Statement));
    subjects.truncate(4);
    assert_eq!(certificate.check_statement(&subjects), Err(CertificateError::Statement));
    subjects.push(("tool:send".into(), digest("other")));
    assert_eq!(certificate.check_statement(&subjects), Err(CertificateError::Statement));
}

#[test]
fn a_changed_byte_anywhere_is_refused_or_another_certificate() {
    let golden = GOLDEN.trim_end().as_bytes();
    for at in (0..golden.len()).step_by(7) {
        let mut bytes = golden.to_vec();
        bytes[at] ^= 1 << (at % 8);
        if let Ok(read) = Certificate::read(&bytes) {
            assert_ne!(read, certificate(), "byte {at}");
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Certificate::read(&bytes).is_err());
    }
}
