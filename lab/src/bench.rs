//! `cargo xtask bench`: measures, and writes the figures where people read them.

mod analysis;
mod certify;
mod columns;
mod divan;
mod gateway;
mod wrapper;

use std::process::Command;

use xtask::markers;
use xtask::shell::{self, Failure, cargo, root, section};

/// One benchmark program and the table in `docs/performance.md` that it fills.
pub struct Bench {
    /// The name of the generated part.
    pub name: &'static str,
    /// What is measured, above the table.
    pub title: &'static str,
    /// What to run.
    pub command: fn() -> Command,
    /// How its output is read.
    pub reader: &'static Reader,
}

/// How the output of one kind of benchmark program becomes a table.
pub struct Reader {
    /// What the columns are called, after the name.
    pub headings: &'static [&'static str],
    /// What the output says.
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

/// The trees of `divan`; the last column is what one iteration allocates in all.
static DIVAN: Reader =
    Reader { headings: &["fastest", "slowest", "median", "mean", "allocated"], parse: divan::rows };

/// The lines of our own program, which measures everything with and without `mcpwarden`.
static WRAPPER: Reader = Reader {
    headings: &["without", "with", "added", "ratio", "target", "now"],
    parse: wrapper::rows,
};

/// The lines of our own program over texts: microseconds, and megabytes in a second.
static COLUMNS: Reader = Reader {
    headings: &[
        "bytes",
        "copy",
        "judge",
        "links",
        "secrets",
        "personal",
        "copied data",
        "all, µs",
        "MB/s",
    ],
    parse: columns::rows,
};

/// The lines of our own program over questions to the rules.
static PERCENTILES: Reader = Reader {
    headings: &["p50", "p90", "p99", "p99.9", "permitted", "approval"],
    parse: columns::rows,
};

/// Every benchmark, in the order of the document.
pub static BENCHES: &[Bench] = &[
    Bench {
        name: "calls",
        title: "A call through `run`",
        command: || wrapper::command("calls"),
        reader: &WRAPPER,
    },
    Bench {
        name: "start",
        title: "The start of `run`",
        command: || wrapper::command("start"),
        reader: &WRAPPER,
    },
    Bench {
        name: "memory",
        title: "The memory of `run`",
        command: || wrapper::command("memory"),
        reader: &WRAPPER,
    },
    Bench {
        name: "list",
        title: "A list of a megabyte through `run`",
        command: || wrapper::command("list"),
        reader: &WRAPPER,
    },
    Bench {
        name: "scan",
        title: "A scan of 50 configurations with 300 servers",
        command: || wrapper::command("scan"),
        reader: &WRAPPER,
    },
    Bench {
        name: "ledger",
        title: "The ledger: what one call costs in it",
        command: || cargo(&["bench", "-p", "warden-audit", "--bench", "append"]),
        reader: &DIVAN,
    },
    Bench {
        name: "guard",
        title: "The guard itself, without pipes",
        command: || cargo(&["bench", "-p", "warden-proxy", "--bench", "guard"]),
        reader: &DIVAN,
    },
    Bench {
        name: "text",
        title: "Reading text: all detectors, one core",
        command: || cargo(&["bench", "-p", "warden-detect", "--bench", "everything"]),
        reader: &COLUMNS,
    },
    Bench {
        name: "judge",
        title: "Rules: a decision among 10,000 agents and 5,000 tools",
        command: || cargo(&["bench", "-p", "warden-policy", "--bench", "judge"]),
        reader: &PERCENTILES,
    },
    Bench {
        name: "arguments",
        title: "Rules: what arguments are held against",
        command: || cargo(&["bench", "-p", "warden-policy", "--bench", "arguments"]),
        reader: &DIVAN,
    },
    Bench {
        name: "identity",
        title: "Identity: who a request is from",
        command: || cargo(&["bench", "-p", "warden-proxy", "--bench", "identity"]),
        reader: &DIVAN,
    },
    Bench {
        name: "limits",
        title: "Limits and the kill switch",
        command: || cargo(&["bench", "-p", "warden-proxy", "--bench", "limits"]),
        reader: &DIVAN,
    },
    Bench {
        name: "certificates",
        title: "Certificates: looking one up, and taking a bundle in",
        command: || cargo(&["bench", "-p", "warden-policy", "--bench", "certificates"]),
        reader: &DIVAN,
    },
    Bench {
        name: "log",
        title: "The log of what was certified",
        command: || cargo(&["bench", "-p", "warden-seal", "--bench", "log"]),
        reader: &DIVAN,
    },
    Bench {
        name: "trees",
        title: "A tree of 20,000 files",
        command: || cargo(&["bench", "-p", "warden-collect", "--bench", "trees"]),
        reader: &DIVAN,
    },
    Bench {
        name: "risk",
        title: "Risk of 60,000 findings, and what 20 scenarios would cost",
        command: || cargo(&["bench", "-p", "warden-govern", "--bench", "risk"]),
        reader: &DIVAN,
    },
    Bench {
        name: "reach",
        title: "What 2,000 agents can do with 60,000 tools",
        command: || cargo(&["bench", "-p", "warden-govern", "--bench", "reach"]),
        reader: &DIVAN,
    },
    Bench {
        name: "board",
        title: "From the estate to the report as a document",
        command: || cargo(&["bench", "-p", "warden-report", "--bench", "board"]),
        reader: &DIVAN,
    },
    Bench {
        name: "governance",
        title: "Governance as whole programs",
        command: || wrapper::command("governance"),
        reader: &WRAPPER,
    },
    Bench {
        name: "paper",
        title: "A report of a dozen pages",
        command: || cargo(&["bench", "-p", "warden-typeset", "--bench", "set"]),
        reader: &DIVAN,
    },
];

