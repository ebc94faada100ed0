//! Charts that are tables with a drawn column.

use std::fmt::Arguments;

use super::{piece, pieces, plain};
use crate::{
    markup::{escaped, put},
    paper::{Bar, PlannedBars, PlannedClock, PlannedClocks, PlannedRanges, Spot, Words},
};

/// The width of a drawing, in its own units.
const WIDTH: f64 = 400.0;

pub(super) fn ranges(out: &mut String, chart: &PlannedRanges, words: &Words) {
    let lead = match &chart.appetite {
        None => words.range.to_owned(),
        Some(spot) => format!("{}; {}", words.range, line_told(words.appetite, spot, words)),
    };
    open(out, &chart.title, &chart.description);
    let figures = ["P10", "P50", "P90"].map(Head::Figures);
    let names = [Head::Words(words.row), Head::Drawn(&lead)].into_iter().chain(figures);
    head(out, &names.collect::<Vec<_>>());
    for row in &chart.rows {
        let label = pieces(&row.label, words);
        put(out, format_args!("<tr><th scope=\"row\">{label}</th><td class=\"plot\">"));
        let Some([low, middle, high]) = &row.spread else {
            drawing(out, &plain(&row.label), words.unmeasured, 22, |out| {
                line(out, chart.appetite.as_ref(), 22);
            });
            let none = format!("<span class=\"unmeasured\">{}</span>", words.unmeasured);
            put(out, format_args!("</td><td class=\"end\" colspan=\"3\">{none}</td></tr>\n"));
            continue;
        };
        let spots = [low, middle, high];
        let [p10, p50, p90] = spots.map(|spot| spot.label.text.as_str());
        let told = format!("P10 {p10}, P50 {p50}, P90 {p90}");
        drawing(out, &plain(&row.label), &told, 22, |out| {
            let (from, to, tick) = (x(low.at), x(high.at), x(middle.at));
            let wide = (to - from).max(2.0);
            put(
                out,
                format_args!(
                    "<rect class=\"bar\" x=\"{from}\" y=\"6\" width=\"{wide}\" height=\"10\"/>\
                     <line class=\"tick\" x1=\"{tick}\" y1=\"2\" x2=\"{tick}\" y2=\"20\"/>"
                ),
            );
            line(out, chart.appetite.as_ref(), 22);
        });
        out.push_str("</td>");
        for spot in spots {
            put(out, format_args!("<td class=\"end\">{}</td>", piece(&spot.label, words)));
        }
        out.push_str("</tr>\n");
    }
    close(out);
}

pub(super) fn bars(out: &mut String, chart: &PlannedBars, words: &Words) {
    let lead = chart.mark.as_ref().map(|spot| line_told(words.mark, spot, words));
    open(out, &chart.title, &chart.description);
    let many = chart.series.len() > 1;
    let first = chart.series.first().map(|name| escaped(name)).unwrap_or_default();
    let lead = lead.unwrap_or_default();
    if many {
        let series = Head::Words(words.series);
        let value = Head::Figures(words.values);
        head(out, &[Head::Words(words.row), series, Head::Drawn(&lead), value]);
    } else {
        head(out, &[Head::Words(words.row), Head::Drawn(&lead), Head::Figures(&first)]);
    }
    for row in &chart.rows {
        for (at, bar) in row.bars.iter().enumerate() {
            out.push_str("<tr>");
            if at == 0 {
                let span = row.bars.len();
                let label = pieces(&row.label, words);
                put(out, format_args!("<th scope=\"row\" rowspan=\"{span}\">{label}</th>"));
            }
            let name = chart.series.get(bar.series).map(|name| escaped(name)).unwrap_or_default();
            if many {
                put(out, format_args!("<td>{name}</td>"));
            }
            out.push_str("<td class=\"plot\">");
            drawing(out, &plain(&row.label), &bar.label.text, 18, |out| {
                drawn(out, bar);
                line(out, chart.mark.as_ref(), 18);
            });
            let value = piece(&bar.label, words);
            put(out, format_args!("</td><td class=\"end\">{value}</td></tr>\n"));
        }
    }
    close(out);
}

/// A bar in the pattern of its series.
fn drawn(out: &mut String, bar: &Bar) {
    let Some(length) = bar.length else { return };
    let (wide, series) = (x(length).max(1.0), bar.series);
    put(
        out,
        format_args!(
            "<rect class=\"bar s{series}\" x=\"0\" y=\"3\" width=\"{wide}\" height=\"12\"/>"
        ),
    );
    // Hatching is drawn line by line: patterns need identifiers, which are one for a whole page.
    let mut at = 6.0;
    while series == 1 && at < wide {
        let foot = (at - 6.0).max(0.0);
        put(
            out,
            format_args!("<line class=\"hatch\" x1=\"{foot}\" y1=\"15\" x2=\"{at}\" y2=\"3\"/>"),
        );
        at += 6.0;
    }
    let mut at = 4.0;
    while series == 2 && at < wide - 2.0 {
        put(out, format_args!("<circle class=\"dot\" cx=\"{at}\" cy=\"9\" r=\"1.5\"/>"));
        at += 6.0;
    }
}

