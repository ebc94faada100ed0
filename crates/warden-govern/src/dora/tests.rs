use super::{
    check::{Files, Weight, check},
    *,
};
use crate::{
    Estate,
    estate::{Lookup, check as estate_check, read::Draft},
};

const BANK: &str = "WARDENTESTBANK000138";
const NAME: &str = "WARDENTESTBANK000138.IND_DE_DORA010100_DORA_2026-12-31_20270201090000000";

/// A package that was written by hand, without this program.
fn package() -> Files {
    macro_rules! files {
        ($($path:literal),*) => {
            [$(($path, include_str!(concat!("../../tests/dora/package/", $path)))),*]
        };
    }
    let files = files![
        "META-INF/reportPackage.json",
        "reports/report.json",
        "reports/parameters.csv",
        "reports/FilingIndicators.csv",
        "reports/b_01.01.csv",
        "reports/b_01.02.csv",
        "reports/b_01.03.csv",
        "reports/b_02.01.csv",
        "reports/b_02.02.csv",
        "reports/b_02.03.csv",
        "reports/b_03.01.csv",
        "reports/b_03.02.csv",
        "reports/b_03.03.csv",
        "reports/b_04.01.csv",
        "reports/b_05.01.csv",
        "reports/b_05.02.csv",
        "reports/b_06.01.csv",
        "reports/b_07.01.csv",
        "reports/b_99.01.csv"
    ];
    files.iter().map(|(path, text)| (format!("{NAME}/{path}"), text.as_bytes().to_vec())).collect()
}

/// A rule, and the column in which it notices.
type Rule<'a> = (&'a str, Option<&'a str>);

/// Breaks one file of the package, and wants exactly this rule to notice, where it is.
#[track_caller]
fn breaks(file: &str, (from, to): (&str, &str), weight: Weight, (rule, column): Rule<'_>) {
    let mut files = package();
    let bytes = files.get_mut(&format!("{NAME}/{file}")).expect("the file is there");
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(from), "{from} is in {file}");
    *bytes = text.replacen(from, to, 1).into_bytes();
    let faults = check(NAME, &files);
    let all: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert!(
        faults.iter().any(|fault| fault.weight == weight
            && fault.rule == rule
            && fault.file == file
            && fault.column.as_deref() == column),
        "{rule} in {all:#?}"
    );
}

#[test]
fn a_package_that_follows_every_rule_is_taken_without_a_word() {
    let faults = check(NAME, &package());
    assert!(faults.is_empty(), "{:#?}", faults.iter().map(ToString::to_string).collect::<Vec<_>>());
}

