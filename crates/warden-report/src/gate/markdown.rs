//! The report as Markdown, for the summary of a pipeline.
//!
//! Names come from whoever opened the pull request. They stand in code spans whose fence is longer
//! than any run of backticks in them, so that no link, picture, mention or table ends or begins in
//! one.

use super::{Report, Row, Standing};
use crate::clean::printable;

/// So many servers are listed; what is in the way comes first.
const MOST: usize = 200;

/// The report, ended by a line feed.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut out = String::from("## MCP servers\n\n");
    let verdict = if report.passes() { "Passed" } else { "**Failed**" };
    out.push_str(&format!("{verdict}: {}.\n", report.summary()));
    let mut rows: Vec<&Row> = report.rows.iter().collect();
    rows.sort_by_key(|row| !matches!(row.standing, Standing::Fails { .. }));
    if !rows.is_empty() {
        out.push_str("\n| | server | runs | where | why |\n|---|---|---|---|---|\n");
    }
    for row in rows.iter().take(MOST) {
        let line = row.location.line.map(|line| format!(":{line}")).unwrap_or_default();
        let place = format!("{}{line}", row.location.file);
        let (word, why) = standing(&row.standing);
        let cells = [word.to_owned(), code(&row.name), code(&row.what), code(&place), why];
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    if rows.len() > MOST {
        out.push_str(&format!("\n{} more are in the report.\n", rows.len() - MOST));
    }
    if !report.findings.is_empty() {
        out.push_str("\n| finding | severity | where | what |\n|---|---|---|---|\n");
        for finding in report.findings.iter().take(MOST) {
            let line = finding.location.line.map(|line| format!(":{line}")).unwrap_or_default();
            let place = format!("{}{line}", finding.location.file);
            let cells = [
                code(finding.rule),
                finding.severity.name().to_owned(),
                code(&place),
                code(&finding.message),
            ];
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    for note in &report.notes {
        out.push_str(&format!("\nNote: {}\n", code(note)));
    }
    let asked = &report.asked;
    out.push_str(&format!(
        "\nAsked for level {} ({}, {} data).\n",
        asked.level, asked.environment, asked.data
    ));
    out
}

fn standing(standing: &Standing) -> (&'static str, String) {
    match standing {
        Standing::Fails { code: reason, why, help } => {
            ("no", format!("{}: {}. {}", code(reason), code(why), code(help)))
        }
        Standing::Counts { level, until, floats, .. } => {
            let any = if *floats { ", any version" } else { "" };
            ("counts", format!("level {level} until {until}{any}"))
        }
        Standing::Waived { code: reason, owner, reason: why, until, .. } => {
            ("waived", format!("{}: {}, {} until {until}", code(reason), code(why), code(owner)))
        }
        Standing::Known => ("before", "not judged".to_owned()),
    }
}

/// A text as a code span in a table (GitHub Flavored Markdown, sections 6.3 and 4.10).
fn code(text: &str) -> String {
    let text = printable(text);
    // A bar ends a cell even inside of code; there it is written behind a backslash.
    let text = text.trim().replace('|', "\\|");
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    if text.is_empty() {
        return String::from("–");
    }
    if longest == 0 { format!("`{text}`") } else { format!("{fence} {text} {fence}") }
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn nothing_leaves_its_code_span() {
        assert_eq!(code("mail"), "`mail`");
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
        assert_eq!(code("a|b\n| x |"), "`a\\|b\\n\\| x \\|`");
        assert_eq!(code("![x](https://x.example)"), "`![x](https://x.example)`");
        assert_eq!(code(""), "–");
    }
}
