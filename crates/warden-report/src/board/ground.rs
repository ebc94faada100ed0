//! Everything that a report is filled from, computed once.

use jiff::{SignedDuration, Timestamp};
use warden_govern::{
    Estate,
    comply::{self, Framework, Judged, RowState, Scope, Unmanaged},
    estate::{Dimension, Incident, Lookup},
    maturity::{DAY_ZERO, Maturity, standing::QUARTER_DAYS},
    metrics::{self, Computed, Metric, Series},
    money::{Costed, Portfolio, RiskCard, Settings, Total, cards},
    programme::{Programme, programme},
    reach::Surfaces,
    risk::Surroundings,
};
use warden_model::DataClass;

/// How many identifiers a report shows of those that a figure does not cover.
pub(super) const SHOWN: usize = 5;

/// An estate, and everything that reports take from it.
#[derive(Debug)]
pub struct Ground<'a> {
    pub(super) known: &'a Lookup<'a>,
    evidence: String,
    pub(super) money: Portfolio<'a>,
    pub(super) cards: Vec<RiskCard<'a>>,
    pub(super) metrics: Vec<Metric>,
    pub(super) trend: Vec<Series>,
    pub(super) maturity: Maturity,
    pub(super) programme: Programme,
    pub(super) judged: Vec<Judged>,
    pub(super) rows: Vec<RowState>,
    pub(super) frameworks: Vec<Framework>,
    pub(super) unmanaged: Vec<Unmanaged>,
    /// How many agents can reach regulated data: what is not known counts as regulated.
    pub(super) regulated: usize,
}

impl<'a> Ground<'a> {
    /// Computes everything of an estate, at the time of the estate.
    #[must_use]
    pub fn of(known: &'a Lookup<'a>) -> Self {
        let estate = known.estate;
        let money = Portfolio::of(estate, Settings::default());
        let ground = comply::Ground::new(known, estate.day());
        let scope = Scope::all(&ground);
        let judged = comply::judge_all(&scope);
        let frameworks = comply::overview(&scope, &judged);
        let computed = Computed::with(known, &money, &frameworks);
        let given = computed.given();
        let metrics = metrics::metrics(known, &given, SHOWN);
        Self {
            evidence: estate.digest().to_string(),
            cards: cards(known, &Surroundings::new(known, estate.day()), &money),
            trend: metrics::trend(estate, &metrics),
            maturity: warden_govern::maturity::maturity(known),
            programme: programme(known, &given, None),
            rows: comply::rows(&judged),
            frameworks,
            unmanaged: comply::unmanaged(&ground),
            regulated: regulated(known),
            known,
            money,
            metrics,
            judged,
        }
    }

    pub(super) const fn estate(&self) -> &'a Estate {
        self.known.estate
    }

    /// The digest of the estate.
    pub(super) fn evidence(&self) -> &str {
        &self.evidence
    }

    /// Whether anything was looked at: of an estate without agents and servers nothing is known,
    /// and nobody can say that there is none of something.
    pub(super) fn seen(&self) -> bool {
        !self.estate().agents.is_empty() || !self.estate().servers.is_empty()
    }

    /// The quarter of the report.
    pub(super) fn quarter(&self) -> String {
        metrics::quarter(self.estate().day())
    }

    pub(super) fn now(&self) -> Timestamp {
        self.estate().as_of
    }

    /// The metric with this name.
    pub(super) fn metric(&self, id: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.figure.id == id)
    }

    /// The metric over quarters.
    pub(super) fn series(&self, id: &str) -> Option<&Series> {
        self.trend.iter().find(|series| series.figure == id)
    }

    /// What a metric was in the quarter before, if somebody recorded it.
    pub(super) fn before(&self, id: &str) -> Option<f64> {
        let now = self.quarter();
        let points = &self.series(id)?.points;
        points.iter().rev().find(|point| point.quarter < now)?.value
    }

    /// A figure that somebody recorded of the last quarter that there is.
    pub(super) fn recorded(&self, figure: &str) -> Option<f64> {
        let now = self.quarter();
        let of = |past: &&warden_govern::estate::Past| {
            past.figure == figure && past.quarter < now && past.quarter != DAY_ZERO
        };
        let all = self.estate().past.iter().filter(of);
        all.max_by(|a, b| a.quarter.cmp(&b.quarter)).map(|past| past.value)
    }

    /// The name of a person, or what the estate calls whoever it is.
    pub(super) fn person(&self, id: &str) -> String {
        let person = self.known.person(id).filter(|person| !person.name.is_empty());
        person.map_or_else(|| id.to_owned(), |person| person.name.clone())
    }

    /// The titles of all scenarios.
    pub(super) fn scenario_titles(&self) -> Vec<&'a str> {
        self.estate().scenarios.iter().map(|scenario| scenario.title.as_str()).collect()
    }

    /// The scenarios of a dimension, those that cost most first; what is not measured comes last.
    pub(super) fn scenarios(&self, dimension: Dimension) -> Vec<&Costed<'a>> {
        let of = self.money.scenarios.iter();
        let mut all: Vec<_> = of.filter(|one| one.scenario.dimension == dimension).collect();
        worst_first(&mut all);
        all
    }

    /// All scenarios, those that cost most first.
    pub(super) fn all_scenarios(&self) -> Vec<&Costed<'a>> {
        let mut all: Vec<_> = self.money.scenarios.iter().collect();
        worst_first(&mut all);
        all
    }

    /// What is left of a dimension.
    pub(super) fn residual(&self, dimension: Dimension) -> Total<'a> {
        self.money.of_dimension(dimension)
    }

    /// The incidents of the last quarter and those that are not closed, the latest first.
    pub(super) fn incidents(&self) -> Vec<&'a Incident> {
        let now = self.now();
        let quarter = SignedDuration::from_hours(24 * i64::from(QUARTER_DAYS));
        let begin = now.checked_sub(quarter).unwrap_or(now);
        let counts = |one: &&Incident| {
            one.occurred <= now
                && (one.closed.is_none_or(|end| end >= begin) || one.occurred >= begin)
        };
        let mut all: Vec<_> = self.estate().incidents.iter().filter(counts).collect();
        all.sort_by(|a, b| (b.occurred, &a.id).cmp(&(a.occurred, &b.id)));
        all
    }
}

/// What costs most in a bad year comes first; what nobody has measured, last.
fn worst_first(all: &mut [&Costed<'_>]) {
    let high = |one: &Costed<'_>| one.after.as_ref().ok().map(|outcome| outcome.range.p90);
    all.sort_by(|a, b| {
        let order = match (high(a), high(b)) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        order.then_with(|| a.scenario.id.cmp(&b.scenario.id))
    });
}

fn regulated(known: &Lookup<'_>) -> usize {
    let surfaces = Surfaces::of(known);
    let reaches = |reach: &warden_govern::reach::Reach| {
        reach.worst_class().is_some_and(|class| class >= DataClass::Regulated)
    };
    surfaces.all().iter().filter(|surface| reaches(&surface.effective)).count()
}
