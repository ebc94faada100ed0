//! Whether a token is shown by whom it is bound to.

use warden_model::Digest;
use warden_seal::jose::{Algorithm, BadProof, Expected, Proof};

use super::{
    door::Door,
    person::Bound,
    reason::Reason,
    settings::Dpop,
    shown::{Credential, Shown},
    uri,
};

/// How many seconds a proof may be off.
const WINDOW: i64 = 60;

/// How proofs may be signed.
pub(super) const ALGORITHMS: [Algorithm; 4] = Algorithm::USUAL;

impl Door {
    /// Checks that a token is shown as it is bound. Returns what the proof says of the body.
    pub(super) fn check_binding(
        &self,
        bound: &Bound,
        credential: Credential<'_>,
        shown: &Shown<'_>,
    ) -> Result<Option<Box<str>>, Reason> {
        match (self.bound_key(bound, credential, shown)?, credential) {
            (Some(key), Credential::Dpop(token, proof)) => {
                self.check_proof((token, proof), key, shown)
            }
            _ => Ok(None),
        }
    }

    /// The key that a proof has to be by, if the token is bound to one; all but the proof is right.
    pub(super) fn bound_key<'a>(
        &self,
        bound: &'a Bound,
        credential: Credential<'_>,
        shown: &Shown<'_>,
    ) -> Result<Option<&'a str>, Reason> {
        if let Some(certificate) = &bound.certificate
            && shown.certificate.map(Digest::of).as_ref() != Some(certificate)
        {
            return Err(Reason::TokenBinding);
        }
        match (credential, &bound.key) {
            (Credential::Dpop(..), Some(key)) if self.settings.dpop != Dpop::Off => Ok(Some(key)),
            (Credential::Bearer(_), None)
                if self.settings.dpop != Dpop::Required || bound.certificate.is_some() =>
            {
                Ok(None)
            }
            (Credential::None | Credential::Bearer(_) | Credential::Dpop(..), _) => {
                Err(Reason::TokenBinding)
            }
        }
    }

    fn check_proof(
        &self,
        (token, proof): (&str, &str),
        key: &str,
        shown: &Shown<'_>,
    ) -> Result<Option<Box<str>>, Reason> {
        let (origin, _) = uri::split(&self.settings.resource).ok_or(Reason::ProofRequest)?;
        let here = uri::normal(&format!("{origin}{}", shown.uri.path()));
        let is_here = |uri: &str| here.is_some() && uri::normal(uri) == here;
        let now = shown.seconds();
        let numbers = self.settings.nonces.then(|| self.nonces.both(now));
        let nonces = numbers.as_ref().map(|(now, before)| [now.as_str(), before.as_str()]);
        let expected = Expected {
            method: shown.method.as_str(),
            is_here: &is_here,
            token,
            bound_to: Some(key),
            nonces: nonces.as_ref().map_or(&[], |both| both.as_slice()),
            now,
            window: WINDOW,
        };
        let proof = Proof::check(proof, &ALGORITHMS, &expected).map_err(reason)?;
        self.proofs.first(proof.id, proof.made + WINDOW, now)?;
        Ok(proof.content)
    }
}

const fn reason(bad: BadProof) -> Reason {
    match bad {
        BadProof::Malformed => Reason::ProofMalformed,
        BadProof::Other => Reason::ProofRequest,
        BadProof::Time => Reason::ProofTime,
        BadProof::Nonce => Reason::ProofNonce,
        BadProof::Key => Reason::ProofKey,
    }
}
