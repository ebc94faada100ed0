//! Every refusal, with an archive that is made for it.

/// Whether a refusal is this one.
macro_rules! fault {
    ($pattern:pat) => {
        |fault: &Fault| matches!(fault, $pattern)
    };
}

mod image;
mod zipped;

use std::{
    collections::BTreeMap,
    fs,
    io::{Seek as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

use super::*;
use crate::store::{Manifest, NodeKind};
use image::image;
use zipped::{Zipped, zip_of};

/// One entry of a tar archive.
#[derive(Clone, Debug)]
struct Item {
    name: Vec<u8>,
    kind: tar::EntryType,
    link: Vec<u8>,
    mode: u32,
    content: Vec<u8>,
}

fn file(name: &str, content: &str) -> Item {
    Item {
        name: name.into(),
        kind: tar::EntryType::Regular,
        link: Vec::new(),
        mode: 0o644,
        content: content.into(),
    }
}

fn folder(name: &str) -> Item {
    Item { kind: tar::EntryType::Directory, mode: 0o755, ..file(name, "") }
}

fn link(name: &str, to: &str) -> Item {
    Item { kind: tar::EntryType::Symlink, link: to.into(), ..file(name, "") }
}

fn hard(name: &str, to: &str) -> Item {
    Item { kind: tar::EntryType::Link, link: to.into(), ..file(name, "") }
}

/// Writes an archive as it is told, also where no honest program would.
fn tar_of(items: &[Item]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for item in items {
        let mut header = tar::Header::new_ustar();
        let plain = header.as_old_mut();
        plain.name[..item.name.len()].copy_from_slice(&item.name);
        plain.linkname[..item.link.len()].copy_from_slice(&item.link);
        header.set_entry_type(item.kind);
        header.set_mode(item.mode);
        header.set_size(item.content.len() as u64);
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(&item.content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn limits() -> UnpackLimits {
    UnpackLimits { entries: 200, bytes: 1 << 20, ratio: 10, path: 200, depth: 10 }
}

/// Unpacks next to a folder whose content must stay as it is, and says what came out.
fn out_of(bytes: &[u8], format: Format) -> Result<(Unpacked, BTreeMap<String, String>), Fault> {
    let around = tempfile::tempdir().unwrap();
    let mut archive = tempfile::tempfile().unwrap();
    archive.write_all(bytes).unwrap();
    archive.rewind().unwrap();
    let into = around.path().join("into");
    let done = unpack(&mut archive, format, &into, &limits());
    let names = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    match done {
        Ok(done) => {
            assert_eq!(names(around.path()), std::slice::from_ref(&into));
            let mut found = BTreeMap::new();
            for node in Manifest::of(&into).unwrap().nodes() {
                let text = match &node.kind {
                    NodeKind::Folder => "folder".to_owned(),
                    NodeKind::Link { to } => format!("-> {to}"),
                    NodeKind::File { executable, .. } => {
                        let mode = into.join(&node.path).metadata().unwrap().permissions().mode();
                        assert_eq!(mode & 0o077, 0, "`{}` is for others", node.path);
                        let text = fs::read_to_string(into.join(&node.path)).unwrap();
                        if *executable { format!("!{text}") } else { text }
                    }
                };
                found.insert(node.path.clone(), text);
            }
            Ok((done, found))
        }
        Err(error) => {
            assert_eq!(names(around.path()), Vec::<PathBuf>::new(), "nothing is left");
            Err(error.fault)
        }
    }
}

/// Whether a refusal is the one that is wanted.
type Is = fn(&Fault) -> bool;

#[track_caller]
fn refused(bytes: &[u8], format: Format, wanted: Is) {
    match out_of(bytes, format) {
        Ok((_, found)) => panic!("{format:?} gave {found:?}"),
        Err(fault) => assert!(wanted(&fault), "{format:?} was refused for {fault:?}"),
    }
}

#[track_caller]
fn gives(bytes: &[u8], format: Format, wanted: &[(&str, &str)]) {
    let found = out_of(bytes, format).unwrap().1;
    let wanted: BTreeMap<String, String> =
        wanted.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    assert_eq!(found, wanted);
}

#[test]
fn a_package_comes_out_without_its_outermost_folder() {
    let mut program = file("package/bin/a", "b");
    program.mode = 0o755;
    let bytes = tar_of(&[folder("package/"), file("package/package.json", "{}"), program]);
    let found = [("bin", "folder"), ("bin/a", "!b"), ("package.json", "{}")];
    gives(&gz(&bytes), Format::Npm, &found);
    gives(&gz(&bytes), Format::Sdist, &found);
}

#[test]
fn a_file_that_is_packed_twice_is_one_if_it_is_the_same() {
    let twice = tar_of(&[file("a", "same"), file("b", "other"), file("a", "same")]);
    gives(&twice, Format::Tar, &[("a", "same"), ("b", "other")]);
    for other in ["sam", "same!", "sane", ""] {
        let twice = [file("a", "same"), file("a", other)];
        refused(&tar_of(&twice), Format::Tar, fault!(Fault::Duplicate));
    }
}

#[test]
fn parts_that_are_a_dot_say_nothing() {
    let limits = UnpackLimits::default();
    for name in ["a/b", "./a/b", "a/./b", "././a/././b/"] {
        let path = TreePath::parse(name.as_bytes(), &limits).expect("it is a path");
        assert_eq!(path.as_str(), "a/b", "{name}");
    }
    for name in [".", "./", "./."] {
        assert!(matches!(TreePath::parse(name.as_bytes(), &limits), Err(Fault::Empty)), "{name}");
    }
}

#[test]
fn names_that_lead_elsewhere_or_mean_two_things_are_refused() {
    let cases: &[(&str, Is)] = &[
        ("../a", fault!(Fault::Upwards)),
        ("a/../../b", fault!(Fault::Upwards)),
        ("a/..", fault!(Fault::Upwards)),
        ("/etc/a", fault!(Fault::Absolute)),
        ("//a", fault!(Fault::Absolute)),
        ("C:/a", fault!(Fault::Drive)),
        ("c:a", fault!(Fault::Drive)),
        ("./d:a", fault!(Fault::Drive)),
        ("a\\..\\b", fault!(Fault::Backslash)),
        ("a/b.", fault!(Fault::Ending)),
        ("a. /b", fault!(Fault::Ending)),
        ("a/...", fault!(Fault::Ending)),
        ("a//b", fault!(Fault::EmptyPart)),
        ("a\u{1}b", fault!(Fault::Control)),
        ("a\nb", fault!(Fault::Control)),
        ("a\u{7f}", fault!(Fault::Control)),
        ("a\u{85}b", fault!(Fault::Control)),
        ("a/b/c/d/e/f/g/h/i/j/k", fault!(Fault::Deep)),
    ];
    for (name, wanted) in cases {
        refused(&tar_of(&[file(name, "")]), Format::Tar, *wanted);
        refused(&zip_of(&[Zipped::new(name, "x")]), Format::Bundle, *wanted);
    }
    let item = Item { name: b"a\xff".to_vec(), ..file("", "") };
    refused(&tar_of(&[item]), Format::Tar, fault!(Fault::Encoding));
    refused(&tar_of(&[file(".", "")]), Format::Tar, fault!(Fault::Empty));
    refused(&gz(&tar_of(&[file("alone", "")])), Format::Npm, fault!(Fault::OutsideTop));
    refused(&gz(&tar_of(&[file("package/../a", "")])), Format::Npm, fault!(Fault::Upwards));
    gives(&tar_of(&[file("./a", "x")]), Format::Tar, &[("a", "x")]);
}

#[test]
fn long_names_are_refused_wherever_they_stand() {
    let long = format!("{}/a", "x".repeat(250));
    let pax = |key: &str, value: &str| {
        let rest = format!(" {key}={value}\n");
        let mut length = rest.len() + 2;
        while length.to_string().len() + rest.len() != length {
            length += 1;
        }
        Item { kind: tar::EntryType::XHeader, ..file("pax", &format!("{length}{rest}")) }
    };
    refused(&tar_of(&[pax("path", &long), file("a", "")]), Format::Tar, fault!(Fault::LongPath));
    // What a record says of the name counts, and is held to the same rules.
    gives(&tar_of(&[pax("path", "b"), file("a", "x")]), Format::Tar, &[("b", "x")]);
    for (value, wanted) in [
        ("../b", fault!(Fault::Upwards) as Is),
        ("/b", fault!(Fault::Absolute)),
        ("b\u{0}c", fault!(Fault::Control)),
    ] {
        refused(&tar_of(&[pax("path", value), file("a", "")]), Format::Tar, wanted);
    }
    let contradicts = fault!(Fault::Contradiction { .. });
    refused(&tar_of(&[pax("size", "9"), file("a", "x")]), Format::Tar, contradicts);
    let twice = [pax("path", "b"), pax("path", "c"), file("a", "x")];
    refused(&tar_of(&twice), Format::Tar, contradicts);
    let gnu = Item { kind: tar::EntryType::GNULongName, ..file("././@LongLink", "c\0") };
    refused(&tar_of(&[gnu.clone(), pax("path", "b"), file("a", "x")]), Format::Tar, contradicts);
    gives(&tar_of(&[gnu, file("a", "x")]), Format::Tar, &[("c", "x")]);
    let all = Item { kind: tar::EntryType::XGlobalHeader, ..pax("path", "b") };
    refused(&tar_of(&[all, file("a", "x")]), Format::Tar, contradicts);
    let comment = Item { kind: tar::EntryType::XGlobalHeader, ..pax("comment", "b") };
    gives(&tar_of(&[comment, file("a", "x")]), Format::Tar, &[("a", "x")]);
    let broken = fault!(Fault::Broken { .. });
    refused(&tar_of(&[pax("path", "b")]), Format::Tar, broken);
    let odd = Item { kind: tar::EntryType::XHeader, ..file("pax", "99 path=b\n") };
    refused(&tar_of(&[odd, file("a", "x")]), Format::Tar, broken);
}

#[test]
fn two_entries_with_one_name_are_refused() {
    for (one, other, wanted) in [
        (file("a", "1"), file("a", "2"), fault!(Fault::Duplicate) as Is),
        (folder("a"), folder("a"), fault!(Fault::Duplicate)),
        (file("a", "1"), link("a", "b"), fault!(Fault::Duplicate)),
        (file("a", "1"), file("A", "2"), fault!(Fault::Case { .. })),
        (file("a/x", "1"), file("A/y", "2"), fault!(Fault::Case { .. })),
        (file("\u{e9}", "1"), file("e\u{301}", "2"), fault!(Fault::Case { .. })),
        (file("\u{c9}", "1"), file("\u{e9}", "2"), fault!(Fault::Case { .. })),
        (file("a", "1"), file("a/b", "2"), fault!(Fault::FolderAndFile)),
        (file("a/b", "1"), file("a", "2"), fault!(Fault::FolderAndFile)),
        (link("a", "b"), file("a/c", "2"), fault!(Fault::FolderAndFile)),
        (folder("a"), file("a", "2"), fault!(Fault::FolderAndFile)),
    ] {
        refused(&tar_of(&[one, other]), Format::Tar, wanted);
    }
    // A folder may come after what lies in it.
    let bytes = tar_of(&[file("a/b", "1"), folder("a/")]);
    gives(&bytes, Format::Tar, &[("a", "folder"), ("a/b", "1")]);
}

#[test]
fn links_stay_inside_or_are_refused() {
    let out = fault!(Fault::LinkOut { .. });
    for (name, to) in [
        ("a", "/etc/passwd"),
        ("a", "../b"),
        ("d/a", "../../b"),
        ("d/a", "x/../../../b"),
        ("a", ".."),
    ] {
        refused(&tar_of(&[link(name, to)]), Format::Tar, out);
    }
    // On paper each of these stays inside; one after the other they do not.
    let chain = [file("x/f", "1"), link("p/q/r", "../../x"), link("d", "p/q/r/../../e")];
    refused(&tar_of(&chain), Format::Tar, out);
    let round = [link("a", "b"), link("b", "a")];
    refused(&tar_of(&round), Format::Tar, fault!(Fault::LinkLoop));
    // What would be written through a link is refused before it is written.
    let through = [link("a", "/tmp"), file("a/b", "1")];
    refused(&tar_of(&through), Format::Tar, out);
    let inside = [link("a", "d"), file("a/b", "1")];
    refused(&tar_of(&inside), Format::Tar, fault!(Fault::FolderAndFile));
    let fine = [file("d/f", "1"), link("d/a", "f"), link("b", "d/../d/f")];
    let found = [("b", "-> d/../d/f"), ("d", "folder"), ("d/a", "-> f"), ("d/f", "1")];
    gives(&tar_of(&fine), Format::Tar, &found);
    let packed = [file("p/f", "1"), link("p/a", "f")];
    refused(&gz(&tar_of(&packed)), Format::Npm, fault!(Fault::Link));
    gives(&gz(&tar_of(&packed)), Format::Sdist, &[("a", "-> f"), ("f", "1")]);
}

#[test]
fn hard_links_are_copies_of_earlier_files() {
    let bytes = tar_of(&[file("a", "1"), hard("d/b", "a")]);
    gives(&bytes, Format::Tar, &[("a", "1"), ("d", "folder"), ("d/b", "1")]);
    let none = fault!(Fault::HardLink);
    refused(&tar_of(&[hard("b", "a")]), Format::Tar, none);
    refused(&tar_of(&[folder("a"), hard("b", "a")]), Format::Tar, none);
    refused(&tar_of(&[link("a", "c"), hard("b", "a")]), Format::Tar, none);
    refused(&tar_of(&[hard("b", "/etc/passwd")]), Format::Tar, fault!(Fault::Absolute));
    refused(&tar_of(&[hard("b", "../a")]), Format::Tar, fault!(Fault::Upwards));
    refused(
        &gz(&tar_of(&[file("p/a", "1"), hard("p/b", "p/a")])),
        Format::Npm,
        fault!(Fault::Link),
    );
}

#[test]
fn what_is_no_file_is_refused() {
    for kind in [tar::EntryType::Char, tar::EntryType::Block, tar::EntryType::Fifo] {
        refused(&tar_of(&[Item { kind, ..file("a", "") }]), Format::Tar, fault!(Fault::Special));
    }
    let odd = Item { kind: tar::EntryType::new(b'Q'), ..file("a", "") };
    refused(&tar_of(&[odd]), Format::Tar, fault!(Fault::Special));
    for mode in [0o4755, 0o2755, 0o6000] {
        let item = Item { mode, ..file("a", "1") };
        refused(&tar_of(&[item]), Format::Tar, fault!(Fault::OtherUser));
    }
    let full = Item { content: b"x".to_vec(), ..link("a", "b") };
    refused(&tar_of(&[full]), Format::Tar, fault!(Fault::Contradiction { .. }));
    let holes = Item { kind: tar::EntryType::GNUSparse, ..file("a", "") };
    refused(&tar_of(&[holes]), Format::Tar, fault!(Fault::Unsupported { .. }));
}

#[test]
fn bombs_are_refused() {
    let large = Item { content: vec![0; 2 << 20], ..file("p/a", "") };
    refused(&gz(&tar_of(std::slice::from_ref(&large))), Format::Npm, |fault| {
        matches!(fault, Fault::Bytes | Fault::Ratio)
    });
    let mut large_entry = Zipped::new("a", "");
    large_entry.content = large.content;
    let zip = zip_of(&[large_entry]);
    refused(&zip, Format::Bundle, |fault| matches!(fault, Fault::Bytes | Fault::Ratio));
    let many: Vec<Item> = (0..201).map(|number| file(&format!("p/{number}"), "")).collect();
    refused(&gz(&tar_of(&many)), Format::Npm, fault!(Fault::Entries));
    let folders: Vec<Item> = (0..100).map(|number| file(&format!("{number}/a/b"), "")).collect();
    refused(&tar_of(&folders), Format::Tar, fault!(Fault::Entries));
    let many: Vec<Zipped> = (0..201).map(|n| Zipped::new(&n.to_string(), "")).collect();
    refused(&zip_of(&many), Format::Wheel, fault!(Fault::Entries));
}

#[test]
fn what_stands_behind_or_is_missing_is_told() {
    let good = tar_of(&[file("p/a", "1")]);
    let mut longer = good.clone();
    longer.extend_from_slice(b"surplus");
    refused(&longer, Format::Tar, fault!(Fault::Surplus));
    refused(&gz(&longer), Format::Npm, fault!(Fault::Surplus));
    let mut behind = gz(&good);
    behind.extend_from_slice(b"surplus");
    refused(&behind, Format::Npm, fault!(Fault::Broken { .. }));
    let packed = gz(&good);
    refused(&packed[..packed.len() - 4], Format::Npm, fault!(Fault::Broken { .. }));
    refused(&good[..700], Format::Tar, |fault| matches!(fault, Fault::Broken { .. }));
    refused(b"no archive", Format::Npm, fault!(Fault::Broken { .. }));
    refused(b"no archive", Format::Bundle, fault!(Fault::Broken { .. }));
    let mut wrong = good.clone();
    wrong[0] = b'q';
    refused(&wrong, Format::Tar, fault!(Fault::Broken { .. }));
    // Two members of gzip are one stream to everybody.
    let (head, tail) = good.split_at(600);
    let mut two = gz(head);
    two.extend(gz(tail));
    gives(&two, Format::Npm, &[("a", "1")]);
}

fn any_name() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec![
            "a", "A", "b", "..", ".", "", "/", "c.", "\\", "C:", "\u{e9}", "\n", "d",
        ]),
        1..5,
    )
    .prop_map(|parts| parts.join("/"))
}

fn any_item() -> impl Strategy<Value = Item> {
    let kind = prop::sample::select(vec![
        tar::EntryType::Regular,
        tar::EntryType::Regular,
        tar::EntryType::Directory,
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Fifo,
    ]);
    (any_name(), kind, any_name(), "[a-z]{0,4}").prop_map(|(name, kind, to, content)| {
        let has_content = kind == tar::EntryType::Regular && !name.ends_with('/');
        Item { kind, link: to.into_bytes(), ..file(&name, if has_content { &content } else { "" }) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever an archive says, nothing outside is written, and it says the same twice.
    #[test]
    fn nothing_leaves_the_folder(items in prop::collection::vec(any_item(), 0..6)) {
        let bytes = tar_of(&items);
        for format in [Format::Tar, Format::Image] {
            let one = out_of(&bytes, format).map_err(|fault| fault.to_string());
            let other = out_of(&bytes, format).map_err(|fault| fault.to_string());
            prop_assert_eq!(one, other);
        }
        let layers = [bytes.clone(), bytes];
        let one = out_of(&image(&layers, true, |_| {}), Format::Image);
        let other = out_of(&image(&layers, true, |_| {}), Format::Image);
        prop_assert_eq!(
            one.map_err(|fault| fault.to_string()),
            other.map_err(|fault| fault.to_string())
        );
    }

    /// A name that is taken is one that stays inside and is spelt in one way.
    #[test]
    fn a_path_is_plain(name in any_name()) {
        if let Ok(path) = TreePath::parse(name.as_bytes(), &limits()) {
            let mut parts = path.as_str().split('/');
            prop_assert!(parts.all(|part| !part.is_empty() && part != "." && part != ".."));
            let again = TreePath::parse(path.as_str().as_bytes(), &limits());
            prop_assert_eq!(again.ok(), Some(path));
        }
    }

    /// Any changed byte of a zip archive is refused, or changes nothing that comes out.
    #[test]
    fn no_byte_of_a_zip_archive_is_idle(at in 0_usize..400, with in 1_u8..=255) {
        let mut bytes = zip_of(&[Zipped::new("a/b", "content of b"), Zipped::new("c", "ccc")]);
        let wanted = out_of(&bytes, Format::Wheel).unwrap();
        let length = bytes.len();
        bytes[at % length] ^= with;
        if let Ok(found) = out_of(&bytes, Format::Wheel) {
            let text = |found: &BTreeMap<String, String>| -> Vec<(String, String)> {
                let plain = |text: &String| text.trim_start_matches('!').to_owned();
                found.iter().map(|(path, text)| (path.clone(), plain(text))).collect()
            };
            prop_assert_eq!(text(&found.1), text(&wanted.1));
        }
    }
}
