//! Runs of real agents and ordinary work, through the rules and through the gateway itself.

use lab::eval::flow;

#[test]
fn no_rule_does_worse_than_is_written_down() {
    let worse = flow::worse().expect("the corpus and the figures can be read");
    assert!(worse.is_empty(), "{worse:#?}");
}

#[test]
fn attacks_are_stopped_and_ordinary_work_goes_on_through_the_gateway() {
    let through = flow::through("team").expect("the corpus can be read");
    let short = through.short();
    assert!(short.is_empty(), "{short:#?}\n{:#?}", through.told);
}
