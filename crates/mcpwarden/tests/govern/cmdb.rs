//! `mcpwarden estate export`, and what it gives when it is read again.

use std::collections::BTreeMap;

use super::*;

const TABLES: [(&str, &str); 6] = [
    ("people.csv", "id,name\nann,Ann Lee\nben,Ben Roe\n"),
    ("processes.csv", "id,name\npay,Payments\n"),
    ("machines.csv", "id,user\nlaptop-7,ben\n"),
    ("agents.csv", "id,machine\nbot,laptop-7\n"),
    ("connections.csv", "agent,server,user\nbot,tickets,ann\nbot,@corp/files,\n"),
    (
        "servers.csv",
        "id,name,package,owner,processes,data,environment\n\
        tickets,Tickets,https://tickets.example.com/mcp,ann,pay,confidential,production\n\
        @corp/files,Files,npm:@corp/files,ben,pay,internal,development\n\
        lost,,,,,,\n",
    ),
];

fn estate(home: &TestHome) {
    for (name, text) in TABLES {
        home.write(format!("work/estate/{name}"), text);
    }
}

/// The owner of each server.
fn owners(estate: &Value) -> BTreeMap<String, Value> {
    let servers = estate["servers"].as_array().expect("a list").iter();
    servers.map(|one| (one["id"].as_str().expect("an id").into(), one["owner"].clone())).collect()
}

/// R45: the export has for each server its class, its owner, who has installed it and its business
/// processes, as a payload that its schema describes and as a table; both give the same servers
/// with the same owners when they are read again.
#[test]
fn every_server_is_a_configuration_item_in_both_forms_and_comes_back() {
    let home = TestHome::new();
    estate(&home);
    let payload = warden(&home, &["estate", "export"]);
    assert_eq!(payload.code, Some(0), "{}", payload.block());
    assert!(
        payload.stderr.contains(
            "servers: 3; without owner: 1, without installing user: 1, without business process: 1"
        ),
        "{}",
        payload.block()
    );
    let found: Value = serde_json::from_str(&payload.stdout).expect("it is JSON");
    let schema = include_str!("../../../../schemas/servicenow-ire-1.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<_> = validator.iter_errors(&found).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?} in {found:#}");

    let table = warden(&home, &["estate", "export", "--format", "csv"]);
    let (header, rows) = table.stdout.split_once('\n').expect("a header");
    let is = |column: &str| header.split(',').any(|name| name == column);
    for column in ["sys_class_name", "owned_by", "u_installing_user", "u_business_process"] {
        assert!(is(column), "{header}");
    }
    assert_eq!(rows.lines().count(), 3, "{rows}");
    let of = |id: &str| {
        let items = found["items"].as_array().expect("a list");
        let at = items.iter().position(|one| one["values"]["u_server_id"] == id).expect("an item");
        let relations = found["relations"].as_array().expect("a list").iter();
        let parents = relations.filter(|one| one["child"] == at).filter_map(|one| {
            let parent = usize::try_from(one["parent"].as_u64()?).ok()?;
            items.get(parent)?["sys_object_source_info"]["source_native_key"].as_str()
        });
        let value = |name: &str| items[at]["values"][name].as_str().unwrap_or("-").to_owned();
        let class = items[at]["className"].as_str().expect("a class").to_owned();
        let parents = parents.collect::<Vec<_>>().join(" ");
        [class, value("owned_by"), value("u_installing_user"), parents]
    };
    let class = "u_cmdb_ci_mcp_server";
    assert_eq!(of("tickets"), [class, "ann", "ann", "pay"]);
    assert_eq!(of("@corp/files"), [class, "ben", "ben", "pay"]);
    assert_eq!(of("lost"), [class, "-", "-", ""]);
    for (id, row) in ["@corp/files", "lost", "tickets"].into_iter().zip(rows.lines()) {
        let [class, owner, user, process] = of(id).map(|it| it.replace('-', ""));
        let cells: BTreeMap<_, _> = header.split(',').zip(row.split(',')).collect();
        assert_eq!(cells["sys_class_name"], class, "{row}");
        assert_eq!(cells["owned_by"], owner, "{row}");
        assert_eq!(cells["u_installing_user"], user, "{row}");
        assert_eq!(cells["u_business_process"], process, "{row}");
    }

    home.write("work/payload.json", &payload.stdout);
    home.write("work/table.csv", &table.stdout);
    let built = warden(&home, &["estate", "build", "--tables", "estate", "--output", "own.json"]);
    assert_eq!(built.code, Some(0), "{}", built.block());
    for file in ["payload.json", "table.csv"] {
        let built = warden(&home, &["estate", "build", "--cmdb", file]);
        assert_eq!(built.code, Some(0), "{}", built.block());
        let again = document(&home, "estate.json");
        assert_eq!(owners(&again), owners(&document(&home, "own.json")), "{file}");
        assert_eq!(again["evidence"][0]["kind"], "cmdb");
    }
}

#[test]
fn the_class_is_that_of_whoever_runs_the_database_and_a_wrong_file_is_refused() {
    let home = TestHome::new();
    estate(&home);
    let words = ["estate", "export", "--class", "cmdb_ci_appl", "--output", "payload.json"];
    let told = warden(&home, &words);
    assert_eq!((told.code, told.stdout.as_str()), (Some(0), ""), "{}", told.block());
    assert_eq!(document(&home, "payload.json")["items"][0]["className"], "cmdb_ci_appl");
    home.write("work/other.csv", "name\nx\n");
    let refused = warden(&home, &["estate", "build", "--cmdb", "other.csv"]);
    assert_eq!(refused.code, Some(4), "{}", refused.block());
    assert!(refused.stderr.contains("it has no column sys_class_name"), "{}", refused.block());
}