#[test]
fn every_rule_of_cells_notices_what_breaks_it() {
    use Weight::{Refused, Warning};
    let cell = |file: &str, from: &str, to: &str, rule: &str, column: &str| {
        breaks(file, (from, to), Refused, (rule, Some(column)));
    };
    let warned = |file: &str, from: &str, to: &str, rule: &str, column: &str| {
        breaks(file, (from, to), Warning, (rule, Some(column)));
    };
    // Codes, days, numbers, amounts, links.
    cell("reports/b_02.02.csv", "eba_TA:S19", "S19", "503", "c0060");
    cell("reports/b_02.02.csv", "eba_GA:IE", "eba_GA:XX", "503", "c0120");
    cell("reports/b_02.01.csv", "eba_CU:EUR", "EUR", "503", "c0040");
    cell("reports/b_02.02.csv", "2025-01-01", "01.01.2025", "330", "c0070");
    cell("reports/b_02.02.csv", "9999-12-31", "9999-12-32", "330", "c0080");
    cell("reports/b_06.01.csv", ",4,1,", ",4.5,1,", "331", "c0080");
    cell("reports/b_02.01.csv", "12000.50", "\"12.000,50\"", "305", "c0050");
    cell("reports/b_03.01.csv", "true", "false", "333", "c0030");
    // Keys, and what stands for nothing in one.
    cell("reports/b_02.02.csv", "eba_BT:x28,eba_GA:IE", "eba_BT:x28,", "805", "c0150");
    cell("reports/b_04.01.csv", "eba_ZZ:x839,0", "eba_ZZ:x839,", "805", "c0040");
    breaks("reports/b_02.01.csv", ("MCP-read,", "MCP-mail,"), Refused, ("806", None));
    // References.
    cell("reports/b_02.02.csv", "MCP-mail", "MCP-male", "807", "c0010");
    cell("reports/b_02.02.csv", ",F1,", ",F9,", "807", "c0050");
    cell("reports/b_04.01.csv", "BR1", "BR2", "807", "c0040");
    cell("reports/b_02.01.csv", "x3,MCP-mail", "x3,MCP-none", "807", "c0030");
    // Check digits.
    warned("reports/b_01.02.csv", BANK, "WARDENTESTBANK000139", "LEI", "c0010");
    warned("reports/b_05.01.csv", ",WARDENTESTVEND0001", ",WARDENTESTWEND0001", "LEI", "c0110");
    // Mandatory, always or where something else says so.
    warned("reports/b_01.01.csv", "BaFin", "", "v8875_m", "c0050");
    warned("reports/b_02.02.csv", "2025-01-01", "", "v8870_m", "c0070");
    warned("reports/b_02.01.csv", "x3,MCP-mail", "x3,", "v22912_m", "c0030");
    warned("reports/b_02.02.csv", ",90,90,", ",,90,", "ITS", "c0100");
    warned("reports/b_02.02.csv", ",eba_ZZ:x796", ",", "ITS", "c0180");
    warned("reports/b_02.02.csv", "eba_ZZ:x792,", ",", "ITS", "c0170");
    warned("reports/b_01.02.csv", "eba_CU:EUR,5000000", "eba_CU:EUR,", "v8804_m", "c0110");
    warned("reports/b_01.02.csv", "eba_CU:EUR,5000000", ",5000000", "v8803_m", "c0100");
    warned("reports/b_07.01.csv", "eba_ZZ:x961", "eba_ZZ:x959", "v8825_m", "c0060");
    warned("reports/b_05.01.csv", "eba_qCO:qx2003", "", "v8823_m", "c0040");
    warned("reports/b_05.01.csv", "eba_CU:EUR,12000.50", ",12000.50", "v8824_m", "c0090");
    warned("reports/b_05.01.csv", "eba_CU:EUR,12000.50", ",", "ITS", "c0100");
    // What has to fit.
    warned("reports/b_02.02.csv", "2026-12-31", "2024-12-31", "v8816_m", "c0080");
    warned("reports/b_02.02.csv", "qx2000,F1,eba_TA:S19", "qx2000,F1,eba_TA:S18", "ITS", "c0010");
    warned(
        "reports/b_02.02.csv",
        "eba_BT:x29,eba_GA:qx2007",
        "eba_BT:x29,eba_GA:DE",
        "ITS",
        "c0150",
    );
    warned("reports/b_06.01.csv", "2026-03-01", "9999-12-31", "ITS", "c0070");
    warned("reports/b_02.01.csv", "12000.50", "-1", "v23716_s", "c0050");
    warned("reports/b_01.02.csv", "5000000", "-1", "v22913_s", "c0110");
    warned("reports/b_04.01.csv", "eba_ZZ:x839,0", "eba_ZZ:x838,0", "ITS", "c0040");
}

#[test]
fn every_rule_of_files_notices_what_breaks_it() {
    use Weight::{Refused, Warning};
    let file = |file: &str, from: &str, to: &str, rule: &str| {
        breaks(file, (from, to), Refused, (rule, None));
    };
    file("META-INF/reportPackage.json", "2023", "2022", "103");
    file("reports/report.json", "/4.0/", "/9.9/", "505");
    file("reports/report.json", "xbrl-csv", "xbrl-json", "701");
    file("reports/report.json", "{", "", "701");
    file("reports/parameters.csv", "name,value", "value,name", "723");
    file("reports/parameters.csv", ".IND", ".CON", "714");
    file("reports/parameters.csv", "refPeriod,2026-12-31", "refPeriod,2025-12-31", "320");
    file("reports/parameters.csv", "refPeriod,2026-12-31", "refPeriod,31.12.2026", "330");
    file("reports/parameters.csv", "iso4217:EUR", "EUR", "713");
    file("reports/parameters.csv", "decimalsMonetary,-3", "decimalsMonetary,few", "713");
    file("reports/FilingIndicators.csv", "templateID,reported", "template,reported", "702");
    file("reports/FilingIndicators.csv", "B_01.03,true\n", "", "705");
    breaks(
        "reports/FilingIndicators.csv",
        ("B_01.03", "b_01.03"),
        Refused,
        ("510", Some("templateID")),
    );
    breaks(
        "reports/FilingIndicators.csv",
        ("B_01.03", "B_01.02"),
        Refused,
        ("703", Some("templateID")),
    );
    breaks(
        "reports/FilingIndicators.csv",
        ("B_01.03,true", "B_01.03,false"),
        Refused,
        ("808", Some("reported")),
    );
    breaks(
        "reports/FilingIndicators.csv",
        ("B_01.03,true", "B_01.03,yes"),
        Refused,
        ("704", Some("reported")),
    );
    breaks("reports/b_01.03.csv", ("c0040", "C0040"), Refused, ("801", Some("C0040")));
    breaks("reports/b_01.03.csv", ("c0040", "c0030"), Refused, ("802", Some("c0030")));
    breaks("reports/b_01.03.csv", ("c0030,c0040", "c0040,c0030"), Warning, ("801", None));
    file("reports/b_01.03.csv", "BR1,", "BR1,,", "809");
    file("reports/b_01.03.csv", "c0010,", "c0010;", "801");
}

