//! The three risk cards of the board.

use serde_json::json;
use warden_govern::{
    estate::{Card, Lookup},
    money::{Portfolio, RiskCard, cards},
    risk::Surroundings,
};

use super::{
    Format, Inputs,
    money::{Drawn, total},
    print_json, told,
};
use crate::{Failure, World, output};

pub(super) fn run(
    from: &Inputs,
    drawn: Drawn,
    format: Format,
    world: &World,
) -> Result<(), Failure> {
    let (estate, _) = from.load(world)?;
    let known = Lookup::new(&estate);
    let money = Portfolio::of(&estate, drawn.settings());
    let cards = cards(&known, &Surroundings::new(&known, estate.day()), &money);
    match format {
        Format::Human => {
            let cards: String = cards.iter().map(|card| human(card, money.currency)).collect();
            output::print(&format!("risk cards as of {}\n\n{cards}", estate.day()))
        }
        Format::Json => print_json(&json!({
            "version": 1,
            "as_of": estate.as_of.to_string(),
            "estate": estate.digest().to_string(),
            "settings": money.settings,
            "currency": money.currency,
            "cards": cards,
        })),
    }
}

/// `High / Hard`.
fn rating(card: &RiskCard<'_>) -> String {
    let title = |word: Option<String>| {
        word.map_or_else(
            || "not rated".to_owned(),
            |word| {
                let (first, rest) = word.split_at_checked(1).unwrap_or((&word, ""));
                format!("{}{rest}", first.to_uppercase())
            },
        )
    };
    let impact = title(card.impact.map(|impact| impact.to_string()));
    format!("{impact} / {}", title(card.detection.map(|detection| detection.to_string())))
}

fn human(card: &RiskCard<'_>, currency: Option<&str>) -> String {
    let mut out = format!("{}\n", card.title);
    out.push_str(&told::wrapped(card.scenario, 2));
    out.push_str(&format!("  impact / detection  {}\n", rating(card)));
    let none = |all: &[&str], none: &str| {
        if all.is_empty() { none.to_owned() } else { all.join(", ") }
    };
    let first: Vec<_> = card.agents.iter().take(5).copied().collect();
    let more = match card.agents.len().saturating_sub(first.len()) {
        0 => String::new(),
        left => format!(" and {left} more"),
    };
    if card.card == Card::Exfiltration {
        let agents = format!("agents with a toxic flow: {}{more}", none(&first, "none"));
        out.push_str(&told::wrapped(&agents, 2));
        let data = none(&card.data, "none");
        out.push_str(&told::wrapped(&format!("exposed data classes: {data}"), 2));
    }
    for (name, text) in [
        ("exposed", none(&card.exposed, "not said")),
        ("controls in place", none(&card.controls, "none recorded")),
        ("controls not recorded", none(&card.absent, "none")),
        ("controls of its scenarios", none(&card.named_controls, "none named")),
    ] {
        out.push_str(&told::wrapped(&format!("{name}: {text}"), 2));
    }
    out.push_str(&total("what is left", &card.residual, currency));
    out.push('\n');
    out
}
