use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use tempfile::TempDir;

use super::*;

const PROGRAM: &str = "/opt/mcpwarden";
const TEXT: &str = "{\n  // mine\n  \"mcpServers\": {\n    \"a\": {\"command\": \"x\", \"args\": [\"1\"]},\n    \"b\": {\"command\": \"y\"}\n  }\n}\n";

/// A home with one configuration in it, and a journal beside it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(place.home()).unwrap();
        fs::write(place.file(), TEXT).unwrap();
        place
    }

    fn home(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("home")
    }

    fn file(&self) -> PathBuf {
        self.home().join("mcp.json")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn journal(&self) -> Journal {
        let journal = Journal::open(&self.folder.path().join("wraps")).unwrap();
        tidy(&journal).unwrap();
        journal
    }

    /// What lies in the home and in the journal, without the lock.
    fn left(&self) -> Vec<String> {
        let names = |folder: PathBuf| {
            let entries = fs::read_dir(folder).into_iter().flatten();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap())
        };
        let all = names(self.home()).chain(names(self.folder.path().join("wraps")));
        all.filter(|name| name != "lock").collect()
    }

    fn wrap(&self, names: &[&str], at: &dyn Fn(Step)) -> Result<Planned, WrapError> {
        let journal = self.journal();
        let target = target(&self.file(), "~/mcp.json", &self.home())?;
        let goals: Vec<_> = names.iter().map(|name| goal(name)).collect();
        let planned = plan_wrap(&journal, target, &goals, PROGRAM)?;
        make(&journal, &planned, at)?;
        Ok(planned)
    }

    fn unwrap(&self, at: &dyn Fn(Step)) -> Result<Planned, WrapError> {
        let journal = self.journal();
        let planned = plan_unwrap(&journal, &self.file(), &|_| true)?;
        make(&journal, &planned, at)?;
        Ok(planned)
    }
}

fn goal(name: &str) -> Goal {
    let line: &[&str] = if name == "a" { &["x", "1"] } else { &["y"] };
    Goal {
        name: name.into(),
        client: "test".into(),
        pointer: format!("/mcpServers/{name}"),
        line: line.iter().map(|word| (*word).into()).collect(),
    }
}

fn nothing(_: Step) {}

/// Ends `work` as a crash would just before `step`: nothing is cleaned up.
fn crash(step: Step, work: impl FnOnce(&dyn Fn(Step))) {
    let at = |now| {
        if now == step {
            resume_unwind(Box::new(step));
        }
    };
    assert!(catch_unwind(AssertUnwindSafe(|| work(&at))).is_err(), "there is no step {step:?}");
}

