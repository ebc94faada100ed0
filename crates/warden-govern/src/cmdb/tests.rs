use super::*;
use crate::estate::{Estate, read::Draft};

fn estate() -> Estate {
    let mut draft = Draft::default();
    for (name, text) in [
        ("people.csv", "id,name\nann,Ann Lee\nben,\"Ben, of sales\"\n"),
        ("processes.csv", "id,name\npay,Payments\nhelp,Help desk\n"),
        ("machines.csv", "id,user\nlaptop-7,ben\n"),
        ("agents.csv", "id,machine,process\nbot,laptop-7,help\n"),
        ("connections.csv", "agent,server,user\nbot,tickets,ann\nbot,@corp/files,\n"),
        (
            "servers.csv",
            "id,name,version,package,owner,processes,data,environment\n\
            tickets,Tickets,2.0,https://tickets.example.com/mcp,ann,pay,confidential,production\n\
            @corp/files,=files,,npm:@corp/files,ben,,,\n\
            lost,,,,,,,\n",
        ),
        (
            "certificates.json",
            r#"{"certificates": [
                {"server": "tickets", "level": 2, "score": 90, "issuer": "us",
                 "issued": "2026-01-01T00:00:00Z", "expires": "2027-01-01T00:00:00Z"},
                {"server": "tickets", "level": 3, "score": 90, "issuer": "us", "revoked": true,
                 "issued": "2026-01-01T00:00:00Z", "expires": "2027-01-01T00:00:00Z"}]}"#,
        ),
    ] {
        draft.add_file(name, text.as_bytes());
    }
    draft.finish("2026-11-20T08:00:00Z".parse().unwrap()).unwrap()
}

fn built(bytes: &[u8]) -> Estate {
    let mut draft = Draft::default();
    draft.add_part("cmdb", members(bytes).unwrap());
    let estate = draft.finish("2026-11-20T08:00:00Z".parse().unwrap()).unwrap();
    assert!(crate::estate::check::check(&estate).is_empty());
    estate
}

#[test]
fn every_server_is_an_item_with_what_is_known_and_what_is_not() {
    let estate = estate();
    let items = items(&Lookup::new(&estate));
    let ids: Vec<_> = items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["@corp/files", "lost", "tickets"]);
    let value = |at: usize, column: &str| items[at].values.get(column).map(String::as_str);
    assert_eq!(value(2, "owned_by"), Some("ann"));
    assert_eq!(value(2, "u_installing_user"), Some("ann"));
    assert_eq!(value(2, "u_business_process"), Some("help; pay"));
    assert_eq!(value(2, "u_cert_level"), Some("2"), "one that is revoked does not count");
    assert_eq!(value(2, "u_cert_expires"), Some("2027-01-01 00:00:00"));
    assert_eq!(
        (value(2, "url"), value(2, "u_package")),
        (Some("https://tickets.example.com/mcp"), None)
    );
    assert_eq!(value(0, "u_installing_user"), Some("ben"), "the user of the machine");
    assert_eq!(value(0, "u_not_known"), Some("data class; environment"));
    assert_eq!(
        value(1, "u_not_known"),
        Some("owner; installing user; business process; data class; environment")
    );
    assert_eq!(value(1, "owned_by"), None, "what nobody said overwrites nothing");
    for column in items.iter().flat_map(|item| item.values.keys()) {
        assert!(COLUMNS.contains(column), "{column}");
    }
}

#[test]
fn what_is_written_is_read_again_with_the_same_servers_owners_and_processes() {
    let estate = estate();
    let known = Lookup::new(&estate);
    let items = items(&known);
    let classes = Classes::default();
    let payload = payload(&items, &classes, estate.as_of).to_string();
    let table = csv(&items, &classes);
    for bytes in [payload.as_bytes(), table.as_bytes()] {
        let again = built(bytes);
        assert_eq!(again.servers.len(), estate.servers.len());
        let back = Lookup::new(&again);
        for server in &estate.servers {
            let found = back.server(&server.id).unwrap();
            assert_eq!(found.owner, server.owner);
            assert_eq!((found.data, found.environment), (server.data, server.environment));
            assert_eq!((&found.version, &found.package), (&server.version, &server.package));
            let processes: Vec<_> =
                processes(&known, server).into_iter().map(|(id, _)| id).collect();
            assert_eq!(found.processes, processes);
        }
        assert_eq!(back.person("ben").unwrap().name, "Ben, of sales");
        assert_eq!(back.process("pay").unwrap().name, "Payments");
    }
}

#[test]
fn a_file_that_is_neither_is_refused_with_the_reason() {
    let refused = |text: &str| members(text.as_bytes()).unwrap_err().to_string();
    assert!(refused("{}").contains("missing field `items`"));
    assert_eq!(refused("name\nx\n"), "it has no column sys_class_name");
    assert_eq!(refused("sys_class_name,u_server_id\nc,\n"), "item 0 has no identifier");
    assert_eq!(refused("sys_class_name,u_server_id\nc,a\nc,a\n"), "\"a\" is there twice");
    let other = r#"{"items": [{"className": "x", "values": {}, "sys_object_source_info":
        {"source_native_key": "k", "source_feed": "other"}}]}"#;
    assert_eq!(members(other.as_bytes()).unwrap()["servers"], serde_json::json!([]));
}
