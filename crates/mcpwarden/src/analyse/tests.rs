use warden_model::{SkipReason, Skipped, SourceFile};

use super::*;

fn tree(text: &str) -> SourceTree {
    SourceTree {
        name: "example".into(),
        root: "in/here".into(),
        files: vec![
            SourceFile { path: "a.py".into(), bytes: text.into() },
            SourceFile { path: "b.bin".into(), bytes: vec![0, 255, 10] },
        ],
        skipped: vec![Skipped { path: "tests".into(), reason: SkipReason::Tests, files: 3 }],
    }
}

fn bytes(mut tree: SourceTree) -> Vec<u8> {
    let mut out = Vec::new();
    let before = tree.clone();
    request::write(&mut tree, 2, Keep::Files, &mut out).expect("a vector takes everything");
    assert_eq!(tree, before);
    let mut again = Vec::new();
    request::write(&mut tree, 2, Keep::Nothing, &mut again).expect("a vector takes everything");
    assert_eq!((size(&tree), &again), (0, &out));
    out
}

#[test]
fn a_tree_arrives_as_it_was_sent_but_without_its_root() {
    let sent = tree("run()\n");
    let (found, threads) = request::read(&bytes(sent.clone())).expect("it is whole");
    assert_eq!((found, threads), (SourceTree { root: String::new(), ..sent }, 2));
}

