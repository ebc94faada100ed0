use jiff::civil::{Date, date};
use warden_model::{
    Class,
    questions::{Need, Set, originals, question, set},
};

use super::*;
use crate::{
    Estate,
    estate::{Lookup, check::check, read::Draft},
};

const DAY: Date = date(2026, 11, 20);

/// People of every role, a vendor, and a server of it that regulated data goes through.
const PEOPLE: &str = "id,name,roles,is_group\nrev,Rev,engineer,no\ncio,Cio,ciso,no\n\
    rita,Rita,risk-owner,no\nteam,Team,risk-owner,yes\n";
const VENDORS: &str = "id,name,relation\nacme,Acme,third-party\n";
const SERVERS: &str =
    "id,name,vendor,version,data,environment\nmail,Mail,acme,1.4,regulated,production\n";
const EVIDENCE: &str = "id,kind,name,at,expires\nev,report,report.pdf,2026-08-01,\n";
const OPENED: &str = "server,state,opened,decided,reviewer,interval_days,next\n";
const ANSWERS: &str = "server,question,state,source,items,evidence,at,expires,bound_to\n";

fn read(files: &[(&str, &str)]) -> Estate {
    let mut draft = Draft::default();
    let base = [
        ("people.csv", PEOPLE),
        ("vendors.csv", VENDORS),
        ("servers.csv", SERVERS),
        ("evidence.csv", EVIDENCE),
    ];
    let given = |name: &str| files.iter().any(|(file, _)| *file == name);
    for (name, text) in base.iter().filter(|(name, _)| !given(name)).chain(files) {
        draft.add_file(name, text.as_bytes());
    }
    let estate = draft.finish(jiff::Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(check(&estate).iter().map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
    estate
}

/// What a yes to a question needs to say, for all that it was merged from.
fn items(id: &str) -> &'static str {
    match id {
        "A4" => "the mail server",
        "V4" => "oauth-v21",
        "V8" => "vendor:DE",
        "V14" => "service-level=4; breach-notification=5; audit=6",
        "A11" => "storage=DE; processing=DE; transfer=none is needed",
        "A3" | "V12" => "patch-days=30",
        "V9" => "retention-days=30",
        "V13" => "response-hours=4",
        "V15" => "deletion-days=30",
        _ => "",
    }
}

fn yes(id: &str) -> String {
    let all: Vec<&str> = question(id).unwrap().parts().map(|part| items(part.id)).collect();
    format!("mail,{id},yes,vendor,{},ev,2026-10-01,,1.4\n", all.join("; "))
}

fn all_yes(of: Set) -> String {
    ANSWERS.to_owned() + &set(of).map(|question| yes(question.id)).collect::<String>()
}

const PASSED: &str = "server,state,opened,decided,reviewer,interval_days,next\n\
    mail,passed,2026-09-01,2026-10-02,rev,,\n";

fn stand(estate: &Estate, id: &str) -> Stand {
    let known = Lookup::new(estate);
    let of = question(id).unwrap().set;
    let all = asked(of, known.server("mail").unwrap(), &known, DAY);
    all.iter().find(|asked| asked.question.id == id).unwrap().stand
}

fn state(files: &[(&str, &str)], day: Date) -> (State, Vec<String>, Option<i32>) {
    let estate = read(files);
    let known = Lookup::new(&estate);
    let review = review(known.server("mail").unwrap(), &known, day);
    (review.state, review.because.iter().map(ToString::to_string).collect(), review.overdue)
}

/// R145: with V12 answered A3 is answered, and with all of the 12 and the 15 the 20 are, and the
/// other way round; nothing has to be answered twice.
#[test]
fn answers_are_shared_by_what_they_show() {
    let estate = read(&[("answers.csv", &(ANSWERS.to_owned() + &yes("V12")))]);
    for filled in ["A3", "V12", "Q3"] {
        assert!(matches!(stand(&estate, filled), Stand::Passes(_)), "{filled}");
    }
    assert_eq!(stand(&estate, "A4"), Stand::Open(Open::Unanswered));

    let originals: String = originals().map(|question| yes(question.id)).collect();
    for answers in [ANSWERS.to_owned() + &originals, all_yes(Set::Merged)] {
        let estate = read(&[("answers.csv", &answers)]);
        for one in Set::ALL.into_iter().flat_map(set) {
            let found = stand(&estate, one.id);
            assert!(matches!(found, Stand::Passes(_)), "{}: {found:?}", one.id);
        }
    }
}

/// A person says no to one of two questions that ask for the same: the no holds for both.
#[test]
fn a_no_is_shared_as_a_yes_is() {
    let no = "mail,A3,no,person,,,2026-10-05,,\n";
    let estate = read(&[("answers.csv", &(ANSWERS.to_owned() + &yes("V12") + no))]);
    let replied = Stand::Open(Open::Replied(crate::estate::AnswerState::No));
    assert_eq!((stand(&estate, "V12"), stand(&estate, "Q3")), (replied, replied));
}

#[track_caller]
fn open(row: &str, id: &str, why: Open) {
    let estate = read(&[("answers.csv", &(ANSWERS.to_owned() + row))]);
    assert_eq!(stand(&estate, id), Stand::Open(why), "{row}");
}

#[test]
fn only_a_yes_counts_that_is_shown_current_and_says_enough() {
    use crate::estate::AnswerState::{NotApplicable, Partial, Unknown};
    open("mail,V3,partial,vendor,,ev,2026-10-01,,1.4\n", "V3", Open::Replied(Partial));
    open("mail,V3,n/a,vendor,,ev,2026-10-01,,1.4\n", "V3", Open::Replied(NotApplicable));
    open("mail,V3,unknown,vendor,,ev,2026-10-01,,1.4\n", "V3", Open::Replied(Unknown));
    open("mail,V3,yes,vendor,,,2026-10-01,,1.4\n", "V3", Open::NoEvidence);
    open("mail,V3,yes,vendor,,ev,2026-10-01,2026-11-19,1.4\n", "V3", Open::Expired);
    open("mail,V3,yes,vendor,,ev,2025-11-19,,1.4\n", "V3", Open::Expired);
    open("mail,V3,yes,vendor,,ev,2026-11-21,,1.4\n", "V3", Open::NotYet);
    // A question that is bound to the version, answered for another one or for nobody knows which.
    open("mail,V3,yes,vendor,,ev,2026-10-01,,1.3\n", "V3", Open::OtherVersion);
    open("mail,V3,yes,vendor,,ev,2026-10-01,,\n", "V3", Open::OtherVersion);
    open(
        "mail,A4,yes,scan,depends on configuration,ev,2026-10-01,,1.4\n"
            .replace("scan", "auto-scan")
            .as_str(),
        "A4",
        Open::SaysTooLittle,
    );
    open("mail,V13,yes,vendor,,ev,2026-10-01,,\n", "V13", Open::SaysTooLittle);
}

/// R108: a penetration test counts for 365 days from its own day, whatever the answer says; and one
/// of which nobody knows the day does not count.
#[test]
fn a_penetration_test_is_of_the_last_365_days() {
    let answers = ANSWERS.to_owned() + "mail,V10,yes,vendor,,ev,2026-11-01,2027-10-01,\n";
    let with = |at: &str| {
        let evidence = format!("id,kind,name,at\nev,report,report.pdf,{at}\n");
        stand(&read(&[("evidence.csv", &evidence), ("answers.csv", &answers)]), "V10")
    };
    assert_eq!(with("2025-11-20"), Stand::Passes(DAY));
    assert_eq!(with("2025-11-19"), Stand::Open(Open::Expired));
    assert_eq!(with("2026-12-01"), Stand::Open(Open::NotYet));
    assert_eq!(with(""), Stand::Open(Open::Undated));
}

/// R115: the five questions that are not negotiable take a CISO, and somebody who has that role.
#[test]
fn what_is_not_negotiable_is_waived_by_a_ciso_alone() {
    let head = "id,subject,owner,role,reason,from,until\n";
    for asked in set(Set::Vendor) {
        let by = |owner: &str, role: &str| {
            let row = format!("w,mail/{},{owner},{role},why,2026-11-01,2026-12-01\n", asked.id);
            let estate = read(&[("waivers.csv", &(head.to_owned() + &row))]);
            stand(&estate, asked.id) == Stand::Waived(date(2026, 12, 1))
        };
        assert!(by("cio", "ciso"), "{}", asked.id);
        assert_eq!(by("rita", "risk-owner"), !asked.non_negotiable, "{}", asked.id);
        // Nobody has a role because a file says so, and a group is nobody.
        assert!(!by("rita", "ciso") && !by("team", "risk-owner") && !by("rev", "engineer"));
    }
}

/// R130: every state of the life of an assessment, who reviewed it, and when it is overdue.
#[test]
fn an_assessment_goes_from_asked_for_to_due_again() {
    let answers = all_yes(Set::Merged);
    let opened = |row: &str| OPENED.to_owned() + row;
    for (word, expected) in [
        ("opened", State::Opened),
        ("with-vendor", State::WithVendor),
        ("in-review", State::InReview),
    ] {
        let rows = opened(&format!("mail,{word},2026-11-01,,rev,,\n"));
        assert_eq!(state(&[("assessments.csv", &rows)], DAY), (expected, vec![], None));
        // After 30 days somebody has to look why.
        let (_, because, overdue) = state(&[("assessments.csv", &rows)], date(2026, 12, 3));
        assert_eq!((because, overdue), (vec!["it is open since 2026-11-01".to_owned()], Some(2)));
    }
    let passed = [("assessments.csv", PASSED), ("answers.csv", &answers)];
    assert_eq!(state(&passed, DAY), (State::Passed, vec![], None));
    let failed = opened("mail,failed,2026-09-01,2026-10-02,rev,,\n");
    assert_eq!(state(&[("assessments.csv", &failed)], DAY).0, State::Failed);
    // An interval of 30 days is over.
    let short = opened("mail,passed,2026-09-01,2026-10-02,rev,30,\n");
    let found = state(&[("assessments.csv", &short), ("answers.csv", &answers)], DAY);
    let because = "it was to be done again by 2026-11-01".to_owned();
    assert_eq!(found, (State::ReviewDue, vec![because], Some(19)));
    // So is a day that somebody named.
    let named = opened("mail,passed,2026-09-01,2026-10-02,rev,,2026-11-19\n");
    let found = state(&[("assessments.csv", &named), ("answers.csv", &answers)], DAY);
    assert_eq!((found.0, found.2), (State::ReviewDue, Some(1)));
    // Nobody has decided it: it is not decided.
    let nobody = opened("mail,passed,2026-09-01,2026-10-02,,,\n");
    let found = state(&[("assessments.csv", &nobody), ("answers.csv", &answers)], DAY);
    assert_eq!(found.0, State::InReview);
    let estate = read(&[]);
    let known = Lookup::new(&estate);
    let never = review(known.server("mail").unwrap(), &known, DAY);
    assert_eq!((never.state, never.open.len()), (State::NotAssessed, 22));
    assert!(never.is_alarm());
}

/// R130: who is overdue is told as a finding, once, with an identifier that stays.
#[test]
fn what_is_overdue_is_a_finding() {
    let rows = OPENED.to_owned() + "mail,with-vendor,2026-09-01,,rev,,\n";
    let estate = read(&[("assessments.csv", &rows)]);
    let known = Lookup::new(&estate);
    let on = |day| findings(&reviews(&known, day), day);
    let first = on(DAY);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].class, Class::VendorUnassessed);
    assert_eq!(first[0].title, "its assessment (with vendor) is 50 days overdue");
    assert_eq!(on(date(2026, 11, 21))[0].id, first[0].id);
    assert!(on(date(2026, 9, 15)).is_empty());
}

