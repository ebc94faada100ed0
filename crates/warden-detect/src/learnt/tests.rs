use proptest::prelude::*;

use super::*;

#[test]
fn both_models_can_be_read() {
    for subject in [Subject::Definition, Subject::Content] {
        let model = Model::of(subject);
        assert!(model.level > f32::MIN, "{subject:?}");
        assert!(model.to_bytes().len() < 2 << 20);
        assert_eq!(Model::from_bytes(&model.to_bytes()).expect("it was written"), *model);
    }
}

#[test]
fn what_is_no_model_is_refused() {
    let bytes = Model::empty().to_bytes();
    for bytes in [&bytes[1..], &bytes[..bytes.len() - 1], &[], b"MWL1"] {
        assert!(Model::from_bytes(bytes).is_err());
    }
    let broken = Model { scale: f32::NAN, ..Model::empty() };
    assert!(Model::from_bytes(&broken.to_bytes()).is_err());
}

#[test]
fn a_sentence_is_found_wherever_it_stands() {
    let mut model = Model { scale: 1.0, ..Model::empty() };
    features("open the gate").each(2, |slot| model.weights[slot] = 100);
    for words in [10, 100, 1000] {
        let text = format!("{}open the gate {}", "word ".repeat(words), "word ".repeat(words));
        let (score, window) = model.worst(&features(&text), &[]);
        assert!(score > 10.0, "{score}");
        assert!(window.contains(&(words + 2)), "{window:?}");
    }
}

proptest! {
    #[test]
    fn words_lie_in_the_text_and_every_word_is_in_a_window(text in "\\PC{0,200}") {
        let read = features(&text);
        let mut seen = vec![false; read.len()];
        for window in read.windows() {
            prop_assert!(window.len() <= WINDOW);
            window.for_each(|at| seen[at] = true);
        }
        prop_assert!(seen.into_iter().all(|seen| seen));
        for at in 0..read.len() {
            prop_assert!(text.get(read.range(at)).is_some());
        }
    }
}
