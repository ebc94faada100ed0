use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use proptest::prelude::*;
use tempfile::TempDir;
use warden_model::Digest;

use super::*;

fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store")).unwrap();
    (folder, store)
}

/// Writes files to a folder; a name that ends with `/` is a folder, `!` in front makes a program.
fn fill(root: &Path, files: &[(&str, &str)]) {
    for (name, content) in files {
        let (name, executable) = name.strip_prefix('!').map_or((*name, false), |name| (name, true));
        let path = root.join(name);
        if name.ends_with('/') {
            fs::create_dir_all(&path).unwrap();
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if let Some(to) = content.strip_prefix("-> ") {
            std::os::unix::fs::symlink(to, &path).unwrap();
            continue;
        }
        fs::write(&path, content).unwrap();
        set_mode(&path, if executable { 0o744 } else { 0o640 }).unwrap();
    }
}

fn digest(files: &[(&str, &str)]) -> Result<Digest, Fault> {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), files);
    Manifest::of(folder.path()).map(|manifest| manifest.digest()).map_err(|error| error.fault)
}

/// Puts a tree into the store.
fn put(store: &Store, files: &[(&str, &str)]) -> Digest {
    let writer = store.writer().unwrap();
    let work = writer.work().unwrap();
    let folder = work.path().join("tree");
    fs::create_dir(&folder).unwrap();
    fill(&folder, files);
    writer.put_tree(&folder).unwrap()
}

const FILES: &[(&str, &str)] =
    &[("a/b.js", "one"), ("!a/run", "two"), ("a/c/", ""), ("link", "-> a/b.js")];

#[test]
fn the_form_of_a_tree_is_what_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), FILES);
    let manifest = Manifest::of(folder.path()).unwrap();
    let sum = |text: &str| hex(Digest::of(text.as_bytes()));
    let form = format!(
        "mcpwarden tree 1\nd a\nf {} a/b.js\nd a/c\nx {} a/run\nl {} link\n",
        sum("one"),
        sum("two"),
        sum("a/b.js")
    );
    assert_eq!(String::from_utf8(manifest.form()).unwrap(), form);
    assert_eq!(manifest.digest(), Digest::of(form.as_bytes()));
    // The version is part of what is hashed: this digest may never change.
    assert_eq!(
        digest(&[("a", "x")]).unwrap().to_string(),
        Digest::of(format!("mcpwarden tree 1\nf {} a\n", sum("x")).as_bytes()).to_string()
    );
}

#[test]
fn the_digest_depends_on_what_runs_and_on_nothing_else() {
    let same = digest(FILES).unwrap();
    assert_eq!(digest(FILES).unwrap(), same, "it does not matter where and when");
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), FILES);
    set_mode(&folder.path().join("a/b.js"), 0o444).unwrap();
    set_mode(&folder.path().join("a/run"), 0o555).unwrap();
    assert_eq!(Manifest::of(folder.path()).unwrap().digest(), same);
    for other in [
        &[("a/b.js", "One"), ("!a/run", "two"), ("a/c/", ""), ("link", "-> a/b.js")][..],
        &[("a/b.js", "one"), ("a/run", "two"), ("a/c/", ""), ("link", "-> a/b.js")],
        &[("a/b.js", "one"), ("!a/run", "two"), ("link", "-> a/b.js")],
        &[("a/b.js", "one"), ("!a/run", "two"), ("a/c/", ""), ("link", "-> a/run")],
        &[("a/b.js", "one"), ("!a/run", "two"), ("a/c/", ""), ("link", "one")],
        &[("a/b.ts", "one"), ("!a/run", "two"), ("a/c/", ""), ("link", "-> a/c")],
    ] {
        assert_ne!(digest(other).unwrap(), same, "{other:?}");
    }
}