pub(super) fn clocks(out: &mut String, chart: &PlannedClocks, words: &Words) {
    open(out, &chart.title, &chart.description);
    let lead = format!("{} – {}; {}", chart.begin, chart.end, chart.key);
    head(out, &[Head::Words(words.row), Head::Drawn(&lead), Head::Words(words.state)]);
    for clock in &chart.clocks {
        put(
            out,
            format_args!(
                "<tr><th scope=\"row\">{}<small>{}</small></th><td class=\"plot\">",
                pieces(&clock.label, words),
                escaped(&clock.times)
            ),
        );
        drawing(out, &plain(&clock.label), &clock.times, 22, |out| ticking(out, clock, chart.now));
        put(out, format_args!("</td><td>{}</td></tr>\n", pieces(&clock.state, words)));
    }
    close(out);
}

/// A clock: filled when it was stopped, open while it runs, a diamond where it is due.
fn ticking(out: &mut String, clock: &PlannedClock, now: f64) {
    let (from, to, now) = (x(clock.from), x(clock.to), x(now));
    let series = if clock.runs { 3 } else { 0 };
    let wide = (to - from).max(2.0);
    put(
        out,
        format_args!(
            "<rect class=\"bar s{series}\" x=\"{from}\" y=\"7\" width=\"{wide}\" height=\"8\"/>\
             <line class=\"now\" x1=\"{now}\" y1=\"0\" x2=\"{now}\" y2=\"22\"/>"
        ),
    );
    if let Some(due) = clock.due.map(x) {
        let (left, right) = (due - 6.0, due + 6.0);
        put(
            out,
            format_args!("<path class=\"due\" d=\"M{due} 4 L{right} 11 L{due} 18 L{left} 11 Z\"/>"),
        );
    }
}

pub(super) fn open(out: &mut String, title: &str, description: &str) {
    put(
        out,
        format_args!(
            "<figure>\n<figcaption><strong>{}</strong> {}</figcaption>\n",
            escaped(title),
            escaped(description)
        ),
    );
    out.push_str("<table class=\"chart\">\n");
}

/// The columns of a chart from left to right.
enum Head<'a> {
    /// Words.
    Words(&'a str),
    /// What is drawn, headed by what its marks mean.
    Drawn(&'a str),
    /// Figures.
    Figures(&'a str),
}

fn head(out: &mut String, columns: &[Head<'_>]) {
    out.push_str("<thead>\n<tr>");
    for column in columns {
        let (class, name) = match column {
            Head::Words(name) | Head::Drawn(name) => ("", name),
            Head::Figures(name) => (" class=\"end\"", name),
        };
        put(out, format_args!("<th scope=\"col\"{class}>{name}</th>"));
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
}

fn close(out: &mut String) {
    out.push_str("</tbody>\n</table>\n</figure>\n");
}

/// What the line across says.
fn line_told(word: &str, spot: &Spot, words: &Words) -> String {
    format!("┆ {word}{}{}", words.colon, piece(&spot.label, words))
}

fn line(out: &mut String, spot: Option<&Spot>, height: u32) {
    if let Some(at) = spot.map(|spot| x(spot.at)) {
        put(
            out,
            format_args!(
                "<line class=\"across\" x1=\"{at}\" y1=\"0\" x2=\"{at}\" y2=\"{height}\"/>"
            ),
        );
    }
}

/// A drawing that says in words what it shows.
fn drawing(out: &mut String, title: &str, told: &str, height: u32, draw: impl FnOnce(&mut String)) {
    // Half a mark may stand beyond either end.
    put(
        out,
        format_args!(
            "<svg role=\"img\" viewBox=\"-8 0 416 {height}\" preserveAspectRatio=\"none\">"
        ),
    );
    said(out, format_args!("{}", escaped(title)), format_args!("{}", escaped(told)));
    draw(out);
    out.push_str("</svg>");
}

/// What a drawing is, and what one sees in it.
pub(super) fn said(out: &mut String, title: Arguments<'_>, told: Arguments<'_>) {
    put(out, format_args!("<title>{title}</title><desc>{told}</desc>"));
}

/// A share of the width, in units of the drawing.
fn x(share: f64) -> f64 {
    (share * WIDTH * 10.0).round() / 10.0
}
