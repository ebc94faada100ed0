//! The scenarios in money.

use serde_json::{Value, json};
use warden_govern::{
    Word as _,
    estate::Dimension,
    money::{ANCHORS, Costed, Portfolio, Settings, Total},
};

use super::{Format, Inputs, print_json, told};
use crate::{Failure, World, output};

/// How years are drawn.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Drawn {
    /// What all numbers come from: the same seed and the same inputs give the same figures
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// How many years are drawn
    #[arg(long, value_name = "COUNT", default_value_t = 10_000,
          value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    runs: u32,
}

impl Drawn {
    pub(super) fn settings(self) -> Settings {
        Settings { seed: self.seed, runs: self.runs }
    }
}

pub(super) fn run(
    from: &Inputs,
    drawn: Drawn,
    format: Format,
    world: &World,
) -> Result<(), Failure> {
    let (estate, _) = from.load(world)?;
    let money = Portfolio::of(&estate, drawn.settings());
    match format {
        Format::Human => output::print(&human(&money, estate.day())),
        Format::Json => {
            let scenarios: Vec<_> = money.scenarios.iter().map(of).collect();
            let dimensions: Vec<_> = (Dimension::all().iter())
                .map(|dimension| {
                    json!({"dimension": dimension, "residual": money.of_dimension(*dimension)})
                })
                .collect();
            print_json(&json!({
                "version": 1,
                "as_of": estate.as_of.to_string(),
                "estate": estate.digest().to_string(),
                "settings": money.settings,
                "currency": money.currency,
                "scenarios": scenarios,
                "dimensions": dimensions,
                "before": money.before,
                "after": money.after,
                "premium": money.premium,
                "with_premium": money.with_premium,
                "unregistered_servers": money.shadows,
                "residual": money.residual(),
                "appetite": money.appetite,
                "anchors": ANCHORS,
            }))
        }
    }
}

fn of(costed: &Costed<'_>) -> Value {
    let side = |appraisal: &Result<_, _>| match appraisal {
        Ok(outcome) => json!({ "measured": outcome }),
        Err(missing) => json!({ "not_measured": missing }),
    };
    let (before, after) = (side(&costed.before), side(&costed.after));
    let scenario = costed.scenario;
    json!({
        "scenario": scenario.id,
        "title": scenario.title,
        "dimension": scenario.dimension,
        "owner": scenario.owner,
        "source": scenario.source,
        "estimated": scenario.at.to_string(),
        "before": before,
        "after": after,
    })
}

fn human(money: &Portfolio<'_>, day: jiff::civil::Date) -> String {
    let Settings { seed, runs } = money.settings;
    let mut out = format!("money as of {day}, {runs} years from seed {seed}\n\n");
    for costed in &money.scenarios {
        let scenario = costed.scenario;
        out.push_str(&told::wrapped(&scenario.title, 0));
        let from = format!(
            "{}, {}; {} answers for it, from {} of {}",
            scenario.id, scenario.dimension, scenario.owner, scenario.source, scenario.at
        );
        out.push_str(&told::wrapped(&from, 2));
        for (name, appraisal) in
            [("without controls", &costed.before), ("with controls", &costed.after)]
        {
            match appraisal {
                Ok(outcome) => {
                    let range = outcome.range;
                    let losses = [range.p10, range.p50, range.p90, outcome.mean];
                    out.push_str(&losses_line(name, losses, money.currency));
                }
                Err(missing) => out.push_str(&told::wrapped(&format!("{name}: {missing}"), 2)),
            }
        }
        out.push('\n');
    }
    out.push_str("together\n");
    out.push_str(&total("without controls", &money.before, money.currency));
    out.push_str(&total("with controls", &money.after, money.currency));
    out.push_str(&premium(money));
    out.push_str(&appetite(money));
    out.push_str(&curve(money));
    out.push_str("\npublished, to hold estimates against\n");
    for anchor in ANCHORS {
        let amount = told::amount(units(anchor.amount), Some(anchor.currency));
        out.push_str(&format!("  {:<46}{amount:>16}\n", anchor.title));
        let from = format!("{}; {}; {}", anchor.source, anchor.state, anchor.note);
        out.push_str(&told::wrapped(&from, 4));
    }
    out
}

fn units(amount: u64) -> f64 {
    // An amount beyond 2^53 is off by some units, which nobody would notice.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let units = amount as f64;
    units
}

fn losses_line(name: &str, [p10, p50, p90, mean]: [f64; 4], currency: Option<&str>) -> String {
    let amount = |units| told::amount(units, currency);
    format!(
        "  {name:<18}P10 {}\n{:20}P50 {}\n{:20}P90 {}, mean {}\n",
        amount(p10),
        "",
        amount(p50),
        "",
        amount(p90),
        amount(mean)
    )
}

pub(super) fn total(name: &str, total: &Total<'_>, currency: Option<&str>) -> String {
    let mut out = match &total.outcome {
        Some(outcome) => {
            let range = outcome.range;
            losses_line(name, [range.p10, range.p50, range.p90, outcome.mean], currency)
        }
        None => format!("  {name:<18}not measured\n"),
    };
    if total.outcome.is_some() && !total.not_measured.is_empty() {
        let missing = format!(
            "at least: not measured is {}, which is not in it",
            total.not_measured.join(", ")
        );
        out.push_str(&told::wrapped(&missing, 20));
    }
    out
}

fn premium(money: &Portfolio<'_>) -> String {
    let (Some(premium), Some(with)) = (&money.premium, &money.with_premium) else {
        return "  shadow-AI premium not measured: it is published in USD, and nobody has set\n    \
                shadow_premium of the organisation\n"
            .into();
    };
    let mut out = total("with premium", with, money.currency);
    let from = if premium.entered { "as entered by the organisation" } else { "as published" };
    let text = format!(
        "shadow-AI premium: {} for each incident that exposes data, {from}; {}, {}, {}; \
         unregistered servers seen: {}",
        told::amount(units(premium.amount), Some(premium.currency)),
        premium.anchor.source,
        premium.anchor.note,
        premium.anchor.state,
        money.shadows,
    );
    out.push_str(&told::wrapped(&text, 4));
    out
}

fn appetite(money: &Portfolio<'_>) -> String {
    let Some(appetite) = money.appetite else {
        return "\nagainst what is accepted: not measured\n".into();
    };
    let within = |is: Option<bool>| match is {
        Some(true) => "within",
        Some(false) => "above",
        None => "not known",
    };
    format!(
        "\nagainst what is accepted, {}: P50 {}, P90 {};\n  more in {}{} years of 1000\n",
        told::amount(units(appetite.amount), money.currency),
        within(appetite.p50_within),
        within(appetite.p90_within),
        if appetite.whole { "" } else { "at least " },
        appetite.above_in_1000,
    )
}

fn curve(money: &Portfolio<'_>) -> String {
    let Some(outcome) = &money.residual().outcome else { return String::new() };
    let mut out = String::from("\nin so many years of 1000 more is lost than\n");
    for point in outcome.curve() {
        let loss = told::amount(point.loss, money.currency);
        out.push_str(&format!("  {:>4}  {loss:>24}\n", point.years_in_1000));
    }
    out
}
