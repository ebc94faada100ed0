//! What a bundle is worth from one moment to the next, with a clock that only the test moves.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use warden_model::Digest;
use warden_policy::{
    Uncertified,
    approval::{DataClass, Environment},
    certificate::{CertificatePolicy, Presented, Subjects, Use},
};
use warden_seal::{Trust, TrustedKey};

use super::{Held, Origin, Refuse, Wanted, load, make, take};
use crate::{
    certify::{
        bundle::Believed,
        issue, keep,
        listed::tests::certified,
        revoked::{self, List, Row},
    },
    key,
    paths::Paths,
};

/// The 15th of November 2026, two weeks after the certificates were issued.
fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(498_540)
}

fn hours(hours: u64) -> Duration {
    Duration::from_secs(3600 * hours)
}

/// An issuer, and a gateway that trusts it.
struct Place {
    folder: tempfile::TempDir,
    issuer: Paths,
    gateway: Paths,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths = |name: &str| Paths::at(folder.path().join(name));
        let place = Self { issuer: paths("issuer"), gateway: paths("gateway"), folder };
        place.certify("mail");
        place.trust(&[]);
        place
    }

    /// Certifies, signs and logs a server at an address.
    fn certify(&self, name: &str) {
        let mut certificate = certified("remote", &url(name), None);
        certificate.digests = Subjects { manifest: shown(name).manifest, ..Subjects::default() };
        let key = key::own(&self.issuer).unwrap();
        let envelope = issue::sign(&certificate, &[&key]).unwrap();
        let logged = keep::log(&issue::entry(&certificate, &envelope), &self.issuer, &key).unwrap();
        let file = self.issuer.certificate(name);
        keep::store(&file.with_extension("proof"), &logged.write()).unwrap();
        keep::store(&file, &envelope).unwrap();
    }

    /// The gateway believes the issuer, but for these uses.
    fn trust(&self, but: &[&str]) {
        let key = TrustedKey {
            key: key::own(&self.issuer).unwrap().public().into(),
            name: "issuer".into(),
            uses: keep::USES
                .iter()
                .filter(|usage| !but.contains(usage))
                .map(|u| (*u).into())
                .collect(),
            not_before: None,
            not_after: None,
            revoked_since: None,
        };
        let trust = Trust::new(vec![key]).unwrap().to_json().unwrap();
        keep::store(&self.gateway.trust(), &trust).unwrap();
    }

    fn revoke(&self, digest: Digest) {
        let row = Row {
            digest: digest.to_string(),
            kind: "revoked".into(),
            by: "ann".into(),
            at: noon().into(),
            reason: "stolen".into(),
        };
        let list = List { version: 1, number: 1, entries: vec![row] };
        let sealed = revoked::seal(&list, &[&key::own(&self.issuer).unwrap()]).unwrap();
        keep::store(&self.issuer.revocations(), &sealed).unwrap();
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("certificates.bundle")
    }

    /// Makes the next bundle, which counts for a day.
    fn make(&self, now: SystemTime) -> u64 {
        let wanted =
            Wanted { servers: Vec::new(), hours: 24, issuer: "ann".into(), sequence: None };
        let key = key::own(&self.issuer).unwrap();
        let made = make(&self.file(), &wanted, (&self.issuer, &key, &key), now).unwrap();
        assert_eq!(made.left_out, [""; 0]);
        made.head.sequence
    }

    fn held(&self) -> Held {
        Held::new(Origin { file: Some(self.file()), trust: None, revocations: None })
    }
}

fn url(name: &str) -> String {
    format!("https://{name}.example/mcp")
}

fn shown(name: &str) -> Presented<'static> {
    Presented {
        origin: Some(Digest::of(url(name).as_bytes())),
        manifest: Some(Digest::of(name.as_bytes())),
        ..Presented::default()
    }
}

