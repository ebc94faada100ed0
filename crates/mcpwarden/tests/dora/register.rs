use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{bank, comply, json};
use serde_json::Value;
use warden_testkit::TestHome;

/// What only people know of the bank's register.
fn kept(home: &TestHome) {
    let bank = "WARDENTESTBANK000138";
    let vendor = "WARDENTESTVEND000198";
    for (file, text) in [
        (
            "b_01.02.csv",
            format!(
                "lei,hierarchy,parent_lei,integrated,total_assets\n{bank},sole,{bank},2025-04-30,5000000\n"
            ),
        ),
        (
            "b_02.01.csv",
            "contract,arrangement,annual_expense\nMCP-mail,standalone,12000.50\n".to_owned(),
        ),
        (
            "b_02.02.csv",
            format!(
                "contract,entity_lei,provider,function,service,provision_country,storage_country,\
                 processing_country,start,end,notice_entity,notice_provider,law\n\
                 MCP-mail,{bank},{vendor},F1,S19,IE,IE,IE,2025-01-01,never,90,90,IE\n"
            ),
        ),
        (
            "b_05.01.csv",
            format!(
                "provider,person,currency,annual_expense,parent,parent_code_type\n\
                 {vendor},legal,EUR,12000.50,{vendor},LEI\n"
            ),
        ),
        (
            "b_06.01.csv",
            format!(
                "function,entity_lei,activity,assessed,impact\nF1,{bank},x28,2026-03-01,high\n"
            ),
        ),
        (
            "b_07.01.csv",
            format!(
                "contract,provider,service,substitutability,audited,exit_plan,reintegration,impact,\
                 alternatives\nMCP-mail,{vendor},S19,medium,2026-05-01,yes,easy,medium,no\n"
            ),
        ),
    ] {
        home.write(format!("work/kept/{file}"), text);
    }
}

#[track_caller]
fn archives(home: &TestHome) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.work().join("out")).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "zip")).collect()
}

const MAKE: [&str; 8] =
    ["dora", "register", "--estate", "estate", "--date", "2027-02-01", "--output", "out"];

#[test]
fn a_register_of_which_something_is_missing_is_a_draft_and_says_what() {
    let home = TestHome::new();
    bank(&home);
    let outcome = comply(&home, &MAKE);
    assert_eq!(outcome.code, Some(10), "{}", outcome.block());
    let out = &outcome.stdout;
    assert!(
        out.starts_with("DRAFT_WARDENTESTBANK000138.IND_DE_DORA010100_DORA_2026-12-31_20270201")
    );
    assert!(out.contains("B_02.02       1 rows"), "{out}");
    let unfolded = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unfolded.contains("missing mandatory field: Start date (start)"), "{out}");
    assert!(!out.contains("MCP-files"), "open source without a contract is no row: {out}");
    let (code, report) = json(&home, &MAKE);
    assert_eq!(code, Some(10));
    assert_eq!(report["draft"], true);
    assert_eq!(report["rows"]["B_05.01"], 1);
    let archive = archives(&home).pop().expect("an archive was written");
    assert!(archive.file_name().is_some_and(|name| name.to_string_lossy().starts_with("DRAFT_")));
    // The archive says that it is another than its name: nobody hands it in by mistake.
    let checked = comply(&home, &["dora", "check", &archive.to_string_lossy()]);
    assert_eq!(checked.code, Some(13), "{}", checked.block());
}

#[test]
fn a_register_that_is_whole_passes_our_check_and_that_of_a_published_validator() {
    let home = TestHome::new();
    bank(&home);
    kept(&home);
    let words = [&MAKE[..], &["--tables", "kept", "--plain"]].concat();
    let outcome = comply(&home, &words);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stdout.contains("Nothing that is mandatory is missing."));
    let archive = archives(&home).pop().expect("an archive was written");
    let name = archive.file_stem().expect("it has a name").to_string_lossy().into_owned();
    assert_eq!(name, "WARDENTESTBANK000138.IND_DE_DORA010100_DORA_2026-12-31_20270201000000000");
    let checked = comply(&home, &["dora", "check", &archive.to_string_lossy()]);
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "0 refused, 0 warnings\n"));
    let plain = home.work().join("out").join(&name).join("reports/b_02.02.csv");
    let table = fs::read_to_string(plain).expect("the tables are there");
    assert!(
        table.contains("MCP-mail,WARDENTESTBANK000138,WARDENTESTVEND000198,eba_qCO:qx2000,F1,")
    );
    assert!(table.contains("eba_ZZ:x792,eba_ZZ:x796"), "sensitiveness and reliance: {table}");
    // The same facts make the same bytes.
    let first = fs::read(&archive).expect("it can be read");
    drop(comply(&home, &words));
    assert_eq!(fs::read(&archive).expect("it can be read"), first);

    assert_eq!(published(&archive), BTreeMap::new());
    // It does notice what is wrong: a key without a value, a template that is not reported.
    for (file, from, to, rule) in [
        ("b_04.01.csv", "eba_ZZ:x839,0", "eba_ZZ:x839,", "CSV-044"),
        ("FilingIndicators.csv", "B_01.02,true\n", "", "CSV-034"),
        ("b_02.02.csv", "c0010", "c0011", "CSV-042"),
    ] {
        let broken = break_one(&archive, &name, (file, from, to));
        let found = published(&broken);
        assert!(found.contains_key(rule), "{rule} in {found:?}");
        let checked = comply(&home, &["dora", "check", &broken.to_string_lossy()]);
        assert_eq!(checked.code, Some(13), "{}", checked.block());
    }
}

