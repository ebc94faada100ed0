//! How a report speaks: texts of the catalogue with their blanks filled, and figures as people of a
//! language write them.

use jiff::{Timestamp, civil::Date};
use warden_govern::{
    Ratio,
    maturity::MaturityTier,
    metrics::Metric,
    money::{Outcome, Total},
};

use super::{
    Ground,
    catalogue::{Entry, metrics as measures, metrics::Unit, named, pieces, terms},
};
use crate::paper::{Amount, Language, Note, Reference, Run, Spread, Style, Text, Words, day};

/// A space that no line ends at.
const NARROW: char = '\u{a0}';

/// A voice in one language, over one estate.
#[derive(Debug)]
pub(super) struct Say {
    pub(super) language: Language,
    as_of: Timestamp,
    evidence: String,
    currency: Option<String>,
    /// Whether the estate holds anything that was looked at: without, nothing is none.
    seen: bool,
}

/// The first so many characters of a text.
pub(super) fn short(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let mut kept: String = chars.by_ref().take(most).collect();
    if chars.next().is_some() {
        kept.pop();
        kept.push('…');
    }
    kept
}

impl Say {
    pub(super) fn new(ground: &Ground<'_>, language: Language) -> Self {
        Self {
            language,
            as_of: ground.estate().as_of,
            evidence: ground.evidence().to_owned(),
            currency: ground.estate().organisation.currency.clone(),
            seen: ground.seen(),
        }
    }

