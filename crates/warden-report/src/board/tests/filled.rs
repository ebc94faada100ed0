//! What the blanks are filled with.

use warden_govern::estate::Lookup;

use super::{empty, full, has, headings, plain, report, rows, said, section, table, texts};
use crate::{
    board::{
        Ground,
        catalogue::{Entry, annex, decide, head, parts},
        say::Say,
    },
    paper::{Block, Language, Note, Style, Text},
};

/// The sentences of the template, whose blanks a report fills.
const TEMPLATE: &[&Entry] = &[
    &head::RUNS,
    &head::LIABILITY,
    &head::VERDICT,
    &head::PROGRAMME,
    &head::ASK,
    &head::WORSE_UNKNOWN,
    &parts::DATA_STANDS,
    &parts::INTEGRITY_STANDS,
    &parts::TRUST_STANDS,
    &parts::WORST,
    &parts::CONTROLS,
    &parts::RESIDUAL,
    &parts::TOP_RISKS_TOLD,
    &parts::INCIDENTS_STAND,
    &decide::COMPLIANCE_STANDS,
    &decide::PLAN_STANDS,
    &decide::MATURITY_STANDS,
    &decide::WAIVERS_STAND,
    &decide::DECISIONS_STAND,
    &annex::QUALITY_STANDS,
];

/// R138: the template has named blanks, and is on the page that is shipped; the report over an
/// estate of which nothing is known prints each of them as not measured, in every language, and
/// over one in which everything is said they are filled.
#[test]
fn a_blank_that_nothing_fills_is_not_measured() {
    let estate = empty();
    let known = Lookup::new(&estate);
    let ground = Ground::of(&known);
    for language in Language::ALL {
        let say = Say::new(&ground, *language);
        let all = texts(&report(&estate, *language));
        for sentence in TEMPLATE {
            assert!(!sentence.blanks(*language).is_empty(), "{}", sentence.id);
            let blank = say.fill(sentence, &[]);
            assert!(all.contains(&blank), "{}: {}", sentence.id, plain(&blank));
        }
    }
    let shipped = include_str!("../../../../../docs/board.md");
    for sentence in TEMPLATE {
        let text = sentence.of(Language::En);
        assert!(shipped.contains(&format!("> {text}\n")), "> {text}");
    }
    let filled = report(&full(), Language::En);
    has(
        &filled,
        &[
            "We run 3 agents and 5 MCP servers. 20.0 % of the servers are under control, that is \
             certified at our level and current; in the last quarter it was 60.0 %.",
            "What we accept is EUR 5 m;",
            "Programme: Maturity tier 1 Reactive; in the last quarter Maturity tier 1 Reactive. The \
             aim is Maturity tier 3 Managed by 31 March 2027. 2 of 14 signals hold.",
            "We ask the board to decide: No agent without a named owner from January on; Buy egress \
             filtering for all gateways.",
        ],
    );
}

/// Nothing is invented: in a report over nothing no figure of the estate is there at all.
#[test]
fn nothing_is_invented_where_nothing_is_known() {
    let document = report(&empty(), Language::En);
    for block in &document.blocks {
        match block {
            Block::Figures { figures } => {
                assert!(figures.iter().all(|one| one.value.is_none()), "{figures:?}");
            }
            Block::Ranges(chart) => {
                assert!(chart.appetite.is_none());
                assert!(chart.rows.iter().all(|row| row.spread.is_none()), "{chart:?}");
            }
            Block::Bars(chart) => {
                assert!(chart.rows.iter().all(|row| row.amounts.iter().all(Option::is_none)));
            }
            Block::Trend(_) | Block::Clocks(_) => panic!("there is nothing to draw: {block:?}"),
            _ => {}
        }
    }
    for title in ["Data exposure", "Operational integrity", "Third-party trust"] {
        let figures = table(&document, title, "How the controls stand");
        for row in rows(figures) {
            assert!(row.iter().skip(1).all(|cell| cell == "not measured"), "{row:?}");
        }
    }
}

