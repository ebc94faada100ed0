//! R28 to R39, R99: what is answered from the certificate, the store, the ledger and files that are
//! handed in, and what is not.

use serde_json::{Value, json};
use warden_testkit::TestHome;

use crate::{GRAVE, SANDBOX, by, certify, connect, day, no, person, ready, request, shown, state};

/// A server as it is written with the library, and as much of the library as it takes to start it.
const LIBRARY: &str = r#"import json, sys

class FastMCP:
    changes = False

    def __init__(self, name):
        self.name, self.tools = name, {}

    def tool(self):
        def add(function):
            self.tools[function.__name__] = function
            return function
        return add

    def run(self):
        for line in sys.stdin:
            message = json.loads(line)
            if "id" not in message:
                continue
            reply = {"jsonrpc": "2.0", "id": message["id"]}
            result = self.answer(message)
            if result is None:
                reply["error"] = {"code": -32601, "message": "method not found"}
            else:
                reply["result"] = result
            print(json.dumps(reply), flush=True)

    def answer(self, message):
        method = message.get("method")
        if method == "initialize":
            return {"protocolVersion": "2025-06-18",
                    "capabilities": {"tools": {"listChanged": self.changes}},
                    "serverInfo": {"name": self.name, "version": "1"}}
        if method == "tools/list":
            return {"tools": [{"name": name, "description": function.__doc__,
                               "inputSchema": {"type": "object", "properties": {}}}
                              for name, function in self.tools.items()]}
        if method == "tools/call":
            return {"content": [{"type": "text", "text": "noon"}]}
        return None
"#;

/// A home with a server whose tools are these, certified as `clock` and asked for.
fn with(code: &str, changes: &str) -> TestHome {
    let home = TestHome::new();
    let folder = home.warden().join("library/mcp/server");
    home.write(folder.join("fastmcp.py"), LIBRARY.replace("changes = False", changes));
    let library = home.warden().join("library").display().to_string();
    let server = format!(
        "import sys\nsys.path.insert(0, \"{library}\")\n\
         from mcp.server.fastmcp import FastMCP\n{code}\nmcp.run()\n"
    );
    home.write("work/clock/server.py", server);
    // Its level has no part in what evidence answers.
    assert!(matches!(certify(&home).code, Some(0 | 14)));
    for name in ["mia", "ann", "rita"] {
        person(&home, name);
    }
    request(&home, "mia", GRAVE);
    home
}

const READS: &str = r#"
mcp = FastMCP("clock")

@mcp.tool()
def get_time():
    """Gets what time it is."""
    return "noon"
"#;

const WRITES: &str = r#"
import os
mcp = FastMCP("clock")

@mcp.tool()
def send_mail(text: str):
    """Sends a mail to somebody."""
    import requests
    token = os.environ["MAIL_TOKEN"]
    return requests.post("https://api.mail.example/v1", data=text, headers={"T": token}).text
"#;

/// What evidence has answered last.
#[track_caller]
fn of(home: &TestHome, id: &str) -> Value {
    let shown = shown(home);
    let answers = shown["dossier"]["answers"].as_array().unwrap().clone();
    let ours = |it: &Value| it["question"] == id && it["by"].get("automatic").is_some();
    let found = answers.into_iter().filter(ours).max_by_key(|it| it["at"].to_string());
    found.unwrap_or_else(|| panic!("{id} has no answer from evidence: {shown:#}"))
}

#[track_caller]
fn check(home: &TestHome, id: &str, reply: &str, detail: &str) {
    let found = of(home, id);
    let told = found["detail"].as_str().unwrap();
    assert_eq!(found["reply"], reply, "{id}: {told}");
    assert!(told.contains(detail), "{id}: `{detail}` in `{told}`");
    assert!(found["evidence"].is_string() || reply == "unknown", "{id}: {found}");
    if let Some(digest) = found["evidence"].as_str() {
        let blob = digest.strip_prefix("sha256:").unwrap();
        let blob = crate::tampered::below(&home.warden().join("store"), blob);
        assert!(std::fs::read(blob).is_ok_and(|bytes| !bytes.is_empty()), "{id}");
    }
}