#[test]
fn what_is_not_there_what_does_not_belong_and_a_wrong_name_are_refused() {
    // What is not there, what does not belong, and what is not text.
    let with = |change: &dyn Fn(&mut Files), name: &str, rule: &str| {
        let mut files = package();
        change(&mut files);
        let faults = check(name, &files);
        let all: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.iter().any(|fault| fault.rule == rule), "{rule} in {all:#?}");
    };
    let path = |file: &str| format!("{NAME}/{file}");
    with(&|files| drop(files.remove(&path("reports/b_01.03.csv"))), NAME, "808");
    with(&|files| drop(files.remove(&path("reports/report.json"))), NAME, "701");
    with(&|files| drop(files.remove(&path("META-INF/reportPackage.json"))), NAME, "103");
    with(&|files| drop(files.insert(path("reports/B_01.03.csv"), Vec::new())), NAME, "720");
    with(&|files| drop(files.insert("loose.csv".into(), Vec::new())), NAME, "103");
    with(&|files| drop(files.insert(path("reports/b_01.03.csv"), vec![0xff])), NAME, "306");
    for (rule, name) in [
        ("104", NAME.replace("2026-12-31", "2026 12 31")),
        ("105", NAME.replace(".IND", ".ALL")),
        ("105", NAME.replace("_DE_", "_XX_")),
        ("105", NAME.replace("000000", "")),
        ("106", NAME.replace("DORA010100", "DORA010000")),
        ("109", NAME.replace("2026-12-31", "2026-12-30")),
        ("LEI", NAME.replace("000138", "000139")),
    ] {
        let renamed = |files: &mut Files| {
            let old = std::mem::take(files);
            files.extend(old.into_iter().map(|(path, bytes)| (path.replace(NAME, &name), bytes)));
        };
        with(&renamed, &name, rule);
    }
}

fn estate(files: &[(&str, &str)]) -> Estate {
    let mut draft = Draft::default();
    for (name, text) in files {
        draft.add_file(name, text.as_bytes());
    }
    let estate = draft.finish("2026-11-20T08:00:00Z".parse().unwrap()).unwrap();
    let misfits: Vec<_> = estate_check::check(&estate).iter().map(ToString::to_string).collect();
    assert!(misfits.is_empty(), "{misfits:#?}");
    estate
}

const ORGANISATION: &str = "[organisation]\nname = \"Test Bank\"\nlei = \"WARDENTESTBANK000138\"\n\
    country = \"DE\"\ncurrency = \"EUR\"\nentity_type = \"credit-institution\"\nauthority = \"BaFin\"\n";

