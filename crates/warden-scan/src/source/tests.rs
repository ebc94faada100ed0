use warden_flow::{analyse, ir::Span};

use super::*;

fn tree(files: &[(&str, &[u8])]) -> SourceTree {
    let file = |(path, bytes): &(&str, &[u8])| SourceFile {
        path: (*path).to_owned(),
        bytes: bytes.to_vec(),
    };
    let mut tree = SourceTree {
        name: "example".into(),
        files: files.iter().map(file).collect(),
        ..SourceTree::default()
    };
    tree.sort();
    tree
}

#[test]
fn places_count_lines_and_characters() {
    let tree = tree(&[("a.py", "x = 1\nété = run(x)\n".as_bytes()), ("readme.md", b"a\nb")]);
    let program = program(&tree, Limits::default());
    let analysis = analyse(&program, crate::models::models());
    let view = SourceView::of(&tree, &analysis);
    let spot = Spot { module: 0, span: Span { start: 14, end: 20 } };
    assert_eq!(view.text(spot), "run(x)");
    let place = view.place(spot, None);
    assert_eq!((place.file.as_str(), place.line, place.column), ("a.py", Some(2), Some(7)));
    let readme = view.others().next().expect("the text");
    assert_eq!(view.place_in(readme, 2).line, Some(2));
}

#[test]
fn what_is_not_utf8_is_counted_as_the_front_ends_do() {
    let tree = tree(&[("a.py", b"x = '\xff'\nrun(x)\n")]);
    let program = program(&tree, Limits::default());
    let analysis = analyse(&program, crate::models::models());
    let view = SourceView::of(&tree, &analysis);
    let start = u32::try_from(view.source(0).find("run").expect("the call")).expect("small");
    let spot = Spot { module: 0, span: Span { start, end: start + 6 } };
    assert_eq!((view.text(spot), view.place(spot, None).line), ("run(x)", Some(2)));
}
