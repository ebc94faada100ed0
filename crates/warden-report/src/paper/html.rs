//! A document as one page of HTML that needs nothing else: no script, no file beside it, no network.
//!
//! Every text is escaped, the only style sheet is named by its digest in the page's own policy, and
//! charts are tables with a drawn column, so that each of their values can be read, found and linked.

mod chart;
mod trend;

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use warden_model::Digest;

use super::{
    Align, Form, Noted, Paper, Part, Piece, Plan, PlannedFigure, PlannedTable, Style, Words,
};
use crate::markup::{escaped, put};

/// The style sheet, which stands in the page.
pub const STYLE: &str = include_str!("html/style.css");

/// The value of `Content-Security-Policy` that the page brings along. Whoever serves it sends it as
/// a header too, with `frame-ancestors 'none'`, which a page cannot ask for itself.
pub static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(Digest::of(STYLE.as_bytes()).bytes());
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
});

/// Writes a plan as HTML. The same plan gives the same bytes.
#[must_use]
pub fn html(plan: &Plan) -> String {
    let mut out = String::with_capacity(64 * 1024);
    head(&mut out, plan);
    out.push_str("<main>\n");
    for part in &plan.parts {
        write(&mut out, part, &plan.words);
    }
    notes(&mut out, plan);
    out.push_str("</main>\n<footer><p>");
    let closing = [&plan.classification, &plan.organisation, &plan.title].map(|text| escaped(text));
    put(&mut out, format_args!("{}</p></footer>\n</body>\n</html>\n", closing.join(" · ")));
    out
}

fn head(out: &mut String, plan: &Plan) {
    let title = escaped(&plan.title);
    let classes = [
        match plan.paper {
            Paper::A4 => "a4",
            Paper::Letter => "letter",
            Paper::Slide => "13.333in 7.5in",
        },
        match plan.form {
            Form::Report => "report",
            Form::Sheet => "sheet",
        },
    ];
    put(
        out,
        format_args!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body class=\"{}\">\n",
            plan.language.tag(),
            *POLICY,
            classes.join(" "),
        ),
    );
    put(
        out,
        format_args!(
            "<header>\n<p class=\"classification\">{}</p>\n<h1>{title}</h1>\n",
            escaped(&plan.classification)
        ),
    );
    if let Some(subtitle) = &plan.subtitle {
        put(out, format_args!("<p class=\"subtitle\">{}</p>\n", escaped(subtitle)));
    }
    put(
        out,
        format_args!(
            "<p class=\"about\">{}, {} {}</p>\n</header>\n",
            escaped(&plan.organisation),
            plan.words.as_of,
            escaped(&plan.as_of)
        ),
    );
}

fn write(out: &mut String, part: &Part, words: &Words) {
    match part {
        Part::Heading { level, number, text } => {
            // The title of the page is the only heading of the first level.
            let level = level + 1;
            let number = match number.as_str() {
                "" => String::new(),
                number => format!("<span class=\"number\">{number}</span> "),
            };
            put(out, format_args!("<h{level}>{number}{}</h{level}>\n", escaped(text)));
        }
        Part::Paragraph { text } => put(out, format_args!("<p>{}</p>\n", pieces(text, words))),
        Part::Answer { title, paragraphs } => {
            put(out, format_args!("<section class=\"answer\">\n<h2>{}</h2>\n", escaped(title)));
            for text in paragraphs {
                put(out, format_args!("<p>{}</p>\n", pieces(text, words)));
            }
            out.push_str("</section>\n");
        }
        Part::Figures { figures } => {
            out.push_str("<dl class=\"figures\">\n");
            for one in figures {
                figure(out, one, words);
            }
            out.push_str("</dl>\n");
        }
        Part::Table(one) => table(out, one, words),
        Part::Ranges(chart) => chart::ranges(out, chart, words),
        Part::Bars(chart) => chart::bars(out, chart, words),
        Part::Trend(chart) => trend::trend(out, chart, words),
        Part::Clocks(chart) => chart::clocks(out, chart, words),
        Part::List { ordered, items } => {
            let tag = if *ordered { "ol" } else { "ul" };
            put(out, format_args!("<{tag}>\n"));
            for item in items {
                put(out, format_args!("<li>{}</li>\n", pieces(item, words)));
            }
            put(out, format_args!("</{tag}>\n"));
        }
        Part::PageBreak => out.push_str("<div class=\"break\"></div>\n"),
    }
}