fn bank() -> Estate {
    let vendors = format!(
        "id,name,relation,lei,country,contract,storage_country,processing_country\n\
         mailco,Mail Ltd,third-party,{VENDOR},IE,C-7,IE,IE\n\
         oss,Some people,third-party,,,,,\n\
         sister,Test Services,group,{GROUP},DE,G-1,,DE\n\
         us,Test Bank,own,,,,,\n"
    );
    estate(&[
        ("estate.toml", ORGANISATION),
        ("vendors.csv", &vendors),
        ("people.csv", "id,name\nann,Ann\n"),
        (
            "processes.csv",
            "id,name,critical,function,recovery_hours,loss_hours\n\
             pay,Payments,yes,F1,4,1\nlend,Lending,no,F2,48,24\n",
        ),
        (
            "servers.csv",
            "id,name,vendor,owner,processes,data,remote,package,support_ends,observed_hosts\n\
             mail,Mail,mailco,ann,pay; lend,confidential,yes,https://mail.example/mcp,2027-06-30,\n\
             files,Files,oss,ann,lend,internal,no,npm:files,,\n\
             core,Core,us,,pay,regulated,no,,,db.internal\n\
             hr,HR,sister,ann,lend,internal,yes,,,\n\
             lib,Library,mailco,,lend,public,no,pypi:lib,,\n\
             odd,Odd,,,,,,,,\n",
        ),
    ])
}

const VENDOR: &str = "WARDENTESTVEND000198";
const GROUP: &str = "WARDENTESTGROUP00107";

#[test]
fn what_belongs_in_the_register_is_what_somebody_else_provides() {
    let estate = bank();
    let known = Lookup::new(&estate);
    let placed = |id: &str| place(&known, known.server(id).unwrap());
    assert_eq!(placed("mail"), Placement::Register { service: "S19" });
    assert_eq!(placed("lib"), Placement::Register { service: "S13" });
    assert_eq!(placed("hr"), Placement::IntraGroup { service: "S19" });
    assert!(matches!(placed("files"), Placement::Asset(_)), "open source without a contract");
    assert!(matches!(placed("core"), Placement::Asset(_)), "made here");
    assert!(matches!(placed("odd"), Placement::Undecided(_)), "not known is not left out");
}

#[test]
fn a_register_is_filled_as_far_as_the_estate_knows_and_the_rest_is_told_as_missing() {
    let estate = bank();
    let known = Lookup::new(&estate);
    let taxonomy = Taxonomy::current();
    let register = prefill::prefill(&known, taxonomy, "2027-02-01".parse().unwrap());
    let rows = register.rows("B_02.02");
    assert_eq!(rows.len(), 4, "mail twice, library, HR");
    let mail = rows.iter().find(|row| row[0] == "MCP-mail" && row[4] == "F1").unwrap();
    let cell = |column| register.cell("B_02.02", mail, column);
    assert_eq!(cell("c0020"), BANK);
    assert_eq!((cell("c0030"), cell("c0040")), (VENDOR, "eba_qCO:qx2000"));
    assert_eq!((cell("c0060"), cell("c0140")), ("eba_TA:S19", "eba_BT:x28"));
    assert_eq!(
        (cell("c0130"), cell("c0150"), cell("c0160")),
        ("eba_GA:IE", "eba_GA:IE", "eba_GA:IE")
    );
    assert_eq!(cell("c0170"), "eba_ZZ:x792", "confidential is medium");
    assert_eq!((cell("c0070"), cell("c0180")), ("", ""), "nobody knows");
    let library = rows.iter().find(|row| row[0] == "MCP-lib").unwrap();
    let cell = |column| register.cell("B_02.02", library, column);
    assert_eq!((cell("c0140"), cell("c0150"), cell("c0170")), ("eba_BT:x29", "eba_GA:qx2007", ""));
    assert_eq!(register.rows("B_03.03").len(), 1);
    assert_eq!(register.rows("B_05.01").len(), 2, "a vendor is there once");
    assert_eq!(register.rows("B_06.01").len(), 2);
    assert_eq!(register.rows("B_07.01").len(), 1, "only for what is critical");

    let told: Vec<_> = missing(&register).iter().map(ToString::to_string).collect();
    let has = |part: &str| assert!(told.iter().any(|one| one.contains(part)), "{part}: {told:#?}");
    has("B_02.02, server odd: nobody said whether");
    has(
        "B_02.02, MCP-mail WARDENTESTBANK000138 WARDENTESTVEND000198, c0070: missing mandatory field",
    );
    has("B_07.01, MCP-mail WARDENTESTVEND000198 eba_TA:S19, c0050: missing mandatory field");
    has("B_05.01, WARDENTESTVEND000198, c0070: missing mandatory field: Type of person (person)");
    has("B_02.02, MCP-mail WARDENTESTBANK000138 WARDENTESTVEND000198, c0100: missing");
}

