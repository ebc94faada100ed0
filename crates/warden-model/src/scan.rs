//! What a scan found, ready to be shown: every text in here may be printed.

use crate::{
    AutoApprove, Credential, DefinitionKind, Effect, Finding, Location, Origin, Package, Persona,
    Scope, Skipped, Transport, Unread,
};

/// The outcome of a scan.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// Every server, in the order of client, file and pointer.
    pub servers: Vec<ServerEntry>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// What is wrong and was decided about: suppressed, or known already.
    pub settled: Vec<Settled>,
    /// What servers show models.
    pub surfaces: Vec<SurfaceView>,
    /// What tools do, as far as their source code is known.
    pub tools: Vec<ToolProfile>,
    /// What was looked at and what could not be.
    pub coverage: Coverage,
    /// For whom the findings are.
    pub persona: Persona,
    /// How many findings are not for that persona, and left out.
    pub held_back: usize,
}

/// A finding that somebody has decided about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The finding.
    pub finding: Finding,
    /// What was decided.
    pub decision: Decision,
}

/// What was decided about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It stands in the baseline.
    Known,
    /// It is suppressed.
    Suppressed {
        /// Why.
        reason: String,
        /// The last day on which that counts.
        until: Option<String>,
        /// Where the decision comes from.
        by: SuppressedBy,
        /// Where it is written.
        place: Location,
    },
}

/// Where a suppression comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressedBy {
    /// A comment in the scanned code.
    Comment,
    /// A file of the one who scans.
    File,
}

/// A configured server, with every secret taken out.
#[derive(Clone, Debug)]
pub struct ServerEntry {
    /// The name in the configuration.
    pub name: String,
    /// The client, by its identifier.
    pub client: String,
    /// For whom the configuration counts.
    pub scope: Scope,
    /// The entry.
    pub location: Location,
    /// How messages travel.
    pub transport: Transport,
    /// The command line, redacted.
    pub command: Option<String>,
    /// The URL, redacted.
    pub url: Option<String>,
    /// The package that runs.
    pub package: Option<Package>,
    /// The credentials that it refers to.
    pub credentials: Vec<Credential>,
    /// What the client lets it do without asking.
    pub auto_approve: AutoApprove,
    /// Whether the client would start it.
    pub enabled: bool,
    /// Whether it starts through `mcpwarden run`.
    pub guarded: bool,
    /// The user of the machine who starts it, if it is known.
    pub user: Option<String>,
}

/// What one server shows a model, with hidden characters made visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceView {
    /// The server's name.
    pub server: String,
    /// Where it was read.
    pub origin: Origin,
    /// The protocol revision that was spoken.
    pub protocol: Option<String>,
    /// The server's name and version as it gives them.
    pub implementation: Option<(String, String)>,
    /// Every text that a model reads.
    pub texts: Vec<TextView>,
}

/// One text that a model reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextView {
    /// What it belongs to; `None` for the server's instructions.
    pub kind: Option<DefinitionKind>,
    /// The name of what it belongs to.
    pub name: String,
    /// RFC 6901 pointer inside the definition.
    pub pointer: String,
    /// The text with hidden characters made visible.
    pub shown: String,
    /// How many characters had to be made visible.
    pub hidden: usize,
    /// What the tool does; only on the first text of a tool.
    pub effect: Option<Effect>,
}

/// What a tool does to the world, read off its source code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolProfile {
    /// The server's name.
    pub server: String,
    /// The tool; `None` where its name is computed.
    pub tool: Option<String>,
    /// Where it is registered.
    pub location: Location,
    /// What its code does, the worst first.
    pub effects: Vec<ToolAct>,
    /// The hosts that it talks to, as far as they are constant.
    pub hosts: Vec<String>,
    /// The products that it reaches.
    pub systems: Vec<String>,
    /// The environment variables that it takes credentials from.
    pub credentials: Vec<String>,
    /// Whether it also talks to places that are not constant.
    pub open: bool,
}

impl ToolProfile {
    /// The worst thing that it certainly does.
    #[must_use]
    pub fn worst(&self) -> Option<&ToolAct> {
        self.effects.iter().filter(|act| act.certain).max_by_key(|act| act.effect)
    }
}

/// One thing that a tool does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolAct {
    /// What it does to the world.
    pub effect: Effect,
    /// More exactly, for example `file-write`.
    pub kind: String,
    /// What is called.
    pub call: String,
    /// Whether more than the name of what is called says so.
    pub certain: bool,
    /// Where.
    pub location: Location,
}

/// What was looked at, and what could not be.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// How many files were read.
    pub files: usize,
    /// How many running servers were asked.
    pub asked: usize,
    /// How many rules ran.
    pub rules: usize,
    /// What source code was analysed.
    pub source: SourceCoverage,
    /// What should have been read and could not be.
    pub unread: Vec<Unread>,
}

/// What source code was analysed, and what in it was not understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceCoverage {
    /// How much in each language, in the order of their names.
    pub languages: Vec<LanguageCoverage>,
    /// What was not understood, by kind.
    pub gaps: Vec<Gaps>,
    /// What was left out on purpose; paths as they are shown.
    pub skipped: Vec<Skipped>,
}

/// How much source code there was in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageCoverage {
    /// The language.
    pub language: String,
    /// How many files.
    pub files: usize,
    /// How many lines.
    pub lines: usize,
}

/// Places that were not understood, all for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gaps {
    /// The reason, for example `syntax`.
    pub kind: String,
    /// What that means, for people.
    pub meaning: String,
    /// How many there are.
    pub count: usize,
    /// Where the first ones are.
    pub places: Vec<Location>,
}

impl Coverage {
    /// Whether everything that should have been read was read, and all of it was understood.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.unread.is_empty() && self.source.gaps.is_empty()
    }
}

impl SourceCoverage {
    /// How many places are told of each kind of gap.
    pub const PLACES: usize = 20;

    /// How many files were analysed.
    #[must_use]
    pub fn files(&self) -> usize {
        self.languages.iter().map(|language| language.files).sum()
    }

    /// How many lines were analysed.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.languages.iter().map(|language| language.lines).sum()
    }

    /// How many places were not understood.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.gaps.iter().map(|gaps| gaps.count).sum()
    }

    /// Adds what another tree had.
    pub fn add(&mut self, other: Self) {
        for more in other.languages {
            match self.languages.iter_mut().find(|known| known.language == more.language) {
                Some(known) => {
                    known.files += more.files;
                    known.lines += more.lines;
                }
                None => self.languages.push(more),
            }
        }
        self.languages.sort_by(|a, b| a.language.cmp(&b.language));
        for more in other.gaps {
            match self.gaps.iter_mut().find(|known| known.kind == more.kind) {
                Some(known) => {
                    known.count += more.count;
                    let room = Self::PLACES.saturating_sub(known.places.len());
                    known.places.extend(more.places.into_iter().take(room));
                }
                None => self.gaps.push(more),
            }
        }
        self.gaps.sort_by(|a, b| a.kind.cmp(&b.kind));
        self.skipped.extend(other.skipped);
    }
}