#[test]
fn what_cannot_be_told_has_no_digest() {
    for files in [&[("a", "-> /etc")][..], &[("a", "-> ../b")], &[("a", "-> b"), ("b", "-> a")]] {
        let fault = digest(files).unwrap_err();
        assert!(matches!(fault, Fault::LinkOut { .. } | Fault::LinkLoop), "{fault}");
    }
    assert!(matches!(digest(&[("a\nb", "x")]), Err(Fault::Control)));
    let folder = tempfile::tempdir().unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, folder.path().join("pipe"), kind, mode, 0).unwrap();
    assert!(matches!(Manifest::of(folder.path()).unwrap_err().fault, Fault::Special));
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), &[("a", "x")]);
    set_mode(&folder.path().join("a"), 0o4755).unwrap();
    assert!(matches!(Manifest::of(folder.path()).unwrap_err().fault, Fault::OtherUser));
    assert!(Manifest::of(&folder.path().join("nothing")).is_err());
}

#[test]
fn a_blob_comes_back_and_a_changed_one_does_not() {
    let (_folder, store) = store();
    let writer = store.writer().unwrap();
    let digest = writer.put_blob(b"bytes").unwrap();
    assert_eq!(digest, Digest::of(b"bytes"));
    assert_eq!(store.blob(digest, 5).unwrap(), b"bytes");
    assert!(matches!(store.blob(digest, 4), Err(StoreError::TooLarge(_))));
    assert!(matches!(store.blob(Digest::of(b"x"), 9), Err(StoreError::Missing { .. })));
    let path = store.root().join("blobs").join(hex(digest));
    set_mode(&path, 0o600).unwrap();
    fs::write(&path, b"Bytes").unwrap();
    let told = store.blob(digest, 5).unwrap_err().to_string();
    assert!(told.contains(&digest.to_string()) && told.contains("blobs"), "{told}");
    assert!(matches!(store.open_blob(digest), Err(StoreError::Damaged { .. })));
    // Somebody who brings the right bytes is told as well: nothing is repaired in silence.
    assert!(matches!(writer.put_blob(b"bytes"), Err(StoreError::Damaged { .. })));
    assert_eq!(fs::read(&path).unwrap(), b"Bytes");
}

/// Does something to a tree.
type Change = fn(&Path);

/// Changes that somebody could make to a tree in the store.
fn changes() -> Vec<(&'static str, Change)> {
    fn writable(path: &Path) {
        set_mode(path, 0o755).unwrap();
    }
    vec![
        ("content", |tree| {
            writable(&tree.join("a/b.js"));
            fs::write(tree.join("a/b.js"), "One").unwrap();
            set_mode(&tree.join("a/b.js"), 0o444).unwrap();
        }),
        ("content with the old time", |tree| {
            let path = tree.join("a/b.js");
            let before = fs::metadata(&path).unwrap().modified().unwrap();
            writable(&path);
            let mut file = OpenOptions::new().write(true).open(&path).unwrap();
            file.write_all(b"One").unwrap();
            file.set_modified(before).unwrap();
            set_mode(&path, 0o444).unwrap();
        }),
        ("a new file", |tree| {
            writable(&tree.join("a"));
            fs::write(tree.join("a/new"), "x").unwrap();
            set_mode(&tree.join("a"), 0o555).unwrap();
        }),
        ("a file that is gone", |tree| {
            writable(&tree.join("a"));
            fs::remove_file(tree.join("a/run")).unwrap();
        }),
        ("another file in its place", |tree| {
            writable(&tree.join("a"));
            fs::write(tree.join("a/other"), "One").unwrap();
            fs::rename(tree.join("a/other"), tree.join("a/b.js")).unwrap();
        }),
        ("a program that is none", |tree| set_mode(&tree.join("a/run"), 0o444).unwrap()),
        ("a link to somewhere else", |tree| {
            writable(tree);
            fs::remove_file(tree.join("link")).unwrap();
            std::os::unix::fs::symlink("a/run", tree.join("link")).unwrap();
        }),
        ("an empty folder", |tree| {
            writable(tree);
            fs::create_dir(tree.join("e")).unwrap();
        }),
        ("a longer file", |tree| {
            writable(&tree.join("a/b.js"));
            OpenOptions::new()
                .append(true)
                .open(tree.join("a/b.js"))
                .unwrap()
                .write_all(b"!")
                .unwrap();
        }),
    ]
}

