//! The laws of money.

use proptest::prelude::*;

use super::{ANCHORS, Outcome, Pert, Portfolio, Range, Settings, cards};
use crate::{
    Estate, Word as _,
    estate::{
        Card, Detection, Dimension, Estimate, Impact, Lookup, Organisation, Scenario, Shadow,
        read::Draft,
    },
    risk::Surroundings,
};

const SETTINGS: Settings = Settings { seed: 42, runs: 400 };

#[expect(clippy::unnecessary_wraps, reason = "scenarios hold estimates that may be missing")]
fn estimate(min: f64, mode: f64, max: f64) -> Option<Estimate> {
    Some(Estimate { min, mode, max })
}

fn scenario(id: &str) -> Scenario {
    Scenario {
        id: id.into(),
        title: "Mail leaves".into(),
        dimension: Dimension::DataExposure,
        owner: "ann".into(),
        source: "workshop".into(),
        at: "2026-10-01".parse().unwrap(),
        frequency: estimate(0.5, 2.0, 6.0),
        susceptibility: estimate(0.1, 0.4, 0.8),
        residual_susceptibility: estimate(0.01, 0.05, 0.2),
        primary_loss: estimate(20_000.0, 100_000.0, 900_000.0),
        secondary_probability: estimate(0.0, 0.1, 0.5),
        secondary_loss: estimate(0.0, 500_000.0, 4_000_000.0),
        exposed: Vec::new(),
        controls: Vec::new(),
        card: None,
        impact: None,
        detection: None,
        treatment: None,
        due: None,
    }
}

fn estate(scenarios: Vec<Scenario>) -> Estate {
    let organisation = Organisation { currency: Some("USD".into()), ..Organisation::default() };
    Estate { organisation, scenarios, ..Estate::default() }
}

fn outcome(scenario: &Scenario) -> Outcome {
    let estate = estate(vec![scenario.clone()]);
    let portfolio = Portfolio::of(&estate, SETTINGS);
    portfolio.scenarios[0].before.clone().unwrap()
}

fn all(range: Range) -> [f64; 3] {
    [range.p10, range.p50, range.p90]
}

/// Not below, but for the last bits of a sum.
fn at_least(worse: f64, mild: f64) -> bool {
    worse >= mild - mild.abs() * 1e-9
}

/// The five estimates that a loss is made of.
fn parts(scenario: &mut Scenario) -> [&mut Option<Estimate>; 5] {
    [
        &mut scenario.frequency,
        &mut scenario.susceptibility,
        &mut scenario.primary_loss,
        &mut scenario.secondary_probability,
        &mut scenario.secondary_loss,
    ]
}

