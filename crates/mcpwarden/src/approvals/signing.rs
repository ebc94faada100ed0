//! Who acts: a person, by a key of their own.

use warden_policy::approval::{Person, person_of};
use warden_seal::Signer;

use super::Desk;
use crate::{
    Failure, Kind,
    certify::keep::APPROVALS,
    key::{self, Opened, Spec},
};

/// A person, and what signs for that person.
pub(crate) struct Signing {
    key: Box<dyn Signer>,
    pub(crate) person: Person,
}

impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signing").field("person", &self.person).finish_non_exhaustive()
    }
}

impl Signing {
    /// The person whose key this is.
    ///
    /// # Errors
    /// A key that does not count for approvals.
    pub(crate) fn of(opened: Opened, desk: &Desk<'_>) -> Result<Self, Failure> {
        let Opened { signer: key, spec } = opened;
        let public = key.public();
        let half = match &spec {
            Spec::Machine => desk.paths.public_key().display().to_string(),
            Spec::File(file) => format!("{}.pub", file.display()),
            Spec::Token(_) | Spec::Command(_) => "KEY.pem".to_owned(),
        };
        let add = || format!("mcpwarden trust add {half} --name PERSON --use approval");
        let unknown = |message: &str| {
            Failure::new(Kind::Config, message.to_owned())
                .hint(format!("say whose it is: `{}`", add()))
        };
        let known = desk.trust.keys().iter().find(|known| known.key == public);
        let known = known.ok_or_else(|| unknown("this key is nobody's whose approvals count"))?;
        let micros = u64::try_from(desk.now.micros()).unwrap_or_default();
        let now = std::time::UNIX_EPOCH + std::time::Duration::from_micros(micros);
        known.counts(APPROVALS, now).map_err(|why| {
            unknown("what this key signs does not count for approvals").caused_by(why)
        })?;
        let person =
            person_of(known).ok_or_else(|| unknown("the name of this key is that of no person"))?;
        Ok(Self { key, person })
    }

    /// This machine, which says what was measured. It needs to be trusted for certificates.
    ///
    /// # Errors
    /// When its key cannot be used.
    pub(crate) fn machine(desk: &Desk<'_>) -> Result<Self, Failure> {
        let key = key::own(desk.paths)?;
        let public = warden_seal::VerifyKey::from(key.public());
        let known = desk.trust.keys().iter().find(|known| known.key == public);
        let person = known.and_then(person_of).ok_or_else(|| {
            Failure::new(Kind::Config, "the key of this machine is not trusted")
                .hint("it says what evidence shows: trust it for `certificate`")
        })?;
        Ok(Self { key: Box::new(warden_seal::LocalKey::Ed25519(key)), person })
    }

    /// What signs.
    pub(crate) fn signer(&self) -> &dyn Signer {
        &*self.key
    }
}
