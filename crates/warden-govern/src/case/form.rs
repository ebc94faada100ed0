//! Short forms for other laws: what each asks for, and what a case knows of it.

use serde::Serialize;

use super::Case;
use crate::{clock::Calendar, estate::Lookup};

/// An item of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The name, by which a case may answer it: `STEP/NAME`.
    pub name: &'static str,
    /// What is asked, with the rule.
    pub title: &'static str,
    /// The answer; none if it is not known.
    pub answer: Option<String>,
    /// Whether it has to be answered.
    pub needed: bool,
}

/// A form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Form {
    /// The step that it is for, as in [`crate::clock::STEPS`].
    pub step: &'static str,
    /// What it asks.
    pub items: Vec<Item>,
    /// The names of what it needs and is not known.
    pub missing: Vec<&'static str>,
}

/// What the forms ask: step, name, question, whether it has to be answered.
static ITEMS: &[(&str, &str, &str, bool)] = &[
    ("gdpr/authority", "nature", "Nature of the breach (Art. 33(3)(a))", true),
    ("gdpr/authority", "subjects", "Categories and number of data subjects (33(3)(a))", true),
    ("gdpr/authority", "records", "Categories and number of records (33(3)(a))", true),
    ("gdpr/authority", "contact", "Data protection officer or other contact (33(3)(b))", true),
    ("gdpr/authority", "consequences", "Likely consequences (33(3)(c))", true),
    ("gdpr/authority", "measures", "Measures taken or proposed (33(3)(d))", true),
    ("gdpr/authority", "late", "Reasons for the delay beyond the time limit (33(1))", false),
    ("gdpr/authority", "high-risk", "High risk for the persons concerned (34(1))", true),
    (
        "nis2/early-warning",
        "malicious",
        "Suspected of being unlawful or malicious (23(4)(a))",
        true,
    ),
    ("nis2/early-warning", "cross-border", "Cross-border impact (23(4)(a))", true),
    ("nis2/notification", "assessment", "Initial assessment (23(4)(b))", true),
    ("nis2/notification", "severity", "Severity and impact (23(4)(b))", true),
    ("nis2/notification", "indicators", "Indicators of compromise (23(4)(b))", false),
    ("nis2/final", "description", "Detailed description with severity and impact (23(4)(d))", true),
    ("nis2/final", "cause", "Type of threat or root cause (23(4)(d))", true),
    ("nis2/final", "mitigation", "Measures applied and ongoing (23(4)(d))", true),
    ("nis2/final", "cross-border", "Cross-border impact (23(4)(d))", false),
    ("ai-act/serious", "system", "AI system and its version (Art. 73)", true),
    ("ai-act/serious", "description", "What happened, when and where", true),
    ("ai-act/serious", "link", "Causal link between system and incident, or its likelihood", true),
    ("ai-act/serious", "harm", "Harm to persons, property or fundamental rights", true),
    ("ai-act/serious", "measures", "Corrective measures", true),
];

/// The steps that have a form.
#[must_use]
pub fn steps() -> Vec<&'static str> {
    let mut steps: Vec<_> = ITEMS.iter().map(|(step, ..)| *step).collect();
    steps.dedup();
    steps
}

/// Whether some form asks for this, as `STEP/NAME`.
pub(super) fn is_item(name: &str) -> bool {
    ITEMS.iter().any(|(step, item, ..)| name == format!("{step}/{item}"))
}

/// A form as far as a case knows; none for a step that has none.
#[must_use]
pub fn form(case: &Case, known: &Lookup<'_>, calendar: &Calendar, step: &str) -> Option<Form> {
    let mine: Vec<_> = ITEMS.iter().filter(|(of, ..)| *of == step).collect();
    let step = mine.first()?.0;
    let late = is_late(case, calendar);
    let item = |(_, name, title, needed): &&(&'static str, &'static str, &'static str, bool)| {
        let said = case.forms.get(&format!("{step}/{name}")).cloned();
        Item {
            name,
            title,
            answer: said.or_else(|| answer(case, known, step, name)),
            needed: *needed || (*name == "late" && late),
        }
    };
    let items: Vec<Item> = mine.iter().map(item).collect();
    let open = items.iter().filter(|item| item.needed && item.answer.is_none());
    let missing = open.map(|item| item.name).collect();
    Some(Form { step, items, missing })
}

fn is_late(case: &Case, calendar: &Calendar) -> bool {
    let step = crate::clock::step("gdpr/authority");
    let due = step.and_then(|step| crate::clock::deadline(step, &case.events(), calendar));
    due.is_some_and(|due| due.sent.is_some_and(|sent| sent > due.at))
}

fn answer(case: &Case, known: &Lookup<'_>, step: &str, name: &str) -> Option<String> {
    let breach = &case.breach;
    let numbered = |kinds: &[String], count: Option<u64>| {
        let count = count?;
        let sure = breach.confidence.as_deref();
        let sure = sure.map(|sure| format!(", {sure}")).unwrap_or_default();
        (!kinds.is_empty()).then(|| format!("{}: about {count}{sure}", kinds.join(", ")))
    };
    let malicious = case.known().malicious_access;
    let states = case.facts.member_states;
    match (step, name) {
        ("gdpr/authority", "nature") => breach.nature.clone(),
        ("gdpr/authority", "subjects") => numbered(&breach.subjects, breach.subject_count),
        ("gdpr/authority", "records") => numbered(&breach.records, breach.record_count),
        ("gdpr/authority", "contact") => breach.contact.clone(),
        ("gdpr/authority", "consequences") => breach.consequences.clone(),
        ("gdpr/authority", "measures") => breach.measures.clone(),
        ("gdpr/authority", "late") => breach.late_because.clone(),
        ("gdpr/authority", "high-risk") => breach.high_risk.map(yes),
        ("nis2/early-warning", "malicious") => malicious.map(yes),
        ("nis2/early-warning" | "nis2/final", "cross-border") => {
            states.map(|states| format!("{}; {states} Member States", yes(states > 1)))
        }
        ("nis2/notification", "assessment") | ("nis2/final" | "ai-act/serious", "description") => {
            Some(case.title.clone())
        }
        ("nis2/notification", "severity") => case.severity.map(|one| one.name().to_owned()),
        ("nis2/notification", "indicators") => field(case, "3.35"),
        ("nis2/final", "cause") => field(case, "4.5"),
        ("nis2/final", "mitigation") => field(case, "4.6"),
        ("ai-act/serious", "system") => {
            let agents = case.agents.iter().filter_map(|id| known.agent(id));
            let named: Vec<_> =
                agents.map(|agent| format!("{} ({})", agent.name, agent.id)).collect();
            (!named.is_empty()).then(|| named.join("; "))
        }
        ("ai-act/serious", "measures") => breach.measures.clone().or_else(|| field(case, "4.6")),
        _ => None,
    }
}

fn field(case: &Case, number: &str) -> Option<String> {
    case.report.get(number).and_then(|value| value.as_str()).map(ToOwned::to_owned)
}

fn yes(holds: bool) -> String {
    if holds { "yes".into() } else { "no".into() }
}