/// Another version opens exactly the answers that are bound to one, and the assessment is due.
#[test]
fn another_version_makes_a_review_due() {
    let next = SERVERS.replace("1.4", "1.5");
    let answers = all_yes(Set::Merged);
    let files =
        [("servers.csv", next.as_str()), ("assessments.csv", PASSED), ("answers.csv", &answers)];
    let (found, because, _) = state(&files, DAY);
    assert_eq!(found, State::ReviewDue);
    let mut bound: Vec<String> = originals()
        .filter(|it| it.version_bound && it.need == Need::Must)
        .map(|it| format!("{}: it was answered for another version", it.id))
        .collect();
    bound.sort();
    let mut because = because;
    because.sort();
    assert_eq!(because, bound);
}

/// The case of one contradiction: what is added to the server, what is said, and what it is.
#[track_caller]
fn contradicted(server: &str, more: &[(&str, &str)], id: &str, class: Option<Class>) {
    let servers = format!(r#"{{"servers": [{{"id": "mail", {server}}}]}}"#);
    let answers = ANSWERS.to_owned() + &yes(id);
    let mut files = vec![("more.json", servers.as_str()), ("answers.csv", &answers)];
    files.extend(more);
    let estate = read(&files);
    let known = Lookup::new(&estate);
    let of = known.server("mail").unwrap();
    let found = contradictions(of, &known, known.assessment("mail"), DAY);
    assert_eq!(found.iter().map(|it| it.class).next(), class, "{found:?}");
    let stood = stand(&estate, id);
    assert_eq!(stood == Stand::Open(Open::Contradicted), class.is_some(), "{stood:?}");
    let told = findings(&reviews(&known, DAY), DAY);
    let told = told.iter().filter(|it| it.class != Class::VendorUnassessed);
    assert_eq!(told.map(|it| it.class).collect::<Vec<_>>(), Vec::from_iter(class));
}

/// R105: what a vendor says of data beyond the parameters is held against the hosts that the server
/// was seen to talk to, and a contradiction is a finding.
#[test]
fn undeclared_egress_contradicts_v7() {
    let seen = |hosts: &str| {
        format!(
            r#""declared_hosts": ["api.acme.example", "*.cdn.example"], "observed_hosts": [{hosts}]"#
        )
    };
    contradicted(&seen(r#""api.acme.example", "eu.cdn.example""#), &[], "V7", None);
    let telemetry = seen(r#""api.acme.example", "telemetry.example""#);
    contradicted(&telemetry, &[], "V7", Some(Class::HiddenNetwork));
    contradicted(&telemetry, &[], "Q16", Some(Class::HiddenNetwork));
    contradicted(&seen(r#""cdn.example""#), &[], "V7", Some(Class::HiddenNetwork));
    let fields = r#""observed_fields": ["city", "appid"], "declared_fields": ["appid"]"#;
    let tools = "server,name,parameters\nmail,send,city\n".to_owned();
    contradicted(fields, &[("tools.csv", &tools)], "V7", None);
    contradicted(fields, &[], "V7", Some(Class::HiddenNetwork));
}

#[test]
fn an_unannounced_change_contradicts_v2() {
    let head = "server,kind,occurred,announced\n";
    let told = head.to_owned() + "mail,text-changed,2026-10-01T00:00:00Z,yes\n";
    contradicted(r#""name": "Mail""#, &[("drifts.csv", &told)], "V2", None);
    let silent = head.to_owned() + "mail,text-changed,2026-10-01T00:00:00Z,\n";
    let drift = Some(Class::ManifestDrift);
    contradicted(r#""name": "Mail""#, &[("drifts.csv", &silent)], "V2", drift);
}

#[test]
fn a_host_in_a_country_that_nobody_named_contradicts_v8_and_a11() {
    let seen = |country: &str| {
        format!(
            r#""observed_hosts": ["h.example"], "declared_hosts": ["h.example"],
            "host_countries": [{{"host": "h.example", "country": "{country}"}}]"#
        )
    };
    for id in ["V8", "A11"] {
        contradicted(&seen("DE"), &[], id, None);
        contradicted(&seen("US"), &[], id, Some(Class::ResidencyUnknown));
    }
}

/// R102: what a probe saw stands beside what the vendor says.
#[test]
fn a_probe_contradicts_v4() {
    contradicted(r#""authentication": "oauth""#, &[], "V4", None);
    contradicted(r#""authentication": "static""#, &[], "V4", Some(Class::AuthWeak));
    contradicted(r#""authentication": "none""#, &[], "V4", Some(Class::AuthNone));
    let servers = r#"{"servers": [{"id": "mail", "authentication": "static"}]}"#;
    let answers = ANSWERS.to_owned() + &yes("V4");
    let estate = read(&[("more.json", servers), ("answers.csv", &answers)]);
    let known = Lookup::new(&estate);
    let all = asked(Set::Vendor, known.server("mail").unwrap(), &known, DAY);
    assert_eq!(all[3].observed, ["a probe saw static"]);
    assert_eq!(all[3].answers[0].items, ["oauth-v21"]);
}

#[test]
fn what_a_program_saw_contradicts_what_a_vendor_says() {
    let no = "mail,A9,no,auto-runtime,,ev,2026-10-03,,1.4\n";
    let answers = ANSWERS.to_owned() + &yes("Q9") + no;
    let estate = read(&[("answers.csv", &answers)]);
    let known = Lookup::new(&estate);
    let found =
        contradictions(known.server("mail").unwrap(), &known, known.assessment("mail"), DAY);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].question.id, found[0].class), ("A9", Class::HitlMissing));
    assert_eq!(found[0].said, "Q9");
}

/// An own server in a sandbox is asked nothing, and what nobody knows is asked everything.
#[test]
fn what_has_to_be_answered_depends_on_whose_it_is_and_where() {
    let count = |row: &str| {
        let servers = format!("id,vendor,posture,data,environment\nmail,{row}\n");
        let estate = read(&[("servers.csv", &servers)]);
        let known = Lookup::new(&estate);
        needed(known.server("mail").unwrap(), &known).len()
    };
    assert_eq!(count(",first-party,internal,sandbox"), 0);
    assert_eq!(count(",first-party,regulated,sandbox"), 12);
    assert_eq!(count("acme,first-party,internal,development"), 10);
    assert_eq!(count("acme,,internal,sandbox"), 0);
    assert_eq!(count(",,,"), 22);
}

/// The largest estate that is expected is judged server by server.
#[test]
fn five_thousand_servers_are_judged() {
    let mut servers = String::from("id,vendor,version\n");
    let mut answers = ANSWERS.to_owned();
    for number in 0..5000 {
        servers += &format!("s{number},acme,1.4\n");
    }
    let merged: Vec<_> = set(Set::Merged).collect();
    for (number, question) in (0..5000).zip(merged.iter().cycle()) {
        answers += &yes(question.id).replace("mail,", &format!("s{number},"));
    }
    let estate = read(&[("servers.csv", &servers), ("answers.csv", &answers)]);
    let all = reviews(&Lookup::new(&estate), DAY);
    assert_eq!(all.len(), 5000);
    assert!(all.iter().all(|it| it.state == State::Opened && it.answered.all == 22));
    assert!(all.windows(2).all(|pair| pair[0].server.id < pair[1].server.id));
}
