use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use warden_seal::Passphrase;

use super::*;
use crate::credentials::{
    settings::{KeyValue, PassphraseFrom, Program},
    tests::fake::{Fake, Said, json},
};

const NOW: u64 = 1_800_000_000;

fn program(script: &str) -> Program {
    let argv = ["/bin/sh", "-c", script, "sh"].map(Into::into).to_vec();
    let environment = BTreeMap::from([("PATH".into(), "/usr/bin:/bin".into())]);
    Program { argv, environment, patience: Duration::from_secs(20) }
}

fn from(source: Source) -> (Secrets, Arc<Mutex<Vec<String>>>, Arc<AtomicU64>) {
    let (told, now) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(AtomicU64::new(NOW)));
    let (tells, time) = (Arc::clone(&told), Arc::clone(&now));
    let clock: Clock = Arc::new(move || {
        SystemTime::UNIX_EPOCH + Duration::from_secs(time.load(Ordering::Relaxed))
    });
    let tell: Tell = Arc::new(move |text| tells.lock().unwrap().push(text.to_owned()));
    let (life, max_age) = (Duration::from_mins(1), Some(Duration::from_hours(24)));
    let settings = SecretSettings { source, life, max_age, refuse_older: false };
    (Secrets::new(settings, clock, tell).unwrap(), told, now)
}

fn private(path: PathBuf, text: &str) -> PathBuf {
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

#[track_caller]
fn check(name: &str, good: bool) {
    assert_eq!(is_secret_name(name), good, "{name}");
}

#[test]
fn a_name_cannot_lead_anywhere_else_or_be_an_option() {
    for good in ["a", "team/app.token", "kv/app#field", "A-1_2"] {
        check(good, true);
    }
    for bad in ["", "../a", "a/../b", "a//b", "/a", "a/", "-n", "a b", "a?b", "a#b#c", "a#", "é"] {
        check(bad, false);
    }
    check(&"a".repeat(129), false);
}

// What a program prints is a secret only if it ended well.
#[tokio::test]
async fn a_program_prints_a_secret() {
    let says = |script| async move { from(Source::Command(program(script))).0.get("app").await };
    assert_eq!(says("printf 'of-%s\\n' $1").await, Ok(Hidden::from("of-app")));
    assert_eq!(says("printf 'a\\n\\n'").await, Ok(Hidden::from("a\n")));
    assert_eq!(says("cat; printf end").await, Ok(Hidden::from("end")), "nothing is read");
    assert_eq!(says("env | grep -c = | head -c1").await.map(|it| it.reveal().len()), Ok(1));
    for bad in ["printf x; exit 3", ":", "kill -9 $$", "yes", "printf '\\377'"] {
        assert_eq!(says(bad).await, Err(Missing::Secrets.into()), "{bad}");
    }
    let short =
        Program { patience: Duration::from_millis(50), ..program("printf x; exec sleep 600") };
    let slow = from(Source::Command(short)).0.get("app").await;
    assert_eq!(slow, Err(Missing::Secrets.into()));
    let nowhere = Program { argv: vec!["/nowhere/at/all".into()], ..program("") };
    assert!(from(Source::Command(nowhere)).0.get("app").await.is_err());
}

fn coffer(folder: &Path) -> (PathBuf, PathBuf) {
    let passphrase = private(folder.join("passphrase"), "correct horse\n");
    let path = folder.join("secrets");
    let opened = Passphrase::read(&passphrase).unwrap();
    Coffer::create(&path, &opened).unwrap();
    let mut coffer = Coffer::open(&path, &opened).unwrap();
    assert!(!coffer.set("old", Hidden::from("hunter2"), NOW - 200_000));
    assert!(!coffer.set("new", Hidden::from("hunter3"), NOW - 100));
    coffer.save(&path, &opened).unwrap();
    (path, passphrase)
}

#[tokio::test]
async fn a_file_gives_secrets_and_their_ages_are_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let (path, passphrase) = coffer(folder.path());
    let source = Source::File { path: path.clone(), passphrase: PassphraseFrom::File(passphrase) };
    let (secrets, told, now) = from(source.clone());
    assert_eq!(secrets.get("old").await, Ok(Hidden::from("hunter2")));
    assert_eq!(secrets.get("old").await, Ok(Hidden::from("hunter2")));
    assert_eq!(secrets.get("new").await, Ok(Hidden::from("hunter3")));
    assert_eq!(secrets.get("other").await, Err(Denied::NoSecret.into()));
    let told = told.lock().unwrap().join("\n");
    assert_eq!(told, "secret old is 2 days old, older than it may be; rotate it");
    assert!(!format!("{secrets:?}{:?}", secrets.ages()).contains("hunter"));
    assert_eq!(secrets.ages().iter().filter(|age| age.old).count(), 1);
    // What was believed is not believed for longer because its source is away.
    fs::remove_file(&path).unwrap();
    assert!(secrets.get("new").await.is_ok());
    now.fetch_add(60, Ordering::Relaxed);
    assert_eq!(secrets.get("new").await, Err(Missing::Secrets.into()));
}

