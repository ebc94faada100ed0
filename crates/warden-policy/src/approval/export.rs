//! The lists of questions for other programs and for paper (R27, R98).

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
    let mut group = "";
    // Groups of the merged list do not follow each other; each is printed once.
    let mut questions: Vec<&Question> = set(of).collect();
    let groups: Vec<&str> = questions.iter().map(|question| question.group).collect();
    let place = |question: &&Question| groups.iter().position(|group| *group == question.group);
    questions.sort_by_key(place);
    for question in questions {
        if question.group != group {
            group = question.group;
            out.push_str(&format!("\n## {group}\n\n"));
        }
        let star = if question.non_negotiable { " (not negotiable)" } else { "" };
        let need = match question.need {
            Need::Must => "",
            Need::Should | Need::Nice => question.need.name(),
        };
        let need = if need.is_empty() { String::new() } else { format!(" ({need})") };
        out.push_str(&format!(
            "- [ ] **{}**{star}{need} {} *Yes means: {}.*\n",
            question.id, question.text, question.yes
        ));
    }
    out
}