#[test]
fn a_tree_that_was_changed_is_refused_however_it_is_looked_at() {
    for (what, change) in changes() {
        let (_folder, store) = store();
        let digest = put(&store, FILES);
        let seal = store.root().join("seals").join(hex(digest));
        assert!(seal.is_file(), "the tree was sealed when it was put there");
        let found = store.tree(digest, Check::Quick).unwrap();
        assert!(seal::holds(&seal, &found.path, digest), "it holds while nothing changes");
        change(&found.path);
        assert!(!seal::holds(&seal, &found.path, digest), "{what}");
        for check in [Check::Quick, Check::Full] {
            let told = store.tree(digest, check).unwrap_err();
            assert!(matches!(told, StoreError::Damaged { .. }), "{what}: {told}");
        }
        assert!(store.manifest(digest).is_err(), "{what}");
    }
}

#[test]
fn a_seal_that_says_something_else_is_no_seal() {
    let (_folder, store) = store();
    let digest = put(&store, FILES);
    let other = put(&store, &[("a", "x")]);
    let at = |digest: Digest| store.root().join("seals").join(hex(digest));
    let tree = store.tree(digest, Check::Quick).unwrap().path;
    let good = fs::read(at(digest)).unwrap();
    let replace = |bytes: &[u8]| {
        fs::remove_file(at(digest)).unwrap();
        fs::write(at(digest), bytes).unwrap();
    };
    let (head, rest) = good.split_at(1 + good.iter().position(|byte| *byte == b'\n').unwrap());
    let (_, records) = rest.split_at(32);
    let sealed = |head: &[u8], records: &[u8]| {
        [head, Digest::of(records).bytes().as_slice(), records].concat()
    };
    let changed = |at: usize| {
        let mut records = records.to_vec();
        records[at] ^= 1;
        records
    };
    let name = records.windows(6).position(|bytes| bytes == b"a/b.js").unwrap();
    for (wrong, what) in [
        (Vec::new(), "nothing"),
        (good[..good.len() - 1].to_vec(), "the last byte is missing"),
        ([&good[..], b"x"].concat(), "a byte too many"),
        (fs::read(at(other)).unwrap(), "that of another tree"),
        (sealed(head, b""), "no record"),
        (sealed(&head[..head.len() - 1], records), "no end of the head"),
        (sealed(b"mcpwarden seal 1\n", records), "another version"),
        (sealed(head, &records[..records.len() - 1]), "half a record"),
        (sealed(head, &changed(0)), "another device"),
        (sealed(head, &changed(79)), "another time"),
        (sealed(head, &changed(80)), "another length"),
        (sealed(head, &changed(name + 2)), "another name"),
        ([head, rest.get(1..).unwrap()].concat(), "another sum"),
    ] {
        replace(&wrong);
        assert!(!seal::holds(&at(digest), &tree, digest), "{what}");
        // The tree itself is what it should be: it is hashed, and gets a new seal.
        store.tree(digest, Check::Quick).unwrap();
        assert!(seal::holds(&at(digest), &tree, digest), "{what}");
    }
    replace(&sealed(head, records));
    assert!(seal::holds(&at(digest), &tree, digest), "the same again is as good");
}

#[test]
fn nothing_in_a_tree_can_be_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, store) = store();
    let digest = put(&store, FILES);
    let root = store.tree(digest, Check::Full).unwrap().path;
    for entry in WalkDir::new(&root) {
        let entry = entry.unwrap();
        if !entry.file_type().is_symlink() {
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o222, 0, "{}", entry.path().display());
        }
    }
    assert_eq!(put(&store, FILES), digest, "the same tree again is the same");
    assert_eq!(fs::read_dir(store.root().join("work")).unwrap().count(), 0);
}