/// R136: the report has exactly the three dimensions, in their order, and each says which controls
/// are recorded and what is left in money.
#[test]
fn there_are_three_dimensions_with_controls_and_residual_risk() {
    let document = report(&full(), Language::En);
    assert_eq!(
        headings(&document),
        [
            "Answer first",
            "Data exposure",
            "Operational integrity",
            "Third-party trust",
            "The five largest risks",
            "Incidents and regulatory clocks",
            "Compliance coverage",
            "90-day plan",
            "Waivers: who accepted what until when",
            "Decisions asked",
            "Metrics: definitions and values",
            "Control coverage",
            "Data quality",
            "Published figures and what became of them",
        ]
    );
    for title in ["Data exposure", "Operational integrity", "Third-party trust"] {
        let blocks = section(&document, title);
        let paragraphs: Vec<String> = blocks
            .iter()
            .filter_map(|block| match block {
                Block::Paragraph { text } => Some(plain(text)),
                _ => None,
            })
            .collect();
        let begins = |with: &str| paragraphs.iter().any(|text| text.starts_with(with));
        assert!(begins("Controls that are recorded: "), "{paragraphs:?}");
        let residual = "Residual risk of this dimension: EUR ";
        assert!(begins(residual), "{paragraphs:?}");
    }
}

/// R137: each dimension shows a named scenario with how often it is tried, what one event costs and
/// what a year costs, as ranges. That words alone fail is tested with the linter.
#[test]
fn each_dimension_shows_a_scenario_with_ranges() {
    let document = report(&full(), Language::En);
    for (title, scenario, tries, event) in [
        (
            "Data exposure",
            "A customer ticket makes the support agent",
            "1 to 12",
            "EUR 50 k to EUR 7.5 m",
        ),
        (
            "Operational integrity",
            "The payment agent pays a forged invoice",
            "0.2 to 4",
            "EUR 100 k to EUR 2.9 m",
        ),
        (
            "Third-party trust",
            "A vendor replaces an approved server",
            "0.1 to 2",
            "EUR 200 k to EUR 13 m",
        ),
    ] {
        let shown = rows(table(&document, title, "Scenarios"));
        let row = shown.first().unwrap();
        assert!(row[0].starts_with(scenario), "{row:?}");
        assert_eq!((row[1].as_str(), row[2].as_str()), (tries, event));
        assert!(row[3].starts_with("EUR ") && row[3].contains(" to EUR "), "{row:?}");
        let drawn = section(&document, title).iter().any(|block| match block {
            Block::Ranges(chart) => chart.rows.first().unwrap().spread.is_some(),
            _ => false,
        });
        assert!(drawn, "{title}");
    }
    let unmeasured = rows(table(&document, "Data exposure", "Scenarios"));
    assert_eq!(unmeasured[1][1..4], ["not measured", "not measured", "not measured"]);
}

/// R62: the first page answers both questions: what a year may cost as a range of money, and the
/// tier of the programme with what it was.
#[test]
fn the_first_page_answers_both_questions() {
    let document = report(&full(), Language::En);
    let end = document.blocks.iter().position(|block| *block == Block::PageBreak).unwrap();
    let mut first = document.clone();
    first.blocks.truncate(end);
    assert_eq!(headings(&first), ["Answer first"]);
    let said = said(&first);
    let liability = said.lines().find(|line| line.starts_with("Liability: ")).unwrap();
    for part in ["(P50), from EUR ", " (P10) to EUR ", "What we accept is EUR 5 m", "was EUR 3.1 m"]
    {
        assert!(liability.contains(part), "{liability}");
    }
    assert!(
        said.contains("Programme: Maturity tier 1 Reactive; in the last quarter Maturity tier 1")
    );
}

