//! Where the marks of charts stand. Both writers draw these places, so both show the same.

use jiff::Timestamp;

use crate::paper::{
    Amount, Bar, Barred, Bars, Clock, Clocks, Piece, PlannedBars, PlannedClock, PlannedClocks,
    PlannedRange, PlannedRanges, PlannedSeries, PlannedTrend, Point, Ranges, Series, Spot, Spread,
    Style, Trend, words,
};

use super::{Make, safe};
use crate::lines::shorten;

/// The nearest that two names at the ends of lines may come, as a share of the height.
const NAME: f64 = 0.13;

/// How many columns of a name stand at the end of its line.
const TAG: usize = 20;

/// How much room is left above the highest point of a trend.
const HEAD: f64 = 0.08;

/// The scale from zero to the largest value.
struct Scale(f64);

impl Scale {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let most = values.fold(0.0, f64::max);
        Self(if most > 0.0 { most } else { 1.0 })
    }

    fn at(&self, value: f64) -> f64 {
        rounded(value / self.0)
    }
}

/// Four places are finer than any printer, and the same text on every machine.
fn rounded(share: f64) -> f64 {
    (share.clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0
}

/// The place of a period among `count`, in the middle of its column.
#[expect(clippy::cast_precision_loss, reason = "there are a dozen of them")]
fn column(at: usize, count: usize) -> f64 {
    rounded((at as f64 + 0.5) / count.max(1) as f64)
}

impl<'a> Make<'a> {
    pub(super) fn ranges(&mut self, chart: &'a Ranges) -> PlannedRanges {
        let spreads = chart.rows.iter().filter_map(|row| row.spread.as_ref());
        let highs = spreads.map(|spread| spread.high.value);
        let scale = Scale::of(highs.chain(chart.appetite.iter().map(|one| one.value)));
        let rows = chart.rows.iter().map(|row| PlannedRange {
            label: self.text(&row.label),
            spread: row.spread.as_ref().map(|Spread { low, middle, high }| {
                [low, middle, high].map(|amount| self.spot(amount, &scale))
            }),
        });
        let rows = rows.collect();
        PlannedRanges {
            title: safe(&chart.title),
            description: safe(&chart.description),
            rows,
            appetite: chart.appetite.as_ref().map(|amount| self.spot(amount, &scale)),
        }
    }

    pub(super) fn bars(&mut self, chart: &'a Bars) -> PlannedBars {
        let values = chart.rows.iter().flat_map(|row| row.amounts.iter().flatten());
        let values = values.chain(&chart.mark).map(|amount| amount.value);
        let scale = Scale::of(values);
        let mut rows = Vec::with_capacity(chart.rows.len());
        for row in &chart.rows {
            let label = self.text(&row.label);
            let bars = row.amounts.iter().enumerate().map(|(series, amount)| Bar {
                series,
                length: amount.as_ref().map(|amount| scale.at(amount.value)),
                label: self.amount(amount.as_ref()),
            });
            rows.push(Barred { label, bars: bars.collect() });
        }
        PlannedBars {
            title: safe(&chart.title),
            description: safe(&chart.description),
            series: chart.series.iter().map(|name| safe(name)).collect(),
            rows,
            mark: chart.mark.as_ref().map(|amount| self.spot(amount, &scale)),
        }
    }

    pub(super) fn trend(&mut self, chart: &'a Trend) -> PlannedTrend {
        let values = chart.series.iter().flat_map(|line| line.points.iter().flatten());
        let values: Vec<f64> = values.chain(&chart.mark).map(|amount| amount.value).collect();
        let least = values.iter().copied().fold(0.0, f64::min);
        let scale = Scale::of(values.iter().map(|value| value - least));
        let from_top = |value: f64| rounded(1.0 - (1.0 - HEAD) * scale.at(value - least));
        let mut series: Vec<_> =
            chart.series.iter().map(|line| self.line(line, &from_top)).collect();
        spread_names(&mut series);
        PlannedTrend {
            title: safe(&chart.title),
            description: safe(&chart.description),
            periods: chart.periods.iter().map(|name| safe(name)).collect(),
            columns: (0..chart.periods.len()).map(|at| column(at, chart.periods.len())).collect(),
            series,
            mark: chart
                .mark
                .as_ref()
                .map(|one| Spot { at: from_top(one.value), label: self.amount(Some(one)) }),
            zero: from_top(0.0),
        }
    }

    fn line(&mut self, line: &'a Series, from_top: &impl Fn(f64) -> f64) -> PlannedSeries {
        let count = line.points.len();
        let points = line.points.iter().enumerate().map(|(at, amount)| {
            let amount = amount.as_ref()?;
            Some(Point { x: column(at, count), y: from_top(amount.value) })
        });
        let points: Vec<_> = points.collect();
        PlannedSeries {
            name: safe(&line.name),
            tag: shorten(&safe(&line.name), TAG),
            name_at: points.iter().flatten().next_back().map(|point| point.y),
            points,
            values: line.points.iter().map(|amount| self.amount(amount.as_ref())).collect(),
        }
    }

    pub(super) fn clocks(&mut self, chart: &'a Clocks) -> PlannedClocks {
        let now = self.document.as_of;
        let times = chart.clocks.iter().flat_map(|clock| {
            [Some(clock.started), clock.due, clock.stopped].into_iter().flatten()
        });
        let (begin, end) =
            times.fold((now, now), |(begin, end), time| (begin.min(time), end.max(time)));
        let at = |time: Timestamp| place(time, begin, end);
        PlannedClocks {
            title: safe(&chart.title),
            description: safe(&chart.description),
            clocks: chart.clocks.iter().map(|clock| self.clock(clock, &at)).collect(),
            now: at(now),
            begin: words::short(begin),
            end: words::short(end),
            key: format!("│ {} {}; ◆ {}", self.words.as_of, words::short(now), self.words.due),
        }
    }

    fn clock(&mut self, clock: &'a Clock, at: &impl Fn(Timestamp) -> f64) -> PlannedClock {
        let words = self.words;
        let told = |word: &str, time: Timestamp| format!("{word} {}", words::short(time));
        let mut times = vec![told(words.started, clock.started)];
        times.push(match clock.due {
            Some(due) => told(words.due, due),
            None => words.no_deadline.to_owned(),
        });
        times.extend(clock.stopped.map(|stopped| told(words.stopped, stopped)));
        PlannedClock {
            label: self.text(&clock.label),
            times: times.join("; "),
            from: at(clock.started),
            to: at(clock.stopped.unwrap_or(self.document.as_of).max(clock.started)),
            runs: clock.stopped.is_none(),
            due: clock.due.map(at),
            state: self.text(&clock.state),
        }
    }

    fn spot(&mut self, amount: &'a Amount, scale: &Scale) -> Spot {
        Spot { at: scale.at(amount.value), label: self.amount(Some(amount)) }
    }

    fn amount(&mut self, amount: Option<&'a Amount>) -> Piece {
        let Some(amount) = amount else { return self.unmeasured() };
        Piece {
            text: safe(&amount.label),
            style: Style::Plain,
            note: amount.note.as_ref().map(|note| self.notes.mark(note)),
        }
    }
}

/// Where a time is between two others.
#[expect(clippy::cast_precision_loss, reason = "a share of a time line, to four places")]
fn place(time: Timestamp, begin: Timestamp, end: Timestamp) -> f64 {
    let whole = (end.as_microsecond() - begin.as_microsecond()).max(1);
    rounded((time.as_microsecond() - begin.as_microsecond()) as f64 / whole as f64)
}

/// Moves names at the ends of lines apart: down from the top, then up again from the bottom.
fn spread_names(series: &mut [PlannedSeries]) {
    let mut order: Vec<usize> =
        (0..series.len()).filter(|at| series[*at].name_at.is_some()).collect();
    let place = |series: &[PlannedSeries], at: usize| series[at].name_at.unwrap_or_default();
    order.sort_by(|a, b| place(series, *a).total_cmp(&place(series, *b)).then(a.cmp(b)));
    let mut least = 0.0;
    for at in &order {
        let here = place(series, *at).max(least);
        series[*at].name_at = Some(rounded(here));
        least = here + NAME;
    }
    let mut most: f64 = 1.0;
    for at in order.iter().rev() {
        let here = place(series, *at).min(most);
        series[*at].name_at = Some(rounded(here));
        most = here - NAME;
    }
}
