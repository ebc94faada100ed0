//! `mcpwarden surface`: a small company in which one agent reads what strangers write.

use super::*;

/// Two agents, four servers, and a tool that nobody has described.
fn company(home: &TestHome) {
    for (name, text) in [
        ("people.csv", "id,name,is_group\nann,Ann Lee,no\nteam,The team,yes\n"),
        ("processes.csv", "id,name\nsupport,Support\n"),
        (
            "agents.csv",
            "id,name,owner,process,data,environment,reviewed,review_until\n\
             desk,Help desk,ann,support,confidential,production,2026-09-01,2027-09-01\n\
             lab,Lab,team,,,sandbox,,\nlost,Lost,,,,,,\n",
        ),
        ("evidence.csv", "id,kind,name\nreview,review,review.pdf\n"),
        (
            "reviews.csv",
            "agent,domain,status,score,by,evidence\n\
             desk,identity-access,passed,80,ann,review\n\
             desk,data-exfiltration,passed,70,ann,review\n\
             desk,operational-integrity,passed,75,ann,review\n\
             desk,supply-chain,passed,90,ann,review\n",
        ),
        (
            "systems.csv",
            "id,name,kind,data,environment\n\
             crm,CRM,database,confidential,production\n\
             mail,Mail,communication,internal,production\n\
             tickets,Tickets,ticketing,internal,production\n\
             wiki,Wiki,other,public,sandbox\n",
        ),
        ("vendors.csv", "id,name,relation,contract\nacme,Acme,third-party,C-17\n"),
        (
            "servers.csv",
            "id,name,owner,vendor,remote,data,environment,enforced\n\
             crm,CRM,ann,acme,yes,confidential,production,yes\n\
             mail,Mail,ann,,,internal,production,yes\n\
             tickets,Tickets,ann,acme,no,internal,production,no\n\
             wiki,Wiki,team,,,public,sandbox,yes\n",
        ),
        (
            "tools.csv",
            "server,name,effect,effect_by,capabilities,systems,data,untrusted,egress\n\
             crm,find,read,annotation,read-database,crm,confidential,no,none\n\
             crm,delete,destructive,name,write-database,crm,confidential,no,none\n\
             mail,inbox,read,name,read-email,mail,internal,yes,none\n\
             mail,send,send,name,send-communication,mail,internal,no,unrestricted\n\
             tickets,list,read,name,read-public,tickets,internal,yes,none\n\
             wiki,view,read,name,read-file,wiki,public,no,none\n\
             wiki,script,,,,,,,\n",
        ),
        (
            "connections.csv",
            "agent,server,tools,rulings\n\
             desk,crm,find; delete,delete=deny\ndesk,mail,inbox; send,\n\
             desk,tickets,list,list=approval\nlab,wiki,view,\n",
        ),
    ] {
        home.write(format!("work/estate/{name}"), text);
    }
}

const DAY: [&str; 2] = ["--as-of", "2026-11-20"];

#[track_caller]
fn surface(home: &TestHome, words: &[&str]) -> Outcome {
    let outcome = warden(home, &[&["surface"], words, &DAY].concat());
    // What programs read is as wide as it has to be.
    if !words.contains(&"--format") {
        let width = |line: &str| line.chars().count();
        assert!(outcome.stdout.lines().all(|line| width(line) <= 80), "{}", outcome.block());
    }
    outcome
}

#[track_caller]
fn json(home: &TestHome, words: &[&str]) -> Value {
    let outcome = surface(home, &[words, &["--format", "json"]].concat());
    serde_json::from_str(&outcome.stdout).expect("it is JSON")
}

/// R68: the inventory says how many agents have no computed surface, and which.
#[test]
fn every_agent_is_in_the_list() {
    let home = TestHome::new();
    company(&home);
    insta::assert_snapshot!(surface(&home, &[]).block());
    let all = json(&home, &[]);
    assert_eq!(all["computed"], serde_json::json!({"of": 2, "all": 3}));
    assert!(all["estate"].as_str().is_some_and(|digest| digest.starts_with("sha256:")), "{all}");
    let csv = surface(&home, &["--format", "csv"]);
    assert_eq!(csv.stdout.lines().count(), 4, "{}", csv.block());
}

