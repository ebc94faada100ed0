//! The inventory of a machine: what a scan lists, who starts it and with which credentials.

use serde_json::json;

use super::*;

/// Configurations of three clients with six servers, as people copy them from pages.
const CURSOR: &str = r#"{"mcpServers": {
    "files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "."]},
    "pay": {"command": "npx", "args": ["pay-mcp"],
        "env": {"STRIPE_KEY": "sk_live_0123456789abcdefABCDEF", "LOG": "yes"}}
}}"#;
const VSCODE: &str = r#"{"servers": {
    "git": {"command": "uvx", "args": ["mcp-server-git"], "env": {"GIT_TOKEN": "${env:GIT_TOKEN}"}},
    "db": {"command": "docker", "args": ["run", "-i", "--rm", "-e", "DATABASE_URL", "mcp/postgres"],
        "env": {"DATABASE_URL": "postgres://app:hunter2hunter2@db.prod.example.com/app"}}
}}"#;
const CLAUDE: &str = r#"{"mcpServers": {
    "tickets": {"url": "https://tickets.example.com/mcp",
        "headers": {"Authorization": "Bearer ${PROD_TICKETS_TOKEN}"}},
    "cloud": {"command": "uvx", "args": ["cloud-mcp"],
        "env": {"AWS_PROFILE": "production-eu", "NODE_ENV": "production"}}
}}"#;

const FILES: [(&str, &str); 3] = [
    (".cursor/mcp.json", CURSOR),
    (".config/Code/User/mcp.json", VSCODE),
    (".claude.json", CLAUDE),
];

fn scanned(home: &TestHome, words: &[&str]) -> (Outcome, Value) {
    for (file, text) in FILES {
        home.write(format!("home/{file}"), text);
    }
    let told = warden(home, &[&["scan", "--format", "json"], words].concat());
    let report = serde_json::from_str(&told.stdout).expect("it is JSON");
    (told, report)
}

/// R1: a scan of a machine lists exactly the servers that its clients have, one-liners of npx, uvx
/// and docker too, each with its file and the pointer of its entry; how long that took is measured
/// and shown.
#[test]
fn exactly_the_servers_of_a_machine_are_listed_with_file_and_pointer_and_the_time_is_shown() {
    let home = TestHome::new();
    let (told, report) = scanned(&home, &["--timing"]);
    let mut listed = Vec::new();
    for server in report["servers"].as_array().expect("a list") {
        let file = server["location"]["file"].as_str().expect("a file");
        let pointer = server["location"]["pointer"].as_str().expect("a pointer");
        let (_, text) = FILES
            .iter()
            .find(|(known, _)| file == format!("~/{known}"))
            .expect("it is one of the files");
        let config: Value = serde_json::from_str(text).expect("it is JSON");
        let entry = config.pointer(pointer).expect("the pointer leads to an entry");
        let name = server["name"].as_str().expect("a name");
        assert!(pointer.ends_with(&format!("/{name}")), "{pointer}");
        assert!(entry["command"].is_string() || entry["url"].is_string(), "{entry}");
        listed.push(name.to_owned());
    }
    listed.sort();
    assert_eq!(listed, ["cloud", "db", "files", "git", "pay", "tickets"]);
    let line = told.stderr.lines().find(|line| line.starts_with("inventory of 6 servers in "));
    let time =
        line.and_then(|line| line.strip_suffix(" ms")?.rsplit(' ').next()?.parse::<u64>().ok());
    assert!(time.is_some(), "{}", told.block());
    // It stands beside the report and never in it.
    assert!(!told.stdout.contains(" ms"), "{}", told.block());
}

