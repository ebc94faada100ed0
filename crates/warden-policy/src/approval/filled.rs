//! The questions with what was answered, by whom and from what: for people, tables and programs
//! (R27, R98).

use serde_json::{Value, json};
use warden_model::questions::CLAUSES;

use super::{
    Answer, Answered, ApprovalPolicy, Dossier, Question, Refused, Set, Waiver,
    answer::{AuthMethod, Content, Place},
    gate::{about, waived},
    question, set, standing,
};
use crate::Time;

/// One question, and everything that was said of it.
#[derive(Clone, Debug)]
pub struct Filled<'a> {
    /// The question.
    pub question: &'static Question,
    /// Whether it is answered with yes or waived, and until when; or the first thing that stands in
    /// the way. For a merged question, that of everything that it was merged from.
    pub standing: Result<Time, Refused>,
    /// The answers, the earliest first.
    pub answers: Vec<&'a Answer>,
    /// That the risk was accepted.
    pub waivers: Vec<&'a Waiver>,
}

/// The questions of a list with what a dossier says of them.
#[must_use]
pub fn filled<'a>(
    of: Set,
    dossier: &'a Dossier,
    policy: &ApprovalPolicy,
    now: Time,
) -> Vec<Filled<'a>> {
    let fill = |asked: &'static Question| {
        let sources = asked.sources.iter().filter_map(|id| question(id));
        let mut originals: Vec<&'static Question> = sources.collect();
        if originals.is_empty() {
            originals.push(asked);
        }
        let mut until = Ok(Time::LAST);
        for original in &originals {
            until = until.and_then(|until: Time| {
                standing(original, dossier, policy, now).map(|time| time.min(until))
            });
        }
        let meant = |id: &str| originals.iter().any(|original| about(original, id));
        let mut answers: Vec<&Answer> =
            dossier.answers.iter().filter(|answer| meant(&answer.question)).collect();
        answers.sort_by_key(|answer| answer.at);
        let meant = |id: &str| originals.iter().any(|original| waived(original, id));
        let waivers = dossier.waivers.iter().filter(|waiver| meant(&waiver.question)).collect();
        Filled { question: asked, standing: until, answers, waivers }
    };
    set(of).map(fill).collect()
}

impl Filled<'_> {
    /// What it comes to, in words.
    #[must_use]
    pub fn comes_to(&self) -> String {
        match self.standing {
            Ok(Time::LAST) => "passes".into(),
            Ok(until) => format!("passes until {until}"),
            Err(why) => why.because().into(),
        }
    }
}

/// What a question wanted to know exactly, in words; empty if it wanted nothing.
#[must_use]
pub fn content_text(content: &Content) -> String {
    let join = |parts: Vec<String>| parts.join(", ");
    match content {
        Content::None => String::new(),
        Content::Systems(systems) => join(systems.clone()),
        Content::Authentication(methods) => {
            join(methods.iter().map(|it| method_name(*it).to_owned()).collect())
        }
        Content::Places(places) => join(places.iter().map(place_text).collect()),
        Content::Clauses(clauses) => {
            let named = [
                ("service levels", &clauses.service_level),
                ("notification of breaches", &clauses.breach_notification),
                ("right to audit", &clauses.audit),
            ];
            let text = |(name, clause): (&str, &Option<String>)| {
                format!("{name}: {}", clause.as_deref().unwrap_or("no clause"))
            };
            join(named.into_iter().map(text).collect())
        }
    }
}

/// What a question wanted to know exactly, each as it is written on the command line.
pub(super) fn items(content: &Content) -> Vec<String> {
    match content {
        Content::None => Vec::new(),
        Content::Systems(systems) => systems.clone(),
        Content::Authentication(ways) => ways.iter().map(|way| method_name(*way).into()).collect(),
        Content::Places(places) => places.iter().map(place_text).collect(),
        Content::Clauses(clauses) => {
            let named = [&clauses.service_level, &clauses.breach_notification, &clauses.audit];
            let item =
                |(name, at): (&str, &Option<String>)| Some(format!("{name}={}", at.as_ref()?));
            CLAUSES.into_iter().zip(named).filter_map(item).collect()
        }
    }
}

/// The word for a way of authentication, which is the one that is signed.
#[must_use]
pub const fn method_name(method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::None => "none",
        AuthMethod::StaticKey => "static-key",
        AuthMethod::OauthV2 => "oauth-v2",
        AuthMethod::OauthV21 => "oauth-v21",
        AuthMethod::MutualTls => "mutual-tls",
    }
}

fn place_text(place: &Place) -> String {
    match place {
        Place::Customer => "customer".into(),
        Place::VendorCloud { country } => format!("vendor:{country}"),
        Place::ThirdParty { country } => format!("third-party:{country}"),
    }
}

