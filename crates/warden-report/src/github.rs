//! Annotations for GitHub workflows: one line per finding, read by the runner from the log.

use warden_model::{Finding, Location, Scan, Severity, TraceStep};

use crate::{clean::printable, human};

/// One annotation for each finding and for each thing that could not be read, then the summary.
#[must_use]
pub fn render(scan: &Scan) -> String {
    let mut out = String::new();
    for finding in &scan.findings {
        let mut text = finding.message.clone();
        let path = path(finding);
        for more in [&finding.label, &path, &finding.help] {
            if !more.is_empty() {
                text.push('\n');
                text.push_str(more);
            }
        }
        annotation(&mut out, level(finding.severity), (&finding.location, finding.rule), &text);
    }
    for unread in &scan.coverage.unread {
        let text = format!("could not be read: {}: {}", unread.reason.name(), unread.detail);
        annotation(&mut out, "warning", (&unread.location, "coverage"), &text);
    }
    for gaps in &scan.coverage.source.gaps {
        let text = format!("not understood in {} places: {}", gaps.count, gaps.meaning);
        let nowhere = Location::default();
        let place = gaps.places.first().unwrap_or(&nowhere);
        annotation(&mut out, "warning", (place, "coverage"), &text);
    }
    out.push_str(&human::summary(scan));
    out.push('\n');
    out
}

/// The way of a value, a line for each step.
fn path(finding: &Finding) -> String {
    let step = |step: &TraceStep| {
        let line = step.location.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line}: {}", step.location.file, step.note)
    };
    finding.trace.iter().map(step).collect::<Vec<_>>().join("\n")
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    }
}

/// Adds one annotation. Nothing in `text`, or in the place, can begin another command.
pub(crate) fn annotation(out: &mut String, level: &str, about: (&Location, &str), text: &str) {
    let (location, title) = about;
    let mut properties = Vec::new();
    if !location.file.is_empty() {
        properties.push(format!("file={}", property(&location.file)));
    }
    properties.extend(location.line.map(|line| format!("line={line}")));
    properties.extend(location.column.map(|column| format!("col={column}")));
    properties.push(format!("title={}", property(title)));
    let line = format!("::{level} {}::{}\n", properties.join(","), message(text));
    out.push_str(&line);
}

/// A message in which nothing ends the line and no other command can begin.
fn message(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(|line| printable(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    printable(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_finding_and_every_gap_is_one_annotation() {
        insta::assert_snapshot!(render(&sample::scan()));
    }

    #[test]
    fn nothing_in_a_text_can_begin_another_command() {
        let mut out = String::new();
        let location = sample::at("a,line=9:b%.json", "", 1, 2);
        annotation(&mut out, "error", (&location, "x"), "50%\n::add-mask::x\r\n::error::y\u{1b}");
        assert_eq!(
            out,
            "::error file=a%2Cline=9%3Ab%25.json,line=1,col=2,title=x::50%25%0A::add-mask::x\\r%0A\
             ::error::y<U+001B>\n"
        );
    }
}
