//! Who acts: a person, by a key of their own.

use std::path::Path;

use warden_policy::approval::{Person, person_of};
use warden_seal::{Signer, SigningKey};

use super::Desk;
use crate::{Failure, Kind, World, certify::keep::APPROVALS, key};

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
    /// The person whose key is in a file; without one, whoever the key of this machine is of.
    ///
    /// # Errors
    /// A key that cannot be used, or that does not count for approvals.
    pub(crate) fn of(file: Option<&Path>, world: &World, desk: &Desk<'_>) -> Result<Self, Failure> {
        let key = signer(file, world, desk)?;
        let public = key.public();
        let add = || match file {
            Some(file) => {
                format!("mcpwarden trust add {}.pub --name PERSON --use approval", file.display())
            }
            None => format!(
                "mcpwarden trust add {} --name PERSON --use approval",
                desk.paths.public_key().display()
            ),
        };
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

/// What signs with the key in a file, or with that of this machine.
fn signer(file: Option<&Path>, world: &World, desk: &Desk<'_>) -> Result<Box<dyn Signer>, Failure> {
    let key = match file {
        None => key::own(desk.paths)?,
        Some(file) => {
            let file = world.cwd.join(file);
            SigningKey::load(&file).map_err(|error| {
                let message = format!("cannot use the key in `{}`", file.display());
                let failure = Failure::new(Kind::Input, message).caused_by(error);
                failure.hint(format!("make one: `mcpwarden approval key {}`", file.display()))
            })?
        }
    };
    Ok(Box::new(warden_seal::LocalKey::Ed25519(key)))
}