/// Looks, and says whether the server counts.
fn asked(
    held: &mut Held,
    (place, name): (&Place, &str),
    now: SystemTime,
) -> Result<(), Uncertified> {
    held.look(&place.gateway, now);
    let wanted = Use { environment: Environment::Production, data: DataClass::Internal };
    held.admit(&shown(name), (&CertificatePolicy::default(), wanted), None, now).map(|_| ())
}

#[test]
fn what_is_in_the_bundle_counts_until_it_expires() {
    let place = Place::new();
    assert_eq!(place.make(noon()), 1);
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Ok(()));
    assert_eq!(asked(&mut held, (&place, "other"), noon()), Err(Uncertified::Missing));
    assert_eq!(asked(&mut held, (&place, "mail"), noon() + hours(23)), Ok(()));
    let over = noon() + hours(24);
    assert_eq!(asked(&mut held, (&place, "mail"), over), Err(Uncertified::BundleExpired));
    let news = held.news().join("\n");
    assert!(news.contains("bundle 1 of ann counts, 0 s old"), "{news}");
    assert!(news.contains("the bundle has expired"), "{news}");
    // The next one brings it back.
    assert_eq!(place.make(over), 2);
    assert_eq!(asked(&mut held, (&place, "mail"), over), Ok(()));
}

#[test]
fn a_revocation_in_the_next_bundle_stops_what_the_last_one_let_pass() {
    let place = Place::new();
    place.make(noon());
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Ok(()));
    place.revoke(shown("mail").manifest.unwrap());
    place.make(noon());
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Err(Uncertified::Revoked));
}

#[test]
fn what_this_machine_has_revoked_itself_counts_besides() {
    let place = Place::new();
    place.make(noon());
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Ok(()));
    place.revoke(shown("mail").manifest.unwrap());
    fs::copy(place.issuer.revocations(), place.gateway.revocations()).unwrap();
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Err(Uncertified::Revoked));
}

#[test]
fn an_older_bundle_is_refused_and_that_is_remembered() {
    let place = Place::new();
    place.make(noon());
    let old = fs::read(place.file()).unwrap();
    place.certify("crm");
    place.make(noon());
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "crm"), noon()), Ok(()));
    keep::store(&place.file(), &old).unwrap();
    for mut held in [held, place.held()] {
        assert_eq!(asked(&mut held, (&place, "crm"), noon()), Ok(()), "the newer one stays");
        let news = held.news().join("\n");
        assert!(news.contains("number 2 was here already"), "{news}");
        assert!(news.contains("number 2 stays in force"), "{news}");
    }
}

#[test]
fn two_bundles_with_one_number_are_not_both_believed() {
    let place = Place::new();
    place.make(noon());
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Ok(()));
    // Another machine with the same key does not know of the first one.
    fs::remove_file(place.issuer.bundles().join("made")).unwrap();
    place.certify("crm");
    assert_eq!(place.make(noon()), 1);
    assert_eq!(asked(&mut held, (&place, "crm"), noon()), Err(Uncertified::Missing));
    assert!(held.news().join("\n").contains("another bundle with the number 1"));
}

#[test]
fn the_last_good_bundle_stays_in_force_until_it_expires_also_after_a_restart() {
    let place = Place::new();
    place.make(noon());
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Ok(()));
    for bad in [b"".as_slice(), b"{}\n", b"nonsense"] {
        keep::store(&place.file(), bad).unwrap();
        assert_eq!(asked(&mut held, (&place, "mail"), noon() + hours(1)), Ok(()));
        let news = held.news().join("\n");
        assert!(news.contains("not believed") && news.contains("stays in force"), "{news}");
        assert_eq!(asked(&mut held, (&place, "mail"), noon() + hours(1)), Ok(()));
        assert_eq!(held.news(), [""; 0], "it is told once");
    }
    fs::remove_file(place.file()).unwrap();
    let mut again = place.held();
    assert_eq!(asked(&mut again, (&place, "mail"), noon() + hours(23)), Ok(()));
    let over = noon() + hours(24);
    assert_eq!(asked(&mut again, (&place, "mail"), over), Err(Uncertified::BundleExpired));
}

