//! Source code under a finding: the lines that a value passes through, each with what happens
//! there, and last the place where it goes wrong.

use warden_model::{Excerpt, Finding, Location};

use super::findings::{bar, marks, place_text};
use crate::{
    clean::printable,
    lines::{shorten, width},
    pen::{DIM, FRAME, NOTE, PLAIN, Pen, severity_style},
};

/// More steps than this are cut in the middle.
const STEPS: usize = 10;
/// How many are then shown at the beginning.
const FIRST: usize = 5;

/// One marked line.
struct Line<'a> {
    place: &'a Location,
    code: &'a Excerpt,
    note: &'a str,
    /// Whether it is what the finding is about.
    last: bool,
}

/// Whether a finding has lines of code to show.
pub(super) fn has_code(finding: &Finding) -> bool {
    finding.code.is_some() || finding.trace.iter().any(|step| step.code.is_some())
}

/// The columns that the longest number of a line takes.
pub(super) fn longest_number(finding: &Finding) -> Option<u32> {
    let steps = finding.trace.iter().map(|step| &step.location);
    steps.chain([&finding.location]).filter_map(|place| place.line).max()
}

pub(super) fn write(finding: &Finding, gutter: usize, pen: &mut Pen) {
    let lines = lines(finding);
    let mut file = finding.location.file.as_str();
    let mut shown: Option<(&Location, &str)> = None;
    bar(gutter, None, pen);
    pen.end();
    for (at, line) in lines.iter().enumerate() {
        if lines.len() > STEPS && at >= FIRST && at + (STEPS - FIRST) <= lines.len() {
            if at == FIRST {
                pen.put(FRAME, &format!("{:gutter$} :", ""));
                pen.put(DIM, &format!(" {} more steps", lines.len() - STEPS + 1));
                pen.end();
            }
            shown = None;
            continue;
        }
        if line.place.file != file {
            file = &line.place.file;
            pen.put(FRAME, &format!("{:gutter$}::: ", ""));
            pen.put(PLAIN, &place_text(line.place));
            pen.end();
            shown = None;
        }
        let same = shown.is_some_and(|(place, text)| {
            (&place.file, place.line) == (&line.place.file, line.place.line)
                && text == line.code.text
        });
        one(line, same, (finding, gutter), pen);
        shown = Some((line.place, &line.code.text));
    }
    bar(gutter, None, pen);
    pen.end();
}

/// Every step with its line, and the place of the finding unless the last step is that.
fn lines(finding: &Finding) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = finding
        .trace
        .iter()
        .filter_map(|step| {
            let code = step.code.as_ref()?;
            Some(Line { place: &step.location, code, note: &step.note, last: false })
        })
        .collect();
    let here = (&finding.location.file, finding.location.line, finding.location.column);
    match (lines.last_mut(), &finding.code) {
        (Some(last), _) if (&last.place.file, last.place.line, last.place.column) == here => {
            last.last = true;
            last.note = &finding.label;
        }
        (_, Some(code)) => {
            lines.push(Line { place: &finding.location, code, note: &finding.label, last: true });
        }
        (Some(last), None) => last.last = true,
        (None, None) => {}
    }
    lines
}

fn one(line: &Line<'_>, same: bool, (finding, gutter): (&Finding, usize), pen: &mut Pen) {
    let room = pen.columns().saturating_sub(gutter + 3).max(12);
    let (before, marked, after) = parts(line.code);
    let (start, length) = fit((width(&before), width(&marked)), room);
    if !same {
        bar(gutter, line.place.line, pen);
        pen.put(PLAIN, &format!(" {}", shorten(&format!("{before}{marked}{after}"), room)));
        pen.end();
    }
    let (style, mark) =
        if line.last { (severity_style(finding.severity), "^") } else { (NOTE, "-") };
    marks((style, mark), line.note, (gutter, start, length), pen);
}

/// The line as it will be printed: before the place, the place, after it.
fn parts(code: &Excerpt) -> (String, String, String) {
    let part = |from: usize, count: usize| -> String {
        let text: String = code.text.chars().skip(from).take(count).collect();
        printable(&text).into_owned()
    };
    let end = code.start.saturating_add(code.length);
    (part(0, code.start), part(code.start, code.length), part(end, usize::MAX))
}

/// Where the marks go when the line is cut at `room`.
fn fit((start, length): (usize, usize), room: usize) -> (usize, usize) {
    let start = start.min(room.saturating_sub(1));
    (start, length.clamp(1, room.saturating_sub(start).max(1)))
}
