//! The lists of questions for other programs and for paper (R27, R98).

use serde_json::{Value, json};
use warden_model::questions::{digest_of, groups};

use super::{Need, Question, Set, set};

/// A list of questions as CSV (RFC 4180), with a head.
#[must_use]
pub fn csv(of: Set) -> String {
    let mut out = String::from(
        "id,group,question,yes means,need,non-negotiable,version-bound,evidence,sources,requirement\r\n",
    );
    for question in set(of) {
        let evidence: Vec<_> = question.evidence.iter().map(|kind| kind.name()).collect();
        let word = |yes: bool| if yes { "yes" } else { "no" };
        let cells = [
            question.id,
            question.group,
            question.text,
            question.yes,
            question.need.name(),
            word(question.non_negotiable),
            word(question.version_bound),
            &evidence.join(" "),
            &question.sources.join(" "),
            question.requirement,
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.into()
    }
}

/// A list of questions as one page of Markdown, to be printed and filled in.
#[must_use]
pub fn page(of: Set) -> String {
    let mut out = format!("# {}\n", of.name());
    for (group, questions) in groups(of) {
        out.push_str(&format!("\n## {group}\n\n"));
        for question in questions {
            out.push_str(&line(question));
        }
    }
    out
}

fn line(question: &Question) -> String {
    let star = if question.non_negotiable { " (not negotiable)" } else { "" };
    let need = match question.need {
        Need::Must => String::new(),
        Need::Should | Need::Nice => format!(" ({})", question.need.name()),
    };
    format!(
        "- [ ] **{}**{star}{need} {} *Yes means: {}.*\n",
        question.id, question.text, question.yes
    )
}

/// A list of questions as JSON, with the digest by which a form names it.
#[must_use]
pub fn json(of: Set) -> Value {
    let question = |question: &Question| {
        let evidence: Vec<_> = question.evidence.iter().map(|kind| kind.name()).collect();
        json!({
            "evidence": evidence,
            "group": question.group,
            "id": question.id,
            "keys": question.keys,
            "need": question.need.name(),
            "non_negotiable": question.non_negotiable,
            "requirement": question.requirement,
            "sources": question.sources,
            "text": question.text,
            "version_bound": question.version_bound,
            "yes": question.yes,
        })
    };
    json!({
        "digest": digest_of(of).to_string(),
        "questions": set(of).map(question).collect::<Vec<_>>(),
        "set": of.name(),
        "version": 1,
    })
}