#[test]
fn half_a_tree_is_none() {
    let whole = bytes(tree("run()\n"));
    for length in 0..whole.len() {
        assert!(request::read(&whole[..length]).is_none(), "{length}");
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert!(request::read(&longer).is_none());
    // A length beyond everything that is there.
    let mut wrong = whole;
    let at = wrong.len() - 3 - 8;
    wrong[at..at + 8].copy_from_slice(&u64::MAX.to_be_bytes());
    assert!(request::read(&wrong).is_none());
}

fn scan() -> TreeScan {
    // A comment, a gap and a suppression are in it, so that nothing of an answer is empty.
    let text =
        "def (:\n    pass\n# mcpwarden: ignore[plain-http] because until 2027-01-31\nrun()\n";
    let mut scan = analyse_tree(&tree(text), &Analyse { threads: 1, ..Analyse::default() });
    let rule = warden_scan::rule("plain-http").expect("a rule").meta();
    let location = Location { file: "a.py".into(), line: Some(3), ..Location::default() };
    let code = warden_model::Excerpt { text: "run()".into(), start: 0, length: 3 };
    scan.findings.push(warden_model::Finding {
        rule: rule.id,
        class: rule.class,
        cwe: rule.cwe(),
        severity: rule.severity,
        confidence: warden_model::Confidence::Medium,
        message: "m".into(),
        label: "l".into(),
        subject: warden_model::Subject { tool: Some("t".into()), ..Default::default() },
        trace: vec![warden_model::TraceStep {
            location: location.clone(),
            note: "n".into(),
            code: Some(code.clone()),
        }],
        code: Some(code),
        help: "h".into(),
        fingerprint: warden_model::Digest::of(b"x"),
        location,
    });
    scan.surfaces.push(warden_model::SurfaceView {
        server: "example".into(),
        origin: warden_model::Origin::Source,
        protocol: None,
        implementation: Some(("a".into(), "b".into())),
        texts: vec![warden_model::TextView {
            kind: Some(warden_model::DefinitionKind::Tool),
            name: "t".into(),
            pointer: "/name".into(),
            shown: "t".into(),
            hidden: 1,
            effect: Some(warden_model::Effect::Send),
        }],
    });
    scan.tools.push(warden_model::ToolProfile {
        server: "example".into(),
        tool: Some("t".into()),
        location: Location::default(),
        effects: vec![warden_model::ToolAct {
            effect: warden_model::Effect::Execute,
            kind: "k".into(),
            call: "c".into(),
            certain: true,
            location: Location::default(),
        }],
        hosts: vec!["h".into()],
        systems: vec!["s".into()],
        credentials: vec!["c".into()],
        open: true,
    });
    scan.unread.extend(unfinished("", "why").unread);
    scan
}

#[test]
fn an_answer_reads_back_what_was_written() {
    let scan = scan();
    assert!(!scan.comments.is_empty() && !scan.coverage.skipped.is_empty());
    let written = answer::write(&scan).expect("it can be written");
    assert_eq!(answer::read(&written).as_ref(), Some(&scan));
    let text = String::from_utf8(written.clone()).expect("it is JSON");
    for wrong in
        ["plain-http", "medium", "tests", "unfinished", "execute", "send", "tool", "version"]
    {
        let changed = text.replace(&format!("\"{wrong}\""), "\"qqq\"");
        assert!(changed != text && answer::read(changed.as_bytes()).is_none(), "{wrong}");
    }
    let other = text.replace("\"version\":2", "\"version\":1");
    assert!(other != text && answer::read(other.as_bytes()).is_none());
    assert!(answer::read(&written[..written.len() - 1]).is_none());
}

#[test]
fn a_worker_that_cannot_be_started_is_told() {
    let program = ["/nowhere/mcpwarden".into()];
    let scan = analysed(tree("run()\n"), &program, 1, None);
    assert_eq!(scan.unread.len(), 1);
    assert_eq!(scan.unread[0].reason, UnreadReason::Unfinished);
    assert_eq!(scan.unread[0].location.file, "in/here");
}

#[test]
fn a_worker_that_says_something_else_is_told() {
    for script in ["cat >/dev/null; echo '{}'", "cat >/dev/null", "kill -SEGV $$"] {
        let program = ["/bin/sh".into(), "-c".into(), script.into()];
        let scan = analysed(tree("run()\n"), &program, 1, None);
        assert_eq!((scan.findings.len(), scan.unread.len()), (0, 1), "{script}");
        assert_eq!(scan.unread[0].reason, UnreadReason::Unfinished);
    }
}

#[test]
fn one_file_that_is_too_much_does_not_hide_the_others() {
    // A worker that breaks when it is given much, and else says what it was told to say.
    let folder = tempfile::tempdir().expect("a folder");
    let answer = folder.path().join("answer");
    let written = answer::write(&TreeScan::default()).expect("it can be written");
    std::fs::write(&answer, written).expect("it can be written");
    let script = format!(
        "length=$(wc -c); [ \"$length\" -lt 100000 ] || kill -SEGV $$; cat {}",
        answer.display()
    );
    let program = ["/bin/sh".into(), "-c".into(), script.into()];
    let mut sent = tree("run()\n");
    sent.files.push(SourceFile { path: "large.js".into(), bytes: vec![b' '; LARGE + 1] });
    let scan = analysed(sent, &program, 1, None);
    let told: Vec<(&str, UnreadReason)> =
        scan.unread.iter().map(|one| (one.location.file.as_str(), one.reason)).collect();
    assert_eq!(told, [("in/here/large.js", UnreadReason::Unfinished)]);
}

#[test]
fn a_cache_gives_what_it_was_given_and_nothing_for_another_tree() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = std::path::Path::new("/bin/sh");
    let cache = Cache::of(folder.path(), program).expect("the program is there");
    let key = cache.key(&tree("run()\n"));
    assert!(cache.find(&key).is_none());
    let written = answer::write(&scan()).expect("it can be written");
    cache.keep(&key, &written);
    assert_eq!(cache.find(&key), Some(scan()));
    let moved = SourceTree { root: "elsewhere".into(), ..tree("run()\n") };
    assert_eq!(cache.key(&moved), key, "where it lies does not matter");
    assert_ne!(cache.key(&tree("run() \n")), key);
    let mut renamed = tree("run()\n");
    renamed.files[0].path = "c.py".into();
    assert_ne!(cache.key(&renamed), key);
    // A damaged entry is none.
    let entry = std::fs::read_dir(folder.path().join("analysis")).expect("it is there").next();
    let path = entry.expect("an entry").expect("an entry").path();
    std::fs::write(path, "{}").expect("it can be written");
    assert!(cache.find(&key).is_none());
}
