use std::time::Duration;

use warden_model::Digest;
use warden_policy::{
    approval::{DataClass, Environment},
    certificate::Subjects,
};
use warden_seal::{SigningKey, Trust, TrustedKey};

use super::*;
use crate::certify::{issue, listed::tests::certified};

const URL: &str = "https://mail.example/mcp";

/// The 15th of November 2026, two weeks after the certificate was issued.
fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(498_540)
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// A folder with the certificate of `mail`, and who is trusted for when.
struct Place {
    _folder: tempfile::TempDir,
    paths: Paths,
    key: SigningKey,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::at(folder.path().join("state"));
        let key = key::own(&paths).unwrap();
        let place = Self { _folder: folder, paths, key };
        place.certify("mail", true);
        place
    }

    /// Puts a certificate of this name where it belongs, and into the log as well.
    fn certify(&self, name: &str, logged: bool) {
        let mut certificate = certified("remote", URL, None);
        certificate.digests = Subjects { manifest: asked().manifest, ..Subjects::default() };
        let envelope = issue::sign(&certificate, &[&self.key]).unwrap();
        keep::store(&self.paths.certificate(name), &envelope).unwrap();
        if logged {
            let entry = issue::entry(&certificate, &envelope);
            drop(keep::log(&entry, &self.paths, &self.key).unwrap());
        }
    }

    fn trust(&self, from: Option<SystemTime>, until: Option<SystemTime>) {
        let key = TrustedKey {
            key: self.key.public().into(),
            name: "issuer".into(),
            uses: [keep::CERTIFICATES.to_owned()].into(),
            not_before: from,
            not_after: until,
            revoked_since: None,
        };
        let trust = Trust::new(vec![key]).unwrap().to_json().unwrap();
        keep::store(&self.paths.trust(), &trust).unwrap();
    }
}

/// Changes a byte of a file.
fn touch(file: &Path) -> Vec<u8> {
    let whole = fs::read(file).unwrap();
    let mut bytes = whole.clone();
    let at = bytes.len() / 2;
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    keep::store(file, &bytes).unwrap();
    whole
}

/// One server that is looked after, and what is known of it.
fn watched() -> (Certified, Table) {
    let (certified, by) = Certified::asked();
    let watched = vec![Watched { asked: asked(), by, known: None }];
    (certified, Mutex::new(All { watched, ..All::default() }))
}

fn asked() -> Asked {
    Asked {
        name: "mail".into(),
        tree: None,
        url: Some(URL.into()),
        manifest: Some(Digest::of(b"what it shows")),
        wanted: Use { environment: Environment::Sandbox, data: DataClass::Public },
        policy: CertificatePolicy::default(),
        trust: None,
        revocations: None,
        bundle: None,
        approved: false,
    }
}

#[test]
fn a_key_that_ends_while_its_certificate_is_watched_counts_no_more() {
    let place = Place::new();
    place.trust(Some(noon()), Some(noon() + minutes(10)));
    let (certified, table) = watched();
    let look = |at: SystemTime| {
        look_once(&table, &place.paths, at);
        certified.now()
    };
    assert_eq!(look(noon() - minutes(1)), Err(Uncertified::NotTrusted), "it has not begun");
    assert_eq!(look(noon()), Ok(()));
    assert_eq!(look(noon() + minutes(9)), Ok(()));
    assert_eq!(look(noon() + minutes(10)), Err(Uncertified::NotTrusted), "it has ended");
    // Whoever puts the clock back asks again, and gets the answer of that time.
    assert_eq!(look(noon() + minutes(5)), Ok(()));
    assert_eq!(look(noon() - minutes(5)), Err(Uncertified::NotTrusted));
}

#[test]
fn a_certificate_counts_until_it_expires() {
    let place = Place::new();
    place.trust(None, None);
    let (certified, table) = watched();
    let look = |at: SystemTime| {
        look_once(&table, &place.paths, at);
        certified.now()
    };
    let days = |days: u64| minutes(days * 24 * 60);
    assert_eq!(look(noon()), Ok(()));
    assert_eq!(look(noon() + days(60)), Ok(()));
    assert_eq!(look(noon() + days(90)), Err(Uncertified::Expired));
    assert_eq!(look(noon() - days(90)), Err(Uncertified::NotYetValid));
}

