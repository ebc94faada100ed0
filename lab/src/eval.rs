//! `cargo xtask eval analysis`: how much the source analysis finds of what is known to be there,
//! and how much it says about code in which nothing is known to be wrong.

pub(crate) mod cache;
pub mod certify;
pub mod compare;
pub mod copied;
pub mod detect;
pub mod explained;
pub mod figures;
pub mod finding;
pub mod flow;
pub mod labels;
pub(crate) mod program;
mod run;
pub mod score;
pub mod secrets;
pub mod tables;
pub(crate) mod tree;
pub mod weakness;

use std::path::{Path, PathBuf};

use self::explained::Explanations;
use self::figures::Figures;
use self::run::Corpus;
use xtask::markers;
use xtask::shell::{self, Failure, root, section};

/// Where the tables are.
pub const DOCUMENT: &str = "docs/evaluation.md";

const USAGE: &str = "usage: cargo xtask eval detect ...
       cargo xtask eval certify ...
       cargo xtask eval flow ...
       cargo xtask eval analysis [--mirrors DIR] [--cache DIR] [--check]
         [--only CORPUS,...] [--program FILE] [--details FILE]

  --mirrors DIR   bare clones <owner>+<name>/repo, for the pairs of commits
  --cache DIR     where trees and packages of others are kept
  --check         compare with the committed figures, and write nothing
  --only CORPUS   pairs, packages, malicious or benign
  --program FILE  an mcpwarden that is built already
  --details FILE  write what was found where something was missed";

/// What one asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Plan {
    mirrors: Option<PathBuf>,
    cache: Option<PathBuf>,
    check: bool,
    only: Vec<Corpus>,
    program: Option<PathBuf>,
    details: Option<PathBuf>,
}

/// Evaluates, and writes the tables and figures, or compares with them. A run that did not look at
/// everything writes nothing and does not end with success.
///
/// # Errors
/// Something could not be looked at, or got worse.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if arguments.first().is_some_and(|first| first == "detect") {
        return detect::run(arguments.get(1..).unwrap_or_default());
    }
    if arguments.first().is_some_and(|first| first == "certify") {
        return certify::run(arguments.get(1..).unwrap_or_default());
    }
    if arguments.first().is_some_and(|first| first == "flow") {
        return flow::run(arguments.get(1..).unwrap_or_default());
    }
    let plan = Plan::read(arguments)?;
    let cache = cache::Cache::new(plan.cache.clone(), plan.mirrors.clone())?;
    let program = plan.program.clone().map_or_else(program::build, Ok)?;
    let outcome = run::all(&program, &cache, &plan.wanted())?;
    let explained = Explanations::read()?;
    for (_, title, table) in tables::PARTS {
        section(title);
        println!("{}", table(&outcome.figures, &explained));
    }
    if let Some(file) = &plan.details {
        shell::write(file, &outcome.details)?;
    }
    let unseen = outcome.figures.unseen();
    if !unseen.is_empty() {
        section("not looked at");
        for line in &unseen {
            println!("{line}");
        }
    }
    finish(&plan, &outcome.figures, &explained)?;
    if unseen.is_empty() {
        return Ok(());
    }
    Err(Failure(format!("{} trees were not looked at", unseen.len())))
}

/// Compares or writes, whatever was asked for.
fn finish(plan: &Plan, figures: &Figures, explained: &Explanations) -> Result<(), Failure> {
    if plan.check {
        let worse = compare::worse(&plan.part(Figures::committed()?), figures);
        if worse.is_empty() {
            println!("\nnothing got worse");
            return Ok(());
        }
        section("worse than the committed figures");
        for line in &worse {
            println!("{line}");
        }
        return Err(Failure(format!("{} rows got worse", worse.len())));
    }
    // That the program came to no end is a figure. That something was not there to look at is none.
    if figures.unseen().iter().any(|line| !line.contains("not complete")) {
        println!("\nonly what was looked at as a whole is written to {DOCUMENT}");
        return Ok(());
    }
    let figures = &plan.over(Figures::committed().unwrap_or_default(), figures);
    figures.write()?;
    let path = root().join(DOCUMENT);
    for (name, title, table) in tables::PARTS {
        markers::write(&path, name, title, &table(figures, explained))?;
    }
    Ok(())
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let usage = || Failure(USAGE.into());
        let mut rest = arguments.iter();
        if rest.next().map(String::as_str) != Some("analysis") {
            return Err(usage());
        }
        let mut plan = Self::default();
        while let Some(flag) = rest.next() {
            if flag == "--check" {
                plan.check = true;
                continue;
            }
            let value = rest.next().ok_or_else(usage)?;
            let path = || Some(Path::new(value).to_owned());
            match flag.as_str() {
                "--mirrors" => plan.mirrors = path(),
                "--cache" => plan.cache = path(),
                "--program" => plan.program = path(),
                "--details" => plan.details = path(),
                "--only" => {
                    let corpora = value.split(',').map(Corpus::parse);
                    plan.only = corpora.collect::<Option<_>>().ok_or_else(usage)?;
                }
                _ => return Err(usage()),
            }
        }
        Ok(plan)
    }

    fn wanted(&self) -> Vec<Corpus> {
        if self.only.is_empty() { Corpus::ALL.to_vec() } else { self.only.clone() }
    }

    /// The part of the committed figures that this run can be compared with.
    /// What is committed, with the corpora that were looked at as they are now.
    fn over(&self, mut committed: Figures, now: &Figures) -> Figures {
        for corpus in self.wanted() {
            match corpus {
                Corpus::Pairs => committed.pairs.clone_from(&now.pairs),
                Corpus::Packages => committed.packages.clone_from(&now.packages),
                Corpus::Malicious => committed.malicious.clone_from(&now.malicious),
                Corpus::Benign => committed.benign.clone_from(&now.benign),
            }
        }
        committed.time.extend(now.time.clone());
        committed
    }

    fn part(&self, mut committed: Figures) -> Figures {
        let wanted = self.wanted();
        for corpus in Corpus::ALL.iter().filter(|corpus| !wanted.contains(corpus)) {
            match corpus {
                Corpus::Pairs => committed.pairs.clear(),
                Corpus::Packages => committed.packages.clear(),
                Corpus::Malicious => committed.malicious.clear(),
                Corpus::Benign => committed.benign.clear(),
            }
        }
        committed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Plan, Failure> {
        Plan::read(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn only_what_is_known_can_be_asked_for() {
        let plan = read(&["analysis", "--check", "--only", "benign,pairs"]).expect("it is known");
        assert!(plan.check);
        assert_eq!(plan.wanted(), [Corpus::Benign, Corpus::Pairs]);
        for words in [&["text"][..], &["analysis", "--only", "x"], &["analysis", "--cache"], &[]] {
            assert!(read(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn a_part_is_compared_with_a_part() {
        let mut all = Figures::default();
        let benign = figures::Benign { unseen: None, lines: 1, findings: Vec::new() };
        all.benign.insert("a".into(), benign);
        let plan = read(&["analysis", "--only", "malicious"]).expect("it is known");
        assert!(plan.part(all.clone()).benign.is_empty());
        assert_eq!(read(&["analysis"]).expect("it is known").part(all.clone()), all);
    }
}