/// R106: the closed list of places with its countries, as a vendor has answered, fills where data is
/// stored and processed.
#[test]
fn what_a_vendor_answers_of_places_fills_b_02_02() {
    let vendors =
        format!("id,name,relation,lei,country,contract\nm,Mail Ltd,third-party,{VENDOR},IE,C-7\n");
    let with = |place: &str| {
        let answers = format!(
            "server,question,state,source,items,evidence,at\n\
             mail,V8,yes,vendor,{place},ev,2027-01-02\n\
             mail,A11,yes,vendor,storage=IE; processing=FR; transfer=none,ev,2027-01-02\n"
        );
        let estate = estate(&[
            ("estate.toml", ORGANISATION),
            ("vendors.csv", &vendors),
            ("processes.csv", "id,name,critical,function\npay,Payments,yes,F1\n"),
            ("servers.csv", "id,name,vendor,processes,remote\nmail,Mail,m,pay,yes\n"),
            ("evidence.csv", "id,kind,name\nev,letter,letter.pdf\n"),
            ("answers.csv", &answers),
        ]);
        let known = Lookup::new(&estate);
        let day = "2027-02-01".parse().unwrap();
        let register = prefill::prefill(&known, Taxonomy::current(), day);
        let row = register.rows("B_02.02")[0].clone();
        ["c0150", "c0160"].map(|column| register.cell("B_02.02", &row, column).to_owned())
    };
    assert_eq!(with("vendor:FR"), ["eba_GA:IE", "eba_GA:FR"]);
    assert_eq!(with("third-party:FR"), ["eba_GA:IE", "eba_GA:FR"]);
    // Two countries are no country, and another word is no place.
    assert_eq!(with("vendor:US"), ["eba_GA:IE", ""]);
    assert_eq!(with("somewhere"), ["eba_GA:IE", "eba_GA:FR"]);
}

#[test]
fn tables_that_people_keep_add_to_what_was_filled_and_win() {
    let estate = bank();
    let known = Lookup::new(&estate);
    let taxonomy = Taxonomy::current();
    let mut register = prefill::prefill(&known, taxonomy, "2027-02-01".parse().unwrap());
    let before = missing(&register).len();
    let assessed = format!(
        "\u{feff}contract,provider,service,substitutability,alternatives\n\
         MCP-mail,{VENDOR},S19,medium,not-performed\n"
    );
    keep::add(&mut register, "dora/b_07.01.csv", assessed.as_bytes()).unwrap();
    let contract = "c0010,arrangement,annual_expense\nMCP-mail,standalone,12000.50\n";
    keep::add(&mut register, "b_02.01.csv", contract.as_bytes()).unwrap();
    prefill::derive(&mut register);
    let rows = register.rows("B_02.02");
    let reliance = |function: &str| {
        let row = rows.iter().find(|row| row[0] == "MCP-mail" && row[4] == function).unwrap();
        register.cell("B_02.02", row, "c0180")
    };
    assert_eq!((reliance("F1"), reliance("F2")), ("eba_ZZ:x796", "eba_ZZ:x794"));
    assert_eq!(before - missing(&register).len(), 5);
    // What was written out is read again as it was.
    let mut again = Register::new(taxonomy);
    for template in &taxonomy.templates {
        let text = keep::table(&register, template);
        keep::add(&mut again, &template.file(), text.as_bytes()).unwrap();
    }
    prefill::derive(&mut again);
    for template in &taxonomy.templates {
        assert_eq!(again.rows(&template.code), register.rows(&template.code), "{}", template.code);
    }
}

