//! The five largest risks, the risk cards, and the premium of what nobody registered.

use warden_govern::{
    Word,
    estate::Scenario,
    money::{Costed, RiskCard},
};

use super::{
    Ground,
    catalogue::{parts, terms},
    dimension::{blank, column, left, range, unsourced},
    ground::SHOWN,
    query::{CARDS, MONEY},
    say::{Say, joined},
    summary::{appetite, heading, whole},
};
use crate::paper::{Align, Block, Ranges, Table, Text};

/// How many risks are the largest.
const TOP: usize = 5;

pub(super) fn top_five(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let all = ground.all_scenarios();
    let missing = all.iter().filter(|one| one.after.is_err()).count();
    let missing = (!all.is_empty()).then(|| say.number(missing as u64));
    let told = say.fill(&parts::TOP_RISKS_TOLD, &[("missing", say.maybe(missing, MONEY))]);
    let top: Vec<&Costed<'_>> = all.into_iter().take(TOP).collect();
    let mut blocks = vec![heading(say, &parts::TOP_RISKS), Block::Paragraph { text: told }];
    if !top.is_empty() {
        blocks.push(Block::Ranges(Ranges {
            title: say.of(&parts::TOP_RISKS).to_owned(),
            description: say.of(&super::catalogue::head::EXPOSURE_CHART).to_owned(),
            rows: top.iter().map(|one| range(say, one)).collect(),
            appetite: appetite(ground, say),
        }));
    }
    blocks.push(Block::Table(table(ground, say, &top)));
    blocks.push(Block::Table(cards(ground, say)));
    blocks
}

fn table(ground: &Ground<'_>, say: &Say, top: &[&Costed<'_>]) -> Table {
    let row = |one: &&Costed<'_>| {
        vec![
            Text::plain(&one.scenario.title),
            Text::plain(ground.person(&one.scenario.owner)),
            left(say, one),
            treatment(say, one.scenario),
            due(say, one.scenario),
        ]
    };
    let mut rows: Vec<Vec<Text>> = top.iter().map(row).collect();
    if rows.is_empty() {
        rows.push(blank(Text::unmeasured(), 5));
    }
    Table {
        title: say.of(&parts::TOP_RISKS).to_owned(),
        columns: vec![
            column(say, &parts::SCENARIO, Align::Start),
            column(say, &parts::OWNER, Align::Start),
            column(say, &parts::LEFT, Align::End),
            column(say, &parts::TREATMENT, Align::Start),
            column(say, &parts::DUE, Align::Start),
        ],
        rows,
        notes: vec![say.source(MONEY)],
    }
}

fn treatment(say: &Say, scenario: &Scenario) -> Text {
    scenario.treatment.map_or_else(
        || say.text(&parts::NOT_SAID),
        |treatment| Text::plain(say.word(terms::TREATMENTS, treatment.word())),
    )
}

fn due(say: &Say, scenario: &Scenario) -> Text {
    scenario.due.map_or_else(|| say.text(&parts::NOT_SAID), |day| Text::plain(say.day(day)))
}

fn cards(ground: &Ground<'_>, say: &Say) -> Table {
    Table {
        title: say.of(&parts::CARDS).to_owned(),
        columns: vec![
            column(say, &parts::CARD, Align::Start),
            column(say, &parts::CARD_RATING, Align::Start),
            column(say, &parts::CARD_EXPOSED, Align::Start),
            column(say, &parts::CARD_CONTROLS, Align::Start),
            column(say, &parts::CARD_LEFT, Align::End),
        ],
        rows: ground.cards.iter().map(|card| card_row(ground, say, card)).collect(),
        notes: vec![say.source(CARDS)],
    }
}

fn card_row(ground: &Ground<'_>, say: &Say, card: &RiskCard<'_>) -> Vec<Text> {
    let word = card.card.word();
    let name = say.word(terms::CARDS, word);
    let told = say.word(terms::CARD_SCENARIOS, word);
    let controls = card.controls.iter().map(|one| Text::plain(say.word(terms::MEASURES, one)));
    let controls = joined(controls, ", ");
    let none = || if ground.seen() { say.text(&parts::NONE_RECORDED) } else { Text::unmeasured() };
    vec![
        Text::default().and_styled(name, crate::paper::Style::Strong).and(format!(": {told}")),
        rating(say, card),
        exposed(ground, say, card),
        if controls.is_empty() { none() } else { controls },
        unsourced(say.total(&card.residual, CARDS)),
    ]
}

fn rating(say: &Say, card: &RiskCard<'_>) -> Text {
    let word = |table, word: Option<&str>| {
        word.map_or_else(|| say.of(&parts::NOT_RATED).to_owned(), |word| say.word(table, word))
    };
    Text::plain(say.line(
        &parts::RATING,
        &[
            ("impact", word(terms::IMPACTS, card.impact.map(Word::word))),
            ("detection", word(terms::DETECTIONS, card.detection.map(Word::word))),
        ],
    ))
}

/// The classes of data that are exposed, and what the scenarios say besides.
fn exposed(ground: &Ground<'_>, say: &Say, card: &RiskCard<'_>) -> Text {
    let data = card.data.iter().map(|class| say.word(terms::DATA, class));
    let more = card.exposed.iter().take(SHOWN).map(|one| (*one).to_owned());
    let all = joined(data.chain(more).map(Text::plain), ", ");
    match (all.is_empty(), ground.seen()) {
        (false, _) => all,
        (true, true) => say.text(&parts::NONE_RECORDED),
        (true, false) => Text::unmeasured(),
    }
}

/// What incidents cost more where servers are used that nobody registered: a published figure, or
/// what the organisation entered.
pub(super) fn premium(ground: &Ground<'_>, say: &Say) -> Option<Text> {
    let premium = ground.money.premium.as_ref()?;
    let anchor = &premium.anchor;
    let source = say.fill(
        &parts::PREMIUM_CITED,
        &[
            ("title", Text::plain(anchor.title)),
            ("from", Text::plain(anchor.source)),
            (
                "amount",
                say.figure(format!("{} {}", anchor.currency, say.number(anchor.amount)), MONEY),
            ),
            ("state", Text::plain(say.word(terms::STATES, anchor.state))),
            ("note", Text::plain(anchor.note)),
        ],
    );
    let median = |total: Option<&warden_govern::money::Total<'_>>| {
        let range = total.and_then(|total| total.outcome.as_ref()).map(|outcome| outcome.range);
        say.maybe(range.map(|range| say.money(range.p50)), MONEY)
    };
    Some(say.fill(
        &parts::PREMIUM,
        &[
            ("amount", say.sum(whole(premium.amount), MONEY)),
            ("source", source),
            ("shadows", say.figure(say.number(ground.money.shadows as u64), MONEY)),
            ("with", median(ground.money.with_premium.as_ref())),
            ("without", median(Some(&ground.money.after))),
        ],
    ))
}
