use std::cell::Cell;

use super::*;
use crate::{
    SigningKey,
    log::{NoteKind, Reader, audit},
};

thread_local! {
    /// How many files may still be written before the machine "stops".
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Fails when the time has come, as if the machine had stopped before this write.
pub(super) fn stop() -> io::Result<()> {
    match LEFT.get() {
        Some(0) => Err(io::Error::other("stopped")),
        left => {
            LEFT.set(left.map(|left| left - 1));
            Ok(())
        }
    }
}

struct Home {
    folder: tempfile::TempDir,
    key: SigningKey,
}

impl Home {
    fn new() -> Self {
        let home =
            Self { folder: tempfile::tempdir().unwrap(), key: SigningKey::generate().unwrap() };
        Writer::create(home.folder.path(), &home.policy(), &home.signer()).unwrap();
        home
    }

    fn signer(&self) -> NoteSigner<'_> {
        NoteSigner::new("example.com/log", NoteKind::Ed25519, &self.key).unwrap()
    }

    fn policy(&self) -> LogPolicy {
        LogPolicy {
            origin: "example.com/log".into(),
            keys: vec![self.signer().key().clone()],
            witnesses: Vec::new(),
            quorum: 0,
        }
    }

    fn open(&self) -> Result<Writer, AppendError> {
        Writer::open(self.folder.path(), &self.policy())
    }

    fn append(
        &self,
        writer: &mut Writer,
        what: &str,
        count: usize,
    ) -> Result<Appended, AppendError> {
        let entries: Vec<_> = (0..count).map(|at| format!("{what} {at}").into_bytes()).collect();
        let entries: Vec<_> = entries.iter().map(Vec::as_slice).collect();
        writer.append(&entries, &self.signer())
    }

    /// Reads the checkpoint and looks at the whole log.
    #[track_caller]
    fn whole(&self) -> Checkpoint {
        let folder = Folder::new(self.folder.path());
        let note = folder.read(Resource::Checkpoint, MOST_NOTE).unwrap().unwrap();
        let checkpoint = open_checkpoint(&note, &self.policy()).unwrap().checkpoint;
        let found = audit(&folder, &checkpoint);
        assert!(found.is_whole(), "{:?}", found.faults);
        checkpoint
    }
}

#[test]
fn a_log_that_stops_at_any_write_goes_on_from_its_last_checkpoint() {
    // From 250 to 600 entries: full and partial parts of two levels are written.
    for stopped in 0.. {
        let home = Home::new();
        let mut writer = home.open().unwrap();
        home.append(&mut writer, "early", 250).unwrap();
        LEFT.set(Some(stopped));
        let outcome = home.append(&mut writer, "lost", 350);
        LEFT.set(None);
        let before = home.whole();
        let Err(error) = outcome else {
            assert_eq!(before.size, 600);
            assert!(stopped > 7, "{stopped} files were written");
            break;
        };
        assert!(matches!(error, AppendError::Io(_)), "{error}");
        assert_eq!(before.size, 250);
        let again = home.append(&mut writer, "more", 1);
        assert!(matches!(again, Err(AppendError::Broken)));
        drop(writer);
        let mut writer = home.open().unwrap();
        let appended = home.append(&mut writer, "other", 10 + stopped * 40).unwrap();
        assert_eq!(appended.first, 250);
        let after = home.whole();
        let folder = Folder::new(home.folder.path());
        Reader::new(&folder, &after).consistency(&before).unwrap();
    }
}

#[test]
fn only_one_writes_at_a_time() {
    let home = Home::new();
    let first = home.open().unwrap();
    assert!(matches!(home.open(), Err(AppendError::Busy)));
    let create = Writer::create(home.folder.path(), &home.policy(), &home.signer());
    assert!(matches!(create, Err(AppendError::Busy)));
    drop(first);
    assert!(home.open().is_ok());
    let create = Writer::create(home.folder.path(), &home.policy(), &home.signer());
    assert!(matches!(create, Err(AppendError::Exists)));
    let nowhere = Writer::open(&home.folder.path().join("none"), &home.policy());
    assert!(matches!(nowhere, Err(AppendError::None)));
}

#[test]
fn nothing_is_appended_to_a_damaged_log() {
    let home = Home::new();
    home.append(&mut home.open().unwrap(), "entry", 300).unwrap();
    let folder = Folder::new(home.folder.path());
    for part in ["checkpoint", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"] {
        let place = folder.place(Resource::parse(part).unwrap());
        let good = fs::read(&place).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        fs::write(&place, &bad).unwrap();
        assert!(home.open().is_err(), "{part}");
        fs::remove_file(&place).unwrap();
        assert!(home.open().is_err(), "{part}");
        fs::write(&place, &good).unwrap();
        assert!(home.open().is_ok(), "{part}");
    }
}

#[test]
fn what_no_reader_would_believe_is_not_signed() {
    let home = Home::new();
    let mut writer = home.open().unwrap();
    let stranger = SigningKey::generate().unwrap();
    let stranger = NoteSigner::new("example.com/log", NoteKind::Ed25519, &stranger).unwrap();
    let refused = writer.append(&[b"x"], &stranger);
    assert!(matches!(refused, Err(AppendError::Key)));
    assert!(matches!(writer.append(&[], &home.signer()), Err(AppendError::Nothing)));
    let long = vec![0; MOST_ENTRY + 1];
    let refused = writer.append(&[b"x", &long], &home.signer());
    assert!(matches!(refused, Err(AppendError::Long(1))));
    assert_eq!(home.whole().size, 0);
    // None of these breaks the writer.
    assert_eq!(home.append(&mut writer, "x", 1).unwrap().checkpoint.size, 1);
}

#[test]
fn partial_parts_go_when_full_ones_are_there() {
    let home = Home::new();
    let mut writer = home.open().unwrap();
    for _ in 0..3 {
        home.append(&mut writer, "x", 80).unwrap();
    }
    let partial = home.folder.path().join("tile/entries/000.p");
    assert_eq!(fs::read_dir(&partial).unwrap().count(), 3);
    let old = home.whole();
    home.append(&mut writer, "x", 80).unwrap();
    assert!(!partial.exists() && !home.folder.path().join("tile/0/000.p").exists());
    // Who has the older checkpoint reads the full parts.
    let folder = Folder::new(home.folder.path());
    assert!(audit(&folder, &old).is_whole());
    assert_eq!(Reader::new(&folder, &old).entry(239).unwrap(), b"x 79");
    assert!(Reader::new(&folder, &old).entry(240).is_err());
}
