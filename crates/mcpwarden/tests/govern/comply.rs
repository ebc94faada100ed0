//! `mcpwarden comply`, and what an agent did by the ledger.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use warden_audit::{
    Answer, Decision, Drift, Ending, Event, Facts, Ledger, Options, Outcome as Ended, Record,
    Server, Tool,
};
use warden_model::Digest;

use super::*;

const SOUND: &str = include_str!("../../../warden-govern/tests/data/sound.json");

fn home() -> TestHome {
    let home = TestHome::new();
    home.write("work/estate.json", SOUND);
    home
}

/// What a command prints that has to succeed; nothing is wider than 80 columns.
#[track_caller]
fn says(home: &TestHome, words: &[&str]) -> String {
    let outcome = warden(home, words);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    for line in outcome.stdout.lines() {
        let long = line.chars().count() > 80 && !line.contains("sha256:");
        assert!(!long, "wider than 80 columns: {line}");
    }
    outcome.stdout
}

#[track_caller]
fn json(home: &TestHome, words: &[&str]) -> Value {
    let words = [words, &["--format", "json"]].concat();
    let outcome = warden(home, &words);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    serde_json::from_str(&outcome.stdout).expect("it is JSON")
}

const ESTATE: [&str; 2] = ["--estate", "estate.json"];

fn on<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&["comply"], words, &ESTATE].concat()
}

#[test]
fn every_view_says_what_the_estate_shows() {
    let home = home();
    let all = says(&home, &on(&["frameworks"]));
    assert!(all.contains("DORA") && all.contains("unmanaged ICT third parties: 0"), "{all}");
    for lens in ["API security", "endpoint security", "data-loss prevention"] {
        assert!(all.contains(lens), "{all}");
    }
    for id in ["SAFE-T1912", "SAFE-T1915", "SAFE-T2105", "LLM09:2025"] {
        assert!(all.contains(id), "{id}: {all}");
    }
    let act = says(&home, &on(&["framework", "eu-ai-act"]));
    assert!(act.contains("readiness until 2027-12-02"), "{act}");
    assert!(says(&home, &on(&["control"])).lines().count() >= 20);
    let one = says(&home, &on(&["control", "c3"]));
    assert!(one.starts_with("C3 Authentication") && one.contains("C3c"), "{one}");
    let table = says(&home, &on(&["table"]));
    assert!(table.contains("MCP Risk Addressed") && table.contains("natural"), "{table}");
    let list = says(&home, &on(&["server"]));
    assert!(list.starts_with("mail "), "{list}");
    let page = says(&home, &on(&["server", "mail"]));
    assert!(page.contains("satisfied") && page.contains("Art. 28(4)"), "{page}");
    assert!(says(&home, &on(&["nis2"])).contains("Art. 21(2)(j)"));
    assert!(says(&home, &on(&["ai-act"])).contains("overseen by ann"));
    let record = says(&home, &on(&["gdpr", "--agent", "bot"]));
    assert!(record.contains("30(1)(g)"), "{record}");
    let draft = says(&home, &on(&["gdpr", "--incident", "i1"]));
    assert!(draft.contains("25 h 0 min left"), "{draft}");
    assert!(says(&home, &["comply", "cases"]).contains("postmark-mcp"));
    assert!(says(&home, &["comply", "playbook", "pb-3"]).contains("revoke it at its issuer"));
    let kept = says(&home, &on(&["playbooks"]));
    assert!(kept.contains("owner ann; looked at 2026-06-01; last played never"), "{kept}");
    let cacao = warden(&home, &["comply", "playbook", "PB-1", "--format", "cacao"]);
    let cacao: Value = serde_json::from_str(&cacao.stdout).expect("it is JSON");
    assert_eq!(cacao["spec_version"], "cacao-2.0");
}

#[test]
fn a_document_names_what_it_was_computed_from() {
    let home = home();
    let estate = json(&home, &on(&["control", "C1"]));
    assert!(estate["estate"].as_str().is_some_and(|digest| digest.starts_with("sha256:")));
    assert_eq!(estate["controls"][0]["status"], "met");
    for (words, member) in [
        (&["frameworks"][..], "comply"),
        (&["framework", "NIS2"], "framework"),
        (&["table"], "rows"),
        (&["server"], "pages"),
        (&["nis2"], "measures"),
        (&["ai-act"], "ai_act"),
        (&["gdpr"], "records"),
        (&["gdpr", "--incident", "i1"], "draft"),
    ] {
        let document = json(&home, &on(words));
        assert!(!document[member].is_null() && document["v"] == 1, "{words:?}");
    }
}

