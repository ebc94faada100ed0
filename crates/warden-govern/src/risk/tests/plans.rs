//! What is done about risks: the queue, the catalogue, the register, and what is left.

use proptest::prelude::*;

use super::{NEUTRAL_ROW, SERVERS, estate};
use crate::{
    Estate, Word as _,
    estate::{FindingState, Lookup, Waiver},
    money::{Portfolio, Settings},
    risk::{
        Catalogue, Exposure, Flow, Heading, Manner, NEUTRAL, Remedy, Residual, Risks, Weights,
        exposure::AXES, queue, register, to_csv, to_json,
    },
};
use warden_model::Severity;

/// A server on which something high hardly matters, and one on which something medium does.
fn two_servers() -> Estate {
    let exposed = "regulated,internet,none,none,undetected,unassessed,none,no,";
    estate(&[
        ("estate.toml", "[organisation]\nname = \"Bank\"\nleast_level = 2\ncurrency = \"EUR\"\n"),
        ("people.csv", "id,name,is_group\nann,Ann,no\nbob,Bob,no\nteam,Team,yes\n"),
        ("servers.csv", &format!("{SERVERS}quiet,Quiet,{NEUTRAL_ROW}\nloud,Loud,{exposed}\n")),
        (
            "tools.csv",
            "server,name,effect,data,untrusted,egress\n\
             quiet,search,read,public,no,none\n\
             loud,run,execute,regulated,yes,unrestricted\n",
        ),
        (
            "findings.csv",
            "id,class,severity,server,state,found,title,owner,action,due\n\
             f1,VULN_DEPENDENCY,high,quiet,open,2026-10-01,Old parser,ann,Update the parser,2026-12-01\n\
             f2,RATE_LIMIT_MISSING,medium,loud,open,2026-10-01,No limit,bob,Set a limit,2026-10-15\n",
        ),
    ])
}

fn with<T>(estate: &Estate, of: impl FnOnce(&Risks<'_>, &Lookup<'_>) -> T) -> T {
    let known = Lookup::new(estate);
    let risks = Risks::of(&known, &Weights::default(), estate.day());
    of(&risks, &known)
}

/// R64: what to do first is what is worse for the business: something high with little around it
/// comes after something medium with much around it.
#[test]
fn the_queue_is_ordered_by_what_it_means_for_the_business() {
    let estate = two_servers();
    with(&estate, |risks, known| {
        let queue = queue(risks, known);
        let order: Vec<_> = (queue.iter())
            .map(|item| {
                let scored = item.scored;
                (item.rank, scored.finding.id.as_str(), scored.technical.severity, item.overdue)
            })
            .collect();
        let (first, then) = (&queue[0].scored.composite, &queue[1].scored.composite);
        assert_eq!(order, [(1, "f2", Severity::Medium, true), (2, "f1", Severity::High, false)]);
        assert_eq!((first.points(), then.points()), (68, 51));
    });
}

