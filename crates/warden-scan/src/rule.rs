//! What a rule is, and what it hands to the engine.

use warden_model::{Class, Confidence, Connection, Location, Severity, Subject};

use crate::{Context, Text, View};

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
    /// The whole page, in Markdown.
    pub page: &'static str,
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
    /// What to do, if the rule's own help is not enough.
    pub help: Option<String>,
    /// Tells this finding from others of the rule at the same place, and stays when lines move.
    pub key: String,
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
            help: None,
            key: String::new(),
        }
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

    /// Says what to do in this case.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