const DOCUMENT: &str = "docs/performance.md";

/// Runs the benchmarks that `arguments` name, or all but those of the gateway, of the source
/// analysis and of certifying, and writes their tables.
///
/// # Errors
/// A benchmark fails or says nothing, or the document cannot be written.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    // They have words of their own, and take a quarter of an hour: they are only run by name.
    if let Some((first, rest)) = arguments.split_first() {
        match first.as_str() {
            gateway::NAME => return gateway::run(rest),
            analysis::NAME => return analysis::run(rest),
            certify::NAME => return certify::run(rest),
            _ => {}
        }
    }
    if let Some(unknown) =
        arguments.iter().find(|name| BENCHES.iter().all(|one| one.name != **name))
    {
        let own = [gateway::NAME, analysis::NAME, certify::NAME];
        let names: Vec<&str> = BENCHES.iter().map(|one| one.name).chain(own).collect();
        return Err(Failure(format!("no bench `{unknown}`; there are: {}", names.join(", "))));
    }
    let wanted = |bench: &&Bench| arguments.is_empty() || arguments.iter().any(|a| a == bench.name);
    let path = root().join(DOCUMENT);
    // Some measure the program as a whole, and find it where this puts it.
    let programs = ["build", "--release", "-p", "mcpwarden", "-p", "warden-typeset", "--bins"];
    shell::run(&mut cargo(&programs))?;
    for bench in BENCHES.iter().filter(wanted) {
        section(bench.title);
        let output = shell::capture(&mut (bench.command)())?;
        let rows = (bench.reader.parse)(&output);
        if rows.is_empty() {
            return Err(Failure(format!("`{}` measured nothing:\n{output}", bench.name)));
        }
        let table = table(bench.reader.headings, &rows);
        println!("{table}");
        markers::write(&path, bench.name, bench.title, &table)?;
    }
    Ok(())
}

fn table(headings: &[&str], rows: &[Row]) -> String {
    let mut lines = vec![
        format!("| | {} |", headings.join(" | ")),
        format!("|---|{}", "---:|".repeat(headings.len())),
    ];
    let shown = |row: &Row| format!("| {} | {} |", row.name, row.figures.join(" | "));
    lines.extend(rows.iter().map(shown));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_column_for_each_heading() {
        let row = Row { name: "a".into(), figures: vec!["1".into(), "2".into()] };
        let expected = "| | x | y |\n|---|---:|---:|\n| a | 1 | 2 |";
        assert_eq!(table(&["x", "y"], &[row]), expected);
    }

    #[test]
    fn every_benchmark_has_a_name_of_its_own() {
        let mut names: Vec<_> = BENCHES.iter().map(|bench| bench.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), BENCHES.len());
    }
}
