//! What a rule is, and what it hands to the engine.

use warden_flow::{
    analysis::{Flow, FnId, Spot},
    ir::Language,
};
use warden_model::{
    Class, Confidence, Connection, Excerpt, Location, Severity, SourceFile, Subject, TraceStep,
};

use crate::{Context, SourceView, SupplyView, Text, View, trace};

/// Every language with a front-end, for [`Meta::languages`].
pub const EVERY_LANGUAGE: &[Language] =
    &[Language::Python, Language::JavaScript, Language::TypeScript, Language::Go];

/// What a rule is called and what it tells people.
#[derive(Debug)]
pub struct Meta {
    /// The identifier in reports and on the command line, for example `unpinned-package`.
    pub id: &'static str,
    /// What kind of problem it finds.
    pub class: Class,
    /// How bad a finding is when nothing more is known.
    pub severity: Severity,
    /// One line that says what is wrong, without a full stop.
    pub title: &'static str,
    /// What to do about it, in one sentence without a full stop.
    pub help: &'static str,
    /// The languages that it reads; none for one that looks at configurations and definitions.
    pub languages: &'static [Language],
    /// CWE numbers, the closest first; none for those of the class.
    pub cwe: &'static [u16],
    /// The whole page, in Markdown.
    pub page: &'static str,
}

impl Meta {
    /// What CWE calls what it finds, the closest first.
    #[must_use]
    pub const fn cwe(&self) -> &'static [u16] {
        if self.cwe.is_empty() { self.class.info().cwe } else { self.cwe }
    }
}

/// One check over a snapshot. Rules do no I/O: what they need is in the snapshot.
pub trait Rule: Sync {
    /// What the rule is called and what it tells people.
    fn meta(&self) -> &'static Meta;

    /// Runs on every configured server.
    fn check_connection(
        &self,
        _connection: &Connection,
        _context: &Context<'_>,
        _out: &mut Vec<Draft>,
    ) {
    }

    /// Runs on everything that one server shows a model.
    fn check_surface(&self, _view: &View<'_>, _context: &Context<'_>, _out: &mut Vec<Draft>) {}

    /// Runs on every tree of source code. The context is that of the tree alone.
    fn check_source(&self, _view: &SourceView<'_>, _context: &Context<'_>, _out: &mut Vec<Draft>) {}

    /// Runs on everything that one server is built from.
    fn check_supply(&self, _view: &SupplyView<'_>, _out: &mut Vec<Draft>) {}

    /// Whether it judges texts that a model reads, and nothing else of a surface. Such a rule also
    /// runs over the texts that source code holds; what a tool can do is told better by its code.
    fn judges_texts(&self) -> bool {
        false
    }

    /// Runs once, for what only several servers together show.
    fn check_snapshot(&self, _context: &Context<'_>, _out: &mut Vec<Draft>) {}
}

/// A finding as a rule writes it; the engine adds rule, class and fingerprint.
#[derive(Clone, Debug)]
pub struct Draft {
    /// How bad it is; `None` for what the rule says of itself.
    pub severity: Option<Severity>,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Why here, in a few words.
    pub label: String,
    /// Where it is.
    pub location: Location,
    /// What it is about.
    pub subject: Subject,
    /// The line there, in source code.
    pub code: Option<Excerpt>,
    /// How it comes about, from the source to the sink.
    pub trace: Vec<TraceStep>,
    /// What to do, if the rule's own help is not enough.
    pub help: Option<String>,
    /// Tells this finding from others of the rule at the same place, and stays when lines move.
    pub key: String,
    /// The host that it tells of, if it is about one: one host is told of once.
    pub host: Option<String>,
    /// Other places that it stands for.
    pub others: Vec<Location>,
}

impl Draft {
    /// A finding about a configured server.
    #[must_use]
    pub fn on(
        connection: &Connection,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self::at(connection.location.clone(), message, label).server(&connection.name)
    }

    /// A finding about a text that a model reads.
    #[must_use]
    pub fn in_text(
        view: &View<'_>,
        text: &Text<'_>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        let mut draft = Self::at(view.place(text), message, label).server(&view.surface.server);
        draft.subject.tool = text.definition.map(|_| text.name.to_owned());
        draft.subject.parameter.clone_from(&text.parameter);
        draft.key.clone_from(&text.pointer);
        draft
    }

    /// A finding about a value that reaches a place where it must not: at the sink, with the way
    /// there. `label` says why there; it is the note of the last step as well.
    #[must_use]
    pub fn on_flow(
        view: &SourceView<'_>,
        flow: &Flow,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        let label = label.into();
        let mut draft = Self::in_code(view, flow.at, Some(flow.function), message, &label);
        let told = view.surface.told(flow);
        let tool = told.tool.and_then(|index| view.surface.tools.get(index));
        draft.subject.tool = tool.and_then(|tool| tool.name.clone());
        draft.subject.parameter = told.parameter;
        draft.trace = trace::steps(view, flow, &label);
        if flow.loose {
            draft.confidence = Confidence::Medium;
        }
        draft.key(&flow.callee).key(trace::source_key(view, flow))
    }

    /// A finding at a place in source code.
    #[must_use]
    pub fn in_code(
        view: &SourceView<'_>,
        spot: Spot,
        function: Option<FnId>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        let mut draft =
            Self::at(view.place(spot, function), message, label).server(&view.tree.name);
        draft.code = view.excerpt(spot);
        draft.key = draft.location.function.clone().unwrap_or_default();
        draft
    }

    /// A finding in a file that is no module: a manifest, a script, data.
    #[must_use]
    pub fn in_file(
        view: &SourceView<'_>,
        file: &SourceFile,
        start: usize,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        let mut draft =
            Self::at(view.place_in(file, start), message, label).server(&view.tree.name);
        draft.code = view.excerpt_in(file, start);
        draft
    }

    /// A finding at a place.
    #[must_use]
    pub fn at(location: Location, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            severity: None,
            confidence: Confidence::High,
            message: message.into(),
            label: label.into(),
            location,
            subject: Subject::default(),
            code: None,
            trace: Vec::new(),
            help: None,
            key: String::new(),
            host: None,
            others: Vec::new(),
        }
    }

    /// Names the tool and the parameter that it is about.
    #[must_use]
    pub fn tool(mut self, name: Option<&str>, parameter: Option<&str>) -> Self {
        self.subject.tool = name.map(str::to_owned);
        self.subject.parameter = parameter.map(str::to_owned);
        self
    }

    /// Names the server.
    #[must_use]
    pub fn server(mut self, name: &str) -> Self {
        self.subject.server = Some(name.to_owned());
        self
    }

    /// Sets how bad it is.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Sets how sure the rule is.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// Sets what tells this finding from others at the same place.
    #[must_use]
    pub fn key(mut self, key: impl AsRef<str>) -> Self {
        self.key.push('\0');
        self.key.push_str(key.as_ref());
        self
    }

    /// Names the host that it tells of.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// Lets this finding stand for another one as well, which is then not told by itself.
    pub fn stands_for(&mut self, other: Self) {
        for place in std::iter::once(other.location).chain(other.others) {
            let same = |known: &Location| known.file == place.file && known.line == place.line;
            if !same(&self.location) && !self.others.iter().any(same) {
                self.others.push(place);
            }
        }
    }

    /// Says what to do in this case.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
