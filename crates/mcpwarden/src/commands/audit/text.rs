//! Records for people: one a line, or one with everything in it.

use serde_json::Value;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};
use warden_audit::{Event, Record, Selection, Stored, Summary};
use warden_report::printable;

/// Fewer columns than this are not laid out for.
const FEWEST: usize = 40;
/// The column of values in the detail view.
const INDENT: usize = 18;

/// What an undamaged ledger holds.
pub(super) fn summary(summary: &Summary) -> String {
    let records = counted(summary.records, "record");
    let mut lines = vec![format!("intact: {records} in {}", counted(summary.segments, "segment"))];
    lines.extend(summary.span.map(|(from, to)| format!("from {from} to {to}")));
    let open = summary.segments - summary.closed;
    if open > 0 {
        let open = counted(open, "segment");
        lines
            .push(format!("{open} without an end: still being written, or the process was killed"));
    }
    for torn in &summary.torn {
        let bytes = counted(torn.bytes, "byte");
        lines.push(format!("segment {} ends in an incomplete line:", torn.segment));
        lines.push(format!("  {bytes} from byte {} on, never acknowledged", torn.offset));
    }
    if summary.foreign > 0 {
        let foreign = counted(summary.foreign, "file");
        lines.push(format!("not looked at: {foreign} in the directory of no segment"));
    }
    lines.join("\n") + "\n"
}

/// One line for each record.
pub(super) fn list(records: &[Stored], columns: usize) -> String {
    records.iter().map(|stored| line(stored, columns)).collect()
}

/// How many records were shown, and how many were not.
pub(super) fn count(selection: &Selection) -> String {
    let shown = selection.records.len() as u64;
    match selection.matched - shown {
        0 => format!("{}\n", counted(shown, "record")),
        left => format!(
            "{} shown, {left} older left out; `--limit` shows more\n",
            counted(shown, "record")
        ),
    }
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn line(stored: &Stored, columns: usize) -> String {
    let record = &stored.record;
    let time = record.ts.to_string().replace('T', " ");
    let (time, _) = time.split_at_checked(19).unwrap_or((&time, ""));
    let text = format!("{time} {:<10} {:<15} {}", stored.short(), &*record.event, gist(record));
    let mut text = fitted(&printable(&text), columns.max(FEWEST));
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// What a record says, the verdict first.
fn gist(record: &Record<'_>) -> String {
    let server = record.server.as_ref().map(|server| &*server.name);
    let tool = record.tool.as_ref().map(|tool| &*tool.name);
    let method = record.mcp.as_ref().and_then(|mcp| mcp.method.as_deref());
    let about = match (server, tool.or(method)) {
        (Some(server), Some(what)) => Some(format!("{server}/{what}")),
        (one, other) => one.or(other).map(str::to_owned),
    };
    let drift = record.drift.as_ref().map(|drift| format!("{} {}", drift.class, drift.subject));
    let parts = [
        record.outcome.map(|outcome| outcome.name().to_owned()),
        record.decision.map(|decision| decision.name().to_owned()),
        about,
        record.reason.as_deref().map(str::to_owned),
        record.rule.as_deref().map(str::to_owned),
        drift,
        record.duration_us.map(duration),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn duration(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros}us"),
        1_000..1_000_000 => format!("{}.{}ms", micros / 1_000, micros / 100 % 10),
        _ => format!("{}.{}s", micros / 1_000_000, micros / 100_000 % 10),
    }
}

/// The text cut to so many columns.
fn fitted(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut left = columns - 1;
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.width().unwrap_or(0)) else { break };
        left = rest;
        out.push(c);
    }
    out + "…"
}

/// A record with everything in it.
pub(super) fn details(stored: &Stored, columns: usize) -> String {
    // It was parsed as a record, so it is an object.
    let body: Value = serde_json::from_str(&stored.body).unwrap_or_default();
    let mut members = Vec::new();
    if let Some(event) = Event::parse(&stored.record.event) {
        members.push(("meaning".to_owned(), event.title().to_owned()));
    }
    flatten(String::new(), &body, &mut members);
    members.push(("byte".to_owned(), stored.offset.to_string()));
    members.push(("chain".to_owned(), stored.chain.to_string()));
    let columns = columns.max(FEWEST);
    let members = members.iter().map(|(name, value)| member(name, &printable(value), columns));
    format!("record {} of segment {}\n", stored.record.seq, stored.segment)
        + &members.collect::<String>()
}

fn member(name: &str, value: &str, columns: usize) -> String {
    let name = printable(name);
    if INDENT + value.width() <= columns && name.width() <= INDENT - 4 {
        return format!("  {name:<14}  {value}\n");
    }
    let parts = parts(value, columns - 4);
    format!("  {name}\n    {}\n", parts.join("\n    "))
}

/// The text in parts that fit into so many columns.
fn parts(text: &str, columns: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut left = columns;
    for c in text.chars() {
        let width = c.width().unwrap_or(0);
        if width > left {
            parts.push(String::new());
            left = columns;
        }
        left = left.saturating_sub(width);
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// Every value with its path. JSON is parsed to a limited depth, so this ends.
fn flatten(path: String, value: &Value, out: &mut Vec<(String, String)>) {
    let below = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                flatten(below(name), value, out);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(below(&index.to_string()), item, out);
            }
        }
        Value::String(text) => out.push((path, text.clone())),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push((path, value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_to_its_columns() {
        assert_eq!(fitted("short", 5), "short");
        assert_eq!(fitted("longer", 5), "long…");
        assert_eq!(fitted("日本語", 5), "日本…");
        assert_eq!(parts("日本語x", 4), ["日本", "語x"]);
    }

    #[test]
    fn durations_are_short() {
        let shown = [0, 999, 1_234, 999_999, 61_500_000].map(duration);
        assert_eq!(shown, ["0us", "999us", "1.2ms", "999.9ms", "61.5s"]);
    }
}