fn figure(out: &mut String, figure: &PlannedFigure, words: &Words) {
    let unit = figure.unit.as_ref().map(|unit| format!(" <span>{}</span>", escaped(unit)));
    put(
        out,
        format_args!(
            "<div><dt>{}</dt><dd class=\"value\">{}{}</dd>",
            escaped(&figure.label),
            piece(&figure.value, words),
            unit.unwrap_or_default()
        ),
    );
    if !figure.remark.is_empty() {
        put(out, format_args!("<dd>{}</dd>", pieces(&figure.remark, words)));
    }
    out.push_str("</div>\n");
}

fn table(out: &mut String, table: &PlannedTable, words: &Words) {
    put(out, format_args!("<table>\n<caption>{}</caption>\n<thead>\n<tr>", escaped(&table.title)));
    for column in &table.columns {
        put(
            out,
            format_args!(
                "<th scope=\"col\"{}>{}</th>",
                class(column.align),
                escaped(&column.heading)
            ),
        );
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (at, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
            let (open, close) = if at == 0 { ("th scope=\"row\"", "th") } else { ("td", "td") };
            let text = pieces(cell, words);
            put(out, format_args!("<{open}{}>{text}</{close}>", class(column.align)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
    for note in &table.notes {
        put(out, format_args!("<p class=\"remark\">{}</p>\n", pieces(note, words)));
    }
}

fn class(align: Align) -> &'static str {
    match align {
        Align::Start => "",
        Align::Center => " class=\"center\"",
        Align::End => " class=\"end\"",
    }
}

/// Pieces of text as HTML.
fn pieces(text: &[Piece], words: &Words) -> String {
    text.iter().map(|one| piece(one, words)).collect()
}

/// A piece of text as HTML, with the number of its note.
fn piece(piece: &Piece, words: &Words) -> String {
    let text = escaped(&piece.text);
    let mut out = match piece.style {
        Style::Plain => text,
        Style::Strong => format!("<strong>{text}</strong>"),
        Style::Emphasis => format!("<em>{text}</em>"),
        Style::Code => format!("<code>{text}</code>"),
        Style::Unmeasured => format!("<span class=\"unmeasured\">{text}</span>"),
    };
    if let Some(mark) = piece.note {
        let number = mark.number;
        // A note leads back to where it is mentioned first.
        let id =
            if mark.mention == 1 { format!(" id=\"mention-{number}\"") } else { String::new() };
        put(
            &mut out,
            format_args!(
                "<sup><a{id} href=\"#note-{number}\" role=\"doc-noteref\" \
                 aria-label=\"{} {number}\">[{number}]</a></sup>",
                words.note
            ),
        );
    }
    out
}

/// Pieces of text without their looks and notes.
fn plain(text: &[Piece]) -> String {
    text.iter().map(|piece| piece.text.as_str()).collect()
}

fn notes(out: &mut String, plan: &Plan) {
    if plan.notes.is_empty() {
        return;
    }
    let words = &plan.words;
    put(
        out,
        format_args!(
            "<section class=\"notes\" role=\"doc-endnotes\">\n<h2>{}</h2>\n<ol>\n",
            words.notes
        ),
    );
    for (at, note) in plan.notes.iter().enumerate() {
        let number = at + 1;
        let text = match note {
            Noted::Text { text } => escaped(text),
            Noted::Reference { query, as_of, evidence } => format!(
                "{}{}<code>{}</code>, {} {}, {} <code>{}</code>",
                words.query,
                words.colon,
                escaped(query),
                words.as_of,
                escaped(as_of),
                words.evidence,
                escaped(evidence)
            ),
        };
        put(
            out,
            format_args!(
                "<li id=\"note-{number}\">{text} <a href=\"#mention-{number}\" \
                 role=\"doc-backlink\" aria-label=\"{}\">↩</a></li>\n",
                words.back
            ),
        );
    }
    out.push_str("</ol>\n</section>\n");
}