#[test]
fn one_agent_is_shown_whole() {
    let home = TestHome::new();
    company(&home);
    insta::assert_snapshot!(surface(&home, &["--agent", "desk"]).block());
    insta::assert_snapshot!(surface(&home, &["--agent", "nobody"]).block());
}

/// R67: the surfaces of two dates are compared, and what is different is exported.
#[test]
fn what_changed_between_two_estates_is_told() {
    let home = TestHome::new();
    company(&home);
    let build = ["estate", "build", "--tables", "estate", "--as-of", "2026-10-20T00:00:00Z"];
    let outcome = warden(&home, &[&build[..], &["--output", "old.json"]].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    home.write(
        "work/estate/connections.csv",
        "agent,server,tools,rulings\ndesk,crm,find; delete,\ndesk,mail,inbox,\nlab,wiki,,\n",
    );
    insta::assert_snapshot!(surface(&home, &["--diff", "old.json"]).block());
    let csv = surface(&home, &["--diff", "old.json", "--format", "csv"]).success();
    assert!(csv.contains("desk,effective,added,crm,destructive,confidential\n"), "{csv}");
    assert!(csv.contains("desk,granted,removed,mail,send,internal\n"), "{csv}");
    let changes = json(&home, &["--diff", "old.json"]);
    assert_eq!(changes["changes"].as_array().map(Vec::len), Some(2), "{changes}");
}

#[test]
fn what_to_take_away_is_named() {
    let home = TestHome::new();
    company(&home);
    insta::assert_snapshot!(surface(&home, &["cut", "--grants", "2"]).block());
    insta::assert_snapshot!(surface(&home, &["cut", "--agent", "desk", "--grants", "1"]).block());
    let found = json(&home, &["cut"]);
    assert_eq!((&found["method"], &found["cut"]["exact"]), (&"exact".into(), &true.into()));
    assert_eq!(surface(&home, &["cut", "--format", "csv"]).code, Some(2));
}

/// R65: selecting one server shows every system that can be reached through the agents that use it.
#[test]
fn a_server_that_goes_bad_is_followed_to_all_systems() {
    let home = TestHome::new();
    company(&home);
    insta::assert_snapshot!(surface(&home, &["cascade", "tickets"]).block());
    let found = json(&home, &["cascade", "tickets"]);
    assert_eq!(found["cascade"]["systems"], serde_json::json!(["crm", "mail", "tickets"]));
    assert_eq!(surface(&home, &["cascade", "nothing"]).code, Some(4));
}

/// R118: the agents of Priority 1 are listed with the tools that make them so, and exported.
#[test]
fn agents_of_priority_one_are_listed_with_the_reason() {
    let home = TestHome::new();
    company(&home);
    insta::assert_snapshot!(surface(&home, &["priority"]).block());
    let csv = surface(&home, &["priority", "--format", "csv"]).success();
    assert!(csv.contains("desk,mail/send,no,no,yes,no,allow\n"), "{csv}");
}

/// R119: agents that no named person answers for are listed. R74, R142: an agent is reviewed when
/// its four domains, its process and its data are there. R132: duties are exported.
#[test]
fn who_answers_for_what_is_told() {
    let home = TestHome::new();
    company(&home);
    insta::assert_snapshot!(surface(&home, &["owners"]).block());
    insta::assert_snapshot!(surface(&home, &["review"]).block());
    assert_eq!(surface(&home, &["review", "--agent", "desk"]).code, Some(0));
    insta::assert_snapshot!(surface(&home, &["duties", "--server", "tickets"]).block());
    let csv = surface(&home, &["duties", "--format", "csv"]).success();
    assert_eq!(csv.lines().count(), 1 + 4 * 13);
    let csv = surface(&home, &["review", "--format", "csv"]);
    assert_eq!((csv.code, csv.stdout.lines().count()), (Some(13), 1 + 3 * 4));
}
