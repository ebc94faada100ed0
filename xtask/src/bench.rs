//! `cargo xtask bench`: measures, and writes the figures where people read them.

use std::process::Command;

use crate::markers;
use crate::shell::{self, Failure, cargo, root, section};

/// One benchmark program and the table in `docs/performance.md` that it fills.
pub struct Bench {
    /// The name of the generated part.
    pub name: &'static str,
    /// What is measured, above the table.
    pub title: &'static str,
    /// What to run.
    pub command: fn() -> Command,
    /// What its output says.
    pub parse: fn(&str) -> Vec<Row>,
}

/// One measured thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// The figures, under the headings of the table.
    pub figures: Vec<String>,
}

/// Every benchmark, in the order of the document. Rows of `divan` have the fastest, the slowest,
/// the median and the mean time.
pub static BENCHES: &[Bench] = &[
    Bench {
        name: "ledger",
        title: "The ledger: what one call costs in it",
        command: || cargo(&["bench", "-p", "warden-audit", "--bench", "append"]),
        parse: divan,
    },
    Bench {
        name: "guard",
        title: "The guard itself, without pipes",
        command: || cargo(&["bench", "-p", "warden-proxy", "--bench", "guard"]),
        parse: divan,
    },
];

const HEADINGS: &[&str] = &["fastest", "slowest", "median", "mean"];
const DOCUMENT: &str = "docs/performance.md";

/// Runs the benchmarks that `arguments` name, or all, and writes their tables.
///
/// # Errors
/// A benchmark fails or says nothing, or the document cannot be written.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let wanted = |bench: &&Bench| arguments.is_empty() || arguments.iter().any(|a| a == bench.name);
    let path = root().join(DOCUMENT);
    for bench in BENCHES.iter().filter(wanted) {
        section(bench.title);
        let output = shell::capture(&mut (bench.command)())?;
        let rows = (bench.parse)(&output);
        if rows.is_empty() {
            return Err(Failure(format!("`{}` measured nothing:\n{output}", bench.name)));
        }
        let table = table(&rows);
        println!("{table}");
        let document = shell::read(&path).unwrap_or_else(|_| "# Performance\n".into());
        let document = with_part(document, bench);
        shell::write(&path, &markers::replace(&document, bench.name, &table)?)?;
    }
    Ok(())
}

/// A benchmark that is new gets its part at the end of the document.
fn with_part(document: String, bench: &Bench) -> String {
    if markers::part(&document, bench.name).is_ok() {
        return document;
    }
    let (title, name) = (bench.title, bench.name);
    format!(
        "{document}\n## {title}\n\n<!-- generated: {name} -->\n<!-- end of generated: {name} -->\n"
    )
}

fn table(rows: &[Row]) -> String {
    let mut lines = vec![
        format!("| | {} |", HEADINGS.join(" | ")),
        format!("|---|{}", "---:|".repeat(HEADINGS.len())),
    ];
    let shown = |row: &Row| format!("| {} | {} |", row.name, row.figures.join(" | "));
    lines.extend(rows.iter().map(shown));
    lines.join("\n")
}

/// Reads the tree that `divan` prints: a line with figures is a measurement, a line without one
/// names a group.
fn divan(output: &str) -> Vec<Row> {
    let mut groups: Vec<(usize, String)> = Vec::new();
    let mut rows = Vec::new();
    for line in output.lines() {
        let Some(start) = line.find(|c: char| c.is_alphanumeric()) else { continue };
        if !line.contains(['├', '╰']) {
            continue;
        }
        let (before, text) = line.split_at(start);
        let depth = before.chars().count();
        groups.retain(|(outer, _)| *outer < depth);
        let mut cells = text.split('│').map(str::trim);
        let first = cells.next().unwrap_or_default();
        // The name and the first figure stand in one cell, with at least two spaces between them.
        let (name, fastest) = first.split_once("  ").map_or((first, ""), |(n, f)| (n, f.trim()));
        if fastest.is_empty() {
            groups.push((depth, name.to_owned()));
            continue;
        }
        let outer = groups.iter().map(|(_, group)| group.as_str());
        let name = outer.chain([name]).collect::<Vec<_>>().join(" / ");
        let figures = std::iter::once(fastest).chain(cells.take(HEADINGS.len() - 1));
        rows.push(Row { name, figures: figures.map(str::to_owned).collect() });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
ledger      fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ append   1.2 µs        │ 3.4 µs        │ 1.3 µs        │ 1.4 µs        │ 100     │ 100
╰─ verify                 │               │               │               │         │
   ├─ 10    5 µs          │ 6 µs          │ 5.1 µs        │ 5.2 µs        │ 100     │ 100
   ╰─ 20    9 µs          │ 12 µs         │ 9.5 µs        │ 9.9 µs        │ 100     │ 100
           1 GB/s        │ 2 GB/s        │ 1 GB/s        │ 1 GB/s        │         │
           alloc:        │               │               │               │         │
             3           │ 3             │ 3             │ 3             │         │
";

    #[test]
    fn measurements_are_read_with_their_groups() {
        let rows = divan(OUTPUT);
        let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["append", "verify / 10", "verify / 20"]);
        assert_eq!(rows[0].figures, ["1.2 µs", "3.4 µs", "1.3 µs", "1.4 µs"]);
    }

    #[test]
    fn a_table_has_a_column_for_each_heading() {
        let text = table(&divan(OUTPUT));
        assert!(text.lines().all(|line| line.matches('|').count() == HEADINGS.len() + 2), "{text}");
    }
}