#[test]
fn what_there_is_not_is_refused_with_what_there_is() {
    let home = home();
    for (words, hint) in [
        (&["framework", "nothing"][..], "there is CIS-8.1"),
        (&["control", "C21"], "there is C1, C10"),
        (&["server", "nothing"], "there is mail"),
        (&["gdpr", "--agent", "nobody"], "there is bot"),
        (&["gdpr", "--incident", "none"], "there is i1"),
    ] {
        let outcome = warden(&home, &on(words));
        assert_eq!(outcome.code, Some(2), "{}", outcome.block());
        assert!(outcome.stderr.contains(hint), "{}", outcome.stderr);
    }
}

/// R16, R147: what is printed of a figure has its state.
#[test]
fn figures_are_printed_with_their_state() {
    let home = home();
    let shown = says(&home, &["comply", "facts"]);
    for part in ["exposed-servers: corrected", "[corrected]", "[verified]", "original not found]"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(warden_govern::facts::unlabelled(&shown).is_empty());
}

fn ledger(folder: &Path) {
    let ticks = AtomicU64::new(0);
    let start = UNIX_EPOCH + Duration::from_secs(1_795_169_813);
    let clock = move || start + Duration::from_secs(ticks.fetch_add(1, Ordering::Relaxed));
    let ledger =
        Ledger::open(folder, Options::new("gate", Arc::new(clock))).expect("there is room");
    let facts = r#"{"args":{"class":"internal"},"session":{"class":"public"},"thing":{"class":"regulated"}}"#;
    let about = |event, tool: &'static str| Record {
        agent: Some("coder".into()),
        user: Some("ann".into()),
        facts: Facts::new(facts.into()),
        server: Some(Server { name: "mail".into(), ..Server::default() }),
        tool: Some(Tool { name: tool.into(), ..Tool::default() }),
        ..Record::of(event)
    };
    for _ in 0..40 {
        let intent = Record { decision: Some(Decision::Allow), ..about(Event::CallIntent, "list") };
        let pending = ledger.record((), intent).expect("there is room");
        let recorded = ledger.commit_one(pending).expect("there is room");
        let ending = Ending::answered(Ended::Success, Answer::of(b"{}", "result"), 1_234);
        ledger.commit(recorded.close(ending).expect("there is room").seq).expect("there is room");
    }
    let refused = Record {
        decision: Some(Decision::Deny),
        reason: Some("policy-refused".into()),
        labels: vec!["untrusted".into()],
        ..about(Event::CallRefused, "send")
    };
    let other = Record { agent: Some("another".into()), ..about(Event::CallRefused, "send") };
    let drift = Record {
        drift: Some(Drift { class: "added".into(), subject: "tool/x".into(), ..Drift::default() }),
        ..about(Event::DriftDetected, "x")
    };
    let approved = about(Event::PinApproved, "x");
    let stopped = about(Event::StopSet, "x");
    for record in [refused, other, drift, approved, stopped] {
        ledger.append(record).expect("there is room");
    }
    ledger.close().expect("there is room");
}

const PERIOD: [&str; 6] = ["--from", "2026-11-01", "--until", "2026-12-01", "--ledger", "ledger"];

fn pack(home: &TestHome, more: &[&str]) -> Outcome {
    let words = on(&["pack"]);
    warden(home, &[&words[..], &PERIOD, more].concat())
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for inside in ["", "populations", "samples"] {
        for entry in std::fs::read_dir(folder.join(inside)).expect("it is a folder") {
            let path = entry.expect("it can be read").path();
            if path.is_file() {
                let name = path.strip_prefix(folder).expect("it is inside");
                let bytes = std::fs::read(&path).expect("it can be read");
                all.insert(name.to_string_lossy().into_owned(), bytes);
            }
        }
    }
    all
}

