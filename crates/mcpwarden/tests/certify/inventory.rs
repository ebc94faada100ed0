//! Everything that a scan has found, certified in one run.

use serde_json::{Value, json};
use warden_testkit::TestHome;

use crate::folder;

/// R48: each server of the inventory goes through static analysis, taint analysis, supply chain and
/// secrets, with how each ended; what cannot be certified is told and holds up no other. The metric
/// counts the servers for which all four are current.
#[test]
fn every_server_of_an_inventory_goes_through_four_stages() {
    let home = TestHome::new();
    let clock = folder(&home).display().to_string();
    let config = json!({"mcpServers": {
        "clock": {"command": "npx", "args": [clock]},
        "gone": {"command": "npx", "args": [format!("{clock}-gone")]},
        "odd": {"command": "odd-server"},
    }});
    home.write("home/.cursor/mcp.json", config.to_string());
    let scanned = home.run(["scan", "--format", "json"]).stdout;
    home.write(home.work().join("scan.json"), &scanned);
    let words = ["certify", "--inventory", "scan.json", "--no-start", "--json"];
    let outcome = home.run(words);
    assert_eq!(outcome.code, Some(14), "{}", outcome.block());
    let run: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&run["covered"], &run["of"]), (&json!(1), &json!(3)), "{run}");
    let of = |name: &str| {
        let all = run["servers"].as_array().unwrap();
        all.iter().find(|row| row["server"] == name).expect("it is listed").clone()
    };
    let stages = |ended: &str| json!({"source": ended, "taint": ended, "supply-chain": ended, "secrets": ended});
    assert_eq!(of("clock")["stages"], stages("finished"));
    assert_eq!((&of("clock")["level"], &of("clock")["problem"]), (&json!(0), &Value::Null));
    for name in ["gone", "odd"] {
        assert_eq!(of(name)["stages"], stages("not run"), "{name}");
        assert!(of(name)["problem"].is_string() && of(name)["level"].is_null(), "{name}");
    }
    let build = ["estate", "build", "--scan", "laptop=scan.json", "--here", "--output", "e.json"];
    drop(home.run(build).success());
    let metrics = home.run(["metrics", "--estate", "e.json", "M4-stages", "--format", "json"]);
    let metrics: Value = serde_json::from_str(&metrics.success()).unwrap();
    let ratio = &metrics["metrics"][0]["figure"]["ratio"];
    assert_eq!((&ratio["of"], &ratio["all"]), (&json!(1), &json!(3)), "{metrics}");
    let text = home.run(["certify", "--inventory", "scan.json", "--no-start"]).stdout;
    assert!(text.ends_with("1 of 3 servers have gone through all four stages\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}
