//! Goes through the corpora, one tree after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::cache::{Cache, Got};
use super::figures::{Accusation, Benign, Case, Figures, Pair, Side, Time};
use super::finding::Finding;
use super::labels::{self, Kind, Package};
use super::program::{self, BUDGET, Ran, Scanned};
use super::score::{self, Level, Target};
use super::tree::Tree;
use super::weakness::Wanted;
use xtask::shell::{Failure, section};

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Corpus {
    /// Vulnerable and fixed commits.
    Pairs,
    /// Vulnerable and fixed packages.
    Packages,
    /// Malicious servers and their twins.
    Malicious,
    /// Packages without a known weakness.
    Benign,
}

impl Corpus {
    /// Every corpus, in the order in which they are gone through.
    pub(super) const ALL: &[Self] = &[Self::Malicious, Self::Pairs, Self::Packages, Self::Benign];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pairs => "pairs",
            Self::Packages => "packages",
            Self::Malicious => "malicious",
            Self::Benign => "benign",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|corpus| corpus.name() == name)
    }
}

/// What came out.
pub(super) struct Outcome {
    pub(super) figures: Figures,
    /// What was found where something was missed or wrong, for people who look into it.
    pub(super) details: String,
}

/// Evaluates these corpora.
///
/// # Errors
/// The labels cannot be read, or a tree that is there cannot be scanned.
pub(super) fn all(program: &Path, cache: &Cache, wanted: &[Corpus]) -> Result<Outcome, Failure> {
    let mut run = Run {
        program,
        cache,
        scanned: BTreeMap::new(),
        time: Time::default(),
        details: String::new(),
    };
    let mut figures = Figures::default();
    for corpus in Corpus::ALL.iter().filter(|corpus| wanted.contains(corpus)) {
        section(corpus.name());
        run.time = Time::default();
        match corpus {
            Corpus::Malicious => figures.malicious = run.malicious()?,
            Corpus::Pairs => figures.pairs = run.commits()?,
            Corpus::Packages => figures.packages = run.packages()?,
            Corpus::Benign => figures.benign = run.benign()?,
        }
        figures.time.insert(corpus.name().to_owned(), run.time);
    }
    Ok(Outcome { figures, details: run.details })
}

struct Run<'a> {
    program: &'a Path,
    cache: &'a Cache,
    /// Several labels may be about one tree.
    scanned: BTreeMap<PathBuf, Ran>,
    time: Time,
    details: String,
}

/// One of the trees of a pair.
enum Seen {
    /// There is none.
    None,
    /// It was not looked at.
    Unseen(String),
    /// It was.
    Tree(Box<Scanned>),
}

impl Seen {
    fn tree(&self) -> Option<Tree> {
        match self {
            Self::Tree(scanned) => Some(scanned.tree.clone()),
            Self::None | Self::Unseen(_) => None,
        }
    }

    fn side(self, score: impl FnOnce(&Scanned) -> Level) -> Option<Side> {
        match self {
            Self::None => None,
            Self::Unseen(why) => Some(Side::Unseen(why)),
            Self::Tree(scanned) => Some(Side::Seen(score(&scanned))),
        }
    }
}

