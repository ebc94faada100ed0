use jiff::civil::date;
use warden_model::questions::{Set, digest_of, set};

use super::*;

fn example(of: Set) -> String {
    form(&Form {
        id: "0193-form",
        server: "mail",
        name: "Mail <script>alert(1)</script>",
        version: Some("1.4"),
        set: of,
        asked_by: "Example & Sons",
        issued: date(2026, 11, 20),
        until: date(2026, 12, 20),
    })
}

/// The script of every form is the same, and its digest is published in `docs/assess.md`: who gets
/// a form can tell whether it is ours. Whoever changes the script changes the page as well.
#[test]
fn the_digest_of_the_script_is_the_published_one() {
    let published = include_str!("../../../../docs/assess.md");
    let digest = named(SCRIPT);
    assert!(published.contains(digest.trim_matches('\'')), "{digest}");
    assert!(!SCRIPT.contains("</"), "it would end the element that it is in");
}

#[test]
fn a_form_is_one_file_that_lets_nothing_else_in() {
    for of in Set::ALL {
        let page = example(of);
        let policy = format!("default-src 'none'; script-src {}; style-src ", named(SCRIPT));
        assert!(page.contains(&policy), "{}", of.name());
        assert!(page.contains(&digest_of(of).to_string()));
        for question in set(of) {
            let field = format!("<fieldset data-question=\"{}\"", question.id);
            assert_eq!(page.matches(&field).count(), 1);
            assert_eq!(page.matches(&format!("name=\"{}\" value=\"n/a\"", question.id)).count(), 1);
        }
        // One script and one style, both ours; what a name holds is text; nothing comes from a URL.
        assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 1));
        assert!(page.contains("Mail &lt;script&gt;") && page.contains("Example &amp; Sons"));
        for elsewhere in ["http://", "https://", "src=\"", "href=\"", "@import", "url(", "style=\""]
        {
            assert!(!page.contains(elsewhere), "{elsewhere}");
        }
    }
}

/// R58: each of the 20 stands on the sheet with where its evidence comes from.
#[test]
fn a_sheet_has_every_question_with_where_its_evidence_comes_from() {
    for of in Set::ALL {
        let page = sheet(&Sheet { set: of, known: None });
        for question in set(of) {
            let kinds: Vec<&str> = question.evidence.iter().map(|kind| kind.name()).collect();
            let row = page.lines().find(|line| {
                let id = format!("<tr><td class=\"id\">{}", question.id);
                line.strip_prefix(&id).is_some_and(|rest| !rest.starts_with(char::is_numeric))
            });
            let row = row.unwrap_or_default();
            assert!(row.contains(&format!("<small>{}</small>", kinds.join(", "))), "{row}");
            assert_eq!(row.matches("&#9744;").count(), 5);
        }
        assert!(!page.contains("<script"));
    }
}
