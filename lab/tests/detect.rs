//! What is found in hostile text, and what is flagged in harmless text: no worse than what is
//! committed, with weights that the corpus gives.

#[test]
fn the_weights_are_those_that_the_corpus_gives() {
    lab::train::run(&["--check".to_owned()]).expect("the same bytes");
}

#[test]
fn no_figure_is_worse_than_the_committed_one() {
    let worse = lab::eval::detect::worse().expect("the corpus and the figures can be read");
    assert!(worse.is_empty(), "{worse:#?}");
}
