//! Cuts a program that is too large for one analysis into pieces, along its folders.
//!
//! What is known of a program grows with it, and a gigabyte in one program would need more memory
//! than a machine may have. Nothing is followed from one piece into another, so that a program
//! was cut is told as a gap.

use std::{collections::BTreeSet, ops::Range};

use warden_model::{SourceFile, SourceTree};

use super::{TreePart, ancestors};
use crate::source::is_code;

/// Bytes that are analysed as one program. Of the servers that are known, none comes near it.
pub(super) const LARGEST: usize = 24 << 20;

/// The part itself, or its pieces if it is larger than this many bytes.
pub(super) fn pieces(mut part: TreePart, largest: usize) -> Vec<TreePart> {
    let ranges = ranges(&part.tree.files, 0, largest);
    if ranges.len() < 2 {
        return vec![part];
    }
    let lent: Vec<Vec<SourceFile>> =
        ranges.iter().map(|range| lent(&part.tree.files, range)).collect();
    let mut pieces = Vec::new();
    let mut files = std::mem::take(&mut part.tree.files).into_iter();
    for (range, lent) in ranges.into_iter().zip(lent) {
        let own: Vec<SourceFile> = files.by_ref().take(range.len()).collect();
        let mut piece = TreePart {
            // Where it begins stands for the whole of it.
            torn: own.first().map(|file| file.path.clone()),
            borrowed: lent.iter().map(|file| file.path.clone()).collect(),
            tree: SourceTree {
                name: part.tree.name.clone(),
                root: part.tree.root.clone(),
                files: own.into_iter().chain(lent).collect(),
                skipped: Vec::new(),
            },
        };
        piece.borrowed.extend(part.borrowed.iter().cloned());
        piece.tree.sort();
        pieces.push(piece);
    }
    if let Some(first) = pieces.first_mut() {
        first.tree.skipped = part.tree.skipped;
    }
    pieces
}

/// Ranges of the files, which are sorted by their paths and all begin with the same `depth`
/// bytes: folders stay whole where they are small enough.
fn ranges(files: &[SourceFile], depth: usize, largest: usize) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut from, mut held) = (0, 0_usize);
    let mut at = 0;
    while let Some(first) = files.get(at) {
        let inner = folder(&first.path, depth);
        let rest = files.get(at..).unwrap_or_default();
        let count = inner.map_or(1, |inner| {
            rest.iter().take_while(|file| folder(&file.path, depth) == Some(inner)).count()
        });
        let run = rest.get(..count).unwrap_or_default();
        let size: usize = run.iter().map(|file| file.bytes.len()).sum();
        if held.saturating_add(size) > largest && from < at {
            found.push(from..at);
            (from, held) = (at, 0);
        }
        if let Some(inner) = inner.filter(|_| size > largest) {
            let deeper = ranges(run, depth + inner.len(), largest);
            found.extend(deeper.into_iter().map(|range| range.start + at..range.end + at));
            from = at + count;
        } else {
            held = held.saturating_add(size);
        }
        at += count;
    }
    if from < at {
        found.push(from..at);
    }
    found
}

/// The next folder of a path, with its slash.
fn folder(path: &str, depth: usize) -> Option<&str> {
    let rest = path.get(depth..)?;
    rest.get(..=rest.find('/')?)
}

/// Texts of other pieces that this one is judged by: those right in the folders above its files.
fn lent(files: &[SourceFile], range: &Range<usize>) -> Vec<SourceFile> {
    let own = files.get(range.clone()).unwrap_or_default();
    let folders: BTreeSet<&str> =
        own.iter().flat_map(|file| ancestors(file.folder()).chain([file.folder()])).collect();
    let others = files.iter().enumerate().filter(|(at, _)| !range.contains(at));
    let near = others.filter(|(_, file)| folders.contains(file.folder()) && !is_code(file));
    near.map(|(_, file)| file.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(files: &[(&str, usize)]) -> TreePart {
        let file = |(path, size): &(&str, usize)| SourceFile {
            path: (*path).to_owned(),
            bytes: vec![b'x'; *size],
        };
        let files = files.iter().map(file).collect();
        let mut tree = SourceTree { files, ..SourceTree::default() };
        tree.sort();
        TreePart { tree, ..TreePart::default() }
    }

    fn cut(files: &[(&str, usize)], largest: usize) -> Vec<Vec<String>> {
        let own = |piece: TreePart| {
            let paths = piece.tree.files.into_iter().map(|file| file.path);
            paths.filter(|path| !piece.borrowed.contains(path)).collect()
        };
        pieces(part(files), largest).into_iter().map(own).collect()
    }

    #[test]
    fn what_is_small_enough_stays_whole() {
        let whole = pieces(part(&[("a/x.py", 5), ("b/y.py", 5)]), 10);
        let [piece] = &whole[..] else { panic!("{} pieces", whole.len()) };
        assert_eq!(piece.torn, None);
    }

    #[test]
    fn folders_stay_together_where_they_fit() {
        let files = [("a/x.py", 4), ("a/y.py", 4), ("b/x.py", 4), ("b/z/y.py", 4), ("c.py", 2)];
        let expected = [&["a/x.py", "a/y.py"][..], &["b/x.py", "b/z/y.py", "c.py"]];
        assert_eq!(cut(&files, 10), expected);
    }

    #[test]
    fn a_folder_that_is_too_large_is_cut_inside() {
        let files = [("a/x/1.py", 6), ("a/y/1.py", 6), ("a/y/2.py", 3), ("a/z.py", 9), ("b.py", 1)];
        let expected = [&["a/x/1.py"][..], &["a/y/1.py", "a/y/2.py"], &["a/z.py"], &["b.py"]];
        assert_eq!(cut(&files, 9), expected);
    }

    #[test]
    fn a_large_file_is_a_piece() {
        assert_eq!(cut(&[("a.py", 1), ("b.py", 20), ("c.py", 1)], 9).len(), 3);
    }

    #[test]
    fn every_piece_sees_the_texts_above_it_and_says_where_it_begins() {
        let files = [("README.md", 1), ("a/x.py", 8), ("b/x.py", 8), ("b/c/note.md", 1)];
        let found = pieces(part(&files), 9);
        let [first, second] = &found[..] else { panic!("{} pieces", found.len()) };
        assert_eq!(first.torn.as_deref(), Some("README.md"));
        assert_eq!(second.torn.as_deref(), Some("b/c/note.md"));
        assert_eq!(first.borrowed.len(), 0);
        assert_eq!(second.borrowed.iter().collect::<Vec<_>>(), ["README.md"]);
    }
}