/// R135: the course of figures by quarter is in the report, and what is worse is flagged. That they
/// are kept is tested with `mcpwarden report`.
#[test]
fn the_course_by_quarter_is_shown_and_what_is_worse_is_flagged() {
    let document = report(&full(), Language::En);
    has(&document, &["Worse than in the quarter before: Certified (M4), Time to detect behaviour"]);
    let drawn = section(&document, "90-day plan").iter().find_map(|block| match block {
        Block::Trend(chart) => Some(chart),
        _ => None,
    });
    let chart = drawn.unwrap();
    assert_eq!(chart.periods, ["2026-Q2", "2026-Q3", "2026-Q4"]);
    let coverage = chart.series.iter().find(|line| line.name == "Inventory coverage").unwrap();
    let labels: Vec<_> = coverage.points.iter().flatten().map(|one| one.label.as_str()).collect();
    assert_eq!(labels, ["41.0\u{a0}%", "50.0\u{a0}%", "71.4\u{a0}%"]);
    let change = rows(table(&document, "Third-party trust", "How the controls stand"));
    let assessed = change.iter().find(|row| row[0] == "Vendors assessed (M15)").unwrap();
    assert_eq!(assessed[1..], ["33.3 %", "50.0 %", "worse"]);
}

/// R21: every server without owner and approval, and every one that nobody registered, is counted as
/// an unmanaged ICT third party in the report, and named there. The view of DORA is tested with it.
#[test]
fn unmanaged_third_parties_are_counted() {
    has(
        &report(&full(), Language::En),
        &[
            "8 servers are unmanaged ICT third parties: without owner, approval or registration.",
            "Unmanaged ICT third parties: servers/files, servers/ghost, servers/lab, servers/mail, \
             servers/search, shadows/https://one.example, ",
        ],
    );
}

/// R22: the premium is a named input that can be changed, with its source, its state and what it is
/// held against; another amount moves the range, the same amount gives the same range.
#[test]
fn the_premium_is_an_input_that_moves_the_range() {
    let with = |amount: Option<u64>| {
        let mut estate = full();
        estate.organisation.currency = Some("USD".into());
        estate.organisation.shadow_premium = amount;
        said(&report(&estate, Language::En))
    };
    let published = with(None);
    for part in [
        "Shadow-AI premium, an input that can be changed (organisation.shadow_premium): USD 670 k",
        "IBM, Cost of a Data Breach Report 2025",
        "USD 670,000; state: verified, wording differs",
        "vs organisations with low or no shadow AI",
    ] {
        assert!(published.contains(part), "{part}\n{published}");
    }
    let range =
        |said: &str| said.lines().find(|line| line.starts_with("Liability: ")).unwrap().to_owned();
    assert_eq!(range(&published), range(&with(Some(670_000))));
    assert_ne!(range(&published), range(&with(Some(900_000))));
    assert_eq!(with(Some(900_000)), with(Some(900_000)));
}

/// R12, R14, in the report: the card for exfiltration has its scenario, data, controls and money,
/// and prints High / Hard.
#[test]
fn the_cards_are_in_the_report() {
    let document = report(&full(), Language::En);
    let cards = rows(table(&document, "The five largest risks", "Risk cards"));
    let card = cards.first().unwrap();
    assert!(card[0].starts_with("Data exfiltration: An agent is told by a document"), "{card:?}");
    assert_eq!(card[1], "High / Hard");
    assert!(card[2].contains("regulated") && card[2].contains("salary data"), "{card:?}");
    assert!(card[3].contains("filter on outgoing traffic"), "{card:?}");
    assert!(card[4].starts_with("EUR "), "{card:?}");
}

/// R40, its report: a waiver that holds is listed with who accepted what, why and until when.
#[test]
fn waivers_that_hold_are_listed() {
    let document = report(&full(), Language::En);
    has(&document, &["1 waivers hold now; 1 more are recorded that do not."]);
    let shown =
        rows(table(&document, "Waivers: who accepted what until when", "Waivers that hold"));
    assert_eq!(
        shown,
        [["f3", "Ann, CISO", "The vendor mends it with the next release", "31 December 2026"]]
    );
}

