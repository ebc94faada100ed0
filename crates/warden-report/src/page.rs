//! What `explain` shows: the list of rules, and the page of one.

use warden_model::frameworks;

use crate::{
    Rule, View,
    lines::{padded, width},
    pen::{BOLD, DIM, FRAME, PLAIN, Pen, severity_style},
};

/// Every rule with its severity and title.
#[must_use]
pub fn list(rules: &[Rule<'_>], view: View) -> String {
    let mut pen = Pen::new(view);
    let columns = rules.iter().map(|rule| width(rule.id)).max().unwrap_or(0);
    for rule in rules {
        pen.put(BOLD, &padded(rule.id, columns + 2));
        pen.put(severity_style(rule.severity), &padded(rule.severity.name(), 10));
        if columns + 12 + width(rule.title) > pen.columns() {
            pen.end();
            pen.block(4, PLAIN, rule.title);
        } else {
            pen.put(PLAIN, rule.title);
            pen.end();
        }
    }
    pen.finish()
}

/// The page of one rule, laid out for a terminal.
#[must_use]
pub fn show(rule: &Rule<'_>, view: View) -> String {
    let mut pen = Pen::new(view);
    let mut paragraph = String::new();
    let mut code = false;
    let mut titled = false;
    for line in rule.page.lines() {
        if let Some(fence) = line.strip_prefix("```") {
            flush(&mut paragraph, &mut pen);
            code = !code;
            verdict(fence, &mut pen);
        } else if code {
            code_line(line, &mut pen);
        } else if let Some(heading) = line.strip_prefix('#') {
            flush(&mut paragraph, &mut pen);
            pen.gap();
            pen.block(0, BOLD, &heading.trim_start_matches('#').trim_start().replace('`', ""));
            if !titled {
                about(rule, &mut pen);
                titled = true;
            }
        } else if line.trim().is_empty() {
            flush(&mut paragraph, &mut pen);
            pen.gap();
        } else {
            join(line, &mut paragraph, &mut pen);
        }
    }
    flush(&mut paragraph, &mut pen);
    standards(rule, &mut pen);
    pen.finish()
}

/// What the page itself does not say; below its first heading.
fn about(rule: &Rule<'_>, pen: &mut Pen) {
    let class = rule.class.info();
    let cwe: Vec<_> = rule.cwe.iter().map(|number| format!("CWE-{number}")).collect();
    let cwe = if cwe.is_empty() { String::new() } else { format!(", {}", cwe.join(", ")) };
    pen.block(0, DIM, &format!("severity {}, class {}{cwe}", rule.severity, class.id));
    if !rule.languages.is_empty() {
        pen.block(0, DIM, &format!("reads {}", rule.languages.join(", ")));
    }
}

/// Where the class stands in public frameworks.
fn standards(rule: &Rule<'_>, pen: &mut Pen) {
    let controls = rule.class.controls();
    if controls.is_empty() {
        return;
    }
    pen.gap();
    pen.block(0, BOLD, "In public frameworks");
    for control in controls {
        let known = frameworks().iter().find(|(id, _)| *id == control.framework);
        let title = known.map_or(control.framework, |(_, title)| title);
        pen.block_after("  - ", PLAIN, &format!("{title}: {}", control.ids.join(", ")));
    }
}

/// What an example shows: pages say it as the last word of a fence.
fn verdict(fence: &str, pen: &mut Pen) {
    match fence.split(' ').next_back() {
        Some("fires") => pen.block(2, DIM, "this is found:"),
        Some("clean") => pen.block(2, DIM, "this is fine:"),
        _ => {}
    }
}

/// A line of a paragraph; an item of a list begins anew.
fn join(line: &str, paragraph: &mut String, pen: &mut Pen) {
    let item = line.starts_with("- ") || line.starts_with("* ") || line.starts_with('|');
    if item {
        flush(paragraph, pen);
    }
    if !paragraph.is_empty() {
        paragraph.push(' ');
    }
    paragraph.push_str(line.trim());
}

fn flush(paragraph: &mut String, pen: &mut Pen) {
    if paragraph.is_empty() {
        return;
    }
    match paragraph.strip_prefix("- ").or_else(|| paragraph.strip_prefix("* ")) {
        Some(item) => pen.block_after("  - ", PLAIN, item),
        None => pen.block(0, PLAIN, paragraph),
    }
    paragraph.clear();
}

/// Code is not wrapped, so that it can be copied.
fn code_line(line: &str, pen: &mut Pen) {
    pen.put(FRAME, "  | ");
    pen.put(PLAIN, line);
    pen.end();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Colors, sample};

    const VIEW: View = View { columns: 60, colors: Colors::Off };

    #[test]
    fn a_page_is_laid_out_for_a_terminal() {
        let page = "# `plain-secret`: a secret stands in a configuration\n\n\
            Whoever reads the file has the secret, and so has every backup of it.\n\
            It is also sent along.\n\n- one thing\n- another thing that is long enough to be wrapped over\n  two lines\n\n\
            ## Mend it\n\n```json connection fires\n{ \"a\": 1 }\n```\n\nDone.\n";
        let rule = Rule { page, languages: vec!["python", "go"], ..sample::TOOL.rules[1].clone() };
        insta::assert_snapshot!(show(&rule, VIEW));
    }

    #[test]
    fn the_list_names_every_rule() {
        insta::assert_snapshot!(list(sample::TOOL.rules, VIEW));
    }
}
