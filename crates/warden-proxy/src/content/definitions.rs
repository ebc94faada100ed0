//! What servers show before anybody calls them: definitions and instructions.
//!
//! Only what was approved is shown, so what was approved is judged, once; what differs from it is
//! judged for the record of how it differs.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use warden_detect::{
    Defined, Judge, Likeness, Redefinition, Subject, Verdict, copies, pairs, redefinition,
};
use warden_model::DefinitionKind;
use warden_policy::Pin;

use super::{Follows, Looker, Matter};

/// The most pieces of evidence that one record names.
const MOST_EVIDENCE: usize = 40;

/// What was noticed in what was approved of one server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Definitions {
    noticed: HashMap<(DefinitionKind, Box<str>), Noticed>,
    instructions: Option<Noticed>,
    /// Kinds of which nothing is shown, since one of them is not fit to be.
    closed: BTreeSet<DefinitionKind>,
}

/// What was noticed in a definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Noticed {
    /// Codes of matters, and evidence as `detector/class`.
    pub(crate) labels: Vec<String>,
    /// It is not shown, and cannot be used.
    pub(crate) hidden: bool,
    /// Nor is anything else of its kind.
    closes: bool,
}

/// Tools that take the place of others: their names, and how.
pub(crate) type Copies = BTreeSet<(Box<str>, &'static str)>;

/// Which tools of each server take the place of a tool of another one, or look like it.
pub(crate) fn copied<'a>(servers: impl Iterator<Item = Option<&'a Pin>>) -> Vec<Copies> {
    let (mut owners, mut tools) = (Vec::new(), Vec::new());
    let mut found = Vec::new();
    for (server, pin) in servers.enumerate() {
        found.push(Copies::new());
        for tool in pin.iter().flat_map(|pin| &pin.definitions) {
            if tool.kind == DefinitionKind::Tool {
                owners.push(server);
                tools.push((tool.name.as_str(), &tool.body));
            }
        }
    }
    let (names, bodies): (Vec<&str>, Vec<&Value>) = tools.iter().copied().unzip();
    let mut add = |copy: usize, of: usize, how: &'static str| {
        let (Some(owner), Some(name)) = (owners.get(copy), names.get(copy)) else { return };
        if owners.get(of) != Some(owner)
            && let Some(found) = found.get_mut(*owner)
        {
            found.insert(((*name).into(), how));
        }
    };
    for copied in copies(&bodies) {
        add(copied.copy, copied.of, "copies/copy");
    }
    // The same name on two servers is no trick: clients see them with their servers' names.
    for pair in pairs(&names).into_iter().filter(|pair| pair.likeness == Likeness::Confusable) {
        add(pair.second, pair.first, "lookalike/confusable");
    }
    found
}

impl Definitions {
    /// Judges everything that was approved.
    pub(crate) fn of(looker: &Looker, pin: Option<&Pin>, copies: &Copies) -> Self {
        let mut all = Self::default();
        let Some(pin) = pin.filter(|_| looker.inspection.content) else { return all };
        for definition in &pin.definitions {
            let mut verdict = Judge::of(Subject::Definition).tool(&definition.body);
            let tool = definition.kind == DefinitionKind::Tool;
            let takes: Vec<_> =
                copies.iter().filter(|(name, _)| tool && **name == *definition.name).collect();
            if !takes.is_empty() {
                verdict.copied();
            }
            let Some(mut noticed) = looker.noticed(&verdict) else { continue };
            for (_, how) in takes {
                if !noticed.labels.iter().any(|label| label == how) {
                    noticed.labels.push((*how).to_owned());
                }
            }
            if noticed.closes {
                all.closed.insert(definition.kind);
            }
            all.noticed.insert((definition.kind, definition.name.as_str().into()), noticed);
        }
        if let Some(text) = &pin.instructions {
            all.instructions = looker.noticed(&Judge::of(Subject::Definition).text(text));
        }
        all
    }

    /// What was noticed in a definition, if anything was.
    pub(crate) fn noticed(&self, kind: DefinitionKind, name: &str) -> Option<&Noticed> {
        self.noticed.get(&(kind, name.into()))
    }

    /// What was noticed in the instructions, if anything was.
    pub(crate) const fn instructions(&self) -> Option<&Noticed> {
        self.instructions.as_ref()
    }

    /// Whether a definition is not shown and cannot be used.
    pub(crate) fn hides(&self, kind: DefinitionKind, name: &str) -> bool {
        self.closed.contains(&kind) || self.noticed(kind, name).is_some_and(|found| found.hidden)
    }
}

/// What a redefinition comes to, and by what sorts of change.
fn changes(found: &Redefinition) -> BTreeSet<String> {
    let kinds = found.changes.iter().map(|change| change.kind.name());
    let all = kinds.chain([found.sense.name()]).map(|name| format!("drift/{name}"));
    all.chain((!found.complete).then(|| "unread/drift".to_owned())).collect()
}

impl Looker {
    /// What there is to say of a definition that differs from what was approved: how hostile it
    /// is, and what it adds.
    pub(crate) fn redefined(
        &self,
        kind: DefinitionKind,
        old: Option<&Value>,
        new: &Value,
    ) -> Vec<String> {
        let mut labels = self.definition(new).unwrap_or_default().labels;
        let of = match kind {
            DefinitionKind::Tool => Defined::Tool,
            DefinitionKind::Prompt => Defined::Prompt,
            DefinitionKind::Resource | DefinitionKind::Template => Defined::Resource,
        };
        if let Some(old) = old.filter(|_| self.inspection.content) {
            labels.extend(changes(&redefinition(of, old, new)));
        }
        labels
    }

    /// The same of instructions.
    pub(crate) fn reworded(&self, old: Option<&str>, new: &str) -> Vec<String> {
        if !self.inspection.content {
            return Vec::new();
        }
        let verdict = Judge::of(Subject::Definition).text(new);
        let mut labels = self.noticed(&verdict).unwrap_or_default().labels;
        if let Some(old) = old {
            let (old, new) = (Value::from(old), Value::from(new));
            labels.extend(changes(&redefinition(Defined::Instructions, &old, &new)));
        }
        labels
    }

    /// Looks at a definition that nobody approved, or not like this.
    pub(crate) fn definition(&self, body: &Value) -> Option<Noticed> {
        if !self.inspection.content {
            return None;
        }
        self.noticed(&Judge::of(Subject::Definition).tool(body))
    }

    /// What follows from a verdict over a definition; `None` if nothing does.
    fn noticed(&self, verdict: &Verdict) -> Option<Noticed> {
        let inspection = &self.inspection;
        let matters = [
            (Matter::Definition, verdict.reaches(inspection.level)),
            (Matter::Unread, !verdict.complete),
        ];
        let mut noticed = Noticed::default();
        for (matter, _) in matters.into_iter().filter(|(_, is)| *is) {
            let follows = inspection.follows(matter);
            self.tally.count(matter, follows);
            noticed.labels.push(matter.code().to_owned());
            noticed.hidden |= matches!(follows, Follows::Hide | Follows::Refuse);
            noticed.closes |= matter == Matter::Definition && follows == Follows::Refuse;
        }
        if noticed.labels.is_empty() {
            return None;
        }
        let counts = verdict.marks.iter().filter(|mark| mark.weight > 0);
        let evidence = counts.map(|mark| format!("{}/{}", mark.detector, mark.class));
        let evidence: BTreeSet<_> = evidence.chain([format!("score/{}", verdict.score)]).collect();
        noticed.labels.extend(evidence.into_iter().take(MOST_EVIDENCE));
        Some(noticed)
    }
}
