//! The plan of ninety days, the maturity with the way to its aim, and the course by quarter.

use warden_govern::{
    Word as _,
    maturity::Step,
    metrics::Series,
    programme::{Phase, Task},
};

use super::{
    Ground,
    catalogue::{decide, duties, parts, terms},
    dimension::column,
    query::{MATURITY, METRICS, PROGRAMME},
    say::{Say, joined},
    summary::heading,
};
use crate::paper::{
    Align, Amount, BarRow, Bars, Block, Counting, Note, Series as Line, Table, Text, Trend,
};

/// How many tasks and signals are shown.
const SHOWN: usize = 10;
/// How many quarters a line has.
const QUARTERS: usize = 8;
/// The figures whose course is drawn.
const DRAWN: [&str; 4] = ["M1", "M4", "M15", "M19"];

pub(super) fn plan(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let mut blocks = vec![
        heading(say, &decide::PLAN),
        Block::Paragraph { text: stands(ground, say) },
        Block::Bars(phases(ground, say)),
    ];
    blocks.extend(slipped(ground, say).map(Block::Table));
    blocks.push(Block::Heading {
        level: 2,
        counting: Counting::Number,
        text: say.of(&decide::MATURITY).to_owned(),
    });
    blocks.push(Block::Paragraph { text: maturity(ground, say) });
    blocks.extend(roadmap(ground, say).map(Block::Table));
    blocks.extend(course(ground, say, &DRAWN).map(Block::Trend));
    blocks
}

/// Whether somebody has said when the programme began.
fn begun(ground: &Ground<'_>) -> bool {
    ground.programme.from.is_some()
}

fn stands(ground: &Ground<'_>, say: &Say) -> Text {
    let found = &ground.programme;
    let some = ground.seen();
    let number = |count: u64| some.then(|| say.number(count));
    let slipped = (some && begun(ground)).then(|| say.number(found.slipped.len() as u64));
    let day = found.day_number.map(|day| day.to_string());
    say.fill(
        &decide::PLAN_STANDS,
        &[
            ("done", say.maybe(number(found.done.of), PROGRAMME)),
            ("all", say.maybe(number(found.done.all), PROGRAMME)),
            ("slipped", say.maybe(slipped, PROGRAMME)),
            ("day", say.maybe(day, PROGRAMME)),
        ],
    )
}

fn phases(ground: &Ground<'_>, say: &Say) -> Bars {
    let done = ground.programme.phases.iter().filter(|one| one.phase != Phase::Steady);
    let row = |one: &warden_govern::programme::Progress| {
        let share = one.done.per_mille().and_then(|share| u32::try_from(share).ok());
        let amount = share.filter(|_| ground.seen()).map(|share| Amount {
            value: f64::from(share) / 10.0,
            label: say.of_all(one.done),
            note: Some(Note::Reference(say.reference(PROGRAMME))),
        });
        BarRow {
            label: Text::plain(say.word(duties::PHASES, one.phase.word())),
            amounts: vec![amount],
        }
    };
    Bars {
        title: say.of(&decide::PHASE_CHART).to_owned(),
        description: say.of(&decide::PHASE_CHART_TOLD).to_owned(),
        series: vec![say.of(&decide::DONE).to_owned()],
        rows: done.map(row).collect(),
        mark: Some(super::rows::whole_share(say)),
    }
}

/// Whoever sees to something.
fn owner(ground: &Ground<'_>, say: &Say, owner: Option<&str>) -> Text {
    let name = owner.map(|id| ground.person(id));
    Text::plain(name.unwrap_or_else(|| say.of(&terms::NOBODY).to_owned()))
}

fn slipped(ground: &Ground<'_>, say: &Say) -> Option<Table> {
    let mut late: Vec<&Task> =
        ground.programme.tasks.iter().filter(|task| task.late.is_some()).collect();
    if late.is_empty() || !ground.seen() {
        return None;
    }
    late.sort_by_key(|task| (std::cmp::Reverse(task.late), task.id));
    let row = |task: &&Task| {
        vec![
            Text::plain(say.word(duties::TASKS, task.id)),
            owner(ground, say, task.owner.as_deref()),
            Text::plain(task.late.unwrap_or_default().to_string()),
        ]
    };
    Some(Table {
        title: say.of(&decide::SLIPPED_TABLE).to_owned(),
        columns: vec![
            column(say, &decide::TASK, Align::Start),
            column(say, &parts::OWNER, Align::Start),
            column(say, &decide::DAYS_LATE, Align::End),
        ],
        rows: late.iter().take(SHOWN).map(row).collect(),
        notes: notes(say, PROGRAMME, late.len()),
    })
}