#[test]
fn names_stand_for_what_was_said_and_keep_it() {
    let (_folder, store) = store();
    let tree = put(&store, FILES);
    let lost = put(&store, &[("x", "y")]);
    let writer = store.writer().unwrap();
    let kept = writer.put_blob(b"kept").unwrap();
    let gone = writer.put_blob(b"gone").unwrap();
    let record = RefRecord {
        blobs: BTreeMap::from([("archive".to_owned(), kept)]),
        trees: BTreeMap::from([("tree".to_owned(), tree)]),
        about: serde_json::json!({ "a": [1, 2] }),
    };
    writer.set_reference("npm:a/../b", &record).unwrap();
    assert_eq!(store.reference("npm:a/../b").unwrap(), record);
    assert!(matches!(store.reference("other"), Err(StoreError::Missing { .. })));
    let missing = RefRecord {
        blobs: BTreeMap::from([("archive".to_owned(), Digest::of(b"none"))]),
        ..RefRecord::default()
    };
    assert!(matches!(writer.set_reference("x", &missing), Err(StoreError::Missing { .. })));
    assert!(matches!(store.clear(), Err(StoreError::Busy)), "somebody writes");
    drop(writer);
    let cleared = store.clear().unwrap();
    assert_eq!(cleared, Cleared { blobs: 1, trees: 1, unfinished: 0 });
    assert!(!store.has_blob(gone) && !store.has_tree(lost));
    assert_eq!(store.blob(kept, 9).unwrap(), b"kept");
    store.tree(tree, Check::Full).unwrap();
    let writer = store.writer().unwrap();
    assert!(writer.remove_reference("npm:a/../b").unwrap());
    assert!(!writer.remove_reference("npm:a/../b").unwrap());
    drop(writer);
    assert_eq!(store.clear().unwrap(), Cleared { blobs: 1, trees: 1, unfinished: 0 });
}

#[test]
fn a_damaged_record_is_told_and_stops_clearing() {
    let (_folder, store) = store();
    let writer = store.writer().unwrap();
    let kept = writer.put_blob(b"kept").unwrap();
    writer.set_reference("a", &RefRecord::default()).unwrap();
    let path: PathBuf =
        fs::read_dir(store.root().join("refs")).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&path).unwrap();
    drop(writer);
    for wrong in [text.replace("\"a\"", "\"b\""), String::new(), text.replace("ref 1", "ref 2")] {
        fs::remove_file(&path).unwrap();
        fs::write(&path, wrong).unwrap();
        assert!(matches!(store.reference("a"), Err(StoreError::Damaged { .. })));
        assert!(matches!(store.clear(), Err(StoreError::Damaged { .. })));
        assert!(store.has_blob(kept));
    }
}

#[test]
fn only_a_store_is_opened_as_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter"), "x").unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::NotAStore(_))));
    fs::remove_file(folder.path().join("letter")).unwrap();
    fs::write(folder.path().join("version"), "mcpwarden store 9\n").unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::NotAStore(_))));
    fs::remove_file(folder.path().join("version")).unwrap();
    Store::open(folder.path()).unwrap();
    Store::open(folder.path()).unwrap();
}

#[test]
fn many_writers_leave_one_of_each() {
    let (_folder, store) = store();
    let digests: Vec<(Digest, Digest)> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8)
            .map(|number| {
                let store = &store;
                scope.spawn(move || {
                    let writer = store.writer().unwrap();
                    let blob = writer.put_blob(b"the same").unwrap();
                    writer.put_blob(format!("{number}").as_bytes()).unwrap();
                    writer.set_reference("name", &RefRecord::default()).unwrap();
                    (blob, put(store, FILES))
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(digests.windows(2).all(|two| two[0] == two[1]));
    let count = |folder: &str| fs::read_dir(store.root().join(folder)).unwrap().count();
    assert_eq!((count("blobs"), count("trees"), count("refs"), count("work")), (9, 1, 1, 0));
    store.tree(digests[0].1, Check::Full).unwrap();
    store.reference("name").unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// One digest for one tree: whatever is in it, in any order of making, read by the shortcut or
    /// in full.
    #[test]
    fn the_order_of_making_does_not_matter(
        mut files in prop::collection::btree_map("[a-c]{1,2}(/[a-c]{1,3}){0,2}", "[a-z]{0,6}", 0..8),
    ) {
        // A file cannot be a folder as well.
        let names: Vec<String> = files.keys().cloned().collect();
        files.retain(|name, _| !names.iter().any(|other| other.starts_with(&format!("{name}/"))));
        let list: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let turned: Vec<(&str, &str)> = list.iter().rev().copied().collect();
        let one = digest(&list).unwrap();
        prop_assert_eq!(one, digest(&turned).unwrap());
        let (_folder, store) = store();
        let kept = put(&store, &list);
        prop_assert_eq!(kept, one);
        prop_assert!(store.tree(kept, Check::Quick).is_ok());
        prop_assert_eq!(store.manifest(kept).unwrap().digest(), one);
    }
}