/// Some scenario: three sorted shares for each estimate, scaled to what it is of.
fn any_scenario() -> impl Strategy<Value = Scenario> {
    prop::collection::vec([0.0..1.0_f64, 0.0..1.0_f64, 0.0..1.0_f64], 5).prop_map(|shares| {
        let mut one = scenario("s");
        let scales = [10.0, 1.0, 1e6, 1.0, 1e7];
        for ((part, mut three), scale) in parts(&mut one).into_iter().zip(shares).zip(scales) {
            three.sort_by(f64::total_cmp);
            *part = estimate(three[0] * scale, three[1] * scale, three[2] * scale);
        }
        one
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn one_number_for_everything_gives_one_number(of in any_scenario()) {
        let mut point = of;
        for part in parts(&mut point) {
            let mode = part.unwrap().mode;
            *part = estimate(mode, mode, mode);
        }
        let outcome = outcome(&point);
        let [p10, p50, p90] = all(outcome.range);
        prop_assert_eq!((p10.to_bits(), p50.to_bits()), (p50.to_bits(), p90.to_bits()));
        prop_assert!((p50 - outcome.mean).abs() <= p50 * 1e-9);
    }

    #[test]
    fn losses_that_are_larger_by_a_factor_make_every_percentile_larger_by_it(
        of in any_scenario(),
        factor in 0.1..50.0_f64,
    ) {
        let mut scaled = of.clone();
        for loss in [&mut scaled.primary_loss, &mut scaled.secondary_loss] {
            let Estimate { min, mode, max } = loss.unwrap();
            *loss = estimate(min * factor, mode * factor, max * factor);
        }
        let (one, other) = (outcome(&of), outcome(&scaled));
        for (loss, larger) in all(one.range).into_iter().zip(all(other.range)) {
            prop_assert!((loss * factor - larger).abs() <= larger * 1e-9 + 1e-9);
        }
        prop_assert!((one.mean * factor - other.mean).abs() <= other.mean * 1e-9 + 1e-9);
    }

    #[test]
    fn raising_what_is_likely_never_lowers_a_percentile(
        of in any_scenario(),
        part in 0_usize..5,
        by in 0.0..1.0_f64,
    ) {
        let mut raised = of.clone();
        if let Some(estimate) = parts(&mut raised)[part] {
            estimate.mode += (estimate.max - estimate.mode) * by;
        }
        let (mild, worse) = (outcome(&of), outcome(&raised));
        for (mild, worse) in all(mild.range).into_iter().zip(all(worse.range)) {
            prop_assert!(at_least(worse, mild), "{worse} < {mild}");
        }
        for (mild, worse) in mild.curve().iter().zip(worse.curve()) {
            prop_assert!(at_least(worse.loss, mild.loss));
        }
    }

    #[test]
    fn the_mean_rises_with_each_of_the_three_points(
        of in any_scenario(),
        part in 0_usize..5,
        point in 0_usize..3,
        by in 0.0..1.0_f64,
    ) {
        let mut raised = of.clone();
        if let Some(estimate) = parts(&mut raised)[part] {
            match point {
                0 => estimate.min += (estimate.mode - estimate.min) * by,
                1 => estimate.mode += (estimate.max - estimate.mode) * by,
                // A share cannot be more than one.
                _ if part == 1 || part == 3 => estimate.max += (1.0 - estimate.max) * by,
                _ => estimate.max *= 1.0 + by,
            }
        }
        prop_assert!(at_least(outcome(&raised).mean, outcome(&of).mean));
    }

    #[test]
    fn what_never_happens_costs_nothing(of in any_scenario()) {
        let mut never = of;
        never.frequency = estimate(0.0, 0.0, 0.0);
        let outcome = outcome(&never);
        prop_assert_eq!(all(outcome.range).map(f64::to_bits), [0; 3]);
        prop_assert_eq!(outcome.mean.to_bits(), 0);
    }

    #[test]
    fn half_the_susceptibility_never_costs_more(of in any_scenario()) {
        let mut halved = of.clone();
        let Estimate { min, mode, max } = of.susceptibility.unwrap();
        halved.susceptibility = estimate(min / 2.0, mode / 2.0, max / 2.0);
        let (before, after) = (outcome(&of), outcome(&halved));
        for (before, after) in all(before.range).into_iter().zip(all(after.range)) {
            prop_assert!(at_least(before, after));
        }
    }
}

/// What does not hold, and so is promised nowhere: a higher most may lower a low percentile, since
/// the distribution gets wider on both sides of its mode. The mean rises.
#[test]
fn a_higher_most_may_lower_a_low_percentile() {
    let pert = |max| Pert::of(Estimate { min: 0.0, mode: 1.0, max }, f64::MAX).unwrap();
    let (narrow, wide) = (pert(1.0), pert(2.0));
    let p10 = |pert: &Pert| (pert.quantile(0.1) * 100.0).round() / 100.0;
    assert!((p10(&narrow) - 0.63).abs() < 1e-9 && (p10(&wide) - 0.49).abs() < 1e-9);
    assert!(narrow.mean() < wide.mean());
}

#[test]
fn what_is_drawn_has_the_mean_that_is_computed() {
    let estate = estate(vec![scenario("s")]);
    let portfolio = Portfolio::of(&estate, Settings { seed: 3, runs: 20_000 });
    let outcome = portfolio.scenarios[0].before.as_ref().unwrap();
    let drawn = outcome.runs().iter().sum::<f64>() / 20_000.0;
    assert!((drawn / outcome.mean - 1.0).abs() < 0.02, "{drawn} {}", outcome.mean);
}

#[test]
fn the_same_inputs_and_seed_give_the_same_bytes_whoever_else_is_there() {
    let json = |estate: &Estate, settings| {
        let portfolio = Portfolio::of(estate, settings);
        let one = portfolio.scenarios.iter().find(|one| one.scenario.id == "mail").unwrap();
        serde_json::to_string(one.after.as_ref().unwrap()).unwrap()
    };
    let alone = estate(vec![scenario("mail")]);
    let among = estate(vec![scenario("zoo"), scenario("mail"), scenario("ant")]);
    assert_eq!(json(&alone, SETTINGS), json(&alone, SETTINGS));
    assert_eq!(json(&alone, SETTINGS), json(&among, SETTINGS));
    assert_ne!(json(&alone, SETTINGS), json(&alone, Settings { seed: 43, ..SETTINGS }));
}

#[test]
fn what_nobody_has_estimated_is_not_measured() {
    let mut blank = scenario("s");
    blank.frequency = None;
    blank.residual_susceptibility = None;
    blank.secondary_loss = estimate(3.0, 2.0, 1.0);
    let estate = estate(vec![blank, scenario("t")]);
    let portfolio = Portfolio::of(&estate, SETTINGS);
    let [of, other] = portfolio.scenarios.as_slice() else { panic!("two scenarios") };
    let told = of.after.as_ref().unwrap_err();
    assert_eq!(told.missing, ["frequency", "residual_susceptibility", "secondary_loss"]);
    let before = of.before.as_ref().unwrap_err().to_string();
    assert_eq!(before, "not measured: frequency, secondary_loss (ann answers for it)");
    assert!(other.after.is_ok());
    assert_eq!(
        (portfolio.after.measured.len(), portfolio.after.not_measured.as_slice()),
        (1, &["s"][..])
    );
    let none = Estate::default();
    assert_eq!(Portfolio::of(&none, SETTINGS).after.outcome, None);
}

#[test]
fn a_total_is_the_sum_of_each_run_and_is_held_against_what_is_accepted() {
    let mut estate = estate(vec![scenario("a"), scenario("b")]);
    let portfolio = Portfolio::of(&estate, SETTINGS);
    let total = portfolio.after.outcome.as_ref().unwrap();
    let each = |at: usize| portfolio.scenarios[at].after.as_ref().unwrap().runs();
    let sums = each(0).iter().zip(each(1)).map(|(a, b)| a + b);
    assert!(total.runs().iter().zip(sums).all(|(total, sum)| (total - sum).abs() < 1e-6));
    // Together they vary less than side by side: bad years do not all come at once.
    let apart: f64 =
        portfolio.scenarios.iter().map(|one| one.after.as_ref().unwrap().range.p90).sum();
    assert!(total.range.p90 < apart);
    assert_eq!(portfolio.appetite, None);

    estate.organisation.appetite = Some(1);
    let none = Portfolio::of(&estate, SETTINGS).appetite.unwrap();
    let told = |of: super::Appetite| (of.p50_within, of.p90_within, of.above_in_1000);
    assert_eq!(told(none), (Some(false), Some(false), 1000));
    estate.organisation.appetite = Some(u64::MAX);
    let much = Portfolio::of(&estate, SETTINGS).appetite.unwrap();
    assert_eq!(told(much), (Some(true), Some(true), 0));

    // What is not measured can only add: that it is enough is then not known.
    estate.scenarios[1].frequency = None;
    let partly = Portfolio::of(&estate, SETTINGS).appetite.unwrap();
    assert_eq!((told(partly), partly.whole), ((None, None, 0), false));
    estate.organisation.appetite = Some(1);
    let partly = Portfolio::of(&estate, SETTINGS).appetite.unwrap();
    assert_eq!(told(partly), (Some(false), Some(false), 1000));
}

#[test]
fn the_premium_is_a_named_input_with_its_source_that_moves_what_is_left() {
    let [anchor, ..] = ANCHORS;
    assert_eq!((anchor.amount, anchor.currency), (670_000, "USD"));
    assert_eq!(anchor.note, "vs organisations with low or no shadow AI");
    assert!(ANCHORS.iter().all(|anchor| !anchor.source.is_empty() && !anchor.state.is_empty()));

    let mut estate = estate(vec![scenario("a")]);
    estate.shadows = vec![Shadow { endpoint: "npx x".into(), ..Shadow::default() }];
    let residual = |estate: &Estate| {
        let portfolio = Portfolio::of(estate, SETTINGS);
        portfolio.residual().outcome.clone().unwrap()
    };
    let published = residual(&estate);
    estate.organisation.shadow_premium = Some(670_000);
    assert_eq!(residual(&estate), published);
    estate.organisation.shadow_premium = Some(1_000_000);
    let raised = residual(&estate);
    assert!(all(published.range).iter().zip(all(raised.range)).all(|(less, more)| *less < more));
    assert_eq!(residual(&estate), raised);
    estate.organisation.shadow_premium = Some(0);
    assert_eq!(residual(&estate), Portfolio::of(&estate, SETTINGS).after.outcome.unwrap());

    // It is paid where servers were seen that nobody has registered, and nothing is converted.
    estate.organisation.shadow_premium = None;
    estate.organisation.currency = Some("EUR".into());
    let elsewhere = Portfolio::of(&estate, SETTINGS);
    assert_eq!((elsewhere.premium, elsewhere.with_premium.clone()), (None, None));
    estate.organisation.currency = Some("USD".into());
    estate.shadows.clear();
    let without = Portfolio::of(&estate, SETTINGS);
    assert_eq!(without.residual(), &without.after);
    assert!(without.with_premium.is_some());
}

fn estate_of_cards() -> Estate {
    let mut draft = Draft::default();
    for (name, text) in [
        ("people.csv", "id,name\nann,Ann\n"),
        ("estate.toml", "[organisation]\nname = \"Bank\"\ncurrency = \"USD\"\n"),
        ("servers.csv", "id,name,data\ncode,Code,confidential\nhr,HR,regulated\n"),
        (
            "tools.csv",
            "server,name,effect,untrusted,egress\ncode,issues,read,yes,none\n\
             code,publish,send,no,unrestricted\nhr,read,read,no,none\n",
        ),
        ("agents.csv", "id,name\ncoder,Coder\nclerk,Clerk\n"),
        ("connections.csv", "agent,server\ncoder,code\ncoder,hr\nclerk,hr\n"),
        ("controls.csv", "measure,name\negress-filter,proxy\n"),
        (
            "scenarios.csv",
            "id,title,dimension,owner,source,at,card,exposed,controls,frequency,susceptibility,\
             residual_susceptibility,primary_loss,secondary_probability,secondary_loss\n\
             leak,Salaries leave through a public pull request,data-exposure,ann,workshop,\
             2026-10-01,data-exfiltration,salary data,C6; C9,1/2/5,0.2/0.4/0.6,0.01/0.02/0.1,\
             10000/50000/200000,0.1,0/100000/900000\n",
        ),
    ] {
        draft.add_file(name, text.as_bytes());
    }
    draft.finish(jiff::Timestamp::UNIX_EPOCH).unwrap()
}

/// R12: the card for data exfiltration has its scenario, the classes of data that are exposed, the
/// controls that are in place, and what is left of it in money.
///
/// R14: cards have an impact of low, medium, high or critical and a detection of easy, moderate or
/// hard, and that card says high and hard.
#[test]
fn the_card_for_exfiltration_says_what_is_exposed_and_what_is_left() {
    let estate = estate_of_cards();
    let known = Lookup::new(&estate);
    let money = Portfolio::of(&estate, SETTINGS);
    let surroundings = Surroundings::new(&known, estate.day());
    let cards = cards(&known, &surroundings, &money);
    assert_eq!(cards.len(), Card::all().len());
    let card = &cards[0];
    assert_eq!((card.title, card.card), ("Data exfiltration", Card::Exfiltration));
    assert!(card.scenario.contains("to copy data elsewhere"), "{}", card.scenario);
    assert_eq!(card.agents, ["coder"]);
    assert_eq!(card.data, ["regulated", "confidential"]);
    assert_eq!(
        (card.exposed.as_slice(), card.named_controls.as_slice()),
        (&["salary data"][..], &["C6", "C9"][..])
    );
    assert_eq!(card.controls, ["egress-filter"]);
    assert_eq!(card.residual.measured, ["leak"]);
    assert!(card.residual.outcome.as_ref().unwrap().range.p90 > 0.0);
    assert_eq!((card.impact, card.detection), (Some(Impact::High), Some(Detection::Hard)));
    let words = |words: Vec<&'static str>| words.join(" ");
    assert_eq!(
        words(Impact::all().iter().map(|one| one.word()).collect()),
        "low medium high critical"
    );
    assert_eq!(
        words(Detection::all().iter().map(|one| one.word()).collect()),
        "easy moderate hard"
    );
    // What nobody has rated or estimated is said to be neither.
    let other = &cards[1];
    assert_eq!(
        (other.impact, other.detection, other.residual.outcome.as_ref()),
        (None, None, None)
    );
}
