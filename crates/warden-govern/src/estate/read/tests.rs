use super::*;
use crate::estate::{Authentication, Environment, Ruling};
use warden_model::DataClass;

fn draft(files: &[(&str, &str)]) -> Result<Estate, Vec<String>> {
    let mut draft = Draft::default();
    for (name, text) in files {
        draft.add_file(name, text.as_bytes());
    }
    draft
        .finish(jiff::Timestamp::UNIX_EPOCH)
        .map_err(|all| all.iter().map(ToString::to_string).collect())
}

#[test]
fn files_add_to_what_others_say_of_the_same_thing() {
    let estate = draft(&[
        ("scan.json", r#"{"servers": [{"id": "mail", "authentication": "static"}]}"#),
        ("folder/servers.csv", "id,owner,data,environment\nmail,ann,regulated,production\n"),
        ("estate.toml", "[organisation]\nname = \"Bank\"\nprogramme_from = 2026-09-01\n"),
        (
            "connections.csv",
            "\u{feff}agent,server,tools,rulings,auto_approve\n\
             bot, mail, read; send, send=approval; wipe=deny, no\n",
        ),
        (
            "scenarios.csv",
            "id,title,dimension,owner,source,at,frequency,primary_loss\n\
             s1,Mail leaves,data-exposure,ann,workshop,2026-10-01,1/2/5,1000\n",
        ),
    ])
    .unwrap();
    let mail = &estate.servers[0];
    assert_eq!(estate.servers.len(), 1);
    assert_eq!(mail.authentication, Some(Authentication::Static));
    assert_eq!((mail.owner.as_deref(), mail.data), (Some("ann"), Some(DataClass::Regulated)));
    assert_eq!(mail.environment, Some(Environment::Production));
    assert_eq!(estate.organisation.programme_from.unwrap().to_string(), "2026-09-01");
    let connection = &estate.connections[0];
    assert_eq!(connection.tools.as_deref().unwrap(), ["read", "send"]);
    assert_eq!(connection.rulings[1].ruling, Ruling::Deny);
    assert_eq!(connection.auto_approve, Some(false));
    let scenario = &estate.scenarios[0];
    assert!((scenario.frequency.unwrap().max - 5.0).abs() < f64::EPSILON);
    assert!((scenario.primary_loss.unwrap().min - 1000.0).abs() < f64::EPSILON);
    // What was written is read again as it was.
    assert_eq!(Estate::from_json(&estate.to_json()).unwrap(), estate);
}

#[test]
fn what_is_not_known_is_none_and_what_is_wrong_is_told_with_row_and_column() {
    let estate = draft(&[("servers.csv", "id,data,encrypted\na,unknown,unknown\nb,,\n")]).unwrap();
    assert!(
        estate.servers.iter().all(|server| server.data.is_none() && server.encrypted.is_none())
    );

    let problems = draft(&[
        ("servers.csv", "id,data,environment\na,secret,production\nb,public,prod\n"),
        ("people.csv", "id,is_group\nann,perhaps\n"),
        ("agents.csv", "id,colour\nx,red\n"),
        ("machines.csv", "id\nm\nm\n"),
        ("nothing.csv", "id\n1\n"),
        ("scenarios.csv", "id,frequency\ns,1/2\n"),
        ("more.json", r#"{"incidents": [{"id": "i"}], "people": 3}"#),
        ("notes.txt", ""),
    ])
    .unwrap_err();
    let begins = |start: &str| problems.iter().any(|problem| problem.starts_with(start));
    assert!(begins(
        "servers.csv, row 2, column data: \"secret\" is no data class; there is public"
    ));
    assert!(begins("servers.csv, row 3, column environment: \"prod\" is no environment"));
    assert!(begins("people.csv, row 2, column is_group: \"perhaps\" is neither"));
    assert!(begins("agents.csv, row 2, column colour: unknown field"), "{problems:#?}");
    assert!(begins("machines.csv, row 3, column id: row 2 has the same id"));
    assert!(begins("nothing.csv: \"nothing\" is no table"));
    assert!(begins("scenarios.csv, row 2, column frequency: \"1/2\" is no estimate"));
    assert!(begins("more.json, row 1: missing field `kind`"), "{problems:#?}");
    assert!(begins("more.json, column people: it is no list"));
    assert!(begins("notes.txt: only .csv, .json and .toml"));
}

#[test]
fn answers_are_a_table_and_belong_to_the_assessment_of_their_server() {
    let estate = draft(&[
        (
            "assessments.csv",
            "server,state,opened\nmail,with-vendor,2026-10-01\nchat,opened,2026-10-02\n",
        ),
        (
            "answers.csv",
            "server,question,state,source,items,at\n\
             mail,V12,yes,vendor,patch-days=30,2026-09-01\n\
             files,V1,no,vendor,,2026-09-03\nfiles,V2,yes,vendor,,2026-09-02\n\
             mail,V12,no,auto-scan,,2026-09-02\n",
        ),
    ])
    .unwrap();
    let of = |server: &str| estate.assessments.iter().find(|it| it.server == server).unwrap();
    assert_eq!(estate.assessments.len(), 3);
    assert_eq!((of("mail").opened.to_string(), of("mail").answers.len()), ("2026-10-01".into(), 2));
    assert_eq!(of("mail").answers[0].items, ["patch-days=30"]);
    assert_eq!(
        (of("files").opened.to_string(), of("files").answers.len()),
        ("2026-09-02".into(), 2)
    );
    assert!(of("chat").answers.is_empty());

    let wrong = draft(&[(
        "answers.csv",
        "server,question,state,source,at\nmail,V12,perhaps,vendor,2026-09-01\n,V1,no,vendor,2026-09-01\n",
    )]);
    let wrong = wrong.unwrap_err();
    assert!(wrong[0].starts_with("answers.csv, row 2, column state: \"perhaps\" is no answer"));
    assert!(wrong[1].starts_with("answers.csv, row 3: missing field `server`"), "{wrong:?}");
}
