//! What a folder or a commit depends on, as its lock files say it.

use std::{path::Path, process::Command};

use serde_json::{Value, json};
use warden_testkit::TestHome;

use crate::{SERVER, folder, provenance::evidence};

/// A lock file of npm with one package in it.
fn npm(home: &TestHome, folder: &Path, package: &str, version: &str) -> String {
    let integrity = format!("sha512-{}==", "A".repeat(86));
    let own = json!({ "name": "clock", "version": "1.0.0", "dependencies": { package: version } });
    let lock = json!({
        "name": "clock", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
        "packages": {
            "": own,
            format!("node_modules/{package}"): { "version": version, "integrity": integrity },
        },
    });
    home.write(folder.join("package.json"), own.to_string());
    home.write(folder.join("package-lock.json"), lock.to_string());
    integrity
}

fn certify(home: &TestHome, target: &str) -> Value {
    let words = ["certify", target, "--name", "clock", "--no-start", "--level", "0", "--json"];
    serde_json::from_str(&home.run(words).success()).expect("it is JSON")
}

fn supply(certificate: &Value) -> &Value {
    let stages = certificate["stages"].as_array().expect("stages");
    stages.iter().find(|stage| stage["stage"] == "supply-chain").expect("one is about supply")
}

fn rules(certificate: &Value) -> Vec<&str> {
    let open = certificate["findings"]["open"].as_array().expect("findings");
    open.iter().filter_map(|finding| finding["rule"].as_str()).collect()
}

fn components(home: &TestHome) -> Vec<Value> {
    let evidence: Value = serde_json::from_str(&evidence(home)).expect("it is JSON");
    evidence["components"].as_array().expect("components").clone()
}

fn git(folder: &Path, home: &TestHome, words: &[&str]) -> String {
    let mut git = home.command("git");
    let who = ["-c", "user.name=Ann", "-c", "user.email=ann@host.example"];
    let output = Command::output(git.arg("-C").arg(folder).args(who).args(words)).expect("git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

#[test]
fn what_a_folder_has_locked_is_recorded_and_held_against_advisories() {
    let home = TestHome::new();
    let folder = folder(&home);
    npm(&home, &folder, "mcp-remote", "0.1.15");
    let certificate = certify(&home, &folder.display().to_string());
    assert!(rules(&certificate).contains(&"vulnerable-component"), "{certificate}");
    assert_eq!(supply(&certificate)["coverage"]["gaps"], json!([]));
    let components = components(&home);
    let [only] = &components[..] else { panic!("{components:?}") };
    assert_eq!(only["purl"], "pkg:npm/mcp-remote@0.1.15");
    assert_eq!(only["pinned"], "digest");
    let hash = only["hashes"][0].as_str().expect("a digest");
    assert!(hash.starts_with("sha512:0000"), "{hash}");
}

#[test]
fn what_a_commit_has_locked_is_what_a_folder_has() {
    let home = TestHome::new();
    let folder = folder(&home);
    npm(&home, &folder, "mcp-remote", "0.1.15");
    git(&folder, &home, &["init", "--quiet"]);
    git(&folder, &home, &["add", "."]);
    git(&folder, &home, &["commit", "--quiet", "-m", "A clock"]);
    let commit = git(&folder, &home, &["rev-parse", "HEAD"]);
    // What lies beside the commit is no part of it.
    npm(&home, &folder, "mcp-remote", "0.1.16");
    let certificate = certify(&home, &format!("git:{}@{commit}", folder.display()));
    assert!(rules(&certificate).contains(&"vulnerable-component"), "{certificate}");
    assert_eq!(components(&home)[0]["purl"], "pkg:npm/mcp-remote@0.1.15");
}

#[test]
fn lock_files_of_python_are_read_as_well() {
    let sha256 = "ab".repeat(32);
    let project = "[project]\nname = \"clock\"\nversion = \"1.0\"\ndependencies = [\"tickets\"]\n";
    let poetry = format!(
        "[[package]]\nname = \"tickets\"\nversion = \"1.0.4\"\noptional = false\nfiles = [\n    \
         {{file = \"tickets-1.0.4-py3-none-any.whl\", hash = \"sha256:{sha256}\"}},\n]\n\n\
         [metadata]\nlock-version = \"2.1\"\npython-versions = \"*\"\ncontent-hash = \"x\"\n"
    );
    let uv = format!(
        "version = 1\nrequires-python = \">=3.11\"\n\n[[package]]\nname = \"clock\"\n\
         version = \"1.0\"\nsource = {{ virtual = \".\" }}\n\
         dependencies = [{{ name = \"tickets\" }}]\n\n[[package]]\nname = \"tickets\"\n\
         version = \"1.0.4\"\nsource = {{ registry = \"https://index.example/simple\" }}\n\
         wheels = [{{ url = \"https://index.example/t.whl\", hash = \"sha256:{sha256}\" }}]\n"
    );
    let hashed = format!("tickets==1.0.4 --hash=sha256:{sha256}\n");
    let files = [("poetry.lock", poetry), ("uv.lock", uv), ("requirements.txt", hashed)];
    for (name, text) in files {
        let home = TestHome::new();
        let folder = folder(&home);
        if name != "requirements.txt" {
            home.write(folder.join("pyproject.toml"), project);
        }
        home.write(folder.join(name), text);
        let certificate = certify(&home, &folder.display().to_string());
        assert_eq!(supply(&certificate)["coverage"]["gaps"], json!([]), "{name}");
        let components = components(&home);
        let [only] = &components[..] else { panic!("{name}: {components:?}") };
        assert_eq!(only["purl"], "pkg:pypi/tickets@1.0.4", "{name}");
        assert_eq!(only["pinned"], "digest", "{name}");
        assert_eq!(only["hashes"], json!([format!("sha256:{sha256}")]), "{name}");
    }
}

#[test]
fn what_is_asked_for_and_not_locked_is_a_gap_and_floats() {
    let home = TestHome::new();
    let folder = folder(&home);
    home.write(folder.join("server.py"), SERVER);
    home.write(folder.join("requirements.txt"), "tickets>=1.0\n");
    let certificate = certify(&home, &folder.display().to_string());
    assert!(rules(&certificate).contains(&"floating-component"), "{certificate}");
    let gaps = supply(&certificate)["coverage"]["gaps"].as_array().expect("gaps");
    assert!(gaps.contains(&json!({ "count": 1, "kind": "unlocked" })), "{gaps:?}");
    let items = certificate["score"]["items"].as_array().expect("items");
    let pinned = items.iter().find(|item| item["code"] == "fact/pinned").expect("a fact");
    assert_eq!(pinned["points"], -3);
    let caps = certificate["score"]["caps"].as_array().expect("caps");
    assert!(caps.iter().any(|cap| cap["code"] == "gaps" && cap["level"] == 2), "{caps:?}");
}
