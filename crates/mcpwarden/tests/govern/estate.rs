//! `mcpwarden estate`.

use super::{world::ran, *};

const CONFIG: &str = r#"{"mcpServers": {
    "files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "docs"]},
    "tickets": {"url": "http://tickets.example.com/mcp", "headers": {"Authorization": "Bearer abc"}}
}}"#;

#[test]
fn what_ran_and_what_people_keep_become_one_value() {
    let home = TestHome::new();
    ran(&home);
    home.write("work/mcp.json", CONFIG);
    let scan = warden(&home, &["scan", "--format", "json", "mcp.json"]);
    home.write("work/scan.json", scan.stdout);
    home.write("work/estate/people.csv", "id,name,roles\nann,Ann Lee,risk-owner\n");
    home.write(
        "work/estate/servers.csv",
        "id,owner,data,environment\nfiles,ann,confidential,production\n",
    );
    let ledger = home.warden().join("ledger");
    let ledger = ledger.to_string_lossy();
    let words = ["estate", "build", "--tables", "estate", "--scan", "laptop-7=scan.json", "--here"];
    let words = [&words[..], &["--ledger", &ledger]].concat();
    let built = warden(&home, &words);
    assert_eq!(built.code, Some(0), "{}", built.block());
    let estate = document(&home, "estate.json");

    let find = |table: &str, key: &str, name: &str| {
        let rows = estate[table].as_array().expect("a table").iter();
        rows.clone().find(|row| row[key] == name).cloned().unwrap_or_default()
    };
    let files = find("servers", "id", "files");
    assert_eq!((&files["owner"], &files["data"]), (&"ann".into(), &"confidential".into()));
    assert_eq!(files["package"], "npm:@modelcontextprotocol/server-filesystem", "{files}");
    assert_eq!((&files["enforced"], &files["version"]), (&true.into(), &"1.0.0".into()));
    assert!(files["pinned"].as_str().is_some_and(|it| it.starts_with("sha256:")), "{files}");
    let tickets = find("servers", "id", "tickets");
    assert_eq!(tickets["authentication"], "static", "{tickets}");
    assert_eq!((&tickets["encrypted"], &tickets["enforced"]), (&false.into(), &false.into()));
    assert_eq!(tickets["data"], Value::Null, "nobody has said what is in it");
    assert_eq!(find("tools", "name", "delete_file")["effect"], "destructive");
    assert!(estate["findings"].as_array().is_some_and(|all| !all.is_empty()));

    let traffic = &estate["traffic"];
    assert_eq!(traffic["calls"], 3, "{traffic}");
    let refused =
        serde_json::json!({"rule": "no-delete", "ruling": "deny", "count": 1, "overridden": 0});
    assert!(traffic["decisions"].as_array().is_some_and(|all| all.contains(&refused)), "{traffic}");
    assert_eq!(find("connections", "agent", "coder")["used"], serde_json::json!(["echo"]));
    let digests = estate["evidence"].as_array().expect("a table").iter();
    assert!(digests.clone().all(|one| one["digest"].is_string()) && digests.count() == 2);

    // What was built is an estate, and the same sources give the same bytes.
    let shown = warden(&home, &["estate", "show", "--estate", "estate.json"]);
    assert_eq!(shown.code, Some(0), "{}", shown.block());
    let at = estate["as_of"].as_str().expect("a time");
    let again = [&words[..], &["--as-of", at, "--output", "again.json"]].concat();
    assert_eq!(warden(&home, &again).code, Some(0));
    let bytes = |file: &str| std::fs::read(home.work().join(file)).expect("the file is there");
    assert!(bytes("estate.json") == bytes("again.json"));
}

#[test]
fn what_is_wrong_in_a_table_is_told_with_row_and_column() {
    let home = TestHome::new();
    assert_eq!(warden(&home, &["estate", "init"]).code, Some(0));
    assert_eq!(warden(&home, &["estate", "check"]).code, Some(0));
    assert_eq!(warden(&home, &["estate", "init"]).code, Some(2), "nothing is written over");
    home.write("work/estate/servers.csv", "id,data,owner\nmail,secret,nobody\n");
    let wrong = warden(&home, &["estate", "check"]);
    assert_eq!(wrong.code, Some(4));
    assert!(
        wrong.stderr.contains("row 2, column data: \"secret\" is no data class"),
        "{}",
        wrong.block()
    );
    home.write("work/estate/servers.csv", "id,data,owner\nmail,public,nobody\n");
    let wrong = warden(&home, &["estate", "check"]);
    assert_eq!(wrong.code, Some(4));
    assert!(
        wrong.stderr.contains("servers/mail, owner: nobody is \"nobody\""),
        "{}",
        wrong.block()
    );
}

#[test]
fn a_damaged_ledger_is_no_source() {
    let home = TestHome::new();
    ran(&home);
    let ledger = home.warden().join("ledger");
    let segment = std::fs::read_dir(&ledger).expect("a ledger");
    let segment = segment.filter_map(Result::ok).map(|entry| entry.path());
    let segment = segment.filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
    let segment = segment.max_by_key(|path| std::fs::metadata(path).map_or(0, |it| it.len()));
    let segment = segment.expect("a segment");
    let text = std::fs::read_to_string(&segment).expect("it is text");
    std::fs::write(&segment, text.replacen("echo", "ohce", 1)).expect("it is written");
    let outcome = warden(&home, &["estate", "build", "--ledger", &ledger.to_string_lossy()]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("cannot use the ledger"), "{}", outcome.block());
    assert!(!home.work().join("estate.json").exists());
}
