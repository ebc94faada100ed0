//! The laws of the score, over every state that there is.

use super::super::{
    Axis, Exposure, Flow, Level, Manner, Weights, exposure::AXES, laws::Law, weights::NoWeights,
};
use crate::Word as _;
use warden_model::Severity;

/// How many words each axis has; of the vendor `unknown` is the same as not assessed.
fn sizes() -> [usize; AXES] {
    let mut sizes = [0; AXES];
    for (size, axis) in sizes.iter_mut().zip(Axis::all()) {
        *size = axis.words().len();
    }
    let vendor = Weights::default().points_of(Axis::Vendor);
    assert_eq!(vendor[2].1, vendor[3].1, "both have to be gone through otherwise");
    sizes[Axis::Vendor as usize] = 3;
    sizes
}

/// The scores of all states with this flow and manner: severity first, then the axes.
fn all(flow: Flow, manner: Manner) -> Vec<u8> {
    let weights = Weights::default();
    let sizes = sizes();
    let states: usize = sizes.iter().product();
    let mut scores = Vec::with_capacity(5 * states);
    for severity in Severity::ALL {
        let mut at = [0; AXES];
        for _ in 0..states {
            let exposure = Exposure::from_places(at, flow);
            let sum = weights.sum(*severity, manner, &exposure);
            // L5 and L3: what is explained is the score, and the score is one.
            assert_eq!(sum.explained(), sum.points);
            let points = u8::try_from(sum.points).unwrap();
            assert!(points <= 100);
            scores.push(points);
            for (place, size) in at.iter_mut().zip(sizes).rev() {
                *place += 1;
                if *place < size {
                    break;
                }
                *place = 0;
            }
        }
    }
    scores
}

/// L1, L2 (`unknown` is the last word of each axis) and L4 over a plane of states.
fn assert_monotone_and_near(scores: &[u8]) {
    let mut stride = 1;
    let sizes = std::iter::once(5).chain(sizes()).collect::<Vec<_>>();
    for size in sizes.iter().rev() {
        for block in scores.chunks(stride * size) {
            let (milder, worse) = (&block[..block.len() - stride], &block[stride..]);
            assert!(milder.iter().zip(worse).all(|(mild, worse)| mild <= worse), "{stride}");
        }
        stride *= size;
    }
    let of_severity = scores.len() / 5;
    for (severity, part) in scores.chunks(of_severity).enumerate() {
        let near = |points: &u8| (Level::of(*points) as usize).abs_diff(severity) <= 1;
        assert!(part.iter().all(near), "{severity}");
    }
}

/// L1 to L7 hold in each of the thirteen million states that there are.
#[test]
fn the_laws_hold_in_every_state() {
    let mut planes = Vec::new();
    for manner in Manner::all() {
        for flow in Flow::all() {
            let scores = all(*flow, *manner);
            assert_eq!(scores.len(), 2_304_000);
            assert_monotone_and_near(&scores);
            planes.push(scores);
        }
    }
    let never_lower = |mild: &[u8], worse: &[u8]| mild.iter().zip(worse).all(|(a, b)| a <= b);
    let [none, untrusted, toxic, way_none, way_untrusted, way_toxic] = planes.as_slice() else {
        panic!("two manners by three flows");
    };
    // L6: more of a flow never lowers the score.
    for (mild, worse) in [
        (none, untrusted),
        (untrusted, toxic),
        (way_none, way_untrusted),
        (way_untrusted, way_toxic),
    ] {
        assert!(never_lower(mild, worse));
    }
    // L7: what is about the way there is never above what is at its end.
    for (way, plain) in [(way_none, none), (way_untrusted, untrusted), (way_toxic, toxic)] {
        assert!(never_lower(way, plain));
    }
}

/// Six thousand states with the scores and the terms that another implementation gave them.
#[test]
fn another_implementation_gives_the_same_scores_and_terms() {
    let states = include_str!("../../../tests/data/risk-states.csv");
    let weights = Weights::default();
    let mut count = 0;
    for line in states.lines().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        let number = |at: usize| cells[at].parse::<usize>().unwrap();
        let at: [usize; AXES] = std::array::from_fn(|axis| number(1 + axis));
        let flow = if number(10) == 1 { Flow::Untrusted } else { Flow::None };
        let manner = if number(11) == 1 { Manner::Transport } else { Manner::Plain };
        let severity = Severity::ALL[number(0)];
        let composite = weights.score(severity, manner, Exposure::from_places(at, flow));
        assert_eq!(usize::from(composite.points()), number(12), "{line}");
        let terms: Vec<_> = composite.terms().iter().map(|term| term.points.to_string()).collect();
        assert_eq!(terms.join(" "), cells[13], "{line}");
        count += 1;
    }
    assert_eq!(count, 6000);
}