/// R86: the table has its three columns, the five rows of its source in their wording and our two,
/// and every required control has the command that shows its evidence.
#[test]
fn the_table_of_frameworks_has_its_rows_and_links() {
    let document = report(&full(), Language::De);
    let shown = table(&document, "Abdeckung der Vorgaben", "Abdeckung der Vorgaben");
    let columns: Vec<&str> = shown.columns.iter().map(|column| column.heading.as_str()).collect();
    assert_eq!(columns, ["Framework", "MCP Risk Addressed", "Required Controls"]);
    let names: Vec<String> = shown.rows.iter().map(|row| plain(&row[0])).collect();
    assert_eq!(
        names,
        [
            "NIST AI RMF",
            "EU AI Act",
            "ISO/IEC 42001",
            "SOC 2 Type II",
            "GDPR/Data Protection",
            "DORA",
            "NIS2"
        ]
    );
    for (row, known) in shown.rows.iter().zip(warden_govern::comply::ROWS) {
        let linked = row[2].0.iter().filter(|run| match &run.note {
            Some(Note::Reference(to)) => to.query.starts_with("mcpwarden comply control C"),
            _ => false,
        });
        assert_eq!(linked.count(), known.needs.len(), "{}", known.framework);
    }
}

/// R97, R128, in the report: the tier of day 0, of now and of the aim with its day, the signals
/// gained, and what is missing in order with who sees to it.
#[test]
fn the_way_to_the_aim_is_in_the_report() {
    let document = report(&full(), Language::En);
    has(
        &document,
        &[
            "On day 0 it was Maturity tier 1 Reactive; now it is Maturity tier 1 Reactive; the aim is \
           Maturity tier 3 Managed by 31 March 2027. Signals gained since day 0: Inventory of agents \
           and servers; lost: none.",
        ],
    );
    let title = "The way to the aim: signals that are missing, in order";
    let steps = rows(table(&document, "90-day plan", title));
    assert_eq!(
        steps[1],
        ["2", "Invocations logged to the SIEM", "Maturity tier 2 Foundational", "Bob"]
    );
}

/// R55: how far each control reaches in per cent is in the report, with the first that it does not
/// cover. The command for the three documents is tested with `mcpwarden programme`.
#[test]
fn the_coverage_of_each_control_has_what_it_does_not_cover() {
    let document = report(&full(), Language::En);
    let title = "How far each control reaches, and what it does not cover";
    let shown = rows(table(&document, "Control coverage", title));
    assert_eq!(shown.len(), 13);
    let assessed = shown.iter().find(|row| row[0] == "Vendors assessed (M15)").unwrap();
    assert_eq!(assessed[1..], ["33.3 %", "1 of 3", "ghost, search"]);
}

/// Every figure of a sentence has a command, the time and the digest of the estate.
#[test]
fn figures_say_where_they_come_from() {
    let estate = full();
    let document = report(&estate, Language::En);
    let mut references = 0;
    for run in texts(&document).iter().flat_map(|text: &Text| &text.0) {
        if let Some(Note::Reference(to)) = &run.note {
            references += 1;
            assert_eq!(to.evidence, estate.digest().to_string());
            assert_eq!(to.as_of, estate.as_of);
            assert!(to.query.starts_with("mcpwarden "), "{}", to.query);
        }
    }
    assert!(references > 100, "{references}");
    let bare = document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    for table in bare {
        let sourced =
            |text: &Text| text.0.iter().any(|run| matches!(run.note, Some(Note::Reference(_))));
        assert!(table.notes.iter().any(sourced), "{}", table.title);
    }
    assert!(document.blocks.iter().all(|block| match block {
        Block::Figures { figures } =>
            figures.iter().all(|one| one.value.is_none() || one.note.is_some()),
        _ => true,
    }));
    let none = texts(&document).into_iter().flat_map(|text| text.0);
    assert!(none.filter(|run| run.style == Style::Unmeasured).count() > 5);
}
