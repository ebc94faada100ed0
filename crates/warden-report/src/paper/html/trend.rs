//! Lines over periods, and the table of their values.

use super::{chart, piece};
use crate::{
    markup::{escaped, put},
    paper::{PlannedSeries, PlannedTrend, Point, Words},
};

/// The part of the drawing that lines are in, in its own units; names stand to the right of it.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 200.0;

pub(super) fn trend(out: &mut String, chart: &PlannedTrend, words: &Words) {
    put(
        out,
        format_args!(
            "<figure>\n<figcaption><strong>{}</strong> {}</figcaption>\n\
             <svg class=\"trend\" role=\"img\" viewBox=\"0 -8 740 236\">",
            escaped(&chart.title),
            escaped(&chart.description)
        ),
    );
    let told: Vec<String> = chart.series.iter().map(|line| values(line, &chart.periods)).collect();
    chart::said(
        out,
        format_args!("{}", escaped(&chart.title)),
        format_args!("{}", escaped(&told.join("; "))),
    );
    axis(out, chart, words);
    for (at, line) in chart.series.iter().enumerate() {
        drawn(out, line, at);
    }
    out.push_str("</svg>\n");
    table(out, chart, words);
    out.push_str("</figure>\n");
}

/// The values of a line in words.
fn values(line: &PlannedSeries, periods: &[String]) -> String {
    let pairs = periods.iter().zip(&line.values);
    let told: Vec<String> = pairs.map(|(name, value)| format!("{name} {}", value.text)).collect();
    format!("{}: {}", line.name, told.join(", "))
}

fn axis(out: &mut String, chart: &PlannedTrend, words: &Words) {
    let zero = y(chart.zero);
    put(out, format_args!("<path class=\"axis\" d=\"M0 {zero} H{WIDTH}\"/>"));
    if let Some(mark) = &chart.mark {
        let at = y(mark.at);
        let label = escaped(&format!("{}{}{}", words.mark, words.colon, mark.label.text));
        put(
            out,
            format_args!(
                "<path class=\"across\" d=\"M0 {at} H{WIDTH}\"/>\
                 <text x=\"2\" y=\"{}\">{label}</text>",
                at - 4.0
            ),
        );
    }
    for (name, at) in chart.periods.iter().zip(&chart.columns) {
        let (name, x) = (escaped(name), x(*at));
        put(out, format_args!("<text class=\"middle\" x=\"{x}\" y=\"222\">{name}</text>"));
    }
}

fn drawn(out: &mut String, line: &PlannedSeries, series: usize) {
    let mut path = String::new();
    let mut joined = false;
    for point in &line.points {
        let Some(point) = point else {
            joined = false;
            continue;
        };
        let (x, y) = (x(point.x), y(point.y));
        put(&mut path, format_args!("{}{x} {y}", if joined { " L" } else { " M" }));
        joined = true;
    }
    put(out, format_args!("<path class=\"line l{series}\" d=\"{}\"/>", path.trim_start()));
    line.points.iter().flatten().for_each(|point| marked(out, *point, series));
    if let Some(at) = line.name_at {
        let (name, baseline) = (escaped(&line.tag), y(at) + 4.0);
        put(out, format_args!("<text x=\"{}\" y=\"{baseline}\">{name}</text>", WIDTH + 8.0));
    }
}

/// A mark in the shape of its series: a disc, a square, a triangle, a ring.
fn marked(out: &mut String, point: Point, series: usize) {
    let (x, y) = (x(point.x), y(point.y));
    let shape = match series {
        1 => format!("<path class=\"due\" d=\"M{x} {y} m-4 -4 h8 v8 h-8 Z\"/>"),
        2 => format!("<path class=\"due\" d=\"M{x} {y} m0 -5 l5 9 h-10 Z\"/>"),
        3 => format!("<circle class=\"ring\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>"),
        _ => format!("<circle class=\"due\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>"),
    };
    out.push_str(&shape);
}

fn table(out: &mut String, chart: &PlannedTrend, words: &Words) {
    put(out, format_args!("<table>\n<thead>\n<tr><th scope=\"col\">{}</th>", words.row));
    for name in &chart.periods {
        put(out, format_args!("<th scope=\"col\" class=\"end\">{}</th>", escaped(name)));
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for (series, line) in chart.series.iter().enumerate() {
        let name = escaped(&line.name);
        put(out, format_args!("<tr><th scope=\"row\">{} {name}</th>", key(series)));
        for value in &line.values {
            put(out, format_args!("<td class=\"end\">{}</td>", piece(value, words)));
        }
        out.push_str("</tr>\n");
    }
    if let Some(mark) = &chart.mark {
        let (span, label) = (chart.periods.len(), piece(&mark.label, words));
        put(
            out,
            format_args!(
                "<tr><th scope=\"row\">{}</th><td class=\"end\" colspan=\"{span}\">{label}</td></tr>\n",
                words.mark
            ),
        );
    }
    out.push_str("</tbody>\n</table>\n");
}

/// How a line looks, before its name.
fn key(series: usize) -> String {
    let mut out = String::from("<svg class=\"key\" aria-hidden=\"true\" viewBox=\"0 0 40 12\">");
    put(&mut out, format_args!("<path class=\"line l{series}\" d=\"M0 6 H40\"/>"));
    let centre = Point { x: 20.0 / WIDTH, y: 6.0 / HEIGHT };
    marked(&mut out, centre, series);
    out.push_str("</svg>");
    out
}

/// A share of the width, in units of the drawing.
fn x(share: f64) -> f64 {
    (share * WIDTH * 10.0).round() / 10.0
}

/// A share of the height, from the top.
fn y(share: f64) -> f64 {
    (share * HEIGHT * 10.0).round() / 10.0
}
