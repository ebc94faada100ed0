//! What a changed digest voids, what it opens again, and what does not matter (R15, R41).

use proptest::prelude::*;

use super::*;

fn file(path: &str, text: &str) -> FileDigest {
    FileDigest { path: path.into(), digest: digest(text) }
}

fn measured() -> Measured {
    let files = vec![file("README.md", "1"), file("src/index.js", "1"), file("test/a.js", "1")];
    Measured { subject: subject(), files: Some(files) }
}

/// The same with these files, under another tree and another artifact.
fn with_files(files: Vec<FileDigest>) -> Measured {
    let subject = Subject {
        tree: Some(digest("another tree")),
        artifact: Some(digest("another artifact")),
        ..subject()
    };
    Measured { subject, files: Some(files) }
}

fn changed(path: &str) -> Measured {
    let mut files = measured().files.unwrap();
    match files.iter_mut().find(|file| file.path == path) {
        Some(file) => file.digest = digest("2"),
        None => files.push(file(path, "2")),
    }
    with_files(files)
}

fn nothing_named() -> BTreeSet<String> {
    BTreeSet::new()
}

#[track_caller]
fn material(after: &Measured, expected: &[Change]) {
    let found = compare(&measured(), after, Some(&nothing_named()));
    assert_eq!(found, Comparison::Material(expected.iter().cloned().collect()));
}

#[test]
fn what_matters_is_told() {
    let with = |change: fn(&mut Subject)| {
        let mut after = measured();
        change(&mut after.subject);
        after
    };
    material(&with(|it| it.manifest = Some(digest("other"))), &[Change::Definitions]);
    material(&with(|it| it.dependencies = Some(digest("other"))), &[Change::Dependencies]);
    material(&with(|it| it.server = "other".into()), &[Change::Server]);
    let unmeasured = Change::CouldNotCompare("what a model sees was not measured");
    material(&with(|it| it.manifest = None), &[unmeasured]);
    let bytes = with(|it| {
        it.tree = None;
        it.artifact = Some(digest("other"));
    });
    material(&bytes, &[Change::Bytes]);
    let code = Change::File { path: "src/index.js".into() };
    material(&changed("src/index.js"), &[code]);
    // Tests are code that somebody can load.
    material(&changed("test/a.js"), &[Change::File { path: "test/a.js".into() }]);
    for path in
        ["docs/README.md", "README.js", "SECURITY.md", "LICENSE", "package.json", "prompt.md"]
    {
        material(&changed(path), &[Change::File { path: path.into() }]);
    }
    let same_files = with_files(measured().files.unwrap());
    material(&same_files, &[Change::Bytes]);
    let unlisted = Measured { files: None, ..changed("README.md") };
    material(&unlisted, &[Change::CouldNotCompare("the files were not listed")]);
}

#[test]
fn the_list_of_what_does_not_matter_is_short() {
    let named = nothing_named();
    let compare = |after: &Measured| compare(&measured(), after, Some(&named));
    assert_eq!(compare(&measured()), Comparison::Same);
    let mut repacked = measured();
    repacked.subject.artifact = Some(digest("other"));
    let only = |kind| Comparison::Immaterial(BTreeSet::from([kind]));
    assert_eq!(compare(&repacked), only(Immaterial::Repacked));
    for path in ["README.md", "readme", "CHANGELOG.txt", "AUTHORS", "CODE_OF_CONDUCT.md"] {
        assert_eq!(compare(&changed(path)), only(Immaterial::Documentation), "{path}");
    }
}

#[test]
fn a_file_for_people_that_code_names_matters() {
    let after = changed("README.md");
    let named = BTreeSet::from(["readme.md".to_owned()]);
    let code = Change::File { path: "README.md".into() };
    let found = compare(&measured(), &after, Some(&named));
    assert_eq!(found, Comparison::Material(BTreeSet::from([code])));
    let blind = Change::CouldNotCompare("nobody looked whether code names the files");
    let found = compare(&measured(), &after, None);
    assert_eq!(found, Comparison::Material(BTreeSet::from([blind])));
}

/// R41: approval becomes "review due", and what is bound to the version is open again.
#[test]
fn a_change_that_matters_voids_votes_and_opens_what_is_bound() {
    let mut dossier = approved();
    let outcome =
        on_change(&mut dossier, &measured(), &changed("src/index.js"), Some(&nothing_named()));
    assert_eq!(outcome.void, people(&["otto", "sven"]));
    // R15: the owner and the approvers are told, and who asked.
    assert_eq!(outcome.tell, people(&["otto", "sven", "rita", "mia"]));
    let bound = ["A1", "A2", "A4", "A5", "A7", "A8", "A9", "V1", "V3", "V7"];
    assert_eq!(outcome.reopened, bound);
    let refused = gate_r40(&dossier, &policy(), now()).unwrap_err();
    let open: Vec<_> = refused.iter().map(|(question, why)| (question.id, *why)).collect();
    let expected: Vec<_> = bound[..7].iter().map(|id| (*id, Refused::OtherVersion)).collect();
    assert_eq!(open, expected);
    // Answered again, it still needs everybody's look.
    for answer in &mut dossier.answers {
        answer.subject = dossier.subject.digest();
    }
    let due = Decision::ReviewDue { by: BTreeSet::new(), needed: 2 };
    assert_eq!(decide(&dossier, &policy(), now()), due);
}

#[test]
fn a_change_that_does_not_matter_leaves_the_approval() {
    let mut dossier = approved();
    let before = decide(&dossier, &policy(), now());
    let readme = changed("README.md");
    let outcome = on_change(&mut dossier, &measured(), &readme, Some(&nothing_named()));
    assert_eq!(
        outcome.comparison,
        Comparison::Immaterial(BTreeSet::from([Immaterial::Documentation]))
    );
    assert!(outcome.void.is_empty() && outcome.reopened.is_empty() && outcome.tell.is_empty());
    assert_eq!(dossier.subject, readme.subject);
    assert_eq!(decide(&dossier, &policy(), now()), before);
    assert!(dossier.write().is_ok());
    // Nothing harmless today makes up for something that matters tomorrow.
    let mut worse = changed("src/index.js");
    worse.subject.tree = Some(digest("a third tree"));
    on_change(&mut dossier, &readme, &worse, Some(&nothing_named()));
    assert!(dossier.same_as.is_empty());
    assert_ne!(decide(&dossier, &policy(), now()), before);
}

#[test]
fn a_change_of_something_else_than_the_dossier_is_about_matters() {
    let mut dossier = approved();
    let outcome =
        on_change(&mut dossier, &changed("README.md"), &measured(), Some(&nothing_named()));
    assert!(matches!(outcome.comparison, Comparison::Material(_)));
}

proptest! {
    #[test]
    fn every_changed_file_matters_unless_it_is_in_the_list(path in "[a-zA-Z_./]{1,16}") {
        const PEOPLE: [&str; 7] = ["readme", "changelog", "history", "authors", "contributors", "contributing", "code_of_conduct"];
        let stem = path.to_lowercase();
        let stem = stem.trim_end_matches(".md").trim_end_matches(".txt").trim_end_matches(".rst");
        prop_assume!(!PEOPLE.contains(&stem));
        let found = compare(&measured(), &changed(&path), Some(&nothing_named()));
        prop_assert!(matches!(found, Comparison::Material(_)));
    }
}