/// Who answered, in words.
#[must_use]
pub fn answered_by(answer: &Answer) -> String {
    match &answer.by {
        Answered::Automatic { version } => format!("mcpwarden {version}, from evidence"),
        Answered::Person { person } => person.to_string(),
    }
}

/// The filled questions as one page of Markdown.
#[must_use]
pub fn filled_page(title: &str, rows: &[Filled<'_>]) -> String {
    let mut out = format!("# {}\n", plain(title));
    let mut group = "";
    for row in rows {
        let question = row.question;
        if question.group != group {
            group = question.group;
            out.push_str(&format!("\n## {group}\n"));
        }
        let mark = if row.standing.is_ok() { 'x' } else { ' ' };
        let star = if question.non_negotiable { " (not negotiable)" } else { "" };
        let need = question.need.name();
        out.push_str(&format!("\n- [{mark}] **{}** {need}{star} {}\n", question.id, question.text));
        out.push_str(&format!("  - {}\n", row.comes_to()));
        for answer in &row.answers {
            let evidence = answer.evidence.map_or("without evidence".into(), |digest| {
                format!("evidence {digest} of {}", answer.evidence_at)
            });
            out.push_str(&format!(
                "  - {}: **{}**, by {} on {}, until {}; {evidence}\n",
                answer.question,
                answer.reply.name(),
                plain(&answered_by(answer)),
                answer.at,
                answer.expires,
            ));
            for text in [content_text(&answer.content), answer.detail.clone()] {
                if !text.trim().is_empty() {
                    out.push_str(&format!("    - {}\n", plain(&text)));
                }
            }
        }
        for waiver in &row.waivers {
            out.push_str(&format!(
                "  - {}: risk accepted by {} until {}: {}\n",
                waiver.question,
                waiver.owner,
                waiver.expires,
                plain(&waiver.reason)
            ));
        }
    }
    out
}

/// The filled questions as CSV (RFC 4180), with a head: a row for each answer and waiver, and one
/// for each question of which nothing was said.
#[must_use]
pub fn filled_csv(rows: &[Filled<'_>]) -> String {
    let mut out = String::from(
        "id,group,question,need,non-negotiable,comes to,kind,answered as,answer,detail,exactly,\
         evidence,evidence of,by,at,until\r\n",
    );
    for row in rows {
        let question = row.question;
        let star = if question.non_negotiable { "yes" } else { "no" };
        let head = [question.id, question.group, question.text, question.need.name(), star]
            .map(str::to_owned);
        let mut said: Vec<[String; 10]> = Vec::new();
        for answer in &row.answers {
            said.push([
                "answer".into(),
                answer.question.clone(),
                answer.reply.name().into(),
                answer.detail.clone(),
                content_text(&answer.content),
                answer.evidence.map(|it| it.to_string()).unwrap_or_default(),
                answer.evidence_at.to_string(),
                answered_by(answer),
                answer.at.to_string(),
                answer.expires.to_string(),
            ]);
        }
        for waiver in &row.waivers {
            said.push([
                "waiver".into(),
                waiver.question.clone(),
                "accepted".into(),
                waiver.reason.clone(),
                String::new(),
                String::new(),
                String::new(),
                waiver.owner.to_string(),
                waiver.at.to_string(),
                waiver.expires.to_string(),
            ]);
        }
        if said.is_empty() {
            said.push(Default::default());
        }
        for cells in said {
            let all = head.iter().cloned().chain([row.comes_to()]).chain(cells);
            let all: Vec<String> = all.map(|cell| quoted(&cell)).collect();
            out.push_str(&all.join(","));
            out.push_str("\r\n");
        }
    }
    out
}

/// The filled questions as JSON.
#[must_use]
pub fn filled_json(rows: &[Filled<'_>]) -> Value {
    let row = |row: &Filled<'_>| {
        json!({
            "answers": row.answers,
            "comes_to": row.comes_to(),
            "group": row.question.group,
            "id": row.question.id,
            "need": row.question.need.name(),
            "non_negotiable": row.question.non_negotiable,
            "passes": row.standing.is_ok(),
            "question": row.question.text,
            "until": row.standing.ok(),
            "waivers": row.waivers,
        })
    };
    rows.iter().map(row).collect()
}

/// A text of somebody else on one line, which is neither markup nor a control character.
fn plain(text: &str) -> String {
    let one = |c: char| match c {
        '<' => "&lt;".to_owned(),
        '&' => "&amp;".to_owned(),
        '[' | ']' | '*' | '_' | '`' | '\\' | '!' => format!("\\{c}"),
        c if c.is_control() => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(one).collect()
}

/// A cell, which is no formula either: what a table would compute begins with an apostrophe.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}
