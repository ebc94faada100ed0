//! `mcpwarden risk`.

use super::*;

/// A bank in small: a mail server in the open, a wiki that hardly matters, a server in which nobody
/// has looked, and two scenarios, of which one lacks an estimate.
fn bank() -> TestHome {
    let home = TestHome::new();
    let looked = "static-analysis=2026-10-01; taint=2026-10-01; supply-chain=2026-10-01; \
                  secrets=2026-10-01";
    for (name, text) in [
        (
            "estate.toml",
            "[organisation]\nname = \"Bank\"\ncurrency = \"USD\"\nappetite = 250000\n\
             least_level = 2\n"
                .to_owned(),
        ),
        ("people.csv", "id,name,roles\nann,Ann Lee,risk-owner\nbob,Bob Ray,engineer\n".to_owned()),
        (
            "servers.csv",
            format!(
                "id,name,data,network,authentication,audit,persistence,posture,monitoring,stages\n\
                 mail,Mail,confidential,flat,none,partial,session,assessed,full,{looked}\n\
                 wiki,Wiki,internal,segmented,oauth,full,session,assessed,full,{looked}\n\
                 bare,Bare,,,,,,,,\n"
            ),
        ),
        (
            "tools.csv",
            "server,name,effect,data,untrusted,egress\n\
             mail,read,read,confidential,yes,none\n\
             mail,send,send,confidential,no,unrestricted\n\
             wiki,search,read,internal,no,none\n"
                .to_owned(),
        ),
        ("agents.csv", "id,name\ndesk,Desk\n".to_owned()),
        ("connections.csv", "agent,server\ndesk,mail\ndesk,wiki\n".to_owned()),
        (
            "findings.csv",
            "id,class,severity,server,state,found,title,owner,action,due\n\
             f-1,PROMPT_INJECTION,high,mail,open,2026-10-01,Answers are read as orders,bob,\
             Label what strangers write,2026-10-20\n\
             f-2,VULN_DEPENDENCY,high,wiki,open,2026-10-01,Old parser,bob,Update it,2026-12-01\n\
             f-3,AUTH_WEAK,medium,mail,accepted,2026-10-01,One key for all,,,\n\
             f-4,OWNER_MISSING,low,wiki,open,2026-10-01,\u{1b}[2JNobody,,,\n"
                .to_owned(),
        ),
        (
            "waivers.csv",
            "id,subject,owner,role,reason,from,until\n\
             w-1,f-3,ann,risk-owner,Replaced in spring,2026-10-01,2027-03-31\n"
                .to_owned(),
        ),
        (
            "scenarios.csv",
            "id,title,dimension,owner,source,at,card,exposed,controls,treatment,due,frequency,\
             susceptibility,residual_susceptibility,primary_loss,secondary_probability,\
             secondary_loss\n\
             leak,Salaries leave through a public pull request,data-exposure,ann,workshop,\
             2026-10-01,data-exfiltration,salary data,C6,reduce,2027-01-31,1/2/5,0.2/0.4/0.6,\
             0.01/0.02/0.1,10000/50000/200000,0.1,0/100000/900000\n\
             swap,A server is replaced,third-party-trust,ann,workshop,2026-10-01,,,,,,,0.5,0.1,\
             1000,0,0\n"
                .to_owned(),
        ),
        ("shadows.csv", "endpoint,seen\nnpx unknown,2026-10-30\n".to_owned()),
    ] {
        home.write(format!("work/estate/{name}"), text);
    }
    home
}

#[track_caller]
fn risk(home: &TestHome, words: &[&str]) -> Outcome {
    let outcome = warden(home, &[&["risk"], words, &["--as-of", "2026-11-01"]].concat());
    let wide = outcome.stdout.lines().find(|line| line.chars().count() > 80);
    if !words.contains(&"json") && !words.contains(&"csv") {
        assert_eq!(wide, None, "lines have eighty columns");
    }
    outcome
}

#[track_caller]
fn parsed(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.block()))
}

#[test]
fn servers_are_shown_with_their_scores() {
    let home = bank();
    insta::assert_snapshot!(risk(&home, &["servers"]).block());
    let servers = parsed(&risk(&home, &["servers", "--format", "json"]));
    let of = |at: usize| {
        (servers["servers"][at]["server"].clone(), servers["servers"][at]["score"].clone())
    };
    assert_eq!(of(0), ("mail".into(), 88.into()));
    assert_eq!(of(2), ("bare".into(), Value::Null), "nobody has looked in it");
    let again = parsed(&risk(&home, &["servers", "--format", "json"]));
    assert_eq!(servers, again);
}

#[test]
fn a_score_is_explained_to_the_point() {
    let home = bank();
    insta::assert_snapshot!(risk(&home, &["explain", "mail"]).block());
    let explained = parsed(&risk(&home, &["explain", "f-2", "--format", "json"]));
    let terms = explained["composite"]["terms"].as_array().expect("terms").iter();
    let sum: i64 = terms.map(|term| term["points"].as_i64().expect("points")).sum();
    assert_eq!(explained["composite"]["points"], sum);
    assert_eq!(explained["aivss"]["score"], "not known");
    let nobody = risk(&home, &["explain", "nothing"]);
    assert_eq!(nobody.code, Some(2), "{}", nobody.block());
    let bare = risk(&home, &["explain", "bare"]);
    assert!(bare.stderr.contains("not measured"), "{}", bare.block());
}

