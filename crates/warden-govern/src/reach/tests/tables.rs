//! Truth tables and fixtures.

use warden_model::{BlastTier, DataClass, Effect};

use super::{super::*, made::tables};
use crate::{
    Word as _,
    estate::{Capability, Egress, Environment, Estate, Lookup, SystemKind},
};

/// R50: production and regulated data is 1, production 2, anything else 3; an environment that
/// nobody knows is production, data that nobody knows is regulated.
#[test]
fn the_blast_tier_is_a_truth_table() {
    let environments = [None].into_iter().chain(Environment::all().iter().copied().map(Some));
    for environment in environments {
        for data in [None].into_iter().chain(DataClass::ALL.map(Some)) {
            let production = [None, Some(Environment::Production)].contains(&environment);
            let regulated = [None, Some(DataClass::Regulated)].contains(&data);
            let wanted = match (production, regulated) {
                (true, true) => 1,
                (true, false) => 2,
                (false, true | false) => 3,
            };
            assert_eq!(blast_tier(environment, data).number(), wanted, "{environment:?} {data:?}");
        }
    }
    assert_eq!(BlastTier::One.to_string(), "Blast tier 1");
}

/// R118: an agent is Priority 1 if and only if one of its tools writes, runs code or carries data
/// out; the list is exported.
#[test]
fn priority_one_is_a_truth_table() {
    let effects = || [None].into_iter().chain(Effect::ALL.iter().copied().map(Some));
    let egresses = || [None].into_iter().chain(Egress::all().iter().copied().map(Some));
    for effect in effects() {
        for egress in egresses() {
            let harmless = effect == Some(Effect::Read) && egress == Some(Egress::None);
            assert_eq!(is_first(effect, egress), !harmless, "{effect:?} {egress:?}");
        }
    }
    // Every set of up to two tools: the agent is, as soon as one of them is.
    let kinds: Vec<_> =
        effects().flat_map(|effect| egresses().map(move |egress| (effect, egress))).collect();
    for first in &kinds {
        for second in &kinds {
            let estate = two_tools(*first, *second);
            let known = Lookup::new(&estate);
            let surfaces = Surfaces::of(&known);
            let found = priority(&surfaces, &surfaces.all()[0]);
            let wanted = [first, second].iter().filter(|one| is_first(one.0, one.1)).count();
            assert_eq!(found.len(), wanted);
            assert_eq!(rows(&surfaces, &known)[0].priority_1, wanted > 0);
        }
    }
    let estate = two_tools((Some(Effect::Send), None), (Some(Effect::Read), Some(Egress::None)));
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    let list = [("bot", priority(&surfaces, &surfaces.all()[0]))];
    assert_eq!(
        priority_csv(&list),
        "agent,tool,writes,executes,egress,assumed,ruling\nbot,s/t0,no,no,yes,yes,allow\n"
    );
}

fn two_tools(
    first: (Option<Effect>, Option<Egress>),
    second: (Option<Effect>, Option<Egress>),
) -> Estate {
    let mut estate = tables(&[
        ("agents.csv", "id\nbot\n"),
        ("servers.csv", "id\ns\n"),
        ("tools.csv", "server,name\ns,t0\ns,t1\n"),
        ("connections.csv", "agent,server\nbot,s\n"),
    ]);
    for (tool, (effect, egress)) in estate.tools.iter_mut().zip([first, second]) {
        (tool.effect, tool.egress) = (effect, egress);
    }
    estate
}

fn bridging() -> Estate {
    tables(&[
        ("agents.csv", "id,name,environment\nbot,Bot,production\n"),
        ("servers.csv", "id,data,environment,enforced\nhub,confidential,production,yes\n"),
        (
            "systems.csv",
            "id,name,kind,data,environment\n\
             github,GitHub,source-repository,confidential,production\n\
             postgres,Postgres,database,confidential,production\n\
             slack,Slack,communication,internal,production\n",
        ),
        (
            "tools.csv",
            "server,name,effect,effect_by,capabilities,systems,data,untrusted,egress\n\
             hub,read_issue,read,name,read-public,github,public,yes,none\n\
             hub,query,read,annotation,read-database,postgres,confidential,no,none\n\
             hub,post_message,send,person,send-communication,slack,internal,no,unrestricted\n\
             hub,mystery,,,,,,,\n",
        ),
        ("connections.csv", "agent,server,tools\nbot,hub,read_issue; query; post_message\n"),
    ])
}

/// R4: a server over GitHub, Postgres and Slack gets the tag of each, what it reaches is the union,
/// and the ways from one system into another are told.
#[test]
fn a_server_that_bridges_systems_gets_every_tag_and_shows_the_ways() {
    let mut estate = bridging();
    estate.tools.retain(|tool| tool.name != "mystery");
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    let found = bridge(&surfaces, &known, "hub", 10).unwrap();
    assert_eq!(
        found.kinds,
        [SystemKind::SourceRepository, SystemKind::Database, SystemKind::Communication]
    );
    assert_eq!(found.systems, ["github", "postgres", "slack"]);
    assert!(!found.unknown);
    // One effect on one system with one class of data each: the union has three.
    assert_eq!(found.reach, 3);
    let ways = |found: &Crossings<'_>| -> Vec<String> {
        let way =
            |one: &Crossing<'_>| format!("{:?} {:?} {} {}", one.from, one.to, one.reads, one.puts);
        found.named.iter().map(way).collect()
    };
    let wanted = [
        r#"Some("github") Some("slack") hub/read_issue hub/post_message"#,
        r#"Some("postgres") Some("slack") hub/query hub/post_message"#,
    ];
    assert_eq!((found.crossings.all, ways(&found.crossings)), (2, wanted.map(Into::into).into()));
    let bot = surfaces.agent("bot").unwrap();
    assert_eq!(crossings(&surfaces, bot, 10), found.crossings);
    assert_eq!(crossings(&surfaces, bot, 1).named.len(), 1);
}

