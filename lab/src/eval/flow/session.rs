//! What a gateway knows of a session: labels that grow with answers, and what was read.

use std::collections::BTreeMap;

use warden_detect::{
    DataClass, Destination, Judge, LEVEL, Label, Model, Sketch, Subject, personal, secrets,
};

use super::labels::{Traits, number};
use super::runs::{Call, strings};
use super::tokens::{Kinds, Tokens};

/// A text as short as this occurs anywhere.
const SHORT: usize = 4;

/// Who says what is hostile.
#[derive(Clone, Copy, Debug)]
pub enum Detector<'m> {
    /// Nobody: nothing is.
    None,
    /// The rules, without anything learnt.
    Rules,
    /// Rules and a model.
    With(&'m Model),
}

/// What is known when a call is judged.
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that rules ask for by itself")]
#[derive(Clone, Debug)]
pub struct Facts {
    /// The tool.
    pub traits: Traits,
    /// The session has read what a stranger wrote.
    pub untrusted: bool,
    /// The session has read what was written against the model.
    pub hostile: bool,
    /// The highest class of what the session has read.
    pub class: DataClass,
    /// The highest class of what was read and is in the arguments again.
    pub copied: DataClass,
    /// The arguments name what only hostile text names.
    pub steered: bool,
    /// The class of what the arguments hold by themselves.
    pub own: DataClass,
    /// They lead where only a stranger's text leads.
    pub led: bool,
    /// One of them stands in an answer.
    pub came: bool,
}

/// Judges texts once.
#[derive(Debug)]
pub struct Judged<'m> {
    detector: Detector<'m>,
    level: u32,
    known: BTreeMap<String, (bool, DataClass)>,
}

/// A session.
#[derive(Debug)]
pub struct Session {
    untrusted: bool,
    hostile: bool,
    class: DataClass,
    named: Tokens,
    led: Tokens,
    trusted: Tokens,
    sketch: Sketch,
    answers: Vec<String>,
}

impl<'m> Judged<'m> {
    /// With this detector.
    #[must_use]
    pub const fn by(detector: Detector<'m>) -> Self {
        Self { detector, level: LEVEL, known: BTreeMap::new() }
    }

    /// The same, taking for hostile only what scores at least so much.
    #[must_use]
    pub fn from(mut self, level: u32) -> Self {
        self.level = level;
        self
    }

    /// Whether a text is hostile, and its class.
    pub fn text(&mut self, text: &str) -> (bool, DataClass) {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let verdict = match self.detector {
            Detector::None => None,
            Detector::Rules => Some(Judge::with(None).text(text)),
            Detector::With(model) => Some(Judge::with(Some(model)).text(text)),
        };
        let hostile = verdict.is_some_and(|verdict| verdict.reaches(self.level));
        let secret = !secrets(text).is_empty();
        let own = if secret { DataClass::Confidential } else { DataClass::Public };
        let class = personal(text).class().unwrap_or(DataClass::Public).max(own);
        self.known.insert(text.to_owned(), (hostile, class));
        (hostile, class)
    }
}

impl Judged<'static> {
    /// With the detector that is shipped.
    #[must_use]
    pub fn shipped() -> Self {
        Self::by(Detector::With(Model::of(Subject::Content)))
    }
}

impl Default for Session {
    fn default() -> Self {
        Self {
            untrusted: false,
            hostile: false,
            class: DataClass::Public,
            named: Tokens::default(),
            led: Tokens::default(),
            trusted: Tokens::default(),
            sketch: Sketch::new(*b"a key of replays"),
            answers: Vec::new(),
        }
    }
}

impl Session {
    /// What is known when this is called.
    pub fn facts(&mut self, call: &Call, traits: &Traits, judged: &mut Judged<'_>) -> Facts {
        let arguments: Vec<String> = strings(&call.arguments).collect();
        let to = if traits.audience == 2 {
            Destination::Outside
        } else {
            Destination::Party(traits.party)
        };
        let carried = self.sketch.carried_in(&call.tool, &call.arguments, to);
        let class = |label: Option<Label>| label.map_or(u8::MAX, |label| label.class);
        let worst = carried.matches.iter().map(|found| class(found.label)).max().unwrap_or(0);
        let copied = if carried.is_noticed() { of(worst) } else { DataClass::Public };
        let any = |tokens: &Tokens, kinds| {
            arguments.iter().any(|text| tokens.hold(text, kinds, &self.trusted))
        };
        let came = |text: &String| {
            text.len() >= SHORT && self.answers.iter().any(|answer| answer.contains(text))
        };
        Facts {
            traits: traits.clone(),
            untrusted: self.untrusted,
            hostile: self.hostile,
            class: self.class,
            copied,
            steered: any(&self.named, Kinds::Names),
            own: judged.text(&arguments.join("\n")).1,
            led: any(&self.led, Kinds::Destinations),
            came: arguments.iter().any(came),
        }
    }

    /// Takes in an answer.
    pub fn heard(&mut self, call: &Call, traits: &Traits, judged: &mut Judged<'_>) {
        let (hostile, found) = judged.text(&call.answer);
        let class = traits.class.max(found);
        self.hostile |= hostile;
        self.untrusted |= !traits.trusted;
        self.class = self.class.max(class);
        if hostile {
            self.named.remember(&call.answer, Kinds::Names);
        } else if traits.trusted {
            self.trusted.remember(&call.answer, Kinds::Names);
        }
        if !traits.trusted {
            self.led.remember(&call.answer, Kinds::Destinations);
        }
        if class >= DataClass::Confidential {
            let label = Label { party: traits.party, class: number(class) };
            self.sketch.remember(&call.answer, label);
        }
        self.answers.push(call.answer.clone());
    }
}

/// The class with this number; the highest for what is not told apart.
fn of(number: u8) -> DataClass {
    DataClass::ALL.get(usize::from(number)).copied().unwrap_or(DataClass::Regulated)
}
