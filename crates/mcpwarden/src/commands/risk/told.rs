//! Lines for people, on 80 columns.

use warden_govern::risk::Stamp;
use warden_report::printable;

/// How wide lines are.
const WIDTH: usize = 80;

/// What everything begins with: for which day, by which weights.
pub(super) fn heading(what: &str, day: jiff::civil::Date, weights: &Stamp) -> String {
    let digest = weights.digest.to_string();
    let short: String = digest.chars().take(19).collect();
    format!("{what} as of {day}, weights {} {short}\n\n", printable(&weights.version))
}

/// A text on lines of 80 columns, each behind so many spaces. What was found is said by strangers,
/// and printed so that a terminal does nothing with it.
pub(super) fn wrapped(text: &str, indent: usize) -> String {
    let text = printable(text).to_string();
    let (mut out, mut line) = (String::new(), String::new());
    for word in text.split_whitespace() {
        let longer = indent + line.chars().count() + 1 + word.chars().count() > WIDTH;
        if longer && !line.is_empty() {
            out.push_str(&format!("{:indent$}{line}\n", ""));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        out.push_str(&format!("{:indent$}{line}\n", ""));
    }
    out
}

/// A text that fits into a column.
pub(super) fn cut(text: &str, width: usize) -> String {
    let text = printable(text).to_string();
    if text.chars().count() <= width {
        return text;
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// What was left out of a list.
pub(super) fn more(all: usize, most: usize) -> String {
    match all.saturating_sub(most) {
        0 => String::new(),
        left => format!("and {left} more; `--most {all}` shows all\n"),
    }
}

/// An amount of money in whole units: `1,234,567 EUR`.
pub(super) fn amount(units: f64, currency: Option<&str>) -> String {
    let whole = format!("{units:.0}");
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", printable(currency.unwrap_or("(no currency set)")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_thousands_and_lines_have_eighty_columns() {
        let shown = [0.0, 999.0, 1000.0, 1_234_567.4].map(|units| amount(units, Some("EUR")));
        assert_eq!(shown, ["0 EUR", "999 EUR", "1,000 EUR", "1,234,567 EUR"]);
        let long = wrapped(&"word ".repeat(60), 4);
        assert!(long.lines().all(|line| line.chars().count() <= 80 && line.starts_with("    w")));
        assert_eq!(wrapped("a\u{1b}[2J", 0), "a<U+001B>[2J\n");
        assert_eq!((cut("abc", 3), cut("abcd", 3)), ("abc".into(), "ab…".into()));
    }
}
