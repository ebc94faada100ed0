//! Published figures, documented incidents, and playbooks.

use std::process::ExitCode;

use serde_json::json;
use warden_govern::{
    comply::Ground,
    facts::{FACTS, Fact},
    library::{CASES, Case, Kept, PLAYBOOKS, Play, cacao, kept},
};

use super::{Common, Format, no_such, pretty, text};
use crate::{Failure, World, output};

/// Show published figures with what became of them when they were looked up
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mcpwarden comply facts exposed-servers")]
pub(super) struct Facts {
    /// One figure
    #[arg(value_name = "FIGURE")]
    id: Option<String>,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
}

impl Facts {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let facts: Vec<&Fact> = match &self.id {
            None => FACTS.iter().collect(),
            Some(id) => {
                let known = FACTS.iter().map(|fact| fact.id.to_owned());
                vec![Fact::find(id).ok_or_else(|| no_such("figure", id, known))?]
            }
        };
        let shown = match self.format {
            Format::Json => pretty(&json!({"v": 1, "facts": super::value(&facts)?}))?,
            Format::Human => facts.iter().map(|fact| told(fact)).collect(),
        };
        output::print(&shown)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn told(fact: &Fact) -> String {
    let mut out = format!("{}: {}\n", fact.id, fact.label());
    out.push_str(&text::folded("  ", 2, &fact.labelled().to_string()));
    if !fact.own.is_empty() {
        out.push_str(&text::folded("  ", 2, &format!("in an estate: {}", fact.own)));
    }
    out + "\n"
}

/// Show documented incidents, what notices them, and the tests that play them
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mcpwarden comply cases")]
pub(super) struct Cases {
    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
}

impl Cases {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let shown = match self.format {
            Format::Json => {
                let all: Vec<_> = CASES.iter().map(written).collect();
                pretty(&json!({"v": 1, "cases": all}))?
            }
            Format::Human => CASES.iter().map(case).collect(),
        };
        output::print(&shown)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn classes(case: &Case) -> Vec<&'static str> {
    case.classes.iter().map(|class| class.id()).collect()
}

fn written(case: &Case) -> serde_json::Value {
    json!({
        "id": case.id,
        "title": case.title,
        "published": case.published,
        "what": case.what,
        "source": case.source,
        "classes": classes(case),
        "detections": case.detections,
        "replays": case.replays,
        "playbook": case.playbook,
    })
}

fn case(case: &Case) -> String {
    let mut out = text::folded("", 2, &format!("{}: {}", case.id, case.title));
    let lines = [
        ("what", case.what.to_owned()),
        ("source", format!("{}, {}", case.source, case.published)),
        ("classes", classes(case).join(", ")),
        ("noticed", case.detections.join(", ")),
        ("playbook", case.playbook.to_owned()),
    ];
    for (name, says) in lines {
        out.push_str(&text::folded(&format!("  {name}"), 12, &says));
    }
    for replay in case.replays {
        out.push_str(&text::folded("  replay", 12, &format!("{} {}", replay.file, replay.test)));
    }
    out + "\n"
}

/// Show the playbooks, or write one in the form of CACAO 2.0
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden comply playbook
  mcpwarden comply playbook PB-1
  mcpwarden comply playbook PB-1 --format cacao > pb-1.json")]
pub(super) struct Playbook {
    /// The playbook, PB-1 to PB-5
    #[arg(value_name = "PLAYBOOK", required_if_eq("format", "cacao"))]
    id: Option<String>,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = BookFormat::Human, value_name = "FORMAT")]
    format: BookFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum BookFormat {
    /// For a person
    Human,
    /// One JSON document
    Json,
    /// One playbook as CACAO 2.0
    Cacao,
}

impl Playbook {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let books: Vec<&Play> = match &self.id {
            None => PLAYBOOKS.iter().collect(),
            Some(id) => {
                let known = PLAYBOOKS.iter().map(|book| book.id.to_owned());
                let book = PLAYBOOKS.iter().find(|book| book.id.eq_ignore_ascii_case(id));
                vec![book.ok_or_else(|| no_such("playbook", id, known))?]
            }
        };
        let shown = match (self.format, books.first()) {
            (BookFormat::Cacao, Some(book)) => pretty(&cacao(book))?,
            (BookFormat::Human, _) => {
                books.iter().map(|book| play(book, self.id.is_some())).collect()
            }
            _ => pretty(&json!({"v": 1, "playbooks": super::value(&books)?}))?,
        };
        output::print(&shown)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn play(book: &Play, whole: bool) -> String {
    let mut out =
        text::folded(&format!("{:<6}", book.id), 6, &format!("{} ({})", book.title, book.scenario));
    if !whole {
        return out;
    }
    out.push_str(&text::folded("  set off by", 14, book.trigger));
    for step in book.steps {
        out.push_str(&text::folded(&format!("  {}", step.phase), 14, step.what));
    }
    out.push_str(&text::folded("  ATLAS", 14, &book.atlas.join(", ")));
    out.push_str(&text::folded("  drill", 14, book.measure));
    out
}

/// Show who keeps each playbook, and when it was last played
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  mcpwarden comply playbooks --estate estate.json")]
pub(super) struct Playbooks {
    #[command(flatten)]
    common: Common,
}

impl Playbooks {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let ask = |ground: &Ground<'_>| Ok(kept(ground));
        self.common.answer(world, "playbooks", ask, |all, _| all.iter().map(line).collect())
    }
}

fn line(one: &Kept) -> String {
    let day =
        |day: Option<jiff::civil::Date>| day.map_or("not known".into(), |day| day.to_string());
    let played = one.exercised.map_or("never".into(), |day| day.to_string());
    let owner = one.owner.as_deref().unwrap_or("not known");
    let says = format!("owner {owner}; looked at {}; last played {played}", day(one.updated));
    text::folded(&format!("{:<6}{:<24}", one.id, one.scenario), 30, &says)
}
