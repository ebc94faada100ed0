//! Figures that others have published, with what became of them when they were looked up.
//!
//! A figure is never printed without its state: its text can be had only as a [`Labelled`], which
//! writes both, and [`unlabelled`] finds texts that state one in any other way.

mod register;

use std::fmt;

use serde::{Serialize, Serializer};

use crate::word::words;
pub use register::FACTS;

words! {
    /// What came of looking a figure up.
    State, "state of a figure" {
        /// Its original says so.
        Verified = "verified",
        /// Its original says something else.
        Corrected = "corrected",
        /// No original was found.
        NotFound = "not found",
    }
}

/// A published figure. Its wording is private: there is no way to print it but with its state.
#[derive(Debug)]
pub struct Fact {
    /// The identifier.
    pub id: &'static str,
    /// What it is about, without the figure.
    pub about: &'static str,
    /// What came of looking it up.
    pub state: State,
    /// What is measured in an estate in its place; empty where nothing is.
    pub own: &'static str,
    wording: &'static str,
    finding: &'static str,
    source: &'static str,
    marks: &'static [&'static [&'static str]],
}

/// A figure with its state, for reports.
#[derive(Clone, Copy, Debug)]
pub struct Labelled<'a>(&'a Fact);

impl Fact {
    /// The fact with this identifier.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        FACTS.iter().find(|fact| fact.id == id)
    }

    /// The figure as it may be printed: claim, state, what was found, source.
    #[must_use]
    pub const fn labelled(&self) -> Labelled<'_> {
        Labelled(self)
    }

    /// How the state is told where there is room for a word.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self.state {
            State::Verified => "verified",
            State::Corrected => "corrected",
            State::NotFound => "as cited, original not found",
        }
    }
}

impl fmt::Display for Labelled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fact = self.0;
        write!(f, "as cited: {} [{}]", fact.wording, fact.label())?;
        if !fact.finding.is_empty() {
            write!(f, "; found: {}", fact.finding)?;
        }
        write!(f, " ({})", fact.source)
    }
}

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            id: &'a str,
            about: &'a str,
            state: State,
            label: &'a str,
            as_cited: &'a str,
            #[serde(skip_serializing_if = "str::is_empty")]
            found: &'a str,
            source: &'a str,
            #[serde(skip_serializing_if = "str::is_empty")]
            own_metric: &'a str,
        }
        Form {
            id: self.id,
            about: self.about,
            state: self.state,
            label: self.label(),
            as_cited: self.wording,
            found: self.finding,
            source: self.source,
            own_metric: self.own,
        }
        .serialize(to)
    }
}

/// A paragraph that states a published figure without its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlabelled {
    /// The fact.
    pub fact: &'static str,
    /// The paragraph.
    pub paragraph: String,
}

/// The paragraphs of a text that state a figure of the register without saying what came of it.
#[must_use]
pub fn unlabelled(text: &str) -> Vec<Unlabelled> {
    let mut found = Vec::new();
    for paragraph in text.split("\n\n") {
        let plain = paragraph.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let says = |words: &&[&str]| words.iter().all(|word| plain.contains(word));
        let told = ["verified", "corrected", "as cited"].iter().any(|word| plain.contains(word));
        let stated = FACTS.iter().filter(|fact| fact.marks.iter().any(says));
        found.extend(
            stated
                .filter(|_| !told)
                .map(|fact| Unlabelled { fact: fact.id, paragraph: paragraph.to_owned() }),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        estate::{Estate, Lookup},
        metrics::{Given, metrics},
    };

    fn printed(id: &str) -> String {
        Fact::find(id).unwrap().labelled().to_string()
    }

    /// R147: each figure has its claim, the wording in which it was cited, its original source and
    /// a state, and what is printed of it has the state.
    #[test]
    fn a_figure_is_printed_with_its_state_and_its_source() {
        for fact in FACTS {
            let text = printed(fact.id);
            assert!(text.contains(fact.wording) && text.contains(fact.source), "{text}");
            assert!(text.contains(&format!("[{}]", fact.label())), "{text}");
            assert!(fact.state != State::Corrected || !fact.finding.is_empty(), "{text}");
            assert!(unlabelled(&text).is_empty(), "{text}");
            let written = serde_json::to_value(fact).unwrap();
            assert_eq!(written["state"], fact.state.to_string());
            assert!(!fact.marks.is_empty(), "{}", fact.id);
        }
    }

    #[test]
    fn the_exposed_servers_are_told_with_what_was_probed() {
        let text = printed("exposed-servers");
        for part in ["1,862", "119 probed", "119 of 119", "July 2025", "[corrected]", "Knostic"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    /// R18: the register corrects the share of servers with command injection, and the detector of
    /// it is published with its precision and recall over labelled corpora.
    #[test]
    fn the_share_with_command_injection_is_corrected_and_the_detector_has_figures_of_its_own() {
        let share = printed("command-injection-share");
        assert!(share.contains("Equixly, March 2025") && share.contains("[corrected]"), "{share}");
        let page = include_str!("../../../docs/evaluation.md");
        for corpus in ["commits", "malicious", "packages"] {
            let row = format!("| `command-injection`, {corpus} | ");
            let row = page.lines().find(|line| line.starts_with(&row)).unwrap();
            let shares: Vec<_> = row.split(" | ").filter(|cell| cell.contains('%')).collect();
            assert_eq!(shares.len(), 2, "{row}");
        }
        let head = page.lines().find(|line| line.contains("precision") && line.contains("recall"));
        assert!(head.is_some());
    }

    /// R19, its label: what is counted are downloads. That an inventory with the version raises a
    /// critical finding is tested where advisories are.
    #[test]
    fn the_other_figures_say_what_they_are() {
        let remote = printed("mcp-remote-installations");
        assert!(remote.contains("downloads") && remote.contains("[corrected]"), "{remote}");
        let premium = printed("shadow-ai-premium");
        assert!(premium.contains("vs organisations with low or no shadow AI"), "{premium}");
    }

    /// R23, R42: the two figures are marked as cited, original not found; and what they speak of is
    /// measured in the own estate.
    #[test]
    fn figures_whose_original_was_not_found_are_measured_in_the_own_estate() {
        let mut estate = Estate::default();
        estate.traffic.agent_to_agent = Some(10);
        estate.traffic.agent_to_agent_recorded = Some(7);
        estate.traffic.estimated = Some(8);
        estate.traffic.through_gateway = Some(6);
        let measured = metrics(&Lookup::new(&estate), &Given::default(), 3);
        for (id, value) in
            [("agent-to-agent-monitored", "70.0 %"), ("ai-traffic-monitored", "75.0 %")]
        {
            let fact = Fact::find(id).unwrap();
            assert_eq!(fact.state, State::NotFound);
            assert!(printed(id).contains("[as cited, original not found]"));
            let own = measured.iter().find(|one| one.figure.id == fact.own).unwrap();
            assert_eq!(own.figure.value, value, "{id}");
        }
    }

    #[test]
    fn a_figure_without_its_state_is_found_in_a_text() {
        let bare = "Plain.\n\nThere are 1,862 servers\nin the open.\n\nMore.";
        let found = unlabelled(bare);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].fact, "exposed-servers");
        assert!(unlabelled("There are 1,862 servers [corrected].").is_empty());
        assert!(unlabelled("of all 43 % failed").is_empty(), "another 43 %");
        assert_eq!(unlabelled("43 % have a Command\nInjection").len(), 1);
    }
}
