//! For people at a terminal: what is in the way first, then everything else in one line each.

use super::{Report, Row, Standing};
use crate::{
    Pen, Tone, View,
    lines::{padded, shorten, width},
};

/// The report, every line within the columns of `view`, with the summary as its last line.
#[must_use]
pub fn render(report: &Report, view: View) -> String {
    let mut pen = Pen::new(view);
    let failing = report.rows.iter().filter(|row| matches!(row.standing, Standing::Fails { .. }));
    for row in failing {
        fails(row, &mut pen);
    }
    for finding in &report.findings {
        pen.say(Tone::Bad, finding.severity.name());
        pen.say(Tone::Strong, &format!("[{}]", finding.rule));
        pen.say(Tone::Plain, ": ");
        pen.say(Tone::Plain, &finding.message);
        pen.end();
        pen.lines(4, Tone::Dim, &place(&finding.location));
        pen.lines(4, Tone::Plain, &format!("help: {}", finding.help));
        pen.gap();
    }
    table(report, &mut pen);
    for note in &report.notes {
        pen.lines(0, Tone::Warn, &format!("note: {note}"));
    }
    if !report.notes.is_empty() {
        pen.gap();
    }
    asked(report, &mut pen);
    let tone = if report.passes() { Tone::Good } else { Tone::Bad };
    pen.lines(0, tone, &report.summary());
    pen.finish()
}

fn fails(row: &Row, pen: &mut Pen) {
    let Standing::Fails { code, why, help } = &row.standing else { return };
    pen.say(Tone::Bad, "no");
    pen.say(Tone::Strong, &format!("[{code}]"));
    pen.say(Tone::Plain, ": ");
    // What begins the block is one line; the whole name is at its place.
    let room = pen.columns().saturating_sub(code.len() + 6).max(12);
    pen.say(Tone::Strong, &shorten(&crate::printable(&row.name), room));
    pen.end();
    pen.lines(4, Tone::Dim, &format!("{} ({})", place(&row.location), row.by));
    pen.lines(4, Tone::Plain, &row.what);
    pen.lines(4, Tone::Plain, why);
    pen.lines(4, Tone::Plain, &format!("help: {help}"));
    pen.gap();
}

/// Those that are not in the way.
fn table(report: &Report, pen: &mut Pen) {
    let others = report.rows.iter().filter_map(|row| Some((row, stands(&row.standing)?)));
    let others: Vec<(&Row, (Tone, &str, String))> = others.collect();
    let columns = pen.columns();
    let widest = |text: &dyn Fn(&Row) -> &str, most: usize| {
        let all = others.iter().map(|(row, _)| width(&crate::printable(text(row))));
        all.max().unwrap_or_default().min(most)
    };
    // Word, name, what and standing; what runs is what is cut when there is no room.
    let name = widest(&|row| &row.name, 20);
    let standing = others.iter().map(|(_, (.., text))| width(text)).max().unwrap_or_default();
    let standing = standing.min(columns / 2);
    let room = columns.saturating_sub(8 + name + 2 + standing + 2).max(12);
    let what = widest(&|row| &row.what, room);
    for (row, (tone, word, text)) in &others {
        let cut = |text: &str, most: usize| padded(&shorten(&crate::printable(text), most), most);
        pen.say(*tone, &padded(word, 8));
        pen.say(Tone::Strong, &cut(&row.name, name));
        pen.say(Tone::Plain, &format!("  {}", cut(&row.what, what)));
        pen.say(Tone::Dim, &format!("  {}", shorten(&crate::printable(text), standing)));
        pen.end();
    }
    if !others.is_empty() {
        pen.gap();
    }
}

fn stands(standing: &Standing) -> Option<(Tone, &'static str, String)> {
    match standing {
        Standing::Counts { level, until, floats, .. } => {
            let any = if *floats { ", any version" } else { "" };
            Some((Tone::Good, "counts", format!("level {level} until {until}{any}")))
        }
        Standing::Waived { code, owner, until, .. } => {
            Some((Tone::Warn, "waived", format!("{code} until {until}, {owner}")))
        }
        Standing::Known => Some((Tone::Dim, "before", "not judged".to_owned())),
        Standing::Fails { .. } => None,
    }
}

fn place(location: &warden_model::Location) -> String {
    let line = location.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{}{line}", location.file)
}

fn asked(report: &Report, pen: &mut Pen) {
    let asked = &report.asked;
    let since = asked.since.as_ref().map(|since| format!(", changed since {since}"));
    let policy = asked.policy.as_ref().map(|policy| format!(", policy of {policy}"));
    let line = format!(
        "asked for level {} ({}, {} data){}{}; {} believed",
        asked.level,
        asked.environment,
        asked.data,
        since.unwrap_or_default(),
        policy.unwrap_or_default(),
        crate::lines::count(report.certificates, "certificate")
    );
    pen.lines(0, Tone::Dim, &line);
}
