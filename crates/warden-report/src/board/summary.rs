//! The first page: is there a liability that nobody priced in, and is there a programme that one can
//! believe in?

use warden_govern::{estate::Dimension, maturity::MaturityTier, metrics::Change, money::Total};

use super::{
    Ground,
    catalogue::{Entry, head, named, parts, terms},
    dimension::title,
    query::{ESTATE, MATURITY, METRICS, MONEY},
    say::{Say, joined},
};
use crate::paper::{Amount, Block, Counting, KeyFigure, Note, Range, Ranges, Text};

/// The three indices.
const INDICES: [&str; 3] = ["M21-least", "M21-provenance", "M21-attestation"];
/// How many decisions the first page names.
const ASKED: usize = 3;

/// The first page.
pub(super) fn summary(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    vec![
        heading(say, &head::ANSWER),
        Block::Answer {
            title: say.of(&head::QUESTIONS).to_owned(),
            paragraphs: vec![
                runs(ground, say),
                liability(ground, say),
                verdict(ground, say),
                maturity(ground, say),
                ask(ground, say),
            ],
        },
        Block::Figures { figures: key_figures(ground, say) },
        Block::Ranges(exposure(ground, say)),
        Block::Paragraph { text: say.text(&head::INDICES) },
        Block::Figures { figures: INDICES.iter().map(|id| of_metric(ground, say, id)).collect() },
        Block::Paragraph { text: worse(ground, say) },
    ]
}

/// A counted heading of the first level.
pub(super) fn heading(say: &Say, entry: &Entry) -> Block {
    Block::Heading { level: 1, counting: Counting::Number, text: say.of(entry).to_owned() }
}

fn runs(ground: &Ground<'_>, say: &Say) -> Text {
    let certified = ground.metric("M4");
    let before = ground.before("M4").map(|share| say.value("M4", share));
    say.fill(
        &head::RUNS,
        &[
            ("agents", say.count(ground.estate().agents.len(), ESTATE)),
            ("servers", say.count(ground.estate().servers.len(), ESTATE)),
            ("share", say.metric(certified)),
            ("before", say.maybe(before, METRICS)),
        ],
    )
}

fn liability(ground: &Ground<'_>, say: &Say) -> Text {
    let residual = ground.money.residual();
    let range = residual.outcome.as_ref().map(|outcome| outcome.range);
    let sum = |amount: Option<f64>| say.maybe(amount.map(|amount| say.money(amount)), MONEY);
    let appetite = ground.estate().organisation.appetite.map(|amount| say.money(whole(amount)));
    let above = ground.money.appetite.map(|appetite| say.number(appetite.above_in_1000));
    let before = ground.before("M17").map(|amount| say.money(amount));
    say.fill(
        &head::LIABILITY,
        &[
            ("p50", sum(range.map(|range| range.p50))),
            ("p10", sum(range.map(|range| range.p10))),
            ("p90", sum(range.map(|range| range.p90))),
            ("appetite", say.maybe(appetite, ESTATE)),
            ("above", say.maybe(above, MONEY)),
            ("before", say.maybe(before, METRICS)),
        ],
    )
}

/// An amount of whole units as a number that is drawn.
pub(super) fn whole(amount: u64) -> f64 {
    // What is beyond 2^53 is off by some units, which nobody would notice.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let whole = amount as f64;
    whole
}

fn verdict(ground: &Ground<'_>, say: &Say) -> Text {
    let told = |within: Option<bool>| {
        let entry = within.map(|within| if within { &head::WITHIN } else { &head::ABOVE });
        say.maybe(entry.map(|entry| say.of(entry).to_owned()), MONEY)
    };
    let appetite = ground.money.appetite;
    let missing = ground.money.residual().not_measured.len();
    let scenarios = !ground.money.scenarios.is_empty();
    let missing = scenarios.then(|| say.number(missing as u64));
    say.fill(
        &head::VERDICT,
        &[
            ("middle", told(appetite.and_then(|appetite| appetite.p50_within))),
            ("high", told(appetite.and_then(|appetite| appetite.p90_within))),
            ("missing", say.maybe(missing, MONEY)),
        ],
    )
}