/// R66: the vocabulary has the six, and what nobody has mapped is listed as unknown, and may be all.
#[test]
fn a_tool_that_nobody_has_mapped_is_unknown_and_not_safe() {
    for word in [
        "read-email",
        "write-database",
        "execute-code",
        "send-communication",
        "access-secret",
        "trigger-workflow",
    ] {
        assert!(Capability::from_word(word).is_some(), "{word}");
    }
    let mut estate = bridging();
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    let row = &rows(&surfaces, &known)[0];
    let mapped = [Capability::SendCommunication, Capability::ReadDatabase, Capability::ReadPublic];
    assert_eq!((row.capabilities.as_slice(), row.possible.as_slice()), (&mapped[..], &mapped[..]));
    assert_eq!((row.unmapped.len(), row.unknown, row.anything), (0, 0, false));

    estate.connections[0].tools = None;
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    let row = &rows(&surfaces, &known)[0];
    assert_eq!(row.unmapped, ["hub/mystery"]);
    assert_eq!(row.possible, Capability::all());
    assert_eq!((row.unknown, row.anything), (1, true));
    let bot = surfaces.agent("bot").unwrap();
    let mystery = &full(&surfaces, bot, &known, 0).tools[0];
    assert_eq!(mystery.unknown, ["effect", "systems", "capabilities", "untrusted", "egress"]);
}

/// R68: agents whose surface is not computed from what is known are counted, with the reason.
#[test]
fn agents_without_a_computed_surface_are_a_gap() {
    let estate = tables(&[
        ("agents.csv", "id\nknown\nlost\nstrange\nunlisted\n"),
        ("servers.csv", "id\nfull\nempty\n"),
        ("tools.csv", "server,name,effect\nfull,read,read\n"),
        (
            "connections.csv",
            "agent,server,tools\nknown,full,read\nstrange,full,other\nunlisted,empty,\n",
        ),
    ]);
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    assert_eq!(surfaces.computed().percent(), "25.0 %");
    let gaps: Vec<String> = rows(&surfaces, &known)
        .iter()
        .map(|row| format!("{}: {}", row.agent, row.gaps.join("; ")))
        .collect();
    assert_eq!(
        gaps,
        [
            "known: ",
            "lost: no connection is known",
            "strange: full is not known to have other",
            "unlisted: the tools of empty are not listed",
        ]
    );
    // Whatever it may be that the server offers, the agent may do everything.
    let all = surfaces.agent("unlisted").unwrap();
    assert_eq!(all.granted.len(), 6 * 4);
    assert!(!priority(&surfaces, all).is_empty());
    assert!(Surfaces::of(&Lookup::new(&Estate::default())).computed().percent() == "n/a");
}

/// R67: granted and effective are both computed, approval is counted apart, and it is exported.
#[test]
fn denials_and_approvals_are_told_apart() {
    let mut estate = bridging();
    estate.connections[0].rulings = serde_json::from_str(
        r#"[{"tool": "query", "ruling": "deny"}, {"tool": "post_message", "ruling": "approval"}]"#,
    )
    .unwrap();
    let known = Lookup::new(&estate);
    let surfaces = Surfaces::of(&known);
    let bot = surfaces.agent("bot").unwrap();
    assert_eq!((bot.granted.len(), bot.effective.len(), bot.alone.len()), (3, 2, 1));
    assert_eq!(bot.unenforced(), 0);
    assert_eq!(blast_tier_of_agent(&surfaces, bot, &known), BlastTier::Two);
    assert_eq!(
        cells_csv(&surfaces, &[bot]),
        "agent,system,action,class,ruling\nbot,github,read,public,allow\n\
         bot,postgres,read,confidential,deny\nbot,slack,send,internal,approval\n"
    );
    let all = rows(&surfaces, &known);
    assert_eq!((all[0].approval, all[0].denied, all[0].chain.as_ref()), (1, 1, None));
    let csv = surfaces_csv(&all);
    assert!(
        csv.ends_with("bot,Bot,yes,2,yes,,3,1,0,3,2,1,2,send-communication; read-public,,0,\n")
    );
    let json = serde_json::to_value(full(&surfaces, bot, &known, 5)).unwrap();
    assert_eq!(json["reach"][1]["ruling"], "deny");
    assert_eq!(json["tools"][0]["effect_by"], "person");

    let mut later = estate.clone();
    later.connections[0].rulings.clear();
    let later = Lookup::new(&later);
    let now = Surfaces::of(&later);
    assert_eq!(
        changes_csv(&diff(&surfaces, &now)),
        "agent,surface,change,system,action,class\n\
         bot,effective,added,postgres,read,confidential\n\
         bot,alone,added,postgres,read,confidential\nbot,alone,added,slack,send,internal\n"
    );
    let chain = chain(&now, now.agent("bot").unwrap()).unwrap();
    assert_eq!((chain.size, chain.held, chain.assumed), (3, Held::Open, 0));
    assert_eq!(
        [chain.brings, chain.reads, chain.sends],
        ["hub/read_issue", "hub/query", "hub/post_message"]
    );
}
