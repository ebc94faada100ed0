//! What a pack must be before anything of it is played. A pack may come from anybody: its names
//! become names of files and servers, and its texts are shown to people.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::pack::{Definition, Pack, Server, Step};

/// In which form a secret may leave: `{name|base64}`.
pub const FORMS: &[&str] = &["base64", "first", "hex", "percent", "reverse", "second"];

/// The only version of the format.
const VERSION: u32 = 1;
/// The longest name of anything.
const MOST_NAME: usize = 48;
/// The longest title.
const MOST_TITLE: usize = 120;
/// The longest text of anything else.
const MOST_TEXT: usize = 16 << 10;
/// How many servers, campaigns, attacks of a campaign, tools and steps there may be.
const MOST: usize = 64;
/// So many things that are wrong are told.
const MOST_TOLD: usize = 40;

/// What is wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: a line of the text, or a part of the pack.
    pub place: String,
    /// What.
    pub why: String,
}

impl Problem {
    /// Something that is wrong with the whole.
    pub(super) fn whole(why: impl Into<String>) -> Self {
        Self { place: "pack".into(), why: why.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

/// Everything that is wrong with a pack, in its order.
pub(super) fn problems(pack: &Pack) -> Vec<Problem> {
    let mut check = Check { pack, found: Vec::new(), ids: BTreeSet::new() };
    check.head();
    check.servers();
    check.campaigns();
    check.found.truncate(MOST_TOLD);
    check.found
}

struct Check<'a> {
    pack: &'a Pack,
    found: Vec<Problem>,
    /// The attacks and controls so far.
    ids: BTreeSet<&'a str>,
}

impl<'a> Check<'a> {
    fn tell(&mut self, place: &str, why: impl Into<String>) {
        // Places are made of names of the pack, which may be anything until they were checked.
        let place = place.chars().filter(|c| !c.is_control()).take(3 * MOST_NAME).collect();
        self.found.push(Problem { place, why: why.into() });
    }

    fn head(&mut self) {
        let pack = self.pack;
        if pack.version != VERSION {
            self.tell("version", format!("this program reads version {VERSION}"));
        }
        self.name("name", &pack.name);
        let edition = pack.edition.as_str();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        if edition.is_empty() || edition.len() > MOST_NAME || !edition.chars().all(plain) {
            self.tell("edition", "it has letters, digits, dots and hyphens, and at most 48");
        }
        for (name, text) in &pack.secrets {
            let place = format!("secrets/{name}");
            self.name(&place, name);
            self.text(&place, text);
            if text.is_empty() {
                self.tell(&place, "it is empty");
            }
        }
        self.count("servers", pack.servers.len());
        self.count("campaigns", pack.campaigns.len());
    }

    /// A name: it becomes one of a file, of a server and of a tool.
    fn name(&mut self, place: &str, name: &str) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        let begins = name.chars().next().is_some_and(|c| c.is_ascii_lowercase());
        if !begins || name.len() > MOST_NAME || name.contains("__") || !name.chars().all(plain) {
            let why = "a name begins with a small letter, has small letters, digits, `-` and single \
                       `_`, and at most 48 of them";
            self.tell(place, why);
        }
    }

    /// A line that people are shown.
    fn line(&mut self, place: &str, text: &str) {
        if text.is_empty() || text.len() > MOST_TITLE || text.chars().any(char::is_control) {
            self.tell(place, "it is one line of at most 120 bytes");
        }
    }

    fn text(&mut self, place: &str, text: &str) {
        if text.len() > MOST_TEXT {
            self.tell(place, format!("a text has more than {MOST_TEXT} bytes"));
        }
    }

    fn count(&mut self, what: &str, count: usize) {
        if count == 0 || count > MOST {
            self.tell(what, format!("there are {count}, and have to be 1 to {MOST}"));
        }
    }

    fn servers(&mut self) {
        let mut names = BTreeSet::new();
        for server in &self.pack.servers {
            let place = format!("server {}", server.name);
            self.name(&place, &server.name);
            if !names.insert(&server.name) {
                self.tell(&place, "there are two of this name");
            }
            self.tools(&place, server);
        }
    }

    fn tools(&mut self, place: &str, server: &Server) {
        self.count(&format!("{place}, tools"), server.tools.len());
        let mut names = BTreeSet::new();
        for tool in &server.tools {
            let place = format!("{place}, tool {}", tool.name);
            self.name(&place, &tool.name);
            if !names.insert(&tool.name) {
                self.tell(&place, "there are two of this name");
            }
            if tool.effects.is_empty() {
                self.tell(&place, "it has no effects");
            }
            self.text(&place, &tool.description);
            self.arguments(&place, &tool.arguments);
        }
    }

    fn arguments(&mut self, place: &str, arguments: &BTreeMap<String, String>) {
        if arguments.len() > MOST {
            self.tell(place, format!("it has more than {MOST} arguments"));
        }
        for (name, text) in arguments {
            self.name(&format!("{place}, argument {name}"), name);
            self.text(place, text);
        }
    }

    fn campaigns(&mut self) {
        let mut ids = BTreeSet::new();
        for campaign in &self.pack.campaigns {
            let place = format!("campaign {}", campaign.id);
            self.name(&place, &campaign.id);
            self.line(&place, &campaign.title);
            if !ids.insert(&campaign.id) {
                self.tell(&place, "there are two of this name");
            }
            self.count(&format!("{place}, attacks"), campaign.attacks.len());
            self.count(&format!("{place}, controls"), campaign.controls.len());
            for attack in &campaign.attacks {
                let place = format!("attack {}", attack.id);
                self.entry(&place, &attack.id, &attack.title);
                if let Some(text) = &attack.stopped_by {
                    self.line(&place, text);
                }
                if !attack.steps.iter().any(|step| step.harm.is_some()) {
                    self.tell(&place, "no step of it does harm");
                }
                self.steps(&place, &attack.steps, &attack.definitions);
            }
            for control in &campaign.controls {
                let place = format!("control {}", control.id);
                self.entry(&place, &control.id, &control.title);
                if control.steps.iter().any(|step| step.harm.is_some() || step.needs.is_some()) {
                    self.tell(&place, "ordinary work has neither `harm` nor `needs`");
                }
                self.steps(&place, &control.steps, &[]);
            }
        }
    }

    fn entry(&mut self, place: &str, id: &'a str, title: &str) {
        self.name(place, id);
        self.line(place, title);
        if !self.ids.insert(id) {
            self.tell(place, "there are two of this name");
        }
    }

    fn steps(&mut self, place: &str, steps: &[Step], definitions: &[Definition]) {
        self.count(&format!("{place}, steps"), steps.len());
        for definition in definitions {
            self.definition(place, definition);
        }
        for (at, step) in steps.iter().enumerate() {
            let place = format!("{place}, step {}", at + 1);
            self.step(&place, step, definitions);
        }
    }

    fn definition(&mut self, place: &str, definition: &Definition) {
        let place = format!("{place}, definition {}", definition.tool);
        let known = self.pack.tool(&definition.tool).is_some();
        let (server, tool) = definition.tool.split_once("__").unwrap_or_default();
        self.name(&place, tool);
        if self.pack.server(server).is_none() {
            self.tell(&place, "there is no such server");
        }
        if !known && definition.description.is_none() {
            self.tell(&place, "a new tool has to have a `description`");
        }
        self.text(&place, definition.description.as_deref().unwrap_or_default());
        self.arguments(&place, &definition.arguments);
    }

    fn step(&mut self, place: &str, step: &Step, definitions: &[Definition]) {
        match (&step.tool, step.list) {
            (Some(tool), false) => {
                let new = definitions.iter().any(|one| one.tool == *tool);
                if !new && self.pack.tool(tool).is_none() {
                    self.tell(place, "there is no such tool");
                }
            }
            (None, true) => {
                if step.harm.is_some() || !step.arguments.is_empty() || !step.answer.is_empty() {
                    self.tell(place, "who only looks at lists calls nothing");
                }
            }
            (Some(_), true) | (None, false) => {
                self.tell(place, "it either calls a `tool` or looks at the `list`");
            }
        }
        self.arguments(place, &step.arguments);
        let texts = [Some(&step.answer), step.needs.as_ref(), step.harm.as_ref()];
        for text in texts.into_iter().flatten().chain(step.arguments.values()) {
            self.text(place, text);
            self.placeholders(place, text);
        }
        if step.harm.as_ref().is_some_and(String::is_empty) {
            self.tell(place, "`harm` is empty, so that any call would do it");
        }
    }

    /// A slip of the pen in a placeholder would let an attack miss its goal, and look like a defence.
    fn placeholders(&mut self, place: &str, text: &str) {
        for (name, form) in placeholders(text) {
            let shown: String = name.chars().take(MOST_NAME).collect();
            if !self.pack.secrets.contains_key(name) {
                self.tell(place, format!("there is no secret `{shown}`"));
            }
            if form.is_some_and(|form| !FORMS.contains(&form)) {
                let forms = FORMS.join(", ");
                self.tell(place, format!("`{shown}` has no such form, only {forms}"));
            }
        }
    }
}

/// Every placeholder in a text: the name of its secret, and in which form it is wanted.
fn placeholders(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split('{').skip(1).filter_map(|rest| {
        let inner = rest.split_once('}')?.0;
        let (name, form) = inner.split_once('|').map_or((inner, None), |(a, b)| (a, Some(b)));
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        (!name.is_empty() && name.chars().all(plain)).then_some((name, form))
    })
}