#[test]
fn nothing_counts_before_there_was_a_good_bundle() {
    let place = Place::new();
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Err(Uncertified::CouldNotTell));
    assert!(held.news().join("\n").contains("no bundle counts"));
    place.make(noon());
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Ok(()));
    // Nobody can tell any more which one was last.
    fs::write(place.gateway.bundle_from(&place.file()).with_extension("seen"), "{").unwrap();
    place.make(noon());
    let mut again = place.held();
    assert_eq!(asked(&mut again, (&place, "mail"), noon()), Err(Uncertified::CouldNotTell));
}

#[test]
fn every_part_is_believed_only_if_its_key_is_trusted_for_it() {
    let place = Place::new();
    place.revoke(Digest::of(b"another"));
    place.make(noon());
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Ok(()));
    for (usage, why) in [
        (keep::BUNDLES, Uncertified::CouldNotTell),
        (keep::REVOCATIONS, Uncertified::CouldNotTell),
        (keep::LOGS, Uncertified::CouldNotTell),
        (keep::CERTIFICATES, Uncertified::Missing),
    ] {
        // Trust that ends takes the bundle that is in force with it.
        place.trust(&[usage]);
        assert_eq!(asked(&mut held, (&place, "mail"), noon()), Err(why), "{usage}");
        place.trust(&[]);
        assert_eq!(asked(&mut held, (&place, "mail"), noon()), Ok(()), "{usage}");
    }
}

#[test]
fn a_bundle_of_the_future_is_not_taken_in_and_one_of_the_past_is_not_installed() {
    let place = Place::new();
    place.make(noon() + hours(1));
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "mail"), noon()), Err(Uncertified::CouldNotTell));
    assert!(held.news().join("\n").contains("made in the future"));
    // A minute later than it was retried, and after its beginning, it counts.
    assert_eq!(asked(&mut held, (&place, "mail"), noon() + hours(1)), Ok(()));
    let trust = keep::trust(None, &place.gateway).unwrap();
    let revoked = List { version: 1, ..List::default() };
    let slot = place.gateway.installed_bundle();
    let install = |now: SystemTime| {
        let believed = Believed { trust: &trust, revoked: &revoked, now };
        take(&place.file(), &slot, (believed, Refuse::Expired), &mut |_| {})
    };
    let late = install(noon() + hours(25)).expect_err("it has expired");
    assert!(late.told().contains("it expired at"), "{}", late.told());
    assert!(!slot.exists());
    assert!(install(noon() + hours(2)).is_ok() && slot.exists());
}

#[test]
fn no_bundle_is_made_with_a_certificate_that_was_not_logged() {
    let place = Place::new();
    // Signed by the issuer, and nowhere on record.
    place.certify("crm");
    let (mail, crm) = (place.issuer.certificate("mail"), place.issuer.certificate("crm"));
    fs::copy(mail.with_extension("proof"), crm.with_extension("proof")).unwrap();
    let wanted = Wanted { servers: Vec::new(), hours: 1, issuer: "ann".into(), sequence: None };
    let key = key::own(&place.issuer).unwrap();
    let made = make(&place.file(), &wanted, (&place.issuer, &key, &key), noon());
    let why = made.expect_err("nobody can prove that it was logged").told();
    assert!(why.contains("crm-") && why.contains("not in the log"), "{why}");
    assert!(!place.file().exists());
}

#[test]
fn numbers_of_bundles_only_grow() {
    let place = Place::new();
    assert_eq!((place.make(noon()), place.make(noon())), (1, 2));
    let key = key::own(&place.issuer).unwrap();
    let with = |sequence: u64| {
        let sequence = Some(sequence);
        let wanted =
            Wanted { servers: vec!["mail".into()], hours: 1, issuer: "ann".into(), sequence };
        make(&place.file(), &wanted, (&place.issuer, &key, &key), noon())
    };
    assert!(with(2).is_err());
    assert_eq!(with(10).unwrap().head.sequence, 10);
    assert_eq!(place.make(noon()), 11);
    let trust = keep::trust(None, &place.gateway).unwrap();
    let revoked = List { version: 1, ..List::default() };
    let believed = Believed { trust: &trust, revoked: &revoked, now: noon() };
    let mut names = Vec::new();
    let each = &mut |certificate: &warden_policy::certificate::Certificate| {
        names.push(certificate.target.name.clone());
    };
    assert_eq!(load(&place.file(), believed, each).unwrap().left_out.told(), None);
    assert_eq!(names, [url("mail")]);
}

