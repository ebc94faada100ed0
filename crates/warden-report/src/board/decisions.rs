//! What somebody has accepted for a while, and what the board is asked to decide.

use warden_govern::estate::{Decision, Waiver};

use super::{
    Ground,
    catalogue::{decide, parts},
    dimension::{blank, column},
    query::ESTATE,
    say::Say,
    summary::{heading, whole},
};
use crate::paper::{Align, Block, Style, Table, Text};

/// How many waivers are shown: a company with more has another problem, and is told how many.
const WAIVERS: usize = 100;

pub(super) fn waivers(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let day = ground.estate().day();
    let all = &ground.estate().waivers;
    let mut holding: Vec<&Waiver> =
        all.iter().filter(|one| one.from <= day && one.until >= day).collect();
    holding.sort_by(|a, b| (a.until, &a.id).cmp(&(b.until, &b.id)));
    let stand = say.fill(
        &decide::WAIVERS_STAND,
        &[
            ("count", say.count(holding.len(), ESTATE)),
            ("ended", say.count(all.len() - holding.len(), ESTATE)),
        ],
    );
    vec![
        heading(say, &decide::WAIVERS),
        Block::Paragraph { text: stand },
        Block::Table(waiver_table(ground, say, &holding)),
    ]
}

fn waiver_table(ground: &Ground<'_>, say: &Say, holding: &[&Waiver]) -> Table {
    let row = |one: &&Waiver| {
        let person = ground.person(&one.owner);
        vec![
            Text::default().and_styled(one.subject.as_str(), Style::Code),
            Text::plain(
                say.line(&decide::PERSON_ROLE, &[("person", person), ("role", one.role.clone())]),
            ),
            Text::plain(&one.reason),
            Text::plain(say.day(one.until)),
        ]
    };
    let mut rows: Vec<Vec<Text>> = holding.iter().take(WAIVERS).map(row).collect();
    if rows.is_empty() {
        rows.push(none(ground, say, 4));
    }
    let mut notes = vec![say.source(ESTATE)];
    notes.extend(say.more(&parts::MORE, holding.len(), WAIVERS, ESTATE));
    Table {
        title: say.of(&decide::WAIVER_TABLE).to_owned(),
        columns: vec![
            column(say, &decide::SUBJECT, Align::Start),
            column(say, &decide::ACCEPTED_BY, Align::Start),
            column(say, &decide::REASON, Align::Start),
            column(say, &decide::UNTIL, Align::Start),
        ],
        rows,
        notes,
    }
}

/// The row of a table in which nothing is recorded.
fn none(ground: &Ground<'_>, say: &Say, columns: usize) -> Vec<Text> {
    if !ground.seen() {
        return blank(Text::unmeasured(), columns);
    }
    let mut row = vec![say.text(&parts::NONE_RECORDED)];
    row.resize(columns, Text::plain("–"));
    row
}

pub(super) fn asked(ground: &Ground<'_>, say: &Say) -> Vec<Block> {
    let all = &ground.estate().decisions;
    let count = (!all.is_empty()).then(|| say.number(all.len() as u64));
    let stand = say.fill(&decide::DECISIONS_STAND, &[("count", say.maybe(count, ESTATE))]);
    let mut rows: Vec<Vec<Text>> = all.iter().map(|one| decision(say, one)).collect();
    if rows.is_empty() {
        rows.push(blank(Text::unmeasured(), 4));
    }
    vec![
        heading(say, &decide::DECISIONS),
        Block::Paragraph { text: stand },
        Block::Table(Table {
            title: say.of(&decide::DECISIONS).to_owned(),
            columns: vec![
                column(say, &decide::DECISION, Align::Start),
                column(say, &decide::OPTIONS, Align::Start),
                column(say, &decide::COST, Align::End),
                column(say, &decide::RECOMMENDED, Align::Start),
            ],
            rows,
            notes: vec![say.source(ESTATE)],
        }),
    ]
}

fn decision(say: &Say, one: &Decision) -> Vec<Text> {
    let recommended = one.recommended.as_deref().map(Text::plain);
    vec![
        Text::default().and_styled(one.title.as_str(), Style::Strong),
        if one.options.is_empty() {
            Text::unmeasured()
        } else {
            Text::plain(one.options.join("; "))
        },
        one.cost.map_or_else(Text::unmeasured, |cost| Text::plain(say.money(whole(cost)))),
        recommended.unwrap_or_else(|| say.text(&parts::NOT_SAID)),
    ]
}