#[test]
fn a_key_that_people_fill_in_fills_the_row_that_was_there() {
    let servers = "id,name,vendor,processes,remote\na,A,one,pay,yes\nb,B,two,pay,yes\n";
    let estate = estate(&[
        ("estate.toml", ORGANISATION),
        ("vendors.csv", "id,name,relation\none,One Ltd,third-party\ntwo,Two Ltd,third-party\n"),
        ("processes.csv", "id,name,critical,function\npay,Payments,no,F1\n"),
        ("servers.csv", servers),
    ]);
    let known = Lookup::new(&estate);
    let taxonomy = Taxonomy::current();
    let day = "2027-02-01".parse().unwrap();
    let mut register = prefill::prefill(&known, taxonomy, day);
    assert_eq!(register.rows("B_05.01").len(), 2, "two vendors without an LEI are not one");
    // People go on in what was written out: they give the vendors a code, and a row its countries.
    let written = |template: &str| keep::table(&register, taxonomy.template(template).unwrap());
    let providers = written("B_05.01")
        .replace(",,,,Two Ltd", "IE0002,CRN,,,Two Ltd")
        .replace(",,,,One Ltd", "IE0001,CRN,,,One Ltd");
    let uses = format!(
        "contract,entity_lei,provider,provider_code_type,function,service,provision_country,\
         storage_country,processing_country\nMCP-b,{BANK},IE0002,CRN,F1,S19,IE,IE,IE\n"
    );
    assert!(providers.contains("IE0002"), "{providers}");
    keep::add(&mut register, "b_05.01.csv", providers.as_bytes()).unwrap();
    keep::add(&mut register, "b_02.02.csv", uses.as_bytes()).unwrap();
    prefill::derive(&mut register);
    let codes: Vec<_> = register.rows("B_05.01").iter().map(|row| [&row[0], &row[4]]).collect();
    assert_eq!(codes, [["IE0001", "One Ltd"], ["IE0002", "Two Ltd"]]);
    let uses = register.rows("B_02.02");
    assert_eq!(uses.len(), 2, "{uses:#?}");
    assert_eq!((uses[1][2].as_str(), uses[1][12].as_str()), ("IE0002", "eba_GA:IE"));
}

#[test]
fn what_is_wrong_with_a_kept_table_is_told_with_row_and_column() {
    let mut register = Register::new(Taxonomy::current());
    let mut told = |name: &str, text: &str| -> Vec<String> {
        let problems = keep::add(&mut register, name, text.as_bytes()).unwrap_err();
        assert!(register.is_empty(), "nothing is taken from a table that is wrong");
        problems.iter().map(ToString::to_string).collect()
    };
    let wrong = told(
        "b_02.02.csv",
        "contract,service,start,notice_entity,entity_lei\nA,S20,1.1.2026,soon,DE1\n",
    );
    assert!(wrong[0].starts_with(
        "b_02.02.csv, row 2, column service: \"S20\" is not in the list; there is S01"
    ));
    assert!(wrong[1].starts_with("b_02.02.csv, row 2, column start: \"1.1.2026\" is no day"));
    assert!(wrong[2].starts_with("b_02.02.csv, row 2, column notice_entity: \"soon\" is no whole"));
    assert!(wrong[3].starts_with("b_02.02.csv, row 2, column entity_lei: \"DE1\" is no LEI"));
    let wrong = told("b_02.01.csv", "contract,annual_expense\nA,\"1,5\"\nA,1\n");
    assert!(wrong[0].contains("row 2, column annual_expense: \"1,5\" is no amount"));
    assert!(wrong[1].contains("row 3: row 2 has the same key"));
    assert!(
        told("b_02.01.csv", "colour\n")[0]
            .contains("row 1, column colour: B_02.01 has no such column")
    );
    assert!(told("b_03.01.csv", "contract,link\nA,false\n")[0].contains("only true"));
    assert!(told("b_08.01.csv", "")[0].contains("it is no table of the register"));
}

#[test]
fn every_server_is_an_asset_also_one_without_a_contract() {
    let estate = bank();
    let known = Lookup::new(&estate);
    let assets = assets::assets(&known);
    let ids: Vec<_> = assets.iter().map(|asset| asset.id.as_str()).collect();
    assert_eq!(ids, ["core", "files", "hr", "lib", "mail", "odd"]);
    let one = |id: &str| assets.iter().find(|asset| asset.id == id).unwrap();
    assert_eq!(one("files").in_register, Some(false));
    assert_eq!(one("files").because, "it runs here, and there is no contract for it");
    let mail = one("mail");
    assert_eq!(
        (mail.critical, mail.recovery_hours, mail.loss_hours),
        (Some(true), Some(4), Some(1))
    );
    assert_eq!((mail.exposed, mail.in_register), (Some(true), Some(true)));
    assert_eq!(mail.support_ends.unwrap().to_string(), "2027-06-30");
    assert_eq!(mail.functions, ["Lending", "Payments"]);
    assert_eq!((one("core").exposed, one("files").exposed), (Some(true), None));
    let odd = one("odd");
    assert_eq!((odd.critical, odd.owner.as_deref(), odd.in_register), (None, None, None));
}
