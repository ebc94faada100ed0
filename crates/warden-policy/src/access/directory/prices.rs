//! `[[price]]`: what a call costs, for limits on what is spent.

use serde::Deserialize;
use toml_edit::Item;

use super::{Directory, Pattern, form::Form, read::Draft, tables::each};
use crate::limit::Micros;

/// One `[[price]]` as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The server; `*` stands for any characters.
    server: String,
    /// The tool by its name on its server; every one without.
    #[serde(default = "every")]
    tool: String,
    /// What one call costs, in units of money, to the millionth.
    cost: Micros,
}

fn every() -> String {
    "*".to_owned()
}

/// What a call of some tools costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Price {
    server: Pattern,
    tool: Pattern,
    cost: Micros,
}

impl Price {
    /// How much it says about which tools it is for: the name of a tool goes before that of a
    /// server, and a longer one before a shorter one.
    pub(super) fn weight(&self) -> ((bool, usize), (bool, usize)) {
        (self.tool.weight(), self.server.weight())
    }
}

/// `[[price]]`.
pub(super) fn prices(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    for (Written { server, tool, cost }, item) in each::<Written>(form, "price", item) {
        // Typing mistakes in the name of a server would make its calls cost nothing.
        if !server.contains('*') {
            draft.uses_of_servers.push((server.as_str().into(), item.span()));
        }
        let price = Price { server: Pattern::new(&server), tool: Pattern::new(&tool), cost };
        let same = |other: &Price| other.server == price.server && other.tool == price.tool;
        if draft.prices.iter().any(same) {
            form.wrong(item.span(), "this price is there twice");
        }
        draft.prices.push(price);
    }
}

impl Directory {
    /// What one call of a tool costs; the most specific line counts. Nothing where nobody has said
    /// it.
    #[must_use]
    pub fn price(&self, server: &str, tool: &str) -> Micros {
        let about = |price: &&Price| price.server.covers(server) && price.tool.covers(tool);
        self.prices.iter().find(about).map(|price| price.cost).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICES: &str = r#"
[[server]]
name = "search"

[[price]]
server = "*"
cost = 0.001

[[price]]
server = "search"
cost = 1

[[price]]
server = "*"
tool = "query_*"
cost = 0.02

[[price]]
server = "search"
tool = "query_all"
cost = 0.000001
"#;

    #[test]
    fn the_most_specific_price_counts() {
        let directory = Directory::read(PRICES).expect("it is fine");
        for (server, tool, cost) in [
            ("mail", "send", 1_000),
            ("search", "look", 1_000_000),
            ("search", "query_some", 20_000),
            ("search", "query_all", 1),
            ("mail", "query_all", 20_000),
        ] {
            assert_eq!(directory.price(server, tool), Micros(cost), "{server}/{tool}");
        }
        let none = Directory::read("").expect("it is fine");
        assert_eq!(none.price("mail", "send"), Micros(0));
    }

    #[test]
    fn a_price_that_makes_no_sense_is_refused_with_its_line() {
        for (text, line, what) in [
            ("[[price]]\ncost = 1", 1, "missing field `server`"),
            ("[[price]]\nserver = \"*\"", 1, "missing field `cost`"),
            ("[[price]]\nserver = \"*\"\ncost = 0.0000001", 3, "not an amount"),
            ("[[price]]\nserver = \"*\"\ncost = -7", 3, "not what belongs there"),
            ("[[price]]\nserver = \"*\"\ncost = \"7\"", 3, "not what belongs there"),
            ("[[price]]\nserver = \"*\"\ncost = 1\nper = \"call\"", 4, "unknown field `per`"),
            ("\n[[price]]\nserver = \"mial\"\ncost = 1", 2, "there is no server `mial`"),
            ("price = 1", 1, "as a table of its own"),
        ] {
            let problems = Directory::read(text).expect_err(text);
            let first = problems.first().expect("there is one");
            assert!(first.what.contains(what), "{text}: {first}");
            assert!(!first.what.contains('7'), "{first}");
            assert_eq!(first.line, line, "{text}: {first}");
        }
        let twice = "[[price]]\nserver = \"*\"\ncost = 1\n".repeat(2);
        let problems = Directory::read(&twice).expect_err("it is there twice");
        assert_eq!(problems.first().map(|one| one.line), Some(4), "{problems:?}");
    }
}
