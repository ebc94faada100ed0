//! The figures of a quarter in depth, and the sheet of all metrics.

use warden_govern::{
    Word as _,
    comply::{Framework, Judged},
    metrics::Series,
    money::Outcome,
};

use super::{
    Ground, Options, Refused, annex,
    catalogue::{
        Entry,
        metrics::{Unit, unit},
        terms, update,
    },
    dimension::{self, blank, column, range, unsourced},
    finished, incidents, plan,
    query::{FRAMEWORKS, MONEY},
    say::Say,
    summary::{appetite, heading},
};
use crate::paper::{Align, Block, Column, Document, Form, Ranges, Table, Text};

/// How many scenarios a chart holds.
const MOST_ROWS: usize = 20;
/// How many lines a chart holds.
const LINES: usize = 4;

/// The figures of a quarter in depth: every scenario, metric, course, framework and control.
///
/// # Errors
/// Everything in it that a board is not told so.
pub fn deep_dive(ground: &Ground<'_>, options: &Options) -> Result<Document, Refused> {
    let say = Say::new(ground, options.language);
    let mut blocks = vec![heading(&say, &update::MONEY)];
    blocks.extend(money(ground, &say));
    blocks.push(heading(&say, &super::catalogue::annex::METRICS));
    blocks.push(Block::Table(annex::metrics(ground, &say)));
    let courses = courses(ground, &say);
    if !courses.is_empty() {
        blocks.push(heading(&say, &update::COURSES));
        blocks.extend(courses);
    }
    blocks.extend(incidents::incidents(ground, &say));
    blocks.push(heading(&say, &update::FRAMEWORKS));
    blocks.push(Block::Table(frameworks(ground, &say)));
    blocks.push(heading(&say, &update::CONTROLS));
    blocks.push(Block::Table(controls(ground, &say)));
    finished(ground, options, &say, &update::DEEP_TITLE, blocks)
}

/// The sheet of all metrics: what each counts, and how it stands.
///
/// # Errors
/// Everything in it that a board is not told so.
pub fn sheet(ground: &Ground<'_>, options: &Options) -> Result<Document, Refused> {
    let say = Say::new(ground, options.language);
    let blocks = vec![Block::Table(annex::metrics(ground, &say))];
    let document = finished(ground, options, &say, &update::SHEET_TITLE, blocks)?;
    Ok(Document { form: Form::Sheet, ..document })
}

fn money(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let all = ground.all_scenarios();
    let mut blocks = Vec::new();
    if !all.is_empty() {
        blocks.push(Block::Ranges(Ranges {
            title: say.of(&update::MONEY).to_owned(),
            description: say.of(&super::catalogue::head::EXPOSURE_CHART).to_owned(),
            rows: all.iter().take(MOST_ROWS).map(|one| range(say, one)).collect(),
            appetite: appetite(ground, say),
        }));
    }
    blocks.push(Block::Table(dimension::table(ground, say, &all, all.len())));
    blocks.push(Block::Table(curve(ground, say)));
    blocks.extend(super::risks::premium(ground, say).map(|text| Block::Paragraph { text }));
    blocks
}

/// Losses that are exceeded in so many years of a thousand, with and without the controls.
fn curve(ground: &Ground<'_>, say: &Say) -> Table {
    let before = ground.money.before.outcome.as_ref().map(Outcome::curve);
    let after = ground.money.residual().outcome.as_ref().map(Outcome::curve);
    let losses = |points: Option<&[warden_govern::money::Point]>, years: u16| {
        let point = points.and_then(|points| points.iter().find(|one| one.years_in_1000 == years));
        point.map_or_else(Text::unmeasured, |point| Text::plain(say.money(point.loss)))
    };
    let years = before
        .iter()
        .chain(&after)
        .next()
        .map(|points| points.iter().map(|point| point.years_in_1000).collect::<Vec<_>>());
    let row = |years: &u16| {
        vec![
            Text::plain(years.to_string()),
            losses(before.as_deref(), *years),
            losses(after.as_deref(), *years),
        ]
    };
    let mut rows: Vec<Vec<Text>> = years.iter().flatten().map(row).collect();
    if rows.is_empty() {
        rows.push(blank(Text::unmeasured(), 3));
    }
    Table {
        title: say.of(&update::CURVE).to_owned(),
        columns: vec![
            column(say, &update::YEARS, Align::End),
            column(say, &update::LOSS_WITHOUT, Align::End),
            column(say, &update::LOSS_WITH, Align::End),
        ],
        rows,
        notes: vec![say.source(MONEY)],
    }
}

/// The course of every share of which an earlier quarter was recorded, four in a chart.
fn courses(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let drawn = |series: &&Series| unit(series.figure) == Unit::Share && series.points.len() > 1;
    let ids: Vec<&str> = ground.trend.iter().filter(drawn).map(|series| series.figure).collect();
    let charts = ids.chunks(LINES).filter_map(|ids| plan::course(ground, say, ids));
    charts.map(Block::Trend).collect()
}

fn wide(say: &Say, entry: &Entry, align: Align, width: u16) -> Column {
    Column { width: Some(width), ..column(say, entry, align) }
}

fn frameworks(ground: &Ground<'_>, say: &Say) -> Table {
    let row = |one: &Framework| {
        let share = |ratio| unsourced(say.share(ratio, FRAMEWORKS));
        vec![Text::plain(one.title), share(one.coverage), share(one.met)]
    };
    Table {
        title: say.of(&update::FRAMEWORKS).to_owned(),
        columns: vec![
            wide(say, &update::FRAMEWORK, Align::Start, 60),
            wide(say, &update::FRESH, Align::End, 22),
            wide(say, &update::MET, Align::End, 18),
        ],
        rows: ground.frameworks.iter().map(row).collect(),
        notes: vec![say.source(FRAMEWORKS)],
    }
}

fn controls(ground: &Ground<'_>, say: &Say) -> Table {
    let row = |one: &Judged| {
        let missing = one.work.iter().map(|item| item.missing).sum::<u64>();
        vec![
            Text::plain(one.id),
            Text::plain(one.title),
            if ground.seen() {
                Text::plain(say.word(terms::STATUSES, one.status.word()))
            } else {
                Text::unmeasured()
            },
            if ground.seen() { Text::plain(say.number(missing)) } else { Text::unmeasured() },
        ]
    };
    Table {
        title: say.of(&update::CONTROLS).to_owned(),
        columns: vec![
            wide(say, &super::catalogue::annex::ID, Align::Start, 10),
            wide(say, &update::CONTROL, Align::Start, 56),
            wide(say, &update::STATUS, Align::Start, 20),
            wide(say, &update::MISSING, Align::End, 14),
        ],
        rows: ground.judged.iter().map(row).collect(),
        notes: vec![say.source("mcpwarden comply control --estate ESTATE")],
    }
}