#[test]
fn a_certificate_counts_as_long_as_the_log_proves_it() {
    let place = Place::new();
    place.trust(None, None);
    let (certified, table) = watched();
    let look = || {
        look_once(&table, &place.paths, noon());
        certified.now()
    };
    assert_eq!(look(), Ok(()));
    // Another entry makes another log, in which it still is.
    place.certify("other", true);
    assert_eq!(look(), Ok(()));
    let checkpoint = place.paths.log().join("checkpoint");
    let whole = touch(&checkpoint);
    assert_eq!(look(), Err(Uncertified::NotLogged));
    keep::store(&checkpoint, &whole).unwrap();
    assert_eq!(look(), Ok(()));
    let tile = place.paths.log().join("tile/0/000.p/2");
    let tile_whole = touch(&tile);
    keep::store(&checkpoint, &whole).unwrap();
    assert_eq!(look(), Err(Uncertified::NotLogged), "the checkpoint was written again");
    keep::store(&tile, &tile_whole).unwrap();
    keep::store(&checkpoint, &whole).unwrap();
    assert_eq!(look(), Ok(()));
    place.certify("mail", false);
    assert_eq!(look(), Ok(()), "the same bytes are the same entry");
}

#[test]
fn a_certificate_that_was_never_logged_counts_for_nothing() {
    let place = Place::new();
    place.trust(None, None);
    place.certify("other", false);
    let (_certified, table) = watched();
    let all = &mut *table.lock().unwrap();
    all.watched[0].asked.name = "other".into();
    // The same bytes under another name would be in the log.
    fs::remove_dir_all(place.paths.log()).unwrap();
    let entry = b"something else";
    drop(keep::log(entry, &place.paths, &place.key).unwrap());
    let All { watched, bundles, .. } = all;
    let stands = watched[0].look(bundles, &place.paths, noon());
    assert_eq!(stands, Err(Uncertified::NotLogged));
}

#[test]
fn what_was_read_is_not_read_again_before_something_can_have_changed() {
    let place = Place::new();
    place.trust(None, Some(noon() + minutes(10)));
    let (_certified, table) = watched();
    let from = |at: SystemTime| {
        look_once(&table, &place.paths, at);
        let table = table.lock().unwrap();
        table.watched.first().unwrap().known.as_ref().unwrap().from
    };
    assert_eq!(from(noon()), noon());
    assert_eq!(from(noon() + minutes(9)), noon());
    assert_eq!(from(noon() + minutes(11)), noon() + minutes(11));
    assert_eq!(from(noon() + minutes(12)), noon() + minutes(11));
}

#[test]
fn what_nobody_decides_by_any_more_is_let_go() {
    let place = Place::new();
    place.trust(None, None);
    let (certified, table) = watched();
    // A call that is under way still decides by it.
    let under_way = certified.clone();
    drop(certified);
    look_once(&table, &place.paths, noon());
    assert_eq!(table.lock().unwrap().watched.len(), 1);
    drop(under_way);
    assert_eq!(look_once(&table, &place.paths, noon() + minutes(100)), [], "nobody is told");
    assert_eq!(table.lock().unwrap().watched.len(), 0);
}

#[test]
fn the_same_question_is_asked_once() {
    let place = Place::new();
    place.trust(None, None);
    let watch = Watch::start(&place.paths, noon, |_| {});
    let one = watch.over(&asked());
    assert!(one == watch.over(&asked()));
    assert_eq!(watch.table.lock().unwrap().watched.len(), 1);
    let other = watch.over(&Asked { name: "other".into(), ..asked() });
    assert!(one != other);
    assert_eq!(other.now(), Err(Uncertified::Missing));
}

#[test]
fn nothing_counts_once_nobody_looks_any_more() {
    let place = Place::new();
    place.trust(None, None);
    let watch = Watch::start(&place.paths, noon, |_| {});
    let certified = watch.over(&asked());
    assert_eq!(certified.now(), Ok(()));
    // What the thread does at its end, however it comes to that.
    drop(AtEnd(Arc::downgrade(&watch.table)));
    assert_eq!(certified.now(), Err(Uncertified::CouldNotTell));
    assert_eq!(watch.over(&asked()).now(), Err(Uncertified::CouldNotTell));
}