#[test]
fn what_was_logged_before_its_key_was_revoked_counts_and_not_what_was_logged_later() {
    let place = Place::new();
    // Somebody else's key signs certificates; the log and the bundle are the machine's.
    let signer = warden_seal::SigningKey::generate().unwrap();
    let certificate = {
        let mut certificate = certified("remote", &url("crm"), None);
        certificate.digests = Subjects { manifest: shown("crm").manifest, ..Subjects::default() };
        certificate
    };
    let envelope = issue::sign(&certificate, &[&signer]).unwrap();
    let machine = key::own(&place.issuer).unwrap();
    let logged = keep::log(&issue::entry(&certificate, &envelope), &place.issuer, &machine);
    let file = place.issuer.certificate("crm");
    keep::store(&file.with_extension("proof"), &logged.unwrap().write()).unwrap();
    keep::store(&file, &envelope).unwrap();
    let trusted =
        |key: warden_seal::PublicKey, uses: &[&str], revoked: Option<SystemTime>| TrustedKey {
            key: key.into(),
            name: "a key".into(),
            uses: uses.iter().map(|usage| (*usage).to_owned()).collect(),
            not_before: None,
            not_after: None,
            revoked_since: revoked,
        };
    let trust = |paths: &Paths, since: Option<SystemTime>| {
        let keys = vec![
            trusted(machine.public(), &keep::USES, None),
            trusted(signer.public(), &[keep::CERTIFICATES], since),
        ];
        keep::store(&paths.trust(), &Trust::new(keys).unwrap().to_json().unwrap()).unwrap();
    };
    trust(&place.issuer, None);
    trust(&place.gateway, None);
    place.make(noon());
    let mut held = place.held();
    assert_eq!(asked(&mut held, (&place, "crm"), noon()), Ok(()));
    let issued = SystemTime::from(certificate.issued);
    trust(&place.gateway, Some(issued + hours(1)));
    assert_eq!(asked(&mut held, (&place, "crm"), noon()), Ok(()), "it is from before that");
    trust(&place.gateway, Some(issued));
    assert_eq!(asked(&mut held, (&place, "crm"), noon()), Err(Uncertified::Missing));
}

#[test]
fn certificates_are_judged_on_several_processors_and_stay_in_their_order() {
    let place = Place::new();
    let names: Vec<String> = (0..140).map(|number| format!("server-{number}")).collect();
    for name in &names {
        place.certify(name);
    }
    place.make(noon());
    let trust = keep::trust(None, &place.gateway).unwrap();
    let revoked = List { version: 1, ..List::default() };
    let believed = Believed { trust: &trust, revoked: &revoked, now: noon() };
    let load = |found: &mut Vec<String>| {
        load(&place.file(), believed, &mut |it| found.push(it.target.name.clone()))
    };
    let mut found = Vec::new();
    assert_eq!(load(&mut found).unwrap().index.rows().len(), 141);
    let mut right = vec![url("mail")];
    right.extend(names.iter().map(|name| url(name)));
    assert_eq!(found, right);
    // None of them is lost where nobody who has signed them is trusted.
    place.trust(&[keep::CERTIFICATES]);
    let trust = keep::trust(None, &place.gateway).unwrap();
    let believed = Believed { trust: &trust, ..believed };
    let loaded = super::load(&place.file(), believed, &mut |_| {}).unwrap();
    assert_eq!((loaded.left_out.certificates, loaded.left_out.why.len()), (141, 20));
    assert!(loaded.left_out.why[0].starts_with("entry 0 of the log"), "{:?}", loaded.left_out);
}
