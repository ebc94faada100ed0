//! Assessments as a whole program: a form for a vendor, its answers taken in or refused, a reviewer,
//! and what all of it comes to.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod browser;
mod kept;
mod life;
mod refused;

use std::fs;

use serde_json::{Value, json};
use warden_testkit::{Outcome, TestHome};

/// What a server of a vendor is used for, and what was seen of it.
const SERVERS: &str = "id,name,vendor,version,data,environment,declared_hosts,observed_hosts\n\
    mail,Mail,acme,1.4,regulated,production,api.acme.example,api.acme.example\n";

/// What shows that the answers are so.
const REPORT: &[u8] = b"a report of a penetration test\n";

/// A home with an estate of one server, and two people with keys.
fn ready() -> TestHome {
    let home = TestHome::new();
    home.write("work/estate/servers.csv", SERVERS);
    home.write("work/estate/vendors.csv", "id,name,relation\nacme,Acme,third-party\n");
    home.write("work/estate/people.csv", "id,name,roles\nann,Ann,security-officer\ncio,Cio,ciso\n");
    home.write("work/estate/estate.toml", "[organisation]\nname = \"Example Bank\"\n");
    home.write("work/report.pdf", REPORT);
    for name in ["ann", "cio"] {
        let key = home.work().join(format!("{name}.key")).display().to_string();
        drop(warden(&home, &["approval", "key", &key]).success());
        let public = format!("{key}.pub");
        let words = ["trust", "add", &public, "--name", name, "--use", "approval"];
        drop(warden(&home, &words).success());
    }
    home
}

/// `mcpwarden` with these words on 80 columns.
fn warden(home: &TestHome, words: &[&str]) -> Outcome {
    Outcome::of(home.mcpwarden(words).env("COLUMNS", "80"), b"")
}

/// Makes a form, and returns the value of an attribute of it.
#[track_caller]
fn form(home: &TestHome, set: &str) -> impl Fn(&str) -> String + use<> {
    drop(warden(home, &["assess", "form", "mail", "--set", set, "-o", "form.html"]).success());
    let page = fs::read_to_string(home.work().join("form.html")).unwrap();
    move |name: &str| {
        let (_, rest) = page.split_once(&format!("data-{name}=\"")).expect("it is there");
        rest.split('"').next().unwrap().to_owned()
    }
}

/// What a yes has to say exactly.
fn items(id: &str) -> Value {
    match id {
        "A4" | "Q4" => json!(["the mail server"]),
        "V4" | "Q15" => json!(["oauth-v21"]),
        "V8" => json!(["vendor:DE"]),
        "V14" | "Q19" => json!(["service-level=4", "breach-notification=5", "audit=6"]),
        "A11" => json!(["storage=DE", "processing=DE", "transfer=none is needed"]),
        "Q11" => json!(["storage=DE", "processing=DE", "transfer=none is needed", "vendor:DE"]),
        "A3" | "V12" | "Q3" => json!(["patch-days=30"]),
        "V9" => json!(["retention-days=30"]),
        "Q20" => json!(["retention-days=30", "deletion-days=30"]),
        "V13" | "Q18" => json!(["response-hours=4"]),
        "V15" => json!(["deletion-days=30"]),
        _ => json!([]),
    }
}

/// A day so many days from now.
fn day(from_now: i64) -> String {
    let at = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    at.checked_add(jiff::Span::new().days(from_now)).unwrap().to_string()
}

/// Answers to a form, all of them yes and shown by the report, as the form saves them.
fn answers(home: &TestHome, set: &str) -> Value {
    let form = form(home, set);
    let words = ["assess", "questions", "--set", set, "--format", "json"];
    let asked: Value = serde_json::from_str(&warden(home, &words).success()).unwrap();
    let digest = warden_model::Digest::of(REPORT).to_string();
    let evidence = json!([{"name": "report.pdf", "digest": digest, "size": REPORT.len()}]);
    let answer = |question: &Value| {
        let id = question["id"].as_str().unwrap();
        json!({"question": id, "state": "yes", "text": "as in the report", "items": items(id),
            "evidence": evidence, "dated": day(-30), "expires": day(90)})
    };
    let all: Vec<Value> = asked["questions"].as_array().unwrap().iter().map(answer).collect();
    json!({
        "version": 1,
        "form": {"id": form("id"), "set": set, "questions": form("questions"), "server": "mail",
            "version": "1.4"},
        "by": {"name": "Vera Vendor", "contact": "vera@acme.example"},
        "at": day(0),
        "answers": all,
    })
}

/// Takes answers in as somebody.
fn import_as(home: &TestHome, who: &str, answers: &Value, evidence: &[&str]) -> Outcome {
    home.write("work/answers.json", answers.to_string());
    let key = format!("{who}.key");
    let mut words = vec!["assess", "import", "answers.json", "--by", who, "--key", &key];
    for file in evidence {
        words.extend(["--evidence", file]);
    }
    warden(home, &words)
}

fn import(home: &TestHome, answers: &Value) -> Outcome {
    import_as(home, "ann", answers, &["report.pdf"])
}

/// What a command says as JSON.
#[track_caller]
fn told(home: &TestHome, words: &[&str]) -> Value {
    let outcome = warden(home, &[words, &["--format", "json"]].concat());
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.block()))
}