/// R51: each server below the level that the organisation asks for has an owner, an action and a
/// day, and the catalogue is not complete while one lacks any of them.
#[test]
fn a_catalogue_is_complete_when_everything_below_has_a_plan() {
    let lacks = |estate: &Estate| {
        with(estate, |risks, known| {
            let catalogue = Catalogue::of(risks, known, estate.as_of);
            assert_eq!(catalogue.entries.len(), 2);
            let lacks = catalogue.lacks();
            assert_eq!(catalogue.is_complete(), lacks.is_empty());
            assert_eq!(catalogue.planned.is_all(), lacks.iter().all(|lack| lack.server.is_none()));
            lacks
                .iter()
                .map(|lack| format!("{:?} {:?}", lack.server, lack.missing))
                .collect::<Vec<_>>()
        })
    };
    let whole = two_servers();
    assert!(lacks(&whole).is_empty());

    let mut estate = whole.clone();
    estate.findings[0].owner = Some("team".into());
    assert_eq!(lacks(&estate), [r#"Some("quiet") ["owner"]"#]);
    estate.findings[1].action = Some("  ".into());
    estate.findings[1].due = None;
    assert_eq!(lacks(&estate), [r#"Some("loud") ["action", "due"]"#, r#"Some("quiet") ["owner"]"#]);

    // Without any finding there is no plan either.
    let mut estate = whole.clone();
    estate.findings.remove(0);
    assert_eq!(lacks(&estate), [r#"Some("quiet") ["owner", "action", "due"]"#]);

    // A certificate that counts makes a plan needless, until it ends or is revoked.
    let certificate = crate::estate::Certificate {
        server: "quiet".into(),
        level: 2,
        score: 90,
        issued: "2026-10-01T00:00:00Z".parse().unwrap(),
        expires: "2026-12-01T00:00:00Z".parse().unwrap(),
        revoked: false,
        issuer: "us".into(),
        evidence: Vec::new(),
    };
    estate.certificates = vec![certificate];
    assert!(lacks(&estate).is_empty());
    estate.certificates[0].revoked = true;
    assert_eq!(lacks(&estate).len(), 1);
    estate.certificates[0].revoked = false;
    estate.certificates[0].expires = estate.as_of;
    assert_eq!(lacks(&estate).len(), 1);

    // Nobody has said what is asked for: then the most is, and that is told.
    let mut estate = whole;
    estate.organisation.least_level = None;
    assert_eq!(lacks(&estate), [r#"None ["least_level of the organisation"]"#]);
}

#[test]
fn a_certificate_is_worth_nothing_while_something_critical_stands() {
    let mut estate = two_servers();
    estate.certificates = vec![crate::estate::Certificate {
        server: "quiet".into(),
        level: 3,
        score: 99,
        issued: "2026-10-01T00:00:00Z".parse().unwrap(),
        expires: "2026-12-01T00:00:00Z".parse().unwrap(),
        revoked: false,
        issuer: "us".into(),
        evidence: Vec::new(),
    }];
    let level = |estate: &Estate| {
        with(estate, |risks, known| {
            let catalogue = Catalogue::of(risks, known, estate.as_of);
            let quiet = catalogue.entries.iter().find(|entry| entry.risk.server.id == "quiet");
            quiet.unwrap().level
        })
    };
    assert_eq!(level(&estate), Some(3));
    estate.findings[0].severity = Severity::Critical;
    assert_eq!(level(&estate), Some(0));
    estate.findings[0].state = FindingState::Accepted;
    assert_eq!(level(&estate), Some(0));
}

fn exported(estate: &Estate) -> (Vec<Vec<String>>, serde_json::Value) {
    with(estate, |risks, known| {
        let money = Portfolio::of(estate, Settings { runs: 500, ..Settings::default() });
        let register = register(risks, known, &money);
        let heading = Heading { day: risks.day, currency: money.currency };
        let csv = to_csv(&register, heading);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&csv[..]);
        let rows = reader
            .records()
            .map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect::<Vec<_>>());
        (rows.collect(), to_json(&register, heading))
    })
}

/// R77: the register is exported with the four columns of the risk table by their names, and ours
/// after them.
#[test]
fn the_register_has_the_four_columns_first() {
    let (rows, json) = exported(&two_servers());
    assert_eq!(
        rows[0][..4],
        ["Risk Scenario", "Technical Severity", "Business Exposure Factor", "Composite Risk"]
    );
    assert_eq!(rows.len(), 3);
    let loud = &rows[1];
    assert_eq!(loud[0], "No rate, size, time or cost limit on a tool on Loud");
    assert_eq!((loud[1].as_str(), loud[3].as_str()), ("Medium", "High"));
    assert!(
        loud[2].starts_with("its maker was not assessed; a change stays unnoticed; it can run")
    );
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    // Both forms say the same by the same names.
    for (row, risk) in rows[1..].iter().zip(json["risks"].as_array().unwrap()) {
        let risk = risk.as_object().unwrap();
        assert!(rows[0].iter().eq(risk.keys()));
        assert!(row.iter().eq(risk.values().map(|cell| cell.as_str().unwrap())));
    }
}

#[test]
fn the_register_says_what_is_accepted_by_whom_why_and_until_when() {
    let mut estate = two_servers();
    let column = |rows: &[Vec<String>], row: usize, name: &str| {
        let at = rows[0].iter().position(|column| column == name).unwrap();
        rows[row][at].clone()
    };
    let (rows, _) = exported(&estate);
    assert_eq!(column(&rows, 1, "Treatment"), "reduce");
    assert_eq!(column(&rows, 1, "Overdue"), "yes");
    estate.findings[1].state = FindingState::Accepted;
    estate.waivers = vec![Waiver {
        id: "w".into(),
        subject: "f2".into(),
        owner: "ann".into(),
        role: "ciso".into(),
        reason: "=cmd|' /C calc'!A0".into(),
        from: "2026-10-01".parse().unwrap(),
        until: "2026-12-31".parse().unwrap(),
    }];
    let (rows, _) = exported(&estate);
    let cell = |name| column(&rows, 1, name);
    assert_eq!(
        [cell("Treatment"), cell("Owner"), cell("Due"), cell("Overdue"), cell("Accepted By")],
        ["accept", "ann", "2026-12-31", "no", "ann"]
    );
    assert_eq!(cell("Accepted Until"), "2026-12-31");
    // What strangers may have written is no formula.
    assert_eq!(cell("Acceptance Reason"), "'=cmd|' /C calc'!A0");
    assert_eq!(cell("Composite Points"), "68");
}

#[test]
fn what_is_left_is_the_score_with_the_axes_that_controls_change() {
    let weights = Weights::default();
    let blind = Exposure {
        capability: Some(crate::risk::Power::Execute),
        audit: Some(crate::estate::Audit::None),
        ..NEUTRAL
    };
    let of = (Severity::High, Manner::Plain);
    let audited = Residual::of(&weights, of, blind, &[Remedy::FullAudit]);
    let shown = (audited.before.points(), audited.after.points(), audited.points, audited.levels);
    assert_eq!(shown, (88, 73, 15, 1));
    let changes: Vec<_> =
        audited.changes.iter().map(|change| (change.axis, change.from, change.to)).collect();
    assert_eq!(changes, [("audit", "none", "full")]);
    let each = Residual::each(&weights, of, blind);
    let order: Vec<_> = each.iter().map(|(remedy, residual)| (*remedy, residual.points)).collect();
    assert_eq!(order, [(Remedy::ReadOnly, 25), (Remedy::FullAudit, 15), (Remedy::NoExecution, 5)]);
}

#[test]
fn several_remedies_lower_what_none_does_alone() {
    let weights = Weights::default();
    let of = (Severity::High, Manner::Plain);
    let each = Residual::each(&weights, of, Exposure::UNKNOWN);
    assert!(each.iter().all(|(_, residual)| residual.points == 0));
    let way = Residual::way(&weights, of, Exposure::UNKNOWN);
    let order: Vec<_> =
        way.iter().map(|(remedy, residual)| (*remedy, residual.after.points())).collect();
    assert_eq!(
        order,
        [
            (Remedy::Assess, 88),
            (Remedy::DriftDetection, 88),
            (Remedy::ReadOnly, 88),
            (Remedy::RateLimit, 88),
            (Remedy::Segment, 88),
            (Remedy::StrongAuthentication, 88),
            (Remedy::FullAudit, 81),
            (Remedy::FlowControl, 71),
        ]
    );
    assert_eq!(way.last().unwrap().1.levels, 1);
    assert!(Residual::way(&weights, of, Exposure { network: None, ..NEUTRAL }).len() <= 2);
}

proptest! {
    /// No remedy ever raises a score, whatever is around the finding and whatever else is done.
    #[test]
    fn a_remedy_never_raises_a_score(
        at in prop::array::uniform9(0_usize..6),
        flow in 0_usize..3,
        severity in 0_usize..5,
        way in any::<bool>(),
        first in 0_usize..10,
        second in 0_usize..10,
    ) {
        let at: [usize; AXES] = at;
        let exposure = Exposure::from_places(at, Flow::all()[flow]);
        let manner = if way { Manner::Transport } else { Manner::Plain };
        let of = (Severity::ALL[severity], manner);
        let weights = Weights::default();
        let (first, second) = (Remedy::all()[first], Remedy::all()[second]);
        let one = Residual::of(&weights, of, exposure, &[first]);
        let both = Residual::of(&weights, of, exposure, &[first, second]);
        prop_assert!(one.after.points() <= one.before.points());
        prop_assert!(both.after.points() <= one.after.points());
        let swapped = Residual::of(&weights, of, exposure, &[second, first]);
        prop_assert_eq!(swapped.after, both.after);
    }
}