/// R90: the pack of a period has the three populations, samples that were drawn from them, and the
/// proof that the ledger behind them is whole; a ledger that is not gives none.
#[test]
fn a_pack_has_populations_samples_and_a_proof() {
    let home = home();
    ledger(&home.work().join("ledger"));
    let made = pack(&home, &["--output", "pack", "--seed", "7", "--sample", "5"]);
    assert_eq!(made.code, Some(0), "{}", made.block());
    let all = files(&home.work().join("pack"));
    let manifest: Value = serde_json::from_slice(&all["manifest.json"]).expect("it is JSON");
    for file in manifest["files"].as_array().expect("a list") {
        let bytes = &all[file["name"].as_str().expect("a name")];
        assert_eq!(file["digest"], Digest::of(bytes).to_string(), "{file}");
    }
    assert_eq!(manifest["files"].as_array().map(Vec::len), Some(all.len() - 1));
    let rows = |name: &str| String::from_utf8_lossy(&all[name]).lines().count() - 1;
    assert_eq!(rows("populations/invocations.csv"), 82);
    assert_eq!(rows("populations/changes.csv"), 2);
    assert_eq!(rows("populations/access.csv"), 1);
    assert_eq!(rows("samples/invocations.csv"), 5);
    assert_eq!(rows("access-granted.csv"), 1);
    // What is drawn can be looked up, and the proof is where the ledger ends.
    let sample = String::from_utf8_lossy(&all["samples/invocations.csv"]).into_owned();
    let record = sample.lines().nth(1).and_then(|line| line.split(',').next()).expect("a record");
    let shown = warden(&home, &["audit", "show", record, "--ledger", "ledger"]);
    assert_eq!(shown.code, Some(0), "{}", shown.block());
    assert_eq!(manifest["ledger"]["records"], 87);
    assert_eq!(manifest["ledger"]["heads"][0]["seq"], 87);
    assert_eq!(pack(&home, &["--output", "pack"]).code, Some(2), "it is not written over");

    // As a file it has the same, and the same bytes each time.
    for name in ["one.zip", "two.zip"] {
        let made = pack(&home, &["--output", name, "--seed", "7", "--sample", "5"]);
        assert_eq!(made.code, Some(0), "{}", made.block());
    }
    let read = |name: &str| std::fs::read(home.work().join(name)).expect("it is there");
    assert_eq!(read("one.zip"), read("two.zip"));
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(read("one.zip"))).expect("it is one");
    let mut inside = Vec::new();
    zip.by_name("manifest.json")
        .expect("it is there")
        .read_to_end(&mut inside)
        .expect("it is whole");
    assert_eq!(inside, all["manifest.json"]);

    damage(&home);
    let refused = pack(&home, &["--output", "three.zip"]);
    assert_eq!(refused.code, Some(4), "{}", refused.block());
    assert!(!home.work().join("three.zip").exists());
}

fn damage(home: &TestHome) {
    let folder = home.work().join("ledger");
    let mut logs = std::fs::read_dir(folder).expect("it is there").filter_map(Result::ok);
    let log = logs.find(|file| file.path().extension().is_some_and(|end| end == "jsonl"));
    let log = log.expect("a segment").path();
    let text = std::fs::read_to_string(&log).expect("it is text").replacen("coder", "c0der", 1);
    std::fs::write(&log, text).expect("it is ours");
}

/// R57: one command lists, in order and from a ledger that was verified, what an agent did in a
/// time: who, what, the decision, and the data classes.
#[test]
fn what_an_agent_did_is_one_command() {
    let home = home();
    ledger(&home.work().join("ledger"));
    let words = ["audit", "actions", "coder", "--ledger", "ledger", "--since", "2026-11-01"];
    let told = says(&home, &words);
    assert_eq!(told.matches("call.intent").count(), 40, "{told}");
    assert_eq!(told.matches("allow, success").count(), 40);
    assert!(told.contains("by coder (ann); arguments internal; session public; tool"), "{told}");
    assert!(told.contains("deny  mail/send") && told.contains("reason policy-refused"));
    assert!(told.ends_with("44 actions; the ledger is intact, 87 records verified\n"), "{told}");
    let lines = warden(&home, &[&words[..], &["--format", "json"]].concat());
    let all: Vec<Value> =
        lines.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let times: Vec<_> = all.iter().map(|one| one["at"].as_str().expect("a time")).collect();
    assert!(times.is_sorted() && all.iter().all(|one| one["agent"] == "coder"));
    assert_eq!(all[0]["data"]["tool"], "regulated");
    let until = all[3]["at"].as_str().expect("a time").to_owned();
    let part = says(&home, &[&words[..], &["--until", &until]].concat());
    assert!(part.contains("3 actions;") && part.contains("allow, success"), "{part}");
    let nobody = ["audit", "actions", "nobody", "--ledger", "ledger"];
    assert_eq!(warden(&home, &nobody).code, Some(4));
    damage(&home);
    assert_eq!(warden(&home, &words).code, Some(4));
}