/// Where the figures come from, and how many rows are not shown.
fn notes(say: &Say, query: &str, all: usize) -> Vec<Text> {
    let mut notes = vec![say.source(query)];
    notes.extend(say.more(&parts::MORE, all, SHOWN, query));
    notes
}

fn maturity(ground: &Ground<'_>, say: &Say) -> Text {
    let found = &ground.maturity;
    let since = &found.since;
    let signals = |ids: &[&'static str]| {
        if since.tier.is_none() && since.unknown.len() == found.signals.len() {
            return Text::unmeasured();
        }
        let titles = ids.iter().map(|id| Text::plain(say.word(duties::SIGNALS, id)));
        let titles = joined(titles, ", ");
        let titles = if titles.is_empty() { say.text(&decide::NONE) } else { titles };
        titles.noted(Note::Reference(say.reference(MATURITY)))
    };
    let tier = |tier: Option<warden_govern::maturity::MaturityTier>| {
        say.maybe(tier.map(|tier| say.tier(tier)), MATURITY)
    };
    say.fill(
        &decide::MATURITY_STANDS,
        &[
            ("zero", tier(since.tier)),
            ("now", tier(ground.seen().then_some(found.tier))),
            ("target", tier(found.target)),
            ("by", say.maybe(found.target_by.map(|day| say.day(day)), MATURITY)),
            ("gained", signals(&since.gained)),
            ("lost", signals(&since.lost)),
        ],
    )
}

fn roadmap(ground: &Ground<'_>, say: &Say) -> Option<Table> {
    let steps = &ground.maturity.roadmap;
    if steps.is_empty() {
        return None;
    }
    let row = |step: &Step| {
        vec![
            Text::plain(step.place.to_string()),
            Text::plain(say.word(duties::SIGNALS, step.signal)),
            Text::plain(say.tier(step.tier)),
            owner(ground, say, step.owner.as_deref()),
        ]
    };
    Some(Table {
        title: say.of(&decide::ROADMAP).to_owned(),
        columns: vec![
            column(say, &decide::PLACE, Align::End),
            column(say, &decide::SIGNAL, Align::Start),
            column(say, &decide::NEEDED_FOR, Align::Start),
            column(say, &parts::OWNER, Align::Start),
        ],
        rows: steps.iter().map(row).collect(),
        notes: vec![say.source(MATURITY)],
    })
}

/// Shares over quarters; none where no earlier quarter was recorded.
pub(super) fn course(ground: &Ground<'_>, say: &Say, ids: &[&str]) -> Option<Trend> {
    let drawn: Vec<&Series> = ids.iter().filter_map(|id| ground.series(id)).collect();
    let mut periods: Vec<String> =
        drawn.iter().flat_map(|one| &one.points).map(|point| point.quarter.clone()).collect();
    periods.sort();
    periods.dedup();
    if periods.len() < 2 {
        return None;
    }
    periods.drain(..periods.len().saturating_sub(QUARTERS));
    let line = |series: &&Series| {
        let metric = ground.metric(series.figure)?;
        let point = |period: &String| {
            let point = series.points.iter().find(|point| point.quarter == *period)?;
            Some(Amount {
                value: point.value?,
                label: say.value(series.figure, point.value?),
                note: Some(Note::Reference(say.reference(METRICS))),
            })
        };
        let points = periods.iter().map(point).collect();
        Some(Line { name: say.metric_title(metric), points })
    };
    Some(Trend {
        title: say.of(&decide::TREND_CHART).to_owned(),
        description: say.of(&decide::TREND_CHART_TOLD).to_owned(),
        series: drawn.iter().filter_map(line).collect(),
        periods,
        mark: None,
    })
}