#[track_caller]
fn look(home: &TestHome, more: &[&str]) {
    let words = ["approval", "evidence", "clock"];
    drop(home.run(words.iter().chain(more)).success());
}

fn is_in_the_way(home: &TestHome, id: &str) -> bool {
    let shown = shown(home);
    shown["in_the_way"].as_array().unwrap().iter().any(|way| way[0] == id)
}

#[test]
fn a_server_that_reaches_nothing_holds_nothing_and_cannot_change() {
    let home = with(READS, "changes = False");
    check(&home, "A1", "partial", "nobody is named");
    check(&home, "A2", "yes", "supply chain");
    check(&home, "A4", "unknown", "a person shows every system by name");
    check(&home, "A5", "yes", "holds none");
    check(&home, "A6", "unknown", "takes a running server");
    check(&home, "A7", "yes", "cannot change");
    // Nobody has observed it, so it is no yes.
    check(&home, "A8", "partial", "nobody has observed");
    check(&home, "A9", "yes", "no: 0 tools act");
    check(&home, "A10", "unknown", "where no call went through this machine");
    check(&home, "A12", "unknown", "takes the network");
    for id in ["A1", "A4", "A6", "A8", "A10", "A12", "V1", "V7"] {
        assert!(is_in_the_way(&home, id), "{id}");
    }
}

#[test]
fn what_code_names_is_listed_and_what_it_does_not_say_is_left_to_a_person() {
    let home = with(WRITES, "changes = False");
    check(&home, "A4", "yes", "it reaches: api.mail.example");
    assert_eq!(of(&home, "A4")["content"], json!({"systems": ["api.mail.example"]}));
    check(&home, "A5", "unknown", "MAIL_TOKEN; nobody knows how long they live");
    check(&home, "A8", "partial", "declared: [api.mail.example]");
    check(&home, "A9", "unknown", "a person shows who confirms");
    // A tool that calls what it is told reaches anything: R31.
    let any = WRITES.replace("\"https://api.mail.example/v1\"", "text");
    let home = with(&any, "changes = False");
    check(&home, "A8", "no", "whatever a caller names");
    check(&home, "A4", "no", "who calls it chooses the address");
    // What depends on the configuration is no list either, and a person can make one of it.
    let configured = WRITES.replace("\"https://api.mail.example/v1\"", "os.environ[\"MAIL_URL\"]");
    let home = with(&configured, "changes = False");
    check(&home, "A4", "unknown", "a person shows every system");
}

// R32, R36: what the gateway lets through and by what, without a value of it.
#[test]
fn a_gateway_shows_what_is_let_through_and_what_is_handed_over() {
    let home = with(WRITES, "changes = False");
    let table = "[[server]]\nname = \"mail\"\ncertified = \"clock\"\n\
                 env = { MAIL_TOKEN = \"horse-9-Battery\", LANG = \"C\" }\n";
    home.write("work/gateway.toml", table);
    look(&home, &["--gateway", "gateway.toml"]);
    check(&home, "A5", "no", "static key (no end known)");
    // Nothing is approved there yet, and what will be is not known.
    check(&home, "A9", "unknown", "");
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    look(&home, &["--gateway", "gateway.toml"]);
    check(&home, "A9", "no", "without being confirmed: send_mail");
    // It is not forgotten by leaving out the file that shows it.
    look(&home, &[]);
    check(&home, "A5", "no", "static key");
    check(&home, "A9", "no", "send_mail");
    // What a person says does not take it back; a waiver of a risk owner does.
    home.write("work/shown.txt", "as it was shown");
    let yes = ["answer", "A9", "yes", "--evidence", "shown.txt"];
    drop(by(&home, "rita", &yes).success());
    assert!(is_in_the_way(&home, "A9"));
    let text = home.run(["approval", "show", "clock"]).success();
    assert!(text.contains("A9") && text.contains("send_mail"), "{text}");
    let until = day(10);
    let waive = ["waive", "A9", "--reason", "the client asks", "--until", &until];
    drop(by(&home, "rita", &waive).success());
    assert!(!is_in_the_way(&home, "A9"));
    // No value went into the store or anywhere else.
    let files = home.run(["approval", "export", "clock", "--format", "json"]).success();
    assert!(!files.contains("horse-9-Battery"));
    let kept = std::process::Command::new("grep")
        .args(["-rl", "horse-9-Battery"])
        .arg(home.warden())
        .output()
        .unwrap();
    assert!(kept.stdout.is_empty(), "{}", String::from_utf8_lossy(&kept.stdout));
    // Another one tells nothing of it.
    home.write("work/gateway.toml", "[[server]]\nname = \"other\"\ncommand = [\"true\"]\n");
    let outcome = home.run(["approval", "evidence", "clock", "--gateway", "gateway.toml"]);
    no(&outcome, 4, "no server that is certified as `clock`");
}

