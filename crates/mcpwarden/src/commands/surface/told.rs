//! Text for people: lines of 80 columns, and names in which nothing is hidden.

use warden_report::{printable, wrap};

/// How wide text is.
const WIDTH: usize = 80;

/// A paragraph after so many spaces; what is below its first line two more.
pub(super) fn paragraph(out: &mut String, indent: usize, text: &str) {
    let text = printable(text);
    for (at, line) in wrap(&text, WIDTH - indent - 2).into_iter().enumerate() {
        let indent = if at == 0 { indent } else { indent + 2 };
        out.push_str(&format!("{:indent$}{line}\n", ""));
    }
}

/// A name in a column, and then the rest of its row. Names are never cut, since two could look the
/// same: a long one has a line of its own.
pub(super) fn row(out: &mut String, name: &str, column: usize, rest: &str) {
    let name = printable(name);
    if name.chars().count() <= column {
        out.push_str(format!("{name:<column$}{rest}").trim_end());
    } else {
        out.push_str(&format!("{name}\n"));
        out.push_str(format!("{:column$}{rest}", "").trim_end());
    }
    out.push('\n');
}

/// `1 agent`, `2 agents`.
pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
