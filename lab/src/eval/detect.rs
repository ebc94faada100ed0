//! `cargo xtask eval detect`: how much hostile text is found, and how much harmless text is
//! flagged.
//!
//! Every source is judged by a model that saw nothing of it: what somebody writes resembles what
//! else he writes, and a model that has seen one text of a source has seen half of the others.

pub mod figures;
pub mod promise;
pub mod tables;
pub mod transforms;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use warden_detect::{Judge, LEVEL, Model, Subject, Verdict, copies};

use self::figures::{Figures, Judged, Row, Sort};
use self::promise::Unseen;
use self::transforms::TRANSFORMS;
use super::cache::{Cache, Got};
use super::tree::Tree;
use super::{copied, labels, secrets};
use crate::train::data::{self, Sample};
use crate::train::{MODELS, hold};
use xtask::markers;
use xtask::shell::{self, Failure, root, section};

const USAGE: &str = "usage: cargo xtask eval detect [--check] [--quick] [--details FILE]

  --check         compare with the committed figures, and write nothing
  --quick         without the ways to disguise a text; writes nothing
  --details FILE  write what was missed and what was flagged by mistake";

/// The page.
pub const DOCUMENT: &str = "docs/evaluation.md";

/// Evaluates, and writes the tables, or compares with them.
///
/// # Errors
/// The corpus cannot be read, or something got worse.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (mut check, mut quick, mut details) = (false, false, None);
    let mut rest = arguments.iter();
    while let Some(flag) = rest.next() {
        match flag.as_str() {
            "--check" => check = true,
            "--quick" => quick = true,
            "--details" => {
                details = Some(PathBuf::from(rest.next().ok_or_else(|| Failure(USAGE.into()))?));
            }
            _ => return Err(Failure(USAGE.into())),
        }
    }
    let samples = data::read()?;
    let (figures, told) = evaluate(&samples, quick);
    for (_, title, table) in tables::PARTS {
        section(title);
        println!("{}", table(&figures));
    }
    if let Some(file) = details {
        shell::write(&file, &told)?;
    }
    if quick {
        return Ok(());
    }
    if check {
        let worse = figures::worse(&Figures::committed()?, &figures);
        for line in &worse {
            println!("{line}");
        }
        return if worse.is_empty() {
            Ok(())
        } else {
            Err(Failure(format!("{} rows got worse", worse.len())))
        };
    }
    figures.write()?;
    for (name, title, table) in tables::PARTS {
        write(name, title, &table(&figures))?;
    }
    write("detect-secrets", "Credentials", &credentials()?)?;
    write("detect-copied", "Copied data", &copied::run()?.markdown())
}

fn write(name: &str, title: &str, table: &str) -> Result<(), Failure> {
    markers::write(&root().join(DOCUMENT), name, title, table)
}

/// How often every kind is planted in every surrounding.
const SEEDS: std::ops::Range<u64> = 0..5;

