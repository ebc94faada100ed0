use warden_testkit::TestHome;

use crate::run;

#[test]
fn every_rule_in_the_list_has_a_page() {
    let home = TestHome::new();
    let list = run(&home, &["explain"]).success();
    let rules: Vec<_> = list
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(rules.len() >= 12, "{list}");
    for rule in rules {
        let page = run(&home, &["explain", rule]).success();
        assert!(page.contains(rule) && page.contains("severity"), "{page}");
        assert!(page.lines().all(|line| line.starts_with("  | ") || line.chars().count() <= 80));
    }
}

#[test]
fn a_misspelt_rule_is_a_usage_error_with_a_hint() {
    let outcome = run(&TestHome::new(), &["explain", "package"]);
    insta::assert_snapshot!(outcome.block());
    let outcome = run(&TestHome::new(), &["explain", "nothing-like-it"]);
    insta::assert_snapshot!(outcome.block());
}