#[test]
fn an_old_secret_is_refused_where_that_is_wanted_and_without_a_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let (path, passphrase) = coffer(folder.path());
    let source = Source::File { path, passphrase: PassphraseFrom::File(passphrase) };
    let (mut secrets, _, _) = from(source);
    secrets.settings.refuse_older = true;
    assert_eq!(secrets.get_now("old"), Err(Denied::OldSecret.into()));
    assert_eq!(secrets.get_now("new"), Ok(Hidden::from("hunter3")));
}

fn entry(value: &str) -> String {
    format!(
        r#"{{"data":{{"data":{{"value":{value},"user":"ann"}},"metadata":{{"created_time":"2027-01-14T00:00:00.000000000Z","version":3}}}}}}"#
    )
}

async fn stored(said: Said, name: &str) -> (Result<Hidden, CredentialError>, Secrets, Fake) {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(move |_, _| said.clone()).await;
    let store = KeyValue {
        address: fake.base.clone(),
        mount: "kv/team".into(),
        namespace: Some("eu".into()),
        token: private(folder.path().join("token"), "hvs.t0ken\n"),
        authorities: None,
    };
    let (secrets, _, _) = from(Source::Http(store));
    (secrets.get(name).await, secrets, fake)
}

#[tokio::test]
async fn a_store_over_http_gives_a_field_and_its_age() {
    let (secret, secrets, fake) = stored(json(200, &entry("\"hunter2\"")), "app/db").await;
    assert_eq!(secret, Ok(Hidden::from("hunter2")));
    let seen = fake.last();
    assert_eq!(seen.line, "GET /v1/kv/team/data/app/db HTTP/1.1");
    assert!(seen.head.contains("x-vault-token: hvs.t0ken"));
    assert!(seen.head.contains("x-vault-namespace: eu"));
    let made = 1_799_884_800;
    assert_eq!(secrets.ages()[0].age, Some(Duration::from_secs(NOW - made)));
    let (secret, ..) = stored(json(200, &entry("\"x\"")), "app/db#user").await;
    assert_eq!(secret, Ok(Hidden::from("ann")));
    let plain = Some((200, "Content-Type: text/plain\r\n".to_owned(), entry("\"x\"")));
    for (said, code) in [
        (json(404, r#"{"errors":[]}"#), "no-secret"),
        (json(403, r#"{"errors":["permission denied"]}"#), "secrets-away"),
        (json(503, "{}"), "secrets-away"),
        (json(307, "{}"), "secrets-away"),
        (json(200, "{}"), "secrets-away"),
        (json(200, &entry("7")), "secrets-away"),
        (json(200, &entry("\"\"")), "secrets-away"),
        (json(200, &entry(&format!("\"{}\"", "x".repeat(70_000)))), "secrets-away"),
        (plain, "secrets-away"),
    ] {
        let (secret, ..) = stored(said, "app/db").await;
        assert_eq!(secret.err().map(|error| error.code()), Some(code));
    }
}
