//! `mcpwarden comply dora` and `mcpwarden comply incident` as a person runs them.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod incident;
mod register;

use serde_json::Value;
use warden_testkit::{Outcome, TestHome};

/// `mcpwarden comply`, in a terminal of 80 columns.
#[track_caller]
fn comply(home: &TestHome, words: &[&str]) -> Outcome {
    let mut command = home.mcpwarden(["comply"].iter().chain(words));
    let outcome = Outcome::of(command.env("COLUMNS", "80"), b"");
    let wide = outcome.stdout.lines().find(|line| line.chars().count() > 80);
    let machine = ["json", "csv", "--document"].iter().any(|word| words.contains(word));
    assert!(wide.is_none() || machine, "{wide:?}");
    outcome
}

/// What is printed as JSON, with the exit code.
#[track_caller]
fn json(home: &TestHome, words: &[&str]) -> (Option<i32>, Value) {
    let outcome = comply(home, &[words, &["--format", "json"]].concat());
    let value = serde_json::from_str(&outcome.stdout).expect("it is JSON");
    (outcome.code, value)
}

/// A bank with a vendor who operates a mail server for it, and an open-source program.
fn bank(home: &TestHome) {
    for (file, text) in [
        (
            "estate.toml",
            "[organisation]\nname = \"Test Bank\"\nlei = \"WARDENTESTBANK000138\"\n\
             country = \"DE\"\ncurrency = \"EUR\"\nentity_type = \"credit-institution\"\n\
             authority = \"BaFin\"\ntime_zone = \"Europe/Berlin\"\nholidays = [2026-12-25]\n",
        ),
        (
            "vendors.csv",
            "id,name,relation,lei,country,storage_country,processing_country\n\
             mailco,Mail Ltd,third-party,WARDENTESTVEND000198,IE,IE,IE\n",
        ),
        ("people.csv", "id,name\nann,Ann\n"),
        (
            "processes.csv",
            "id,name,critical,function,recovery_hours,loss_hours\npay,Payments,yes,F1,4,1\n",
        ),
        (
            "servers.csv",
            "id,name,vendor,owner,processes,data,remote\n\
             mail,Mail,mailco,ann,pay,confidential,yes\nfiles,Files,,ann,pay,internal,no\n",
        ),
        ("agents.csv", "id,name,owner\ndesk,Service desk,ann\n"),
    ] {
        home.write(format!("work/estate/{file}"), text);
    }
}
