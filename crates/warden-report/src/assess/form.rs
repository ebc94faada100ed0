//! The form: every question of a list with its answers, what it wants to know exactly, and files
//! of evidence, which are named by digests that the browser computes.

use jiff::civil::Date;
use warden_model::questions::{
    CUSTOMER, PLACES, Question, RESIDENCY, Set, WAYS, Want, digest_of, groups, want,
};

use super::{escaped, head};

/// The script of the form, which is the same in every one.
pub const SCRIPT: &str = include_str!("form.js");

const STYLE: &str = include_str!("form.css");

/// What can be answered, and what it means.
const STATES: [(&str, &str); 5] = [
    ("yes", "yes"),
    ("no", "no"),
    ("partial", "in part"),
    ("n/a", "does not apply"),
    ("unknown", "not known"),
];

/// What a form is about.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// Its identifier, by which answers name it.
    pub id: &'a str,
    /// The server, by its identifier.
    pub server: &'a str,
    /// Its name for people.
    pub name: &'a str,
    /// The version or digest that it is about, if it is known.
    pub version: Option<&'a str>,
    /// The questions.
    pub set: Set,
    /// Who asks; empty if nobody said.
    pub asked_by: &'a str,
    /// When it was made.
    pub issued: Date,
    /// The last day on which it is answered.
    pub until: Date,
}

/// The form as one file of HTML.
#[must_use]
pub fn form(of: &Form<'_>) -> String {
    let title = format!("Questions about {}", of.name);
    let mut out = head(&title, STYLE, Some(SCRIPT));
    out.push_str(&format!(
        "<body>\n<form id=\"form\" data-id=\"{}\" data-set=\"{}\" data-questions=\"{}\" \
         data-server=\"{}\" data-version=\"{}\">\n",
        escaped(of.id),
        of.set.name(),
        digest_of(of.set),
        escaped(of.server),
        escaped(of.version.unwrap_or_default()),
    ));
    out.push_str(&beginning(of, &title));
    for (group, questions) in groups(of.set) {
        out.push_str(&format!("<section>\n<h2>{}</h2>\n", escaped(group)));
        for question in questions {
            out.push_str(&asked(question));
        }
        out.push_str("</section>\n");
    }
    out.push_str(END);
    out.push_str(&format!("<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    out
}

fn beginning(of: &Form<'_>, title: &str) -> String {
    let by = if of.asked_by.is_empty() { "" } else { " for " };
    let version = of.version.map(|version| format!(", version {version}")).unwrap_or_default();
    format!(
        "<header>\n<h1>{}</h1>\n<p>Asked{by}{}{} on {}; please answer by {}.</p>\n\
         <p>A yes means what is written under the question, and takes a file that shows it. Files \
         stay with you: the form names them by their digests, and you send them beside the \
         answers. Nothing is sent from this page; it works without a network.</p>\n</header>\n\
         <fieldset>\n<legend>Who answers</legend>\n\
         <label class=\"line\">Your name<input name=\"name\" autocomplete=\"name\" required></label>\n\
         <label class=\"line\">How to reach you<input name=\"contact\" autocomplete=\"email\" required>\
         </label>\n<label class=\"line screen\">Go on with answers that were saved\
         <input id=\"load\" type=\"file\" accept=\".json,application/json\"></label>\n</fieldset>\n",
        escaped(title),
        escaped(of.asked_by),
        escaped(&version),
        of.issued,
        of.until,
    )
}

const END: &str = "<p id=\"told\" role=\"status\" aria-live=\"polite\"></p>\n\
    <p><button type=\"submit\">Save the answers</button> \
    <button type=\"button\" id=\"print\">Print</button></p>\n</form>\n";

fn asked(question: &'static Question) -> String {
    let star = if question.non_negotiable { ", not negotiable" } else { "" };
    let dated = question.parts().any(|part| part.id == "V10");
    let mut out = format!(
        "<fieldset data-question=\"{0}\"{1}>\n<legend>{0} ({2}{star}): {3}</legend>\n\
         <p class=\"yes\">Yes means: {4}.</p>\n<div class=\"answers\">\n",
        question.id,
        if dated { " data-dated" } else { "" },
        question.need.name(),
        escaped(question.text),
        escaped(question.yes),
    );
    for (value, shown) in STATES {
        let checked = if value == "unknown" { " checked" } else { "" };
        out.push_str(&format!(
            "<label><input type=\"radio\" name=\"{}\" value=\"{value}\"{checked}>{shown}</label>\n",
            question.id
        ));
    }
    out.push_str("</div>\n");
    for want in question.parts().filter_map(|part| want(part.id)).fold(Vec::new(), once) {
        out.push_str(&exactly(want));
    }
    let day = if dated { "Day of the test" } else { "Day of the evidence, if it is not today" };
    out.push_str(&format!(
        "<label class=\"line\">In words<textarea data-is=\"text\" rows=\"2\"></textarea></label>\n\
         <label class=\"line screen\">Evidence for {}<input data-is=\"choose\" type=\"file\" multiple>\
         </label>\n<ul data-is=\"files\"></ul>\n\
         <label>{day}<input data-is=\"dated\" type=\"date\"></label>\n\
         <label>Counts until<input data-is=\"expires\" type=\"date\"></label>\n</fieldset>\n",
        question.id
    ));
    out
}

/// What two questions want that were merged is asked once.
fn once(mut all: Vec<Want>, want: Want) -> Vec<Want> {
    if !all.contains(&want) {
        all.push(want);
    }
    all
}

/// What a question wants to know exactly, as fields.
fn exactly(want: Want) -> String {
    match want {
        Want::Systems => "<label class=\"line\">Every system by its name, one on each line\
             <textarea data-item=\"\" data-many rows=\"3\"></textarea></label>\n"
            .into(),
        Want::Ways => {
            let way = |(way, _): (&str, bool)| {
                format!("<label><input type=\"checkbox\" data-item=\"{way}\">{way}</label>\n")
            };
            WAYS.map(way).concat()
        }
        Want::Places => {
            let place =
                |whose: &str| line(&format!("{whose}: countries, as DE, US"), whose, ":", true);
            format!(
                "<label><input type=\"checkbox\" data-item=\"{CUSTOMER}\">in the customer's \
                 environment</label>\n{}",
                PLACES.map(place).concat()
            )
        }
        Want::Values(names) => {
            let clause = |name: &&str| line(&format!("{name}: its clause"), name, "=", false);
            names.iter().map(clause).collect()
        }
        Want::Residency => {
            let texts = [
                "country of storage, as DE",
                "country of processing, as DE",
                "what the transfer out of the EU rests on, or that there is none",
            ];
            let field = |(name, text): (&str, &str)| line(text, name, "=", false);
            RESIDENCY.into_iter().zip(texts).map(field).collect()
        }
        Want::Number(name) => line(&format!("{name}, as a number"), name, "=", false),
    }
}

fn line(text: &str, name: &str, mark: &str, many: bool) -> String {
    let many = if many { " data-many" } else { "" };
    format!(
        "<label class=\"line\">{}<input data-item=\"{name}{mark}\"{many}></label>\n",
        escaped(text)
    )
}
