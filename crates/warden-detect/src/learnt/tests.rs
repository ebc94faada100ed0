use proptest::prelude::*;

use super::*;

#[test]
fn both_models_can_be_read() {
    for subject in [Subject::Definition, Subject::Content] {
        let model = Model::of(subject);
        assert!(model.level > f32::MIN, "{subject:?}");
        assert!(model.to_bytes().len() < 2 << 20);
        assert_eq!(Model::from_bytes(subject, &model.to_bytes()).expect("it was written"), *model);
    }
}

#[test]
fn what_is_no_model_is_refused() {
    let bytes = Model::empty(Subject::Content).to_bytes();
    for bytes in [&bytes[1..], &bytes[..bytes.len() - 1], &[], b"MWL2"] {
        assert!(Model::from_bytes(Subject::Content, bytes).is_err());
    }
    let broken = Model { scale: f32::NAN, ..Model::empty(Subject::Content) };
    assert!(Model::from_bytes(Subject::Content, &broken.to_bytes()).is_err());
}

#[test]
fn a_sentence_is_found_wherever_it_stands() {
    let mut model = Model { scale: 1.0, ..Model::empty(Subject::Content) };
    features("open the gate").each(2, |slot| model.weights[slot] = 100);
    for words in [10, 100, 1000] {
        let text = format!("{}open the gate {}", "word ".repeat(words), "word ".repeat(words));
        let (score, window) = model.worst(&Read { words: features(&text), signs: Vec::new() });
        assert!(score > 10.0, "{score}");
        assert!(window.contains(&(words + 2)), "{window:?}");
    }
}

proptest! {
    #[test]
    fn a_feature_counts_once_in_each_window(text in "[a-c ]{0,120}") {
        let mut model = Model::empty(Subject::Content);
        model.weights.iter_mut().enumerate().for_each(|(at, weight)| {
            *weight = i8::try_from(at % 200).unwrap_or(-3);
        });
        let words = features(&text);
        for spread in [Spread { words: 7, step: 1 }, Spread { words: 4, step: 2 }] {
            let sums = model.sums(&words, spread);
            for (window, (sum, count)) in words.windows(spread).zip(sums) {
                let mut slots = std::collections::BTreeSet::new();
                window.for_each(|at| words.each(at, |slot| { slots.insert(slot); }));
                let expected: i32 = slots.iter().map(|slot| model.weight(*slot)).sum();
                prop_assert_eq!((sum, count), (expected, i32::try_from(slots.len()).unwrap()));
            }
        }
    }

    #[test]
    fn pieces_cover_a_text_and_overlap(text in "(\\PC{1,20}){0,4}", times in 1_usize..8000) {
        let text = text.repeat(times);
        let pieces = pieces(&text, 768);
        prop_assert_eq!(pieces.first().map(|piece| piece.start), Some(0));
        prop_assert_eq!(pieces.last().map(|piece| piece.end), Some(text.len()));
        for two in pieces.windows(2) {
            prop_assert!(two[1].start + 768 <= two[0].end + 4 && two[1].end > two[0].end);
        }
    }

    #[test]
    fn words_lie_in_the_text_and_every_word_is_in_a_window(text in "\\PC{0,200}") {
        let read = features(&text);
        let mut seen = vec![false; read.len()];
        let spread = Spread { words: 7, step: 1 };
        for window in read.windows(spread) {
            prop_assert!(window.len() <= spread.words);
            window.for_each(|at| seen[at] = true);
        }
        prop_assert!(seen.into_iter().all(|seen| seen));
        for at in 0..read.len() {
            prop_assert!(text.get(read.range(at)).is_some());
        }
    }
}