#[test]
fn what_is_wrapped_comes_back_byte_for_byte() {
    let place = Place::new();
    let planned = place.wrap(&["a", "b"], &nothing).unwrap();
    assert_eq!(planned.done.len(), 2);
    assert!(place.text().contains(r#""args": ["run", "--name", "a", "--", "x", "1"]"#));
    assert!(place.text().contains("// mine"));
    place.unwrap(&nothing).unwrap();
    assert_eq!(place.text(), TEXT);
    assert_eq!(place.left(), ["mcp.json"]);
}

#[test]
fn servers_can_be_wrapped_one_by_one() {
    let place = Place::new();
    place.wrap(&["b"], &nothing).unwrap();
    place.wrap(&["a"], &nothing).unwrap();
    place.unwrap(&nothing).unwrap();
    assert_eq!(place.text(), TEXT);
}

#[test]
fn a_crash_before_any_step_leaves_a_whole_file_that_can_be_put_back() {
    for step in Step::ALL {
        let place = Place::new();
        crash(*step, |at| drop(place.wrap(&["a", "b"], at)));
        let text = place.text();
        let renamed = matches!(step, Step::Folder | Step::Settle);
        assert_eq!(text != TEXT, renamed, "{step:?}");
        place.unwrap(&nothing).unwrap();
        assert_eq!(place.text(), TEXT, "{step:?}");
        place.wrap(&["a", "b"], &nothing).unwrap();
        place.unwrap(&nothing).unwrap();
        assert_eq!(place.text(), TEXT, "{step:?}");
        assert_eq!(place.left(), ["mcp.json"], "{step:?}");
    }
}

#[test]
fn a_crash_while_it_is_put_back_does_no_harm_either() {
    for step in Step::ALL {
        let place = Place::new();
        place.wrap(&["a", "b"], &nothing).unwrap();
        let wrapped = place.text();
        crash(*step, |at| drop(place.unwrap(at)));
        let text = place.text();
        assert!(text == TEXT || text == wrapped, "{step:?}");
        place.unwrap(&nothing).unwrap();
        assert_eq!(place.text(), TEXT, "{step:?}");
        assert_eq!(place.left(), ["mcp.json"], "{step:?}");
    }
}

#[test]
fn a_file_that_changed_after_a_crash_is_still_put_back() {
    for step in Step::ALL {
        let place = Place::new();
        crash(*step, |at| drop(place.wrap(&["a", "b"], at)));
        fs::write(place.file(), place.text().replace("// mine", "// ours")).unwrap();
        place.unwrap(&nothing).unwrap();
        assert_eq!(place.text(), TEXT.replace("// mine", "// ours"), "{step:?}");
    }
}

#[test]
fn a_file_that_changes_meanwhile_is_left_to_whoever_changed_it() {
    let place = Place::new();
    let other = "{\"mcpServers\": {}}";
    let at = |step| {
        if step == Step::Compare {
            fs::write(place.file(), other).unwrap();
        }
    };
    let error = place.wrap(&["a"], &at).unwrap_err();
    assert!(matches!(error, WrapError::Swap(SwapError::Changed)), "{error:?}");
    assert_eq!(place.text(), other);
    assert_eq!(place.left(), ["mcp.json"]);
}

#[test]
fn what_the_person_changed_since_stays() {
    let place = Place::new();
    place.wrap(&["a"], &nothing).unwrap();
    fs::write(place.file(), place.text().replace("// mine", "// ours").replace("\"y\"", "\"z\""))
        .unwrap();
    place.unwrap(&nothing).unwrap();
    assert_eq!(place.text(), TEXT.replace("// mine", "// ours").replace("\"y\"", "\"z\""));
}

#[test]
fn what_was_written_and_then_changed_by_hand_is_refused() {
    let place = Place::new();
    place.wrap(&["a", "b"], &nothing).unwrap();
    let changed = place.text().replace("\"a\", \"--\"", "\"other\", \"--\"");
    fs::write(place.file(), &changed).unwrap();
    let planned = place.unwrap(&nothing).unwrap();
    assert_eq!(planned.refused[0].0.name, "a");
    assert_eq!(planned.refused[0].1, EditError::Changed);
    assert_eq!(planned.done[0].name, "b");
    assert!(place.text().contains("\"other\", \"--\""));
    // Once it is as it was written, it can be put back.
    fs::write(place.file(), place.text().replace("\"other\", \"--\"", "\"a\", \"--\"")).unwrap();
    place.unwrap(&nothing).unwrap();
    assert_eq!(place.text(), TEXT);
}

#[test]
fn an_entry_that_was_taken_out_needs_nothing_put_back() {
    let place = Place::new();
    place.wrap(&["a"], &nothing).unwrap();
    fs::write(place.file(), "{\"mcpServers\": {}}").unwrap();
    assert!(place.unwrap(&nothing).unwrap().refused.is_empty());
    assert_eq!(place.text(), "{\"mcpServers\": {}}");
    assert_eq!(place.left(), ["mcp.json"]);
}

#[test]
fn an_entry_that_says_something_else_than_was_read_is_refused() {
    let place = Place::new();
    let goal = Goal { line: vec!["docker".into(), "run".into()], ..goal("a") };
    let target = target(&place.file(), "", &place.home()).unwrap();
    let planned = plan_wrap(&place.journal(), target, &[goal], PROGRAM).unwrap();
    assert!(!planned.changes());
    assert_eq!(planned.refused[0].1, EditError::Shape);
}

#[test]
fn mode_and_links_stay() {
    let place = Place::new();
    let real = place.home().join("dotfiles.json");
    fs::rename(place.file(), &real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("dotfiles.json", place.file()).unwrap();
    place.wrap(&["a"], &nothing).unwrap();
    assert!(place.file().is_symlink());
    assert!(!real.is_symlink());
    assert_ne!(place.text(), TEXT);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o7777, 0o640);
    let journal = place.journal();
    let planned = plan_unwrap(&journal, &journal.files().unwrap()[0], &|_| true).unwrap();
    make(&journal, &planned, &nothing).unwrap();
    assert_eq!(place.text(), TEXT);
}

#[test]
fn a_link_that_leads_out_of_home_is_refused() {
    let place = Place::new();
    let outside = place.folder.path().join("outside.json");
    fs::rename(place.file(), &outside).unwrap();
    symlink(&outside, place.file()).unwrap();
    assert!(matches!(place.wrap(&["a"], &nothing), Err(WrapError::Outside)));
    assert_eq!(fs::read_to_string(&outside).unwrap(), TEXT);
    // A file that is named where it lies is no link.
    assert!(target(&outside.canonicalize().unwrap(), "", &place.home()).is_ok());
}

#[test]
fn only_one_process_at_a_time_changes_configurations() {
    let place = Place::new();
    let _held = place.journal();
    let other = Journal::open(&place.folder.path().join("wraps"));
    assert!(matches!(other, Err(JournalError::Busy)));
}

#[test]
fn a_damaged_journal_is_not_believed() {
    let place = Place::new();
    place.wrap(&["a"], &nothing).unwrap();
    let wrapped = place.text();
    let wraps = place.folder.path().join("wraps");
    let record = place.left().into_iter().find(|name| name.len() > 60).unwrap();
    let text = fs::read_to_string(wraps.join(&record)).unwrap();
    for damaged in [
        text.get(..text.len() / 2).unwrap().to_owned(),
        text.replace("\"version\": 1", "\"version\": 2"),
        text.replace("\"words\"", "\"elsewhere\""),
        text.replace("mcp.json", "other.json"),
    ] {
        assert_ne!(damaged, text);
        fs::write(wraps.join(&record), damaged).unwrap();
        let outcome = plan_unwrap(&Journal::look(&wraps), &place.file(), &|_| true);
        assert!(
            matches!(outcome, Err(WrapError::Journal(JournalError::Damaged(_)))),
            "{outcome:?}"
        );
        assert_eq!(place.text(), wrapped);
    }
}

#[test]
fn the_journal_is_for_the_person_alone() {
    let place = Place::new();
    place.wrap(&["a"], &nothing).unwrap();
    let wraps = place.folder.path().join("wraps");
    assert_eq!(fs::metadata(&wraps).unwrap().permissions().mode() & 0o777, 0o700);
    for entry in fs::read_dir(&wraps).unwrap() {
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
