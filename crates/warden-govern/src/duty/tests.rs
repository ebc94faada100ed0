use super::*;
use crate::estate::{Estate, Lookup, read::Draft};

#[track_caller]
fn tables(files: &[(&str, &str)]) -> Estate {
    let mut draft = Draft::default();
    for (name, text) in files {
        draft.add_file(name, text.as_bytes());
    }
    draft.finish(jiff::Timestamp::UNIX_EPOCH).expect("the tables are fine")
}

const PEOPLE: &str = "id,name,is_group\nann,Ann,no\nteam,The team,yes\n";

/// R119: an agent has a named person who answers for it, never a group; the others are listed.
#[test]
fn an_agent_that_no_person_answers_for_is_listed() {
    let estate =
        tables(&[("people.csv", PEOPLE), ("agents.csv", "id,owner\nd,ann\nc,team\nb,ghost\na,\n")]);
    let found = owners(&Lookup::new(&estate));
    assert_eq!(found.named.percent(), "25.0 %");
    assert_eq!(
        owners_csv(&found),
        "agent,owner,why\na,,nobody is named\nb,ghost,who is named is not among the people\n\
         c,team,who is named is a group\n"
    );
}

/// R132: for every server it is said which duties are ours, the vendor's and the platform's, and
/// which of them nobody has taken; and that is exported.
#[test]
fn every_duty_for_a_server_has_a_party_or_a_gap() {
    let estate = tables(&[
        ("people.csv", PEOPLE),
        (
            "vendors.csv",
            "id,name,relation,contract\nacme,Acme,third-party,C-1\nfree,Free,third-party,\n\
             us,Us,own,\n",
        ),
        (
            "servers.csv",
            "id,owner,vendor,remote,enforced\n\
             rented,ann,acme,yes,yes\nbought,ann,acme,no,yes\nours,ann,us,no,yes\n\
             loose,team,free,,no\n",
        ),
    ]);
    let all = duties(&Lookup::new(&estate));
    let told = |server: &str| -> Vec<(Area, Option<Party>, bool)> {
        let duties = all.iter().find(|one| one.server == server).unwrap();
        duties.duties.iter().map(|duty| (duty.area, duty.party, duty.gap.is_none())).collect()
    };
    let (own, vendor, platform) = (Some(Party::Own), Some(Party::Vendor), Some(Party::Platform));
    let row = |run: Option<Party>, make: Option<Party>, taken: bool| {
        [
            (Area::Authentication, run, taken),
            (Area::Authorisation, platform, taken),
            (Area::Credentials, own, taken),
            (Area::Definitions, platform, taken),
            (Area::Code, make, taken),
            (Area::Dependencies, make, taken),
            (Area::Isolation, run, taken),
            (Area::Transport, run, taken),
            (Area::Classification, own, taken),
            (Area::Residency, run, taken),
            (Area::Records, platform, taken),
            (Area::Notification, make, taken),
            (Area::Exit, make, taken),
        ]
    };
    assert_eq!(told("rented"), row(vendor, vendor, true));
    assert_eq!(told("bought"), row(own, vendor, true));
    assert_eq!(told("ours"), row(own, own, true));
    // Nobody has said who runs it, and of all others nobody is there.
    assert_eq!(told("loose"), row(None, vendor, false));
    let csv = duties_csv(&all);
    assert_eq!(csv.lines().count(), 1 + 4 * 13);
    assert!(csv.contains("loose,authentication,unknown,nobody has said who runs it\n"));
    assert!(csv.contains("loose,code,vendor,there is no contract with free\n"));
    assert!(csv.contains("loose,credentials,own,no person is accountable\n"));
    assert!(csv.contains("rented,exit,vendor,\n"));
}