/// R7: the entry of the inventory has the user who starts the server, the credentials that it
/// refers to and never their values, and says which are of production; in the report, for people
/// and in the estate.
#[test]
fn an_entry_has_its_user_its_credentials_and_which_are_of_production() {
    let home = TestHome::new();
    let (_, report) = scanned(&home, &[]);
    let user = home.home();
    let user = user.file_name().and_then(|name| name.to_str()).expect("a name");
    let mut found = Vec::new();
    for server in report["servers"].as_array().expect("a list") {
        assert_eq!(server["user"], user, "{server}");
        for one in server["credentials"].as_array().expect("a list") {
            found.push(json!([server["name"], one["kind"], one["name"], one["production"]]));
        }
    }
    let wanted = [
        json!(["tickets", "header", "Authorization", null]),
        json!(["tickets", "env", "PROD_TICKETS_TOKEN", "name"]),
        json!(["cloud", "env", "AWS_PROFILE", "profile"]),
        json!(["pay", "env", "STRIPE_KEY", "value"]),
        json!(["git", "env", "GIT_TOKEN", null]),
        json!(["db", "env", "DATABASE_URL", "host"]),
    ];
    for one in &wanted {
        assert!(found.contains(one), "{one} in {found:#?}");
    }
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
    let schema = include_str!("../../../../schemas/scan-report-2.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<_> = validator.iter_errors(&report).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");

    let text = warden(&home, &["scan"]).stdout;
    for line in ["started by ", "env AWS_PROFILE (production, by its profile)"] {
        assert!(text.contains(line), "{line} in {text}");
    }
    home.write("work/scan.json", report.to_string());
    let built = warden(&home, &["estate", "build", "--scan", "laptop-7=scan.json"]);
    assert_eq!(built.code, Some(0), "{}", built.block());
    let estate = document(&home, "estate.json");
    let connections = estate["connections"].as_array().expect("a list").iter();
    let pay = connections.clone().find(|one| one["server"] == "pay").expect("it is there");
    assert_eq!((&pay["user"], &pay["credentials"]), (&json!(user), &json!(["env STRIPE_KEY"])));
    assert_eq!(pay["production_credentials"], json!(["env STRIPE_KEY"]));
    for value in ["sk_live_0123", "hunter2"] {
        let all = [&report.to_string(), &text, &estate.to_string()];
        assert!(!all.iter().any(|text| text.contains(value)), "{value}");
    }
}

/// An agent of each official library, as files of a repository.
const AGENTS: [(&str, &str); 2] = [
    (
        "py/agent.py",
        "from mcp import StdioServerParameters\n\
         from langchain_mcp_adapters.client import MultiServerMCPClient\n\
         files = StdioServerParameters(command=\"npx\", args=[\"-y\", \"files-mcp\"], env={\"FILES_TOKEN\": \"x\"})\n\
         more = MultiServerMCPClient({\"crm\": {\"url\": \"https://crm.prod.example.com/mcp\"}})\n",
    ),
    (
        "ts/agent.ts",
        "import { StdioClientTransport } from \"@modelcontextprotocol/sdk/client/stdio.js\";\n\
         const git = new StdioClientTransport({ command: \"uvx\", args: [\"mcp-server-git==1.0.0\"] });\n",
    ),
];

/// R44: servers that agents of one's own start are found by the calls of libraries in their source
/// code, and are listed and judged like others; only if that is asked for.
#[test]
fn what_agents_in_source_code_start_is_listed_and_judged() {
    let home = TestHome::new();
    for (file, text) in AGENTS {
        home.write(format!("work/agents/{file}"), text);
    }
    let scan = |words: &[&str]| {
        let told = warden(&home, &[&["scan", "--format", "json", "agents"], words].concat());
        serde_json::from_str::<Value>(&told.stdout).expect("it is JSON")
    };
    let report = scan(&["--sources"]);
    let mut found = Vec::new();
    for one in report["servers"].as_array().expect("a list") {
        let (at, package) = (&one["location"], &one["package"]["name"]);
        found.push(json!([one["client"], one["name"], at["file"], at["line"], package]));
    }
    assert_eq!(
        found,
        [
            json!(["custom-agent/langchain", "crm", "agents/py/agent.py", 4, null]),
            json!([
                "custom-agent/mcp-python-sdk",
                "agent.py:3",
                "agents/py/agent.py",
                3,
                "files-mcp"
            ]),
            json!([
                "custom-agent/mcp-typescript-sdk",
                "agent.ts:2",
                "agents/ts/agent.ts",
                2,
                "mcp-server-git"
            ]),
        ]
    );
    assert_eq!(report["servers"][1]["credentials"][0]["name"], "FILES_TOKEN");
    assert_eq!(report["servers"][1]["credentials"][0]["literal"], false, "its value is not told");
    let rules = report["findings"].as_array().expect("a list").iter();
    let is_unpinned = |one: &Value| {
        one["rule"] == "unpinned-package" && one["location"]["file"] == "agents/py/agent.py"
    };
    assert!(rules.clone().any(is_unpinned), "{report:#}");
    assert_eq!(scan(&[])["servers"], json!([]), "only if that is asked for");
}