// R34, R37: what changes has to be watched, and a call leaves what a report is made from.
#[test]
fn the_ledger_shows_who_watches_and_what_is_recorded() {
    let home = with(READS, "changes = True");
    check(&home, "A7", "no", "nobody has looked for a day");
    check(&home, "A10", "unknown", "");
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    let run = ["run", "clock"];
    assert!(connect(&home, &run).call("get_time", json!({})).is_ok());
    look(&home, &[]);
    check(&home, "A7", "yes", "drift was looked for at");
    check(&home, "A10", "yes", "a record fits its schema; fields missing: []");
    // A ledger that was tampered with shows nothing: what it showed before is known no more.
    let ledger = home.warden().join("ledger");
    for entry in std::fs::read_dir(ledger).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|end| end == "jsonl") {
            let text = std::fs::read_to_string(&file).unwrap().replace("get_time", "set_time");
            std::fs::write(&file, text).unwrap();
        }
    }
    look(&home, &[]);
    check(&home, "A7", "unknown", "");
    check(&home, "A10", "unknown", "");
}

// R30, R39: RFC 9116, of a file in the tree or one that is handed in.
#[test]
fn a_security_txt_is_read_and_a_bad_one_is_a_no() {
    let home = ready(&["mia"]);
    let good = format!(
        "Contact: mailto:security@clock.example\nExpires: {}T00:00:00Z\n\
         Policy: https://clock.example/policy\n",
        day(100)
    );
    home.write("work/clock/.well-known/security.txt", &good);
    std::fs::remove_file(home.work().join("clock/SECURITY.md")).unwrap();
    drop(certify(&home).success());
    request(&home, "mia", SANDBOX);
    // Nobody has seen it served; and there is a policy, without a promise.
    check(&home, "A12", "partial", "names 1 contacts; nobody has seen it served over HTTPS");
    check(&home, "A3", "partial", "no promise about patches");
    check(&home, "V12", "partial", "no promise about patches");
    for (text, why) in [
        ("Contact: http://clock.example\n", "line 1: a contact is"),
        ("Contact: mailto:a@b.example\n", "no expiry"),
        ("Contact: mailto:a@b.example\nExpires: 2020-01-01T00:00:00Z\n", "expired"),
        ("Expires: 2030-01-01T00:00:00Z\n", "no contact"),
    ] {
        home.write("work/security.txt", text);
        look(&home, &["--security-txt", "security.txt"]);
        check(&home, "A12", "no", why);
        look(&home, &[]);
        check(&home, "A12", "no", why);
    }
    home.write("work/security.txt", &good);
    look(&home, &["--security-txt", "security.txt"]);
    check(&home, "A12", "partial", "names 1 contacts");
    assert_eq!(state(&home), "pending");
    no(&home.run(["approval", "evidence", "clock", "--security-txt", "none"]), 4, "cannot read");
}

// R28: what is asked for without a digest is a no.
#[test]
fn what_is_pinned_by_nothing_is_a_no() {
    let home = ready(&["mia"]);
    home.write("work/clock/requirements.txt", "requests==2.31.0\n");
    assert!(matches!(certify(&home).code, Some(0 | 14)));
    request(&home, "mia", SANDBOX);
    check(&home, "A1", "no", "without a digest: pkg:pypi/requests");
}
