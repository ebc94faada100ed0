use warden_govern::dora::{
    Filing, Register, Scope, Taxonomy, check::check, keep, missing, prefill,
};

use super::*;

const TABLES: &str = "../warden-govern/tests/dora/package/reports";

fn filing() -> Filing {
    let period = "2026-12-31".parse().unwrap();
    Filing { scope: Scope::Individual, period, stamp: "20270201090000000".into() }
}

/// The register of the package that was written by hand, read as tables that people keep.
fn register() -> Register {
    let mut register = Register::new(Taxonomy::current());
    for template in &Taxonomy::current().templates {
        let file = format!("{}/{TABLES}/{}", env!("CARGO_MANIFEST_DIR"), template.file());
        let bytes = std::fs::read(file).unwrap();
        keep::add(&mut register, &template.file(), &bytes).unwrap();
    }
    prefill::derive(&mut register);
    register
}

#[test]
fn a_package_is_what_was_written_by_hand_byte_for_byte() {
    let package = Package::of(&register(), &filing()).unwrap();
    assert_eq!(
        package.name,
        "WARDENTESTBANK000138.IND_DE_DORA010100_DORA_2026-12-31_20270201090000000"
    );
    assert!(missing(&register()).is_empty());
    assert_eq!(check(&package.name, &package.files), []);
    let folder = format!("{}/{TABLES}/..", env!("CARGO_MANIFEST_DIR"));
    for (path, bytes) in &package.files {
        let inner = path.strip_prefix(&format!("{}/", package.name)).unwrap();
        let by_hand = std::fs::read_to_string(format!("{folder}/{inner}")).unwrap();
        assert_eq!(String::from_utf8_lossy(bytes), by_hand, "{inner}");
    }
    assert_eq!(package.files.len(), 19);
}

#[test]
fn an_archive_has_the_same_bytes_each_time_and_is_read_as_it_was_written() {
    let package = Package::of(&register(), &filing()).unwrap();
    let bytes = package.zip();
    assert_eq!(bytes, Package::of(&register(), &filing()).unwrap().zip());
    assert_eq!(unzip(&bytes).unwrap(), package.files);
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for at in 0..archive.len() {
        let time = archive.by_index(at).unwrap().last_modified();
        assert_eq!(time, Some(zip::DateTime::default()));
    }
}

#[test]
fn what_is_no_archive_or_too_large_a_one_is_refused() {
    assert!(matches!(unzip(b"no archive"), Err(NoArchive::Zip(_))));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..=MOST_FILES {
        writer.start_file(format!("{at}.csv"), SimpleFileOptions::default()).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert!(matches!(unzip(&bytes), Err(NoArchive::TooLarge)));
}

#[test]
fn a_package_without_an_entity_has_no_name() {
    let none = Register::new(Taxonomy::current());
    assert_eq!(Package::of(&none, &filing()), Err(NoPackage::Lei));
}
