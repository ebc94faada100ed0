//! What came of asking again, for people and for programs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use warden_policy::access::facts::Difference;
use warden_report::printable;

use super::{super::told, Found, Place};

/// Differences that are alike: the same thing, answered the same way then and now.
type Alike<'a> = (&'a str, String, String);

impl Found {
    /// Differences by what they are about and how they are answered, the most first.
    fn groups(&self) -> Vec<(Alike<'_>, Vec<&Difference<Place>>)> {
        let mut groups: BTreeMap<Alike<'_>, Vec<&Difference<Place>>> = BTreeMap::new();
        for one in &self.replay.differ {
            let alike = (&*one.about, told::line(&one.then), told::line(&one.now));
            groups.entry(alike).or_default().push(one);
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        // Stable: of groups of one size, the order is that of their names.
        groups.sort_by_key(|(_, all)| std::cmp::Reverse(all.len()));
        groups
    }

    /// How many questions there are of which nothing is known.
    fn unknown(&self) -> usize {
        self.replay.unread.len() + self.without.values().sum::<usize>()
    }

    pub(super) fn as_text(&self) -> String {
        let mut out = String::new();
        for ((about, then, now), all) in self.groups() {
            out.push_str(&told::wrapped(
                &printable(&format!("{about}: {}", decisions(all.len()))),
                0,
            ));
            out.push_str(&told::wrapped(&format!("then {then}"), 2));
            out.push_str(&told::wrapped(&format!("now {now}"), 2));
            for one in all {
                let at = one.place.record.as_ref().map(|record| format!("{}  ", short(&record.at)));
                let line = format!("{}{}  {}", at.unwrap_or_default(), one.place.name, one.who);
                out.push_str(&format!("    {}\n", printable(&line)));
            }
        }
        for (place, why) in &self.replay.unread {
            let line = format!("{}: not asked again: {why}", place.name);
            out.push_str(&told::wrapped(&printable(&line), 0));
        }
        for (why, count) in &self.without {
            out.push_str(&told::wrapped(&format!("not asked again: {count}: {why}"), 0));
        }
        for (why, count) in &self.before {
            let line = format!("refused before rules were asked: {count}: {why}");
            out.push_str(&told::wrapped(&printable(&line), 0));
        }
        out.push_str(&told::wrapped(&self.sum(), 0));
        out
    }

    fn sum(&self) -> String {
        let (asked, differ) = (self.replay.asked, self.replay.differ.len());
        let mut sum = format!(
            "{asked} asked again, {differ} otherwise, {} could not be asked again",
            self.unknown()
        );
        let before: usize = self.before.values().sum();
        if before > 0 {
            sum.push_str(&format!(", {before} refused under any rules"));
        }
        if self.replay.more > 0 {
            sum.push_str(&format!(", {} more not shown", self.replay.more));
        }
        sum
    }

    pub(super) fn as_json(&self) -> String {
        let differ: Vec<Value> = self.replay.differ.iter().map(difference).collect();
        let group = |((about, _, _), all): &(Alike<'_>, Vec<&Difference<Place>>)| {
            let first = all.first();
            json!({
                "about": about,
                "then": first.map(|one| told::json(&one.then)),
                "now": first.map(|one| told::json(&one.now)),
                "count": all.len(),
            })
        };
        let groups: Vec<Value> = self.groups().iter().map(group).collect();
        let unread: Vec<Value> = self
            .replay
            .unread
            .iter()
            .map(|(place, why)| json!({ "place": place.name, "why": why.to_string() }))
            .collect();
        let value = json!({
            "asked": self.replay.asked,
            "groups": groups,
            "differ": differ,
            "unread": unread,
            "without": self.without,
            "before": self.before,
            "more": self.replay.more,
        });
        format!("{value}\n")
    }
}

fn difference(one: &Difference<Place>) -> Value {
    let mut value = json!({
        "place": one.place.name,
        "about": one.about,
        "who": one.who,
        "then": told::json(&one.then),
        "now": told::json(&one.now),
    });
    if let Some(record) = &one.place.record {
        value["segment"] = record.segment.as_str().into();
        value["seq"] = record.seq.into();
        value["at"] = record.at.as_str().into();
    }
    value
}

fn decisions(count: usize) -> String {
    if count == 1 { "1 decision".to_owned() } else { format!("{count} decisions") }
}

/// A time to the second, as lists of records show it.
fn short(at: &str) -> String {
    at.get(..19).unwrap_or(at).replace('T', " ")
}