    pub(super) const fn of(&self, entry: &Entry) -> &'static str {
        entry.of(self.language)
    }

    pub(super) fn text(&self, entry: &Entry) -> Text {
        Text::plain(self.of(entry))
    }

    /// A text with its blanks filled. A blank without a value is not measured.
    pub(super) fn fill(&self, entry: &Entry, values: &[(&str, Text)]) -> Text {
        let mut out = Text::default();
        for (before, blank) in pieces(self.of(entry)) {
            if !before.is_empty() {
                out = out.and(before);
            }
            let Some(blank) = blank else { continue };
            let value = values.iter().find(|(name, text)| *name == blank && !text.is_empty());
            match value {
                Some((_, text)) => out.0.extend(text.0.iter().cloned()),
                None => out = out.and_styled(String::new(), Style::Unmeasured),
            }
        }
        out
    }

    /// How many of `all` are left out where only so many are `shown`; nothing where none is.
    pub(super) fn more(
        &self,
        entry: &Entry,
        all: usize,
        shown: usize,
        query: &str,
    ) -> Option<Text> {
        let left = all.checked_sub(shown).filter(|left| *left > 0)?;
        let count = self.figure(self.number(left as u64), query);
        Some(self.fill(entry, &[("count", count)]))
    }

    /// The same as [`Self::fill`] for titles and descriptions, which are text without notes.
    pub(super) fn line(&self, entry: &Entry, values: &[(&str, String)]) -> String {
        let mut out = String::new();
        for (before, blank) in pieces(self.of(entry)) {
            out.push_str(before);
            let Some(blank) = blank else { continue };
            match values.iter().find(|(name, _)| *name == blank) {
                Some((_, text)) => out.push_str(text),
                None => out.push_str(Words::of(self.language).unmeasured),
            }
        }
        out
    }

    /// The words for what nobody has measured.
    pub(super) fn unmeasured_word(&self) -> String {
        Words::of(self.language).unmeasured.to_owned()
    }

    pub(super) fn reference(&self, query: &str) -> Reference {
        Reference { query: query.to_owned(), as_of: self.as_of, evidence: self.evidence.clone() }
    }

    /// A figure with where it comes from.
    pub(super) fn figure(&self, text: impl Into<String>, query: &str) -> Text {
        Text::figure(text, &self.reference(query))
    }

    /// A figure with where it comes from, or that it is not measured.
    pub(super) fn maybe(&self, text: Option<String>, query: &str) -> Text {
        text.map_or_else(Text::unmeasured, |text| self.figure(text, query))
    }

    /// What stands below a table: where its figures come from.
    pub(super) fn source(&self, query: &str) -> Text {
        Text::plain(self.of(&terms::SOURCE)).noted(Note::Reference(self.reference(query)))
    }

    /// A number of things; of an estate in which nothing was looked at, nobody has counted.
    pub(super) fn count(&self, count: usize, query: &str) -> Text {
        self.maybe(self.seen.then(|| self.number(count as u64)), query)
    }

    /// A whole number with its thousands apart.
    pub(super) fn number(&self, number: u64) -> String {
        let between = match self.language {
            Language::En => ',',
            Language::De => '.',
            Language::Fr => NARROW,
        };
        let digits = number.to_string();
        let mut out = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(between);
            }
            out.push(digit);
        }
        out
    }

    /// A number with one digit behind the point, which is dropped where it is zero.
    pub(super) fn decimal(&self, number: f64) -> String {
        let text = format!("{number:.1}");
        let text = text.strip_suffix(".0").unwrap_or(&text);
        match self.language {
            Language::En => text.to_owned(),
            Language::De | Language::Fr => text.replace('.', ","),
        }
    }

    /// An amount of money, rounded to what people compare.
    pub(super) fn money(&self, amount: f64) -> String {
        let [thousand, million, milliard] = match self.language {
            Language::En => ["k", "m", "bn"],
            Language::De => ["Tsd.", "Mio.", "Mrd."],
            Language::Fr => ["k", "M", "Md"],
        };
        let (value, unit) = match amount {
            amount if amount >= 999_500_000.0 => (amount / 1e9, milliard),
            amount if amount >= 999_500.0 => (amount / 1e6, million),
            amount if amount >= 1_000.0 => ((amount / 1e3).round(), thousand),
            amount => (amount.round(), ""),
        };
        let number = self.decimal(value);
        let currency = match (self.currency.as_deref().unwrap_or_default(), self.language) {
            ("EUR", Language::De | Language::Fr) => "€",
            (currency, _) => currency,
        };
        let parts = match self.language {
            Language::En => [currency, &number, unit],
            Language::De | Language::Fr => [&number, unit, currency],
        };
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(&NARROW.to_string())
    }

    /// Money as a figure.
    pub(super) fn sum(&self, amount: f64, query: &str) -> Text {
        self.figure(self.money(amount), query)
    }

    /// P10, P50 and P90 of what is measured.
    pub(super) fn spread(&self, outcome: &Outcome, query: &str) -> Spread {
        let note = Some(Note::Reference(self.reference(query)));
        let amount = |value: f64| {
            let value = value.round().max(0.0);
            Amount { value, label: self.money(value), note: note.clone() }
        };
        let range = outcome.range;
        Spread { low: amount(range.p10), middle: amount(range.p50), high: amount(range.p90) }
    }

    /// `P50 (P10 to P90)` of what is measured.
    pub(super) fn range(&self, outcome: Option<&Outcome>, query: &str) -> Text {
        let Some(range) = outcome.map(|outcome| outcome.range) else { return Text::unmeasured() };
        self.fill(
            &terms::RANGE,
            &[
                ("p10", self.sum(range.p10, query)),
                ("p50", self.sum(range.p50, query)),
                ("p90", self.sum(range.p90, query)),
            ],
        )
    }

    /// The same, and what of it is missing.
    pub(super) fn total(&self, total: &Total<'_>, query: &str) -> Text {
        let range = self.range(total.outcome.as_ref(), query);
        if total.not_measured.is_empty() || total.outcome.is_none() {
            return range;
        }
        let missing = self.number(total.not_measured.len() as u64);
        let least = self.fill(&terms::AT_LEAST, &[("count", self.figure(missing, query))]);
        let mut range = range.and(", ");
        range.0.extend(least.0);
        range
    }

    /// A share: `93.5 %`, with how many of how many.
    pub(super) fn share(&self, ratio: Ratio, query: &str) -> Text {
        match ratio.per_mille() {
            None if self.seen => self.figure(self.of(&terms::NOT_APPLICABLE), query),
            None => Text::unmeasured(),
            Some(_) => self.figure(self.percent(ratio), query),
        }
    }

    /// A share without where it comes from.
    pub(super) fn percent(&self, ratio: Ratio) -> String {
        match ratio.per_mille() {
            None => self.of(&terms::NOT_APPLICABLE).to_owned(),
            Some(share) => self.hundredths(&format!("{}.{}", share / 10, share % 10)),
        }
    }

    /// A number with its sign for hundredths.
    fn hundredths(&self, number: &str) -> String {
        let number = match self.language {
            Language::En => number.to_owned(),
            Language::De | Language::Fr => number.replace('.', ","),
        };
        format!("{number}{NARROW}%")
    }

    /// How many of how many.
    pub(super) fn of_all(&self, ratio: Ratio) -> String {
        let [of, all] = [ratio.of, ratio.all].map(|count| self.number(count));
        self.line(&terms::OF_ALL, &[("of", of), ("all", all)])
    }

    /// A day.
    pub(super) fn day(&self, date: Date) -> String {
        day(date, self.language)
    }

    /// A maturity tier, which always says of what.
    pub(super) fn tier(&self, tier: MaturityTier) -> String {
        let name = named(terms::TIERS, tier.name()).map_or(tier.name(), |entry| self.of(entry));
        self.line(&terms::TIER, &[("number", tier.number().to_string()), ("name", name.to_owned())])
    }

    /// A number of seconds in its two largest units.
    pub(super) fn span(&self, seconds: f64) -> String {
        let minutes = (seconds / 60.0).round().max(0.0);
        let units = match self.language {
            Language::En => ["d", "h", "min"],
            Language::De => ["Tg.", "Std.", "Min."],
            Language::Fr => ["j", "h", "min"],
        };
        let parts = [(minutes / 1440.0).floor(), (minutes % 1440.0 / 60.0).floor(), minutes % 60.0];
        let first = parts.iter().position(|part| *part >= 1.0).unwrap_or(2);
        let shown = parts.iter().zip(units).skip(first).take(2).enumerate();
        let shown = shown.filter(|(at, (part, _))| *at == 0 || **part >= 1.0);
        let shown: Vec<String> =
            shown.map(|(_, (part, unit))| format!("{part:.0}{NARROW}{unit}")).collect();
        shown.join(" ")
    }

    /// The value of a metric, with where it comes from.
    pub(super) fn metric(&self, metric: Option<&Metric>) -> Text {
        let Some(metric) = metric else { return Text::unmeasured() };
        let query = &metric.figure.query;
        if let Some(ratio) = metric.figure.ratio {
            return self.share(ratio, query);
        }
        if let Some(open) = metric.open.filter(|open| *open > 0) {
            let open = self.line(&terms::STILL_OPEN, &[("count", self.number(open))]);
            return self.figure(open, query);
        }
        let none = metric.figure.value.starts_with(warden_govern::metrics::NOT_APPLICABLE);
        match metric.number {
            Some(number) => self.figure(self.value(metric.figure.id, number), query),
            None if none && self.seen => self.figure(self.of(&terms::NOT_APPLICABLE), query),
            None => Text::unmeasured(),
        }
    }

    /// A value of the metric with this name, as it is recorded.
    pub(super) fn value(&self, id: &str, number: f64) -> String {
        match measures::unit(id) {
            Unit::Share => self.hundredths(&format!("{number:.1}")),
            Unit::Seconds => self.span(number),
            Unit::Money => self.money(number),
            Unit::Days => format!("{number:.0}{NARROW}{}", self.of(&terms::DAYS)),
            Unit::PerDay => self.line(&terms::PER_DAY, &[("count", self.decimal(number))]),
            Unit::Tier => {
                let tier = MaturityTier::ALL
                    .into_iter()
                    .find(|tier| (f64::from(tier.number()) - number).abs() < 0.01);
                tier.map_or_else(|| self.decimal(number), |tier| self.tier(tier))
            }
        }
    }

    /// The title of a metric.
    pub(super) fn metric_title(&self, metric: &Metric) -> String {
        let named = measures::text(metric.figure.id);
        named.map_or(metric.figure.title, |(title, _)| self.of(title)).to_owned()
    }

    /// What a metric counts over what.
    pub(super) fn formula(&self, metric: &Metric) -> String {
        let named = measures::text(metric.figure.id);
        named.map_or(metric.formula, |(_, formula)| self.of(formula)).to_owned()
    }

    /// A word of a closed list of the estate.
    pub(super) fn word(&self, table: &'static super::catalogue::Named, word: &str) -> String {
        named(table, word).map_or(word, |entry| self.of(entry)).to_owned()
    }
}

/// Several texts with something between them.
pub(super) fn joined(texts: impl IntoIterator<Item = Text>, between: &str) -> Text {
    let mut out = Text::default();
    for text in texts {
        if !out.0.is_empty() {
            out.0.push(Run { text: between.to_owned(), ..Run::default() });
        }
        out.0.extend(text.0);
    }
    out
}