impl Run<'_> {
    fn scan(&mut self, target: &Path) -> Result<Ran, Failure> {
        if let Some(known) = self.scanned.get(target) {
            return Ok(known.clone());
        }
        let ran = program::scan(self.program, target, BUDGET)?;
        self.time.trees += 1;
        match &ran {
            Ran::Scanned(scanned) => {
                self.time.incomplete += usize::from(!scanned.complete);
                self.time.lines += scanned.tree.lines;
                self.time.seconds += scanned.took.as_secs_f64();
            }
            Ran::Not(why) => {
                self.time.incomplete += 1;
                println!("{}: {why}", target.display());
            }
        }
        self.scanned.insert(target.to_owned(), ran.clone());
        Ok(ran)
    }

    fn see(&mut self, got: Option<Got>) -> Result<Seen, Failure> {
        Ok(match got {
            None => Seen::None,
            Some(Got::Missing(why)) => Seen::Unseen(why),
            Some(Got::Tree(target)) => match self.scan(&target)? {
                Ran::Scanned(scanned) => Seen::Tree(scanned),
                Ran::Not(why) => Seen::Unseen(format!("not complete: {why}")),
            },
        })
    }

    /// A server of our own. That one takes too long is a mistake of the program.
    fn case(&mut self, folder: &Path) -> Result<Scanned, Failure> {
        match self.scan(folder)? {
            Ran::Scanned(scanned) => Ok(*scanned),
            Ran::Not(why) => Err(Failure(format!("{}: {why}", folder.display()))),
        }
    }

    fn commits(&mut self) -> Result<BTreeMap<String, Pair>, Failure> {
        let mut rows = BTreeMap::new();
        for pair in labels::pairs()? {
            let vulnerable = self.cache.commit(&pair.trees, &pair.trees.vulnerable)?;
            let fixed = match &pair.trees.fixed {
                Some(commit) => Some(self.cache.commit(&pair.trees, commit)?),
                None => None,
            };
            let (vulnerable, fixed) = (self.see(Some(vulnerable))?, self.see(fixed)?);
            rows.insert(pair.id.clone(), self.pair(&pair, vulnerable, fixed)?);
        }
        Ok(rows)
    }

    fn packages(&mut self) -> Result<BTreeMap<String, Pair>, Failure> {
        let mut rows = BTreeMap::new();
        for pair in labels::packages()?.vulnerable {
            let get = |package: &Option<Package>| {
                package.as_ref().map(|package| self.cache.package(package)).transpose()
            };
            let (vulnerable, fixed) = (get(&pair.trees.vulnerable)?, get(&pair.trees.fixed)?);
            let (vulnerable, fixed) = (self.see(vulnerable)?, self.see(fixed)?);
            rows.insert(pair.id.clone(), self.pair(&pair, vulnerable, fixed)?);
        }
        Ok(rows)
    }

    fn pair<T>(
        &mut self,
        label: &labels::Pair<T>,
        vulnerable: Seen,
        fixed: Seen,
    ) -> Result<Pair, Failure> {
        let unknown = |name: String| Failure(format!("{}: nobody knows `{name}`", label.id));
        let wanted = Wanted::of(&label.classes).map_err(unknown)?;
        let still = label.kind == Kind::TaintBadfix;
        let mut found = BTreeSet::new();
        let mut sinks = 0;
        let old = vulnerable.tree();
        let vulnerable = vulnerable.side(|scanned| {
            let mut level = Level::None;
            for target in label.sinks.iter().map(Target::labelled) {
                let (here, right) = score::meet(&scanned.findings, &target, &wanted);
                level = level.max(here);
                sinks += usize::from(here == Level::Rule);
                found.extend(right.iter().map(|finding| finding.identity()));
            }
            self.note(label, level, level < Level::Rule, scanned);
            level
        });
        let fixed = fixed.side(|scanned| {
            let targets = targets(label, old.as_ref(), scanned);
            if still {
                let met = targets.iter().map(|at| score::meet(&scanned.findings, at, &wanted).0);
                let level = met.max().unwrap_or(Level::None);
                self.note(label, level, level < Level::Rule, scanned);
                return level;
            }
            let level = score::kept(&scanned.findings, &targets, &wanted, &found);
            self.note(label, level, level >= Level::Class, scanned);
            level
        });
        println!(
            "{}: {vulnerable:?} / {fixed:?}, {sinks} of {} sinks",
            label.id,
            label.sinks.len()
        );
        let class = label.classes.first().cloned().unwrap_or_default();
        Ok(Pair { class, vulnerable, fixed, still, sinks: (sinks, label.sinks.len()) })
    }

    fn malicious(&mut self) -> Result<BTreeMap<String, Case>, Failure> {
        let mut rows = BTreeMap::new();
        for case in labels::cases()? {
            let malicious = self.case(&case.folder.join("malicious"))?;
            let twin = self.case(&case.folder.join("twin"))?;
            let level = score::exposed(&malicious.findings, &case.label);
            let accusing: Vec<&Finding> = score::accused(&twin.findings, &case.label).collect();
            let rules: BTreeSet<&str> = accusing.iter().map(|one| one.rule.as_str()).collect();
            println!("{}: {level:?} / {rules:?}", case.id);
            if level < Level::Rule {
                let title = format!("{} ({:?}, wants {:?})", case.id, level, case.label.rules);
                let place = (&case.label.file, &case.label.function);
                self.list(&format!("{title} at {place:?}"), malicious.findings.iter());
            }
            if !accusing.is_empty() {
                self.list(&format!("{}: the twin is accused", case.id), accusing.into_iter());
            }
            let row = Case {
                class: case.label.rules.first().cloned().unwrap_or_default(),
                malicious: level,
                accused: rules.iter().map(ToString::to_string).collect(),
            };
            rows.insert(case.id, row);
        }
        Ok(rows)
    }

    fn benign(&mut self) -> Result<BTreeMap<String, Benign>, Failure> {
        let mut rows = BTreeMap::new();
        for package in labels::packages()?.benign {
            let name = format!("{} {}", package.name, package.version);
            let got = self.cache.package(&package)?;
            let mut row = Benign { unseen: None, lines: 0, findings: Vec::new() };
            match self.see(Some(got))? {
                Seen::None => {}
                Seen::Unseen(why) => row.unseen = Some(why),
                Seen::Tree(scanned) => {
                    row.lines = scanned.tree.lines;
                    let high: Vec<&Finding> =
                        scanned.findings.iter().filter(|finding| finding.is_high()).collect();
                    row.findings = high.iter().copied().map(accusation).collect();
                    if !high.is_empty() {
                        self.list(&format!("benign {name}"), high.into_iter());
                    }
                }
            }
            match &row.unseen {
                Some(why) => println!("{name}: {why}"),
                None => println!("{name}: {} in {} lines", row.findings.len(), row.lines),
            }
            rows.insert(name, row);
        }
        Ok(rows)
    }

    /// Lists what was found in the files of a label, if that was wrong.
    fn note<T>(&mut self, label: &labels::Pair<T>, level: Level, wrong: bool, scanned: &Scanned) {
        if !wrong {
            return;
        }
        let files: BTreeSet<&str> = label.sinks.iter().map(|sink| sink.file.as_str()).collect();
        let here = scanned.findings.iter().filter(|one| files.contains(one.place.file.as_str()));
        let sinks = label.sinks.iter();
        let sinks: Vec<String> =
            sinks.map(|sink| format!("{}:{} {:?}", sink.file, sink.line, sink.function)).collect();
        let title = format!("{}: {level:?} in {}", label.id, scanned.target.display());
        let wants = format!("wants {:?} at {}", label.classes, sinks.join("; "));
        self.list(&format!("{title}, {wants}"), here);
    }

    fn list<'a>(&mut self, title: &str, findings: impl Iterator<Item = &'a Finding>) {
        let _infallible = writeln!(self.details, "\n## {title}\n");
        for finding in findings {
            let place = &finding.place;
            let _infallible = writeln!(
                self.details,
                "- {} `{}` {}:{} in {:?}, {:?} {:?}: {}",
                finding.severity,
                finding.rule,
                place.file,
                place.line.unwrap_or_default(),
                place.function,
                finding.tool,
                finding.parameter,
                finding.message
            );
        }
    }
}

/// Where the sinks of a label are in its fixed tree.
fn targets<T>(label: &labels::Pair<T>, old: Option<&Tree>, fixed: &Scanned) -> Vec<Target> {
    if !label.fixed_sinks.is_empty() {
        return label.fixed_sinks.iter().map(Target::labelled).collect();
    }
    let sinks = label.sinks.iter().map(|sink| match old {
        Some(old) => {
            let file = sink.fixed_file.as_ref().unwrap_or(&sink.file);
            Target::fixed(sink, &old.text(&sink.file), &fixed.tree.text(file))
        }
        // The label was made from this very tree.
        None => Target::labelled(sink),
    });
    sinks.collect()
}

fn accusation(finding: &Finding) -> Accusation {
    Accusation {
        rule: finding.rule.clone(),
        file: finding.place.file.clone(),
        line: finding.place.line,
        function: finding.place.function.clone(),
        tool: finding.tool.clone(),
        fingerprint: finding.fingerprint.clone(),
    }
}