/// Planted credentials that are found, and what is taken for one in published packages.
fn credentials() -> Result<String, Failure> {
    let cache = Cache::new(None, None)?;
    let mut files = Vec::new();
    for package in labels::packages()?.benign {
        match cache.package(&package)? {
            Got::Tree(target) => {
                let tree = Tree::read(&target)?;
                let text = |(path, bytes): (&str, &[u8])| {
                    (path.to_owned(), String::from_utf8_lossy(bytes).into_owned())
                };
                files.extend(tree.files().map(text));
            }
            Got::Missing(why) => {
                return Err(Failure(format!("{}: not looked at: {why}", package.name)));
            }
        }
    }
    let noise = secrets::noise(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    for (path, line, kind) in &noise.hits {
        println!("{path}:{line}: {kind}");
    }
    let table = secrets::table(&secrets::recall(SEEDS), &noise);
    println!("{table}");
    Ok(table)
}

/// What is worse than the committed figures; without the disguises, which take longer.
///
/// # Errors
/// The corpus or the figures cannot be read.
pub fn worse() -> Result<Vec<String>, Failure> {
    let (figures, _) = evaluate(&data::read()?, true);
    let mut committed = Figures::committed()?;
    committed.disguises.clear();
    Ok(figures::worse(&committed, &figures))
}

/// The figures, and a line for each text that was judged wrongly.
fn evaluate(samples: &[Sample], quick: bool) -> (Figures, String) {
    let mut figures = Figures::default();
    let mut told = String::new();
    for (subject, _) in MODELS {
        let of: Vec<&Sample> = samples.iter().filter(|one| one.subject == *subject).collect();
        let sources: BTreeSet<&str> = of.iter().map(|sample| sample.source.as_str()).collect();
        for source in sources {
            let (held, model) = apart(*subject, &of, |one| one.source == source);
            one_source(&held, &model, quick, &mut figures, &mut told);
        }
        let suites = of.iter().filter_map(|one| Some((&*one.source, promise::suite(one)?)));
        for (source, suite) in suites.collect::<BTreeSet<_>>() {
            let here = |one: &Sample| one.source == source && one.suite.as_deref() == Some(suite);
            let (held, model) = apart(*subject, &of, here);
            one_suite(&held, &model, quick, &mut figures, &mut told);
        }
    }
    (figures, told)
}

/// The texts that are to be judged, and a model of all others.
fn apart<'a>(
    subject: Subject,
    all: &[&'a Sample],
    held: impl Fn(&Sample) -> bool,
) -> (Vec<&'a Sample>, Model) {
    let (held, mut seen): (Vec<&Sample>, Vec<&Sample>) =
        all.iter().copied().partition(|one| held(one));
    seen.retain(|one| one.trains);
    (held, hold::model(subject, &seen))
}

/// Judges a suite of somebody, other suites of whom were learnt from.
fn one_suite(
    held: &[&Sample],
    model: &Model,
    quick: bool,
    figures: &mut Figures,
    told: &mut String,
) {
    let (whole, rules) = (Judge::with(Some(model)), Judge::with(None));
    for sample in held {
        let verdict = judged(whole, sample);
        let outcome = Judged {
            flagged: verdict.reaches(LEVEL),
            by_rules: judged(rules, sample).reaches(LEVEL),
            probability: verdict.probability,
        };
        promise::add(&mut figures.promised, sample, Unseen::Suite, &outcome);
        if !quick && sample.hostile && outcome.flagged {
            let of = format!("{}, a suite unseen", name(sample.subject));
            disguised(whole, sample, &of, figures, told);
        }
    }
}

/// Of so few texts of a sort a share says nothing, and they are told together.
const FEW: usize = 8;
const OTHERS: &str = "others";

/// Judges what one source wrote.
fn one_source(
    held: &[&Sample],
    model: &Model,
    quick: bool,
    figures: &mut Figures,
    told: &mut String,
) {
    let (whole, rules) = (Judge::with(Some(model)), Judge::with(None));
    let copied = copied(held);
    let mut sorts: BTreeMap<&str, usize> = BTreeMap::new();
    for sample in held {
        *sorts.entry(&sample.category).or_default() += 1;
    }
    for sample in held {
        let verdict = judged(whole, sample);
        let copy = copied.contains(sample.id.as_str());
        let outcome = Judged {
            flagged: verdict.reaches(LEVEL) || copy,
            by_rules: judged(rules, sample).reaches(LEVEL) || copy,
            probability: verdict.probability,
        };
        let sort = Sort {
            subject: name(sample.subject),
            source: sample.source.clone(),
            category: match sorts.get(&*sample.category) {
                Some(count) if *count >= FEW => sample.category.clone(),
                _ => OTHERS.into(),
            },
        };
        let row = figures.rows.entry(sort.key()).or_insert_with(|| Row::new(&sort));
        row.add(sample.hostile, &outcome);
        promise::add(&mut figures.promised, sample, Unseen::Author, &outcome);
        if outcome.flagged != sample.hostile {
            told.push_str(&line(sample, &verdict));
        }
        if !quick && sample.hostile && verdict.reaches(LEVEL) {
            disguised(whole, sample, name(sample.subject), figures, told);
        }
    }
}

/// Judges a text as it looks in every disguise.
fn disguised(
    judge: Judge<'_>,
    sample: &Sample,
    of: &str,
    figures: &mut Figures,
    told: &mut String,
) {
    for transform in TRANSFORMS {
        let verdict = match &sample.tool {
            Some(tool) => judge.tool(&changed(tool, transform.apply)),
            None => judge.text(&(transform.apply)(&sample.text)),
        };
        let key = format!("{of}: {}", transform.name);
        let (kept, all) = figures.disguises.entry(key).or_default();
        *kept += usize::from(verdict.reaches(LEVEL));
        *all += 1;
        if !verdict.reaches(LEVEL) {
            told.push_str(&format!("lost as {}\t{}", transform.name, line(sample, &verdict)));
        }
    }
}

/// The definition with every description written in another way; names keep their form.
fn changed(tool: &Value, apply: fn(&str) -> String) -> Value {
    match tool {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let value = match value {
                    Value::String(text) if name == "description" => Value::String(apply(text)),
                    value => changed(value, apply),
                };
                (name.clone(), value)
            };
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(values) => values.iter().map(|value| changed(value, apply)).collect(),
        value => value.clone(),
    }
}

fn judged(judge: Judge<'_>, sample: &Sample) -> Verdict {
    match &sample.tool {
        Some(tool) => judge.tool(tool),
        None => judge.text(&sample.text),
    }
}

/// Definitions that copy another one of those that one sees together with them.
fn copied(held: &[&Sample]) -> BTreeSet<String> {
    let mut servers: BTreeMap<&str, Vec<&Sample>> = BTreeMap::new();
    for sample in held {
        if let Some(server) = sample.server.as_deref().filter(|_| sample.tool.is_some()) {
            servers.entry(server).or_default().push(sample);
        }
    }
    let mut found = BTreeSet::new();
    for samples in servers.values() {
        let tools: Vec<&Value> = samples.iter().filter_map(|one| one.tool.as_ref()).collect();
        let copies = copies(&tools).into_iter();
        found.extend(copies.filter_map(|one| samples.get(one.copy)).map(|one| one.id.clone()));
    }
    found
}

fn line(sample: &Sample, verdict: &Verdict) -> String {
    let text: String = sample.text.chars().take(300).collect::<String>().replace('\n', " ");
    let sort = if sample.hostile { "missed" } else { "flagged" };
    let classes = verdict.classes().join(",");
    format!("{sort}\t{}\t{}\t{}\t{classes}\t{text}\n", sample.source, sample.id, verdict.score)
}

const fn name(subject: Subject) -> &'static str {
    match subject {
        Subject::Definition => "definitions",
        Subject::Content => "texts",
    }
}
