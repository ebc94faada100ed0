//! The suite of copied data does not get worse.

use xtask::eval::copied;

#[test]
fn what_is_carried_out_is_noticed_and_ordinary_calls_are_not() {
    let figures = copied::run().expect("the corpus can be read");
    println!("{}", figures.markdown());
    for alarm in figures.traffic.iter().flat_map(|traffic| &traffic.alarms) {
        println!("{}: {:?} in {}", alarm.session, alarm.matched, alarm.arguments);
    }
}