fn maturity(ground: &Ground<'_>, say: &Say) -> Text {
    let found = &ground.maturity;
    let tier = ground.seen().then(|| say.tier(found.tier));
    let signals = ground.seen().then(|| say.of_all(found.met));
    say.fill(
        &head::PROGRAMME,
        &[
            ("tier", say.maybe(tier, MATURITY)),
            ("before", say.maybe(before_tier(ground, say), MATURITY)),
            ("target", say.maybe(found.target.map(|tier| say.tier(tier)), MATURITY)),
            ("by", say.maybe(found.target_by.map(|day| say.day(day)), MATURITY)),
            ("signals", say.maybe(signals, MATURITY)),
        ],
    )
}

/// The tier of the last quarter that somebody recorded.
pub(super) fn before_tier(ground: &Ground<'_>, say: &Say) -> Option<String> {
    let now = ground.quarter();
    let last = ground.maturity.trend.iter().rev().find(|one| one.quarter < now);
    last.map(|one| say.tier(one.tier))
}

fn ask(ground: &Ground<'_>, say: &Say) -> Text {
    let asked = &ground.estate().decisions;
    let mut titles: Vec<Text> =
        asked.iter().take(ASKED).map(|one| say.figure(one.title.clone(), ESTATE)).collect();
    titles.extend(say.more(&parts::MORE, asked.len(), ASKED, ESTATE));
    say.fill(&head::ASK, &[("decisions", joined(titles, "; "))])
}

fn key_figures(ground: &Ground<'_>, say: &Say) -> Vec<KeyFigure> {
    let controlled = of_metric(ground, say, "M4");
    vec![
        KeyFigure { label: say.of(&head::CONTROLLED).to_owned(), ..controlled },
        residual(ground, say),
        tier(ground, say),
        reports(ground, say),
    ]
}

/// A metric as a large figure, with what it was.
fn of_metric(ground: &Ground<'_>, say: &Say, id: &str) -> KeyFigure {
    let Some(metric) = ground.metric(id) else { return KeyFigure::default() };
    let value = say.metric(Some(metric));
    let value = value.0.into_iter().next().map(|run| run.text).filter(|text| !text.is_empty());
    let note = value.is_some().then(|| Note::Reference(say.reference(&metric.figure.query)));
    let before = was(ground, say, id);
    let mut remark = say.fill(&head::WAS, &[("before", say.maybe(before, METRICS))]);
    if let Some(ratio) = metric.figure.ratio.filter(|ratio| ratio.all > 0) {
        let of_all = say.figure(say.of_all(ratio), &metric.figure.query);
        remark = joined([of_all, remark], ", ");
    }
    KeyFigure { label: say.metric_title(metric), value, unit: None, remark, note }
}

fn residual(ground: &Ground<'_>, say: &Say) -> KeyFigure {
    let range = ground.money.residual().outcome.as_ref().map(|outcome| outcome.range);
    let sum = |amount: Option<f64>| say.maybe(amount.map(|amount| say.money(amount)), MONEY);
    let remark = say.fill(
        &head::P10_P90,
        &[("p10", sum(range.map(|range| range.p10))), ("p90", sum(range.map(|range| range.p90)))],
    );
    KeyFigure {
        label: say.of(&head::RESIDUAL_P50).to_owned(),
        value: range.map(|range| say.money(range.p50)),
        unit: None,
        remark,
        note: range.map(|_| Note::Reference(say.reference(MONEY))),
    }
}

fn tier(ground: &Ground<'_>, say: &Say) -> KeyFigure {
    let found = &ground.maturity;
    let seen = ground.seen();
    let remark = say.fill(
        &head::AIM,
        &[
            ("target", say.maybe(found.target.map(|tier| say.tier(tier)), MATURITY)),
            ("by", say.maybe(found.target_by.map(|day| say.day(day)), MATURITY)),
        ],
    );
    let number = |tier: MaturityTier| tier.number().to_string();
    KeyFigure {
        label: say.of(&head::TIER_NOW).to_owned(),
        value: seen.then(|| number(found.tier)),
        unit: seen.then(|| say.of(&head::OF_FOUR).to_owned()),
        remark,
        note: seen.then(|| Note::Reference(say.reference(MATURITY))),
    }
}

