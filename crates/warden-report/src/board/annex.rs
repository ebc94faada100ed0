//! The annex: what metrics count, how far controls reach, how good the data is, and published
//! figures with what became of them.

use warden_govern::{
    Ratio,
    facts::FACTS as REGISTER,
    metrics::{Metric, control_coverage},
};

use super::{
    Ground,
    catalogue::{annex, parts},
    dimension::{column, unsourced},
    ground::SHOWN,
    query::{FACTS, METRICS, MONEY},
    say::Say,
    summary::{change, was},
};
use crate::paper::{Align, Block, Column, Counting, Style, Table, Text};

pub(super) fn annex(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let mut blocks = vec![
        letter(say.of(&annex::METRICS)),
        Block::Table(metrics(ground, say)),
        letter(say.of(&annex::COVERAGE)),
        Block::Table(coverage(ground, say)),
        letter(say.of(&annex::QUALITY)),
        Block::Paragraph { text: quality(ground, say) },
        Block::Paragraph { text: simulation(ground, say) },
        letter(say.of(&annex::FACTS)),
        Block::Paragraph { text: say.text(&annex::FACTS_TOLD) },
    ];
    blocks.push(Block::Table(facts(ground, say)));
    blocks
}

/// The heading of an annex.
fn letter(text: &str) -> Block {
    Block::Heading { level: 1, counting: Counting::Letter, text: text.to_owned() }
}

/// Every metric with what it counts and how it stands.
pub(super) fn metrics(ground: &Ground<'_>, say: &Say) -> Table {
    let row = |metric: &Metric| {
        let id = metric.figure.id;
        let title = say.metric_title(metric);
        let counted = metric.figure.ratio.filter(|_| ground.seen());
        let counted = counted.map_or_else(Text::default, |ratio| Text::plain(say.of_all(ratio)));
        let before = was(ground, say, id);
        vec![
            Text::plain(id),
            Text::default()
                .and_styled(title, Style::Strong)
                .and(format!(": {}", say.formula(metric))),
            counted,
            unsourced(say.metric(Some(metric))),
            before.map_or_else(Text::unmeasured, Text::plain),
            change(ground, say, id),
        ]
    };
    let wide = |entry, align, width| Column { width: Some(width), ..column(say, entry, align) };
    Table {
        title: say.of(&annex::METRICS_TABLE).to_owned(),
        columns: vec![
            wide(&annex::ID, Align::Start, 15),
            wide(&annex::METRIC, Align::Start, 37),
            wide(&annex::COUNTED, Align::End, 12),
            wide(&annex::VALUE, Align::End, 12),
            wide(&parts::BEFORE, Align::End, 13),
            wide(&parts::CHANGE, Align::Start, 12),
        ],
        rows: ground.metrics.iter().map(row).collect(),
        notes: vec![say.source(METRICS)],
    }
}

/// How far each control reaches, with the first of what it does not cover.
fn coverage(ground: &Ground<'_>, say: &Say) -> Table {
    let row = |metric: &Metric| {
        let ratio = metric.figure.ratio.filter(|_| ground.seen());
        vec![
            Text::plain(format!("{} ({})", say.metric_title(metric), metric.figure.id)),
            unsourced(say.metric(Some(metric))),
            ratio.map_or_else(Text::default, |ratio| Text::plain(say.of_all(ratio))),
            drill(say, metric),
        ]
    };
    let wide = |entry, align, width| Column { width: Some(width), ..column(say, entry, align) };
    Table {
        title: say.of(&annex::COVERAGE_TABLE).to_owned(),
        columns: vec![
            wide(&parts::METRIC, Align::Start, 32),
            wide(&annex::VALUE, Align::End, 14),
            wide(&annex::COUNTED, Align::End, 16),
            wide(&annex::DRILL, Align::Start, 38),
        ],
        rows: control_coverage(&ground.metrics).into_iter().map(row).collect(),
        notes: vec![say.source(METRICS)],
    }
}

fn drill(say: &Say, metric: &Metric) -> Text {
    let drill = &metric.figure.drill;
    if drill.is_empty() {
        return Text::default();
    }
    let first = drill.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let first = if metric.drill_all > SHOWN {
        let count = say.number(metric.drill_all as u64);
        say.line(&annex::DRILL_ALL, &[("first", first), ("count", count)])
    } else {
        first
    };
    Text::plain(first)
}

fn quality(ground: &Ground<'_>, say: &Say) -> Text {
    let number = |count: usize| ground.seen().then(|| say.number(count as u64));
    let measured = ground.metrics.iter().filter(|one| one.number.is_some()).count();
    let scenarios = Ratio::count(&ground.money.scenarios, |one| one.after.is_ok());
    say.fill(
        &annex::QUALITY_STANDS,
        &[
            ("complete", say.metric(ground.metric("M2"))),
            ("measured", say.maybe(number(measured), METRICS)),
            ("all", say.maybe(number(ground.metrics.len()), METRICS)),
            (
                "scenarios",
                if scenarios.all == 0 { Text::unmeasured() } else { say.share(scenarios, MONEY) },
            ),
        ],
    )
}

fn simulation(ground: &Ground<'_>, say: &Say) -> Text {
    let settings = ground.money.settings;
    say.fill(
        &annex::SIMULATION,
        &[
            ("runs", say.figure(say.number(u64::from(settings.runs)), MONEY)),
            ("seed", say.figure(settings.seed.to_string(), MONEY)),
        ],
    )
}

/// Published figures, each with its state, and what the estate says in their place.
fn facts(ground: &Ground<'_>, say: &Say) -> Table {
    let row = |fact: &warden_govern::facts::Fact| {
        let own = unsourced(say.metric(ground.metric(fact.own)));
        vec![
            Text::plain(fact.labelled().to_string()),
            Text::plain(say.word(super::catalogue::terms::STATES, fact.label())),
            if fact.own.is_empty() {
                Text::plain("–")
            } else {
                Text::plain(format!("{} ", fact.own)).with(own)
            },
        ]
    };
    let wide = |entry, align, width| Column { width: Some(width), ..column(say, entry, align) };
    Table {
        title: say.of(&annex::FACTS_TABLE).to_owned(),
        columns: vec![
            wide(&annex::FACT, Align::Start, 64),
            wide(&annex::STATE, Align::Start, 18),
            wide(&annex::OWN, Align::End, 18),
        ],
        rows: REGISTER.iter().map(row).collect(),
        notes: vec![say.source(FACTS)],
    }
}
