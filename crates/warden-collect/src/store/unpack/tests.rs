//! Every refusal, with an archive that is made for it.

use std::{
    collections::BTreeMap,
    fs,
    io::{Seek as _, Write as _},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

use super::*;
use crate::store::{Manifest, NodeKind};

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

#[track_caller]
fn refused(bytes: &[u8], format: Format, wanted: fn(&Fault) -> bool) {
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

macro_rules! fault {
    ($pattern:pat) => {
        |fault: &Fault| matches!(fault, $pattern)
    };
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
fn names_that_lead_elsewhere_or_mean_two_things_are_refused() {
    let cases: &[(&str, fn(&Fault) -> bool)] = &[
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
        ("a/./b", fault!(Fault::EmptyPart)),
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
        ("../b", fault!(Fault::Upwards) as fn(&Fault) -> bool),
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
        (file("a", "1"), file("a", "2"), fault!(Fault::Duplicate) as fn(&Fault) -> bool),
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
    let zip = zip_of(&[Zipped { content: large.content, ..Zipped::new("a", "") }]);
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

/// One entry of a zip archive, and what the two places say of it.
#[derive(Clone, Debug)]
struct Zipped {
    name: Vec<u8>,
    local: Vec<u8>,
    content: Vec<u8>,
    method: u16,
    flags: u16,
    attributes: u32,
    checksum: Option<u32>,
    size: Option<u32>,
    shift: u32,
    later: bool,
}

impl Zipped {
    fn new(name: &str, content: &str) -> Self {
        Self {
            name: name.into(),
            local: name.into(),
            content: content.into(),
            method: 8,
            flags: 1 << 11,
            attributes: 0o100_644 << 16,
            checksum: None,
            size: None,
            shift: 0,
            later: false,
        }
    }
}

fn zip_of(entries: &[Zipped]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let start = u32::try_from(bytes.len()).unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(&entry.content);
        let packed = if entry.method == 8 {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&entry.content).unwrap();
            encoder.finish().unwrap()
        } else {
            entry.content.clone()
        };
        let length = u32::try_from(packed.len()).unwrap();
        let size = u32::try_from(entry.content.len()).unwrap();
        let flags = entry.flags | if entry.later { 8 } else { 0 };
        let sums = [crc.sum(), length, size];
        let small = |value: usize| u16::try_from(value).unwrap().to_le_bytes();
        bytes.extend(0x0403_4b50_u32.to_le_bytes());
        bytes.extend([20, 0]);
        bytes.extend(flags.to_le_bytes());
        bytes.extend(entry.method.to_le_bytes());
        bytes.extend([0; 4]);
        for sum in if entry.later { [0; 3] } else { sums } {
            bytes.extend(sum.to_le_bytes());
        }
        bytes.extend(small(entry.local.len()));
        bytes.extend([0; 2]);
        bytes.extend(&entry.local);
        bytes.extend(&packed);
        if entry.later {
            bytes.extend(0x0807_4b50_u32.to_le_bytes());
            sums.iter().for_each(|sum| bytes.extend(sum.to_le_bytes()));
        }
        directory.extend(0x0201_4b50_u32.to_le_bytes());
        directory.extend([20, 3, 20, 0]);
        directory.extend(flags.to_le_bytes());
        directory.extend(entry.method.to_le_bytes());
        directory.extend([0; 4]);
        directory.extend(entry.checksum.unwrap_or(sums[0]).to_le_bytes());
        directory.extend(length.to_le_bytes());
        directory.extend(entry.size.unwrap_or(size).to_le_bytes());
        directory.extend(small(entry.name.len()));
        directory.extend([0; 8]);
        directory.extend(entry.attributes.to_le_bytes());
        directory.extend((start - entry.shift).to_le_bytes());
        directory.extend(&entry.name);
    }
    let start = u32::try_from(bytes.len()).unwrap();
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    bytes.extend(&directory);
    bytes.extend(0x0605_4b50_u32.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

#[test]
fn a_wheel_comes_out_as_it_is() {
    let program = Zipped { attributes: 0o100_755 << 16, ..Zipped::new("a/run", "x") };
    let plain = Zipped { method: 0, attributes: 0, ..Zipped::new("a/plain", "y") };
    let later = Zipped { later: true, ..Zipped::new("b", "zz") };
    let made = Zipped { attributes: 0o040_755 << 16, method: 0, ..Zipped::new("c/", "") };
    let bytes = zip_of(&[program, plain, later, made]);
    let found = [("a", "folder"), ("a/run", "!x"), ("a/plain", "y"), ("b", "zz"), ("c", "folder")];
    gives(&bytes, Format::Wheel, &found);
    gives(&zip_of(&[]), Format::Bundle, &[]);
}

#[test]
fn the_two_places_of_a_zip_archive_have_to_agree() {
    let one = || Zipped::new("a", "content");
    let contradicts = fault!(Fault::Contradiction { .. });
    refused(&zip_of(&[Zipped { local: b"b".to_vec(), ..one() }]), Format::Wheel, contradicts);
    refused(&zip_of(&[Zipped { size: Some(9), ..one() }]), Format::Wheel, contradicts);
    refused(&zip_of(&[Zipped { checksum: Some(9), ..one() }]), Format::Wheel, contradicts);
    let later = Zipped { later: true, ..one() };
    refused(&zip_of(&[Zipped { size: Some(9), ..later.clone() }]), Format::Wheel, contradicts);
    refused(&zip_of(&[Zipped { checksum: Some(9), ..later }]), Format::Wheel, |fault| {
        matches!(fault, Fault::Contradiction { .. } | Fault::Checksum { .. })
    });
    // Two entries of the directory for one place.
    let mut second = Zipped::new("b", "content");
    second.shift = u32::try_from(zip_of(&[one()]).len() - 22 - 47).unwrap();
    refused(&zip_of(&[one(), second]), Format::Wheel, |fault| {
        matches!(fault, Fault::Overlap | Fault::Contradiction { .. })
    });
    let good = zip_of(&[one()]);
    let mut behind = good.clone();
    behind.extend_from_slice(b"x");
    refused(&behind, Format::Wheel, fault!(Fault::Surplus));
    let mut before = b"#!".to_vec();
    before.extend_from_slice(&good);
    refused(&before, Format::Wheel, fault!(Fault::Surplus));
    let mut two = good.clone();
    two.extend_from_slice(&good);
    refused(&two, Format::Wheel, contradicts);
    let mut locked = one();
    locked.flags |= 1;
    refused(&zip_of(&[locked]), Format::Wheel, fault!(Fault::Unsupported { .. }));
    let odd = Zipped { method: 12, ..one() };
    refused(&zip_of(&[odd]), Format::Wheel, fault!(Fault::Unsupported { .. }));
    let old = Zipped { flags: 0, ..Zipped::new("\u{e9}", "x") };
    refused(&zip_of(&[old]), Format::Wheel, fault!(Fault::Encoding));
    for (kind, wanted) in [
        (0o120_777, fault!(Fault::Link) as fn(&Fault) -> bool),
        (0o020_644, fault!(Fault::Special)),
        (0o010_644, fault!(Fault::Special)),
        (0o040_755, fault!(Fault::FolderAndFile)),
        (0o104_755, fault!(Fault::OtherUser)),
    ] {
        let entry = Zipped { attributes: kind << 16, ..one() };
        refused(&zip_of(&[entry]), Format::Bundle, wanted);
    }
    let mut broken = good.clone();
    let at = broken.len() - 22 - 47 - 3;
    broken[at] ^= 0x55;
    refused(&broken, Format::Wheel, |fault| {
        matches!(
            fault,
            Fault::Checksum { .. }
                | Fault::Broken { .. }
                | Fault::Contradiction { .. }
                | Fault::Surplus
        )
    });
}

/// An image in the OCI layout with these layers, after somebody changed its parts.
fn image(layers: &[Vec<u8>], packed: bool, change: impl Fn(&mut Vec<Item>)) -> Vec<u8> {
    use warden_model::Digest;
    let name = |bytes: &[u8]| Digest::of(bytes).to_string();
    let blob = |bytes: &[u8]| {
        let mut item = file(&format!("blobs/{}", name(bytes).replace(':', "/")), "");
        item.content = bytes.to_vec();
        item
    };
    let described = |bytes: &[u8], kind: &str| serde_json::json!({ "mediaType": kind, "digest": name(bytes), "size": bytes.len() });
    let contents: Vec<String> = layers.iter().map(|layer| name(layer)).collect();
    let layers: Vec<Vec<u8>> =
        layers.iter().map(|layer| if packed { gz(layer) } else { layer.clone() }).collect();
    let config = serde_json::json!({ "rootfs": { "type": "layers", "diff_ids": contents } });
    let config = config.to_string().into_bytes();
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "config": described(&config, "application/vnd.oci.image.config.v1+json"),
        "layers": layers.iter().map(|layer| described(layer, "application/vnd.oci.image.layer.v1.tar")).collect::<Vec<_>>(),
    });
    let manifest = manifest.to_string().into_bytes();
    let index = serde_json::json!({
        "schemaVersion": 2,
        "manifests": [described(&manifest, "application/vnd.oci.image.manifest.v1+json")],
    });
    let mut items = vec![file("oci-layout", "{}"), file("index.json", &index.to_string())];
    items.push(blob(&config));
    items.push(blob(&manifest));
    items.extend(layers.iter().map(|layer| blob(layer)));
    change(&mut items);
    tar_of(&items)
}

#[test]
fn layers_lie_on_top_of_each_other() {
    let mut special = file("bin/su", "su");
    special.mode = 0o4755;
    let first = tar_of(&[
        folder("./"),
        file("a", "old"),
        file("d/gone", "1"),
        file("d/kept", "2"),
        file("e/all", "3"),
        link("lib", "/usr/lib"),
        file("usr/lib/x", "4"),
        special,
        Item { kind: tar::EntryType::Char, ..file("dev/null", "") },
        file("Name", "5"),
        file("name", "6"),
    ]);
    let second = tar_of(&[
        file("a", "new"),
        file("d/.wh.gone", ""),
        file("e/.wh..wh..opq", ""),
        file("e/own", "7"),
        hard("e/same", "usr/lib/x"),
        file("usr/lib/.wh.x", ""),
    ]);
    for packed in [false, true] {
        let bytes = image(&[first.clone(), second.clone()], packed, |_| {});
        // A layer may only name what is there: `x` is gone before the layer is laid.
        refused(&bytes, Format::Image, fault!(Fault::HardLink));
    }
    let second = tar_of(&[
        file("a", "new"),
        file("d/.wh.gone", ""),
        file("e/.wh..wh..opq", ""),
        file("e/own", "7"),
        hard("e/same", "usr/lib/x"),
    ]);
    let (done, mut found) = out_of(&image(&[first, second], true, |_| {}), Format::Image).unwrap();
    assert!(found.remove("config.json").is_some_and(|text| text.contains("diff_ids")));
    let wanted = [
        ("rootfs", "folder"),
        ("rootfs/Name", "5"),
        ("rootfs/a", "new"),
        ("rootfs/bin", "folder"),
        ("rootfs/bin/su", "!su"),
        ("rootfs/d", "folder"),
        ("rootfs/d/kept", "2"),
        ("rootfs/e", "folder"),
        ("rootfs/e/own", "7"),
        ("rootfs/e/same", "4"),
        ("rootfs/lib", "-> usr/lib"),
        ("rootfs/name", "6"),
        ("rootfs/usr", "folder"),
        ("rootfs/usr/lib", "folder"),
        ("rootfs/usr/lib/x", "4"),
    ];
    let wanted: BTreeMap<String, String> =
        wanted.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    assert_eq!(found, wanted);
    let left: Vec<(&str, LeftOutKind)> =
        done.left_out.iter().map(|one| (one.path.as_str(), one.what)).collect();
    assert_eq!(left, [("bin/su", LeftOutKind::OtherUser), ("dev/null", LeftOutKind::Special)]);
}

#[test]
fn an_image_whose_parts_do_not_fit_is_refused() {
    let layer = tar_of(&[file("a", "1")]);
    let checksum = fault!(Fault::Checksum { .. });
    for part in 2..5 {
        let bytes = image(std::slice::from_ref(&layer), false, |items| {
            let last = items[part].content.len() - 1;
            items[part].content[last] ^= 1;
        });
        refused(&bytes, Format::Image, checksum);
        let bytes = image(std::slice::from_ref(&layer), false, |items| {
            items.remove(part);
        });
        refused(&bytes, Format::Image, fault!(Fault::Broken { .. }));
        let bytes = image(std::slice::from_ref(&layer), false, |items| {
            items[part].content.push(b' ');
        });
        refused(&bytes, Format::Image, fault!(Fault::Contradiction { .. }));
    }
    let out = [tar_of(&[link("a", "../../../etc"), file("b", "1")])];
    // Above the root of a system is its root.
    let found = out_of(&image(&out, false, |_| {}), Format::Image).unwrap().1;
    assert_eq!(found.get("rootfs/a").map(String::as_str), Some("-> etc"));
    for (layer, wanted) in [
        (vec![file("../a", "1")], fault!(Fault::Upwards) as fn(&Fault) -> bool),
        (vec![file("/a", "1")], fault!(Fault::Absolute)),
        (vec![file("a", "1"), file("a", "2")], fault!(Fault::Duplicate)),
        (vec![link("a", "b"), file("a/c", "2")], fault!(Fault::FolderAndFile)),
    ] {
        refused(&image(&[tar_of(&layer)], true, |_| {}), Format::Image, wanted);
    }
    let zstd = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0];
    let unsupported = fault!(Fault::Unsupported { .. });
    refused(&image(&[zstd], false, |_| {}), Format::Image, unsupported);
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
