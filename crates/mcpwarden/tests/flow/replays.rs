//! The attacks, in both eras, over both transports, with whatever may come in between.

use serde_json::Value;

use crate::{
    attacks::{Attack, all},
    parts::{Agent, Bench, ERAS, Ended, ends_refused, facts, rules},
};

/// What happens before the last call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    Nothing,
    /// The client opens another session of the protocol.
    Anew,
}

fn name(attack: &Attack, revision: &str) -> String {
    format!("{}-{}", attack.name, if revision.ends_with("25") { "legacy" } else { "modern" })
}

/// The name of everybody who replays something.
fn names() -> Vec<String> {
    let all = all();
    all.iter().flat_map(|attack| ERAS.map(|revision| name(attack, revision))).collect()
}

fn bench() -> Bench {
    Bench::new(names().iter().map(String::as_str))
}

/// Does the calls before the last one, and fails unless those that have to pass do. Returns how
/// many have, and whether one was stopped.
#[track_caller]
fn begin(bench: &Bench, agent: &mut Agent, attack: &Attack) -> (usize, bool) {
    let before = attack.steps.len() - 1;
    for (at, step) in attack.steps.iter().take(before).enumerate() {
        match bench.call(agent, step) {
            Ended::Answered(_) => {}
            Ended::Refused(reason) => {
                assert!(at >= attack.free, "{}: call {at} is refused: {reason}", attack.name);
                return (at, true);
            }
        }
    }
    (before, false)
}

/// Does the last call, which does not pass.
#[track_caller]
fn end(bench: &Bench, agent: &mut Agent, attack: &Attack) {
    let last = attack.steps.last().expect("there is a call");
    match bench.call(agent, last) {
        Ended::Refused(reason) => {
            let known = ["needs-approval", "policy-refused"].contains(&reason.as_str());
            assert!(known, "{}: {reason}", attack.name);
        }
        Ended::Answered(answer) => panic!("{}: it went through: {answer}", attack.name),
    }
}

/// Fails unless the records of a session tell the attack and what ended it.
#[track_caller]
fn told(attack: &Attack, records: &[Value], answered: usize) {
    let last = ends_refused(records, answered);
    let said = rules(last);
    assert!(
        said.iter().any(|rule| attack.by.contains(rule)),
        "{}: {said:?}\n{}",
        attack.name,
        facts(last)
    );
    let reason = last["reason"].as_str().unwrap_or_default();
    assert!(["needs-approval", "policy-refused"].contains(&reason), "{last}");
    let session = &facts(last)["session"];
    let read = attack.read;
    let is = |name: &str, wanted: bool| {
        assert!(!wanted || session[name] == true, "{}: not {name}: {session}", attack.name);
    };
    is("untrusted", read.untrusted);
    is("hostile", read.hostile);
    let high = ["confidential", "regulated"].iter().any(|class| session["class"] == *class);
    assert!(!read.confidential || high, "{}: {session}", attack.name);
    if read.hostile {
        let found = |record: &Value| {
            let labels = record["labels"].as_array();
            labels.is_some_and(|all| all.iter().any(|label| label == "instruction-text"))
        };
        assert!(records.iter().any(found), "{}: nothing was found: {records:#?}", attack.name);
    }
}

/// Replays every attack over HTTP.
#[track_caller]
fn over_http(between: Between) {
    let bench = bench();
    let gateway = bench.serve();
    let mut answered = Vec::new();
    for attack in all() {
        for revision in ERAS {
            let name = name(&attack, revision);
            let mut agent = Agent::http(&gateway, revision, &name);
            let (passed, stopped) = begin(&bench, &mut agent, &attack);
            if between == Between::Anew {
                agent.begins_anew();
            }
            if !stopped {
                end(&bench, &mut agent, &attack);
            }
            answered.push((attack.clone(), name, passed));
        }
    }
    bench.audits();
    for (attack, name, passed) in &answered {
        told(attack, &bench.records(name), *passed);
    }
}

// R10, R13: the known attacks end at the call that does the harm, with finding, labels and chain.
#[test]
fn attacks_end_before_their_harm_over_http_in_both_eras() {
    over_http(Between::Nothing);
}

// R10, R13: no label is lost with a session of the protocol, or by saying to be another program.
#[test]
fn attacks_end_although_the_client_begins_anew() {
    over_http(Between::Anew);
}

// R10, R13: no label is lost with the process.
#[test]
fn attacks_end_after_the_gateway_was_killed_in_the_middle() {
    let bench = bench();
    let gateway = bench.serve();
    let mut under_way = Vec::new();
    for attack in all() {
        for revision in ERAS {
            let name = name(&attack, revision);
            let mut agent = Agent::http(&gateway, revision, &name);
            let (passed, stopped) = begin(&bench, &mut agent, &attack);
            under_way.push((attack.clone(), name, agent, passed, stopped));
        }
    }
    gateway.signal("KILL");
    drop(gateway.wait());
    let gateway = bench.serve();
    for (attack, _, agent, _, stopped) in &mut under_way {
        agent.moves_to(&gateway);
        if !*stopped {
            end(&bench, agent, attack);
        }
    }
    bench.audits();
    for (attack, name, _, passed, _) in &under_way {
        told(attack, &bench.records(name), *passed);
    }
}

/// Replays every attack where the client starts the gateway; `killed` says that it is killed and
/// started again before the last call.
#[track_caller]
fn over_pipes(revision: &str, killed: bool) {
    let bench = bench();
    let mut seen = 0;
    for attack in all() {
        let state = name(&attack, revision);
        let mut agent = bench.pipe(revision, &state);
        let (passed, stopped) = begin(&bench, &mut agent, &attack);
        if killed {
            agent.kill();
            agent = bench.pipe(revision, &state);
        }
        if !stopped {
            end(&bench, &mut agent, &attack);
        }
        agent.kill();
        // All of them are the same agent here, one after the other.
        let records = bench.records("local");
        told(&attack, records.get(seen..).unwrap_or_default(), passed);
        seen = records.len();
    }
    bench.audits();
}

// R10, R13: the same where the client starts the gateway.
#[test]
fn attacks_end_over_standard_input_and_output_of_the_newest_revision() {
    over_pipes(ERAS[1], false);
}

// R10, R13: the same where the client starts the gateway, and that is killed in the middle.
#[test]
fn attacks_end_over_standard_input_and_output_although_the_gateway_was_killed() {
    over_pipes(ERAS[0], true);
}

// What is not an attack goes through without anybody being asked.
#[test]
fn the_same_work_without_the_attack_goes_through() {
    let bench = bench();
    let gateway = bench.serve();
    for attack in all() {
        for revision in ERAS {
            let name = name(&attack, revision);
            let mut agent = Agent::http(&gateway, revision, &name);
            for step in &attack.twin {
                let ended = bench.call(&mut agent, step);
                let why = || bench.records(&name).pop();
                assert!(ended.passed(), "{name}, {}: {ended:?} {:#?}", step.tool, why());
            }
        }
    }
    let mut agent = bench.pipe(ERAS[0], "ordinary");
    let attack = all().into_iter().next().expect("there is one");
    for step in &attack.twin {
        assert!(bench.call(&mut agent, step).passed(), "{}", step.tool);
    }
    bench.audits();
}