fn reports(ground: &Ground<'_>, say: &Say) -> KeyFigure {
    let on_time = super::incidents::on_time(ground);
    let measured = on_time.all > 0 || ground.seen();
    KeyFigure {
        label: say.of(&head::REPORTS_ON_TIME).to_owned(),
        value: measured.then(|| say.percent(on_time)),
        unit: None,
        remark: if measured { say.figure(say.of_all(on_time), ESTATE) } else { Text::default() },
        note: measured.then(|| Note::Reference(say.reference(ESTATE))),
    }
}

/// All scenarios and each dimension against what is accepted.
fn exposure(ground: &Ground<'_>, say: &Say) -> Ranges {
    let row = |label: Text, total: &Total<'_>| Range {
        label,
        spread: total.outcome.as_ref().map(|outcome| say.spread(outcome, MONEY)),
    };
    let mut rows = vec![row(say.text(&head::TOGETHER), ground.money.residual())];
    for dimension in
        [Dimension::DataExposure, Dimension::OperationalIntegrity, Dimension::ThirdPartyTrust]
    {
        rows.push(row(say.text(title(dimension)), &ground.residual(dimension)));
    }
    Ranges {
        title: say.of(&head::EXPOSURE_CHART).to_owned(),
        description: say.of(&head::EXPOSURE_CHART_TOLD).to_owned(),
        rows,
        appetite: appetite(ground, say),
    }
}

/// The line of what is accepted.
pub(super) fn appetite(ground: &Ground<'_>, say: &Say) -> Option<Amount> {
    let value = whole(ground.estate().organisation.appetite?);
    Some(Amount {
        value,
        label: say.money(value),
        note: Some(Note::Reference(say.reference(ESTATE))),
    })
}

/// The figures that are worse than in the quarter before.
fn worse(ground: &Ground<'_>, say: &Say) -> Text {
    let now = ground.quarter();
    let compared = ground.trend.iter().any(|series| {
        series
            .points
            .last()
            .is_some_and(|point| point.quarter == now && point.change != Change::Unknown)
    });
    if !compared {
        return say.fill(&head::WORSE_UNKNOWN, &[]);
    }
    let worse: Vec<Text> = ground
        .trend
        .iter()
        .filter(|series| series.worsening)
        .filter_map(|series| ground.metric(series.figure))
        .map(|metric| {
            let title = say.metric_title(metric);
            say.figure(format!("{title} ({})", metric.figure.id), &metric.figure.query)
        })
        .collect();
    if worse.is_empty() {
        return say.text(&head::WORSE_NONE);
    }
    say.fill(&head::WORSE, &[("figures", joined(worse, ", "))])
}

/// What a figure was in the quarter before. Where something had not come to its end, a mean is only
/// known to be longer than that of the rest.
pub(super) fn was(ground: &Ground<'_>, say: &Say, id: &str) -> Option<String> {
    let longer = || {
        ground.recorded(&format!("{id}-open")).filter(|open| *open > 0.0)?;
        Some(format!("> {}", say.value(id, ground.recorded(id)?)))
    };
    ground.before(id).map(|value| say.value(id, value)).or_else(longer)
}

/// How a figure moved from the quarter before.
pub(super) fn change(ground: &Ground<'_>, say: &Say, id: &str) -> Text {
    let now = ground.quarter();
    let last = ground.series(id).and_then(|series| series.points.last());
    let moved = last.filter(|point| point.quarter == now).map(|point| point.change);
    let word = match moved {
        None | Some(Change::Unknown) => return Text::unmeasured(),
        Some(Change::Better) => "better",
        Some(Change::Worse) => "worse",
        Some(Change::Same) => "same",
    };
    let text = named(terms::CHANGES, word).map_or(word, |entry| say.of(entry));
    if word == "worse" {
        return Text::default().and_styled(text, crate::paper::Style::Strong);
    }
    Text::plain(text)
}