/// An archive of the same name in another folder, with one file that is broken.
#[track_caller]
fn break_one(archive: &Path, name: &str, (file, from, to): (&str, &str, &str)) -> PathBuf {
    let bytes = fs::read(archive).expect("it can be read");
    let mut reader = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("it is an archive");
    let folder = archive.parent().expect("it is in a folder").join("broken");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let broken = folder.join(format!("{name}.zip"));
    let target = fs::File::create(&broken).expect("a file can be made");
    let mut writer = zip::ZipWriter::new(target);
    for at in 0..reader.len() {
        let mut entry = reader.by_index(at).expect("it can be read");
        let path = entry.name().expect("it has a name").into_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).expect("it is text");
        if path.ends_with(file) {
            assert!(text.contains(from), "{text}");
            text = text.replacen(from, to, 1);
        }
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(path, options).expect("it can be written");
        std::io::Write::write_all(&mut writer, text.as_bytes()).expect("it can be written");
    }
    writer.finish().expect("it can be written");
    broken
}

/// What a published validator says, which `cargo xtask test` has installed: rules and messages. It
/// needs no network, and brings the columns and keys of the taxonomy with it.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "xtask tells the tests where the fixtures are")]
fn published(archive: &Path) -> BTreeMap<String, Value> {
    let python = match std::env::var_os("MCPWARDEN_FIXTURES") {
        Some(folder) => PathBuf::from(folder).join("python-dora/bin/python"),
        None => panic!("the published validator is not installed: run `cargo xtask test`"),
    };
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/real/python/report_package.py");
    let output =
        Command::new(python).arg(script).arg(archive).output().expect("the interpreter starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

#[test]
fn tables_are_written_once_and_read_again() {
    let home = TestHome::new();
    bank(&home);
    let words = ["dora", "tables", "--estate", "estate", "--out", "dora"];
    let first = comply(&home, &words);
    assert_eq!((first.code, first.stdout.as_str()), (Some(0), "`dora`: 15 tables written\n"));
    let table = fs::read_to_string(home.work().join("dora/b_05.01.csv")).expect("it is there");
    assert!(table.starts_with("provider,provider_code_type,other_code,"), "{table}");
    assert!(table.contains("WARDENTESTVEND000198,LEI,,,Mail Ltd,Mail Ltd,,IE,"), "{table}");
    home.write("work/dora/b_05.01.csv", table.replace("Mail Ltd,,IE", "Mail Ltd,legal,IE"));
    let again = comply(&home, &words);
    assert!(again.stdout.contains("0 tables written") && again.stderr.contains("left as they are"));
    let words = [&MAKE[..6], &["--tables", "dora"]].concat();
    let (_, report) = json(&home, &words);
    let person = |one: &Value| one["template"] == "B_05.01" && one["column"] == "c0070";
    let missing = report["missing"].as_array().expect("it is a list");
    assert!(!missing.iter().any(person), "{missing:#?}");

    home.write("work/dora/b_05.01.csv", table.replace("Mail Ltd,,IE", "Mail Ltd,robot,IE"));
    let wrong = comply(&home, &words);
    assert_eq!(wrong.code, Some(4), "{}", wrong.block());
    assert!(
        wrong.stderr.contains("b_05.01.csv, row 2, column person: \"robot\" is not in the list")
    );
}

#[test]
fn every_server_is_in_the_inventory_of_assets() {
    let home = TestHome::new();
    bank(&home);
    let text = comply(&home, &["dora", "assets", "--estate", "estate"]);
    assert!(text.stdout.contains("in the register: no: it runs here, and there is no contract"));
    assert!(text.stdout.ends_with("2 assets: 1 in the register of information, 0 not decided\n"));
    let (_, assets) = json(&home, &["dora", "assets", "--estate", "estate"]);
    assert_eq!(assets["assets"][1]["recovery_hours"], 4);
    let csv = comply(&home, &["dora", "assets", "--estate", "estate", "--format", "csv"]);
    assert!(csv.stdout.starts_with("id,name,version,"));
    assert!(csv.stdout.contains("files,Files,not known,not known,,internal,yes,Ann,Payments,4,1,"));
}