/// L11.
#[test]
fn levels_begin_at_20_40_60_and_80() {
    let level = |points: u8| Level::of(points).title();
    for (at, before, from) in [
        (20, "Info", "Low"),
        (40, "Low", "Medium"),
        (60, "Medium", "High"),
        (80, "High", "Critical"),
    ] {
        assert_eq!((level(at - 1), level(at)), (before, from));
    }
    assert_eq!((level(0), level(100)), ("Info", "Critical"));
}

fn edited(from: &str, to: &str) -> Result<Weights, NoWeights> {
    let text = Weights::default().to_toml();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    Weights::from_toml(text.replace(from, to).as_bytes())
}

#[track_caller]
fn broken(from: &str, to: &str, law: Law, says: &str) {
    let Err(NoWeights::Broken(broken)) = edited(from, to) else {
        panic!("{from} -> {to} should break {law}");
    };
    assert_eq!(broken.law, law, "{broken}");
    assert_eq!(broken.example.to_string(), says);
}

#[test]
fn weights_that_break_a_law_are_refused_with_an_example() {
    broken(
        "write = 10\nsend = 15",
        "write = 10\nsend = 9",
        Law::Monotone,
        "capability `send` has 9 points and `write` 10, so what is low technically falls from 18 \
         to 17",
    );
    broken(
        "unrestricted = 10\nunknown = 10",
        "unrestricted = 10\nunknown = 0",
        Law::Unknown,
        "egress `unknown` has 0 points and `unrestricted` 10, so what is low technically falls \
         from 18 to 8",
    );
    broken(
        "flat = 6\ninternet = 10",
        "flat = 6\ninternet = 5",
        Law::Monotone,
        "reach `internet` has 5 points and `flat` 6, so what is info technically falls from 16 to 15",
    );
    broken(
        "unknown = 10\n\n[axes.network]",
        "unknown = 9\n\n[axes.network]",
        Law::Unknown,
        "data-class `unknown` has 9 points and `regulated` 10, so what is low technically falls \
         from 18 to 17",
    );
    broken(
        "cap = 40",
        "cap = 60",
        Law::OneLevel,
        "with everything around it, what is info technically has 48 points, which is medium",
    );
    broken(
        "offset = 20",
        "offset = 30",
        Law::OneLevel,
        "with nothing around it, what is medium technically has 18 points, which is info",
    );
    broken(
        "high = 68",
        "high = 88",
        Law::Base,
        "by its base, what is high technically has 88 points, which is critical",
    );
    let reach = "internet = 10\nunknown = 10\n";
    let text = Weights::default().to_toml();
    let text =
        text.replace(&format!("flat = 6\n{reach}"), "flat = 6\ninternet = 11\nunknown = 11\n");
    let Err(NoWeights::Broken(broken)) = Weights::from_toml(text.as_bytes()) else {
        panic!("more than all of it cannot count");
    };
    assert_eq!(broken.law, Law::Reach);
    assert_eq!(
        broken.to_string(),
        "law L7 does not hold, that reach is at most 10 tenths: `internet` is 11"
    );
}

#[test]
fn weights_that_leave_something_out_or_add_something_are_refused() {
    let told = |from, to| edited(from, to).unwrap_err().to_string();
    assert_eq!(
        told("cross-session = 8\n", ""),
        "there are no points for `cross-session` in `persistence`"
    );
    assert_eq!(
        told("cross-session = 8", "cross-session = 8\nforever = 9"),
        "`forever` in `persistence` is not known"
    );
    assert_eq!(told("[axes.audit]", "[axes.luck]"), "`luck` in `axes` is not known");
    assert_eq!(told("cap = 40", "cap = 40\nluck = 3"), "it is no file of weights");
    assert_eq!(told("cap = 40", "cap = -1"), "it is no file of weights");
}

#[test]
fn weights_are_read_as_they_are_written() {
    let built_in = Weights::default();
    let read = Weights::from_toml(built_in.to_toml().as_bytes()).unwrap();
    assert_eq!(read, built_in);
    let edited = edited("toxic_flow = 10", "toxic_flow = 12").unwrap();
    assert_ne!(edited.stamp().digest, built_in.stamp().digest);
    let json = serde_json::to_vec(
        &toml_edit::de::from_str::<serde_json::Value>(&built_in.to_toml()).unwrap(),
    );
    assert_eq!(Weights::from_json(&json.unwrap()).unwrap(), built_in);
}
