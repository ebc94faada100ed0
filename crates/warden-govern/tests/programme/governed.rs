//! A small estate in which everything is as it should be: Maturity tier 4. Tests take away from it.

use warden_govern::{
    Estate,
    estate::{check, read::Draft},
};

const TABLES: &[(&str, &str)] = &[
    (
        "estate.toml",
        "[organisation]\nname = \"Example Bank\"\nprogramme_from = 2026-09-01\n\
        target_maturity = 4\ntarget_by = 2027-03-31\nleast_level = 1\n\
        [traffic]\ncalls = 10\nrecorded = 10\nestimated = 4\nthrough_gateway = 4\n",
    ),
    ("people.csv", "id,name,is_group\nann,Ann,no\nbob,Bob,no\nteam,The team,yes\n"),
    ("processes.csv", "id,name\npay,Payments\n"),
    ("vendors.csv", "id,name,relation\nacme,Acme,third-party\n"),
    (
        "servers.csv",
        "id,owner,publisher,version,data,environment,authentication,credential_days,rotation_days,\
        audit,vendor,posture,drift_checked,enforced\n\
        mail,ann,Acme,1,regulated,production,oauth,10,90,full,acme,,2026-11-20T11:00:00Z,yes\n\
        files,bob,Us,2,internal,production,static,10,90,full,,first-party,2026-11-20T11:00:00Z,yes\n",
    ),
    ("tools.csv", "server,name,effect,egress\nmail,send,send,unrestricted\nfiles,read,read,none\n"),
    (
        "agents.csv",
        "id,name,owner,process,data,environment,session_allowlist,role_based,reviewed,\
        review_until,review_outcome\n\
        bot,Bot,ann,pay,internal,production,yes,yes,2026-10-01,2027-10-01,passed\n\
        helper,Helper,bob,pay,public,sandbox,,yes,,,\n",
    ),
    ("connections.csv", "agent,server\nbot,mail\nhelper,files\n"),
    (
        "assessments.json",
        r#"{"assessments": [{"server": "mail", "state": "passed", "opened": "2026-09-05",
        "decided": "2026-09-20", "reviewer": "bob"}]}"#,
    ),
    (
        "controls.csv",
        "measure,name,since,seen,owner\n\
        siem-sink,splunk,2026-09-01,2026-11-20T11:59:00Z,bob\n\
        alert-unauthorised-call,calls,2026-09-01,,bob\n\
        alert-session-duration,sessions,2026-09-01,,bob\n\
        alert-rate-limit,limits,2026-09-01,,bob\n\
        vendor-process,vendors,2026-09-01,,ann\n\
        pipeline-gate,gate,2026-09-01,,ann\n\
        enterprise-risk-item,register,2026-09-01,,ann\n\
        behaviour-baseline,usual,2026-09-01,2026-11-20T11:30:00Z,bob\n",
    ),
    (
        "playbooks.csv",
        "id,scenario,owner,updated\n\
        PB-1,injection-exfiltration,ann,2026-09-01\nPB-2,manifest-drift,ann,2026-09-01\n\
        PB-3,credential-leak,ann,2026-09-01\nPB-4,shadow-server,ann,2026-09-01\n\
        PB-5,command-injection,ann,2026-09-01\n",
    ),
    (
        "exercises.json",
        r#"{"exercises": [
        {"id": "rt", "kind": "red-team", "at": "2026-10-01", "subject": "pack 1", "owner": "bob",
         "attacks": [{"id": "a", "campaign": "injection", "outcome": "blocked"}]},
        {"id": "p1", "kind": "playbook", "at": "2026-10-01", "subject": "PB-1"},
        {"id": "p2", "kind": "playbook", "at": "2026-10-01", "subject": "PB-2"},
        {"id": "p3", "kind": "playbook", "at": "2026-10-01", "subject": "PB-3"},
        {"id": "p4", "kind": "playbook", "at": "2026-10-01", "subject": "PB-4"},
        {"id": "p5", "kind": "playbook", "at": "2026-10-01", "subject": "PB-5"}]}"#,
    ),
    (
        "qualifications.csv",
        "person,certificate,issuer,areas,issued,expires,equivalent_by\n\
        bob,CMCPSE,PDSO,authentication; authorisation; injection-defence,2026-01-01,2027-01-01,\n\
        ann,OSCP,OffSec,server-hardening,2025-01-01,2026-01-01,bob\n",
    ),
    ("deliverables.csv", "kind,at,person,digest\nboard-report,2026-10-10,ann,sha256:0b\n"),
];

/// The estate at noon of 2026-11-20.
pub(crate) fn estate() -> Estate {
    let mut draft = Draft::default();
    for (name, text) in TABLES {
        draft.add_file(name, text.as_bytes());
    }
    let estate = draft.finish("2026-11-20T12:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(check::check(&estate), []);
    estate
}