#[test]
fn the_queue_and_the_catalogue_say_what_is_missing() {
    let home = bank();
    let queue = risk(&home, &["queue"]);
    assert!(!queue.stdout.contains('\u{1b}'), "a terminal does nothing with what was found");
    insta::assert_snapshot!(queue.block());
    insta::assert_snapshot!(risk(&home, &["catalogue"]).block());
    let catalogue = risk(&home, &["catalogue", "--format", "json"]);
    assert_eq!(catalogue.code, Some(13), "{}", catalogue.block());
    assert_eq!(parsed(&catalogue)["lacks"][0]["server"], "bare");
}

/// R131: what is in the register of risks goes into the enterprise's, as CSV and as JSON.
#[test]
fn the_register_is_shown_and_exported() {
    let home = bank();
    insta::assert_snapshot!(risk(&home, &["register"]).block());
    let csv = risk(&home, &["register", "--format", "csv"]).success();
    let header = "Risk Scenario,Technical Severity,Business Exposure Factor,Composite Risk,";
    assert!(csv.starts_with(header), "{csv}");
    let words = ["register", "--format", "json", "--output", "register.json"];
    assert_eq!(risk(&home, &words).code, Some(0));
    let register = document(&home, "register.json");
    let risks = register["risks"].as_array().expect("risks");
    assert_eq!(csv.lines().count(), risks.len() + 1);
    let leak = risks.iter().find(|risk| risk["Risk Id"] == "leak").expect("the scenario");
    assert_eq!((&leak["Treatment"], &leak["Due"]), (&"reduce".into(), &"2027-01-31".into()));
    let accepted = risks.iter().find(|risk| risk["Accepted By"] == "ann").expect("the waiver");
    assert_eq!(accepted["Accepted Until"], "2027-03-31");
}

#[test]
fn scenarios_are_put_in_money_the_same_each_time() {
    let home = bank();
    let words = ["money", "--seed", "7", "--runs", "2000"];
    let money = risk(&home, &words);
    insta::assert_snapshot!(money.block());
    assert_eq!(risk(&home, &words).stdout, money.stdout);
    let unlabelled = warden_govern::facts::unlabelled(&money.stdout);
    assert!(unlabelled.is_empty(), "{unlabelled:?}");
    let json = parsed(&risk(&home, &["money", "--format", "json"]));
    assert_eq!(json["settings"], serde_json::json!({"seed": 1, "runs": 10_000}));
    assert_eq!(json["after"]["not_measured"], serde_json::json!(["swap"]));
    assert_eq!(json["scenarios"][1]["after"]["not_measured"]["owner"], "ann");
    let p50 = |json: &Value| json["residual"]["outcome"]["p50"].as_f64().expect("a figure");
    // The premium is an input with a name: another one gives another figure, the same each time.
    home.write("work/estate/more.toml", "[organisation]\nshadow_premium = 1000000\n");
    let raised = parsed(&risk(&home, &["money", "--format", "json"]));
    assert!(p50(&raised) > p50(&json));
    assert_eq!(raised["premium"]["anchor"]["amount"], 670_000);
    assert_eq!(raised["premium"]["entered"], true);
}

/// R14: the card prints its impact and its detection.
#[test]
fn the_card_for_exfiltration_is_high_and_hard() {
    let home = bank();
    let cards = risk(&home, &["cards", "--runs", "2000"]);
    assert!(cards.stdout.contains("impact / detection  High / Hard"), "{}", cards.block());
    insta::assert_snapshot!(cards.block());
}

#[test]
fn weights_that_break_a_law_are_refused() {
    let home = bank();
    let weights = |words: &[&str]| warden(&home, &[&["risk", "weights"], words].concat());
    let built_in = weights(&["show"]).success();
    home.write("work/weights.toml", &built_in);
    insta::assert_snapshot!(weights(&["check", "weights.toml"]).block());
    home.write("work/weights.toml", built_in.replace("toxic_flow = 10", "toxic_flow = 0"));
    let softer = weights(&["check", "weights.toml"]);
    assert!(softer.stdout.contains("published"), "{}", softer.block());
    let scored = risk(&home, &["explain", "f-1", "--weights", "weights.toml", "--format", "json"]);
    assert!(!scored.stdout.contains("toxic-flow"), "{}", scored.block());
    home.write("work/weights.toml", built_in.replace("cap = 40", "cap = 60"));
    let refused = weights(&["check", "weights.toml"]);
    assert_eq!(refused.code, Some(3));
    insta::assert_snapshot!(refused.block());
    let refused = risk(&home, &["servers", "--weights", "weights.toml"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""));
}
