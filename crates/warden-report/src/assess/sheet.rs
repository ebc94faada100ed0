//! The sheet: every question of a list on one page of paper, A4 or Letter, empty or with what is
//! known of a server.

use jiff::civil::Date;
use warden_govern::assess::{Asked, Stand};
use warden_model::questions::{Question, Set, groups};

use super::{escaped, head};

const STYLE: &str = include_str!("sheet.css");

/// What a sheet shows.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The questions.
    pub set: Set,
    /// What is known of a server, and its name for people; an empty sheet is for any.
    pub known: Option<(&'a str, &'a [Asked<'a>], Date)>,
}

/// The sheet as one file of HTML without a script, to be printed on one page.
#[must_use]
pub fn sheet(of: &Sheet<'_>) -> String {
    let title = match of.known {
        Some((name, _, day)) => format!("{}: {name}, as of {day}", of.set.name()),
        None => of.set.name().to_owned(),
    };
    let mut out = head(&title, STYLE, None);
    let whose = if of.known.is_some() { "" } else { "<p>Server and version:</p>\n" };
    out.push_str(&format!(
        "<body>\n<h1>{}</h1>\n{whose}<p>Yes takes evidence. A star marks what only a CISO may \
         waive; a dot what is asked again with every version.</p>\n<table>\n<thead><tr><th></th>\
         <th>Question</th><th></th><th>yes</th><th>no</th><th>part</th><th>n/a</th><th>?</th>\
         <th>Evidence, day</th></tr></thead>\n<tbody>\n",
        escaped(&title)
    ));
    for (group, questions) in groups(of.set) {
        out.push_str(&format!(
            "<tr><th class=\"group\" colspan=\"9\">{}</th></tr>\n",
            escaped(group)
        ));
        for question in questions {
            let known = of.known.and_then(|(_, all, _)| find(all, question));
            out.push_str(&row(question, known));
        }
    }
    out.push_str(
        "</tbody>\n</table>\n<p class=\"sign\"><span>Reviewer</span><span>Day</span>\
         <span>Passed, failed, next review</span></p>\n</body>\n</html>\n",
    );
    out
}

fn find<'a>(all: &'a [Asked<'a>], question: &Question) -> Option<&'a Asked<'a>> {
    all.iter().find(|asked| asked.question.id == question.id)
}

fn row(question: &Question, known: Option<&Asked<'_>>) -> String {
    let star = if question.non_negotiable { " *" } else { "" };
    let dot = if question.version_bound { " ·" } else { "" };
    let kinds: Vec<&str> = question.evidence.iter().map(|kind| kind.name()).collect();
    // The last answer is what stands; how it stands is beside it.
    let last = known.and_then(|known| known.answers.last());
    let said = last.map_or("", |answer| warden_govern::Word::word(answer.state));
    let boxes: String = ["yes", "no", "partial", "n/a", "unknown"]
        .map(|state| {
            let mark = if state == said { "&#9746;" } else { "&#9744;" };
            format!("<td class=\"box\">{mark}</td>")
        })
        .concat();
    let by = match known.map(|known| known.stand) {
        None => String::new(),
        Some(Stand::Passes(until)) => format!("until {until}"),
        Some(Stand::Waived(until)) => format!("risk accepted until {until}"),
        Some(Stand::Open(why)) => why.to_string(),
    };
    format!(
        "<tr><td class=\"id\">{}{star}{dot}</td><td>{} <small>{}</small></td>\
         <td class=\"need\">{}</td>{boxes}<td class=\"by\">{}</td></tr>\n",
        question.id,
        escaped(question.text),
        kinds.join(", "),
        question.need.name(),
        escaped(&by),
    )
}
