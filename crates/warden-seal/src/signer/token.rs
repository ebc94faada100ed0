//! A key in a token that is reached through a PKCS #11 library (OASIS PKCS #11 v3.1): a hardware
//! security module, a smart card, or a program that plays one.

use std::path::PathBuf;

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::{
        Mechanism,
        eddsa::{EddsaParams, EddsaSignatureScheme},
    },
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    slot::Slot,
    types::AuthPin,
};
use warden_model::Digest;

use crate::{
    KeyKind, Passphrase, SignError, Signer, TokenTrouble, VerifyKey,
    der::{self, Reader},
};

/// Where a key in a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenKey {
    /// The PKCS #11 library of the token's vendor.
    pub module: PathBuf,
    /// The label of the token.
    pub token: String,
    /// The label of the key; its public half has the same.
    pub key: String,
}

/// Signs with a key that never leaves its token.
///
/// Every signature is verified before it is handed out, so that a token that is broken or was
/// exchanged is noticed here.
pub struct TokenSigner {
    session: Session,
    private: ObjectHandle,
    public: VerifyKey,
}

impl std::fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSigner").field("public", &self.public).finish_non_exhaustive()
    }
}

impl TokenSigner {
    /// Logs in to a token and finds the key there.
    ///
    /// # Errors
    /// What is missing or refused. A label that two tokens or two keys share is refused: which of
    /// them would sign is not ours to choose.
    pub fn open(place: &TokenKey, pin: &Passphrase) -> Result<Self, TokenTrouble> {
        let library = Pkcs11::new(&place.module).map_err(|_| TokenTrouble::Module)?;
        start(&library)?;
        let slot = slot(&library, &place.token)?;
        let session = library.open_ro_session(slot).map_err(|_| TokenTrouble::Start)?;
        let pin = String::from_utf8(pin.bytes().to_vec()).map_err(|_| TokenTrouble::Pin)?;
        match session.login(UserType::User, Some(&AuthPin::new(pin.into()))) {
            // Logging in is for all sessions of a process.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(Error::Pkcs11(RvError::PinLocked, _)) => return Err(TokenTrouble::Locked),
            Err(_) => return Err(TokenTrouble::Pin),
        }
        let private = only(&session, ObjectClass::PRIVATE_KEY, &place.key)?;
        let public = public(&session, only(&session, ObjectClass::PUBLIC_KEY, &place.key)?)?;
        Ok(Self { session, private, public })
    }
}

impl Signer for TokenSigner {
    fn public(&self) -> VerifyKey {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature = match self.public.kind() {
            KeyKind::Ed25519 => {
                let scheme = EddsaParams::new(EddsaSignatureScheme::Pure);
                self.session.sign(&Mechanism::Eddsa(scheme), self.private, message)
            }
            // Not every token hashes, but each takes a digest.
            KeyKind::P256 => {
                let digest = Digest::of(message);
                self.session.sign(&Mechanism::Ecdsa, self.private, digest.bytes())
            }
        };
        let mut signature = signature.map_err(|_| SignError::Token(TokenTrouble::Sign))?;
        if self.public.kind() == KeyKind::P256 {
            signature = sequence_of(&signature).ok_or(SignError::Token(TokenTrouble::Sign))?;
        }
        self.public.verify(message, &signature).map_err(|_| SignError::NotByKey)?;
        Ok(signature)
    }
}

fn start(library: &Pkcs11) -> Result<(), TokenTrouble> {
    match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
        Err(_) => Err(TokenTrouble::Start),
    }
}

fn slot(library: &Pkcs11, label: &str) -> Result<Slot, TokenTrouble> {
    let slots = library.get_slots_with_initialized_token().map_err(|_| TokenTrouble::Start)?;
    let mut found = None;
    for slot in slots {
        let token = library.get_token_info(slot).map_err(|_| TokenTrouble::Start)?;
        if token.label() == label && found.replace(slot).is_some() {
            return Err(TokenTrouble::ManyTokens);
        }
    }
    found.ok_or(TokenTrouble::NoToken)
}

fn only(session: &Session, class: ObjectClass, label: &str) -> Result<ObjectHandle, TokenTrouble> {
    let wanted = [Attribute::Class(class), Attribute::Label(label.as_bytes().to_vec())];
    match session.find_objects(&wanted).map_err(|_| TokenTrouble::NoKey)?[..] {
        [] => Err(TokenTrouble::NoKey),
        [one] => Ok(one),
        _ => Err(TokenTrouble::ManyKeys),
    }
}

/// Reads the public half: its kind and its point.
fn public(session: &Session, key: ObjectHandle) -> Result<VerifyKey, TokenTrouble> {
    let wanted = [AttributeType::KeyType, AttributeType::EcPoint];
    let found = session.get_attributes(key, &wanted).map_err(|_| TokenTrouble::NoKey)?;
    let (mut kind, mut point) = (None, None);
    for attribute in found {
        match attribute {
            Attribute::KeyType(found) => kind = Some(found),
            Attribute::EcPoint(found) => point = Some(found),
            _ => {}
        }
    }
    let (Some(kind), Some(point)) = (kind, point) else { return Err(TokenTrouble::NoKey) };
    let point = &point[..];
    let inside = octets(point).unwrap_or(point);
    match kind {
        KeyType::EC => VerifyKey::from_point(inside).map_err(|_| TokenTrouble::NoKey),
        KeyType::EC_EDWARDS => {
            inside.try_into().map(VerifyKey::Ed25519).map_err(|_| TokenTrouble::NoKey)
        }
        _ => Err(TokenTrouble::NoKey),
    }
}

/// The content of an octet string. Some tokens give a point as it is, without one around it; the
/// lengths tell which it is.
fn octets(point: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader::new(point);
    let inside = reader.take(der::OCTET_STRING).ok()?;
    reader.end().ok()?;
    Some(inside)
}

/// Two numbers side by side as the ASN.1 sequence that everybody else writes (RFC 3279, section
/// 2.2.3).
fn sequence_of(raw: &[u8]) -> Option<Vec<u8>> {
    if raw.len() != 64 {
        return None;
    }
    let number = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let bytes = bytes.get(zeros..)?;
        // Zero is no part of a signature.
        let sign: &[u8] = if *bytes.first()? > 0x7f { &[0] } else { &[] };
        Some(der::value(der::INTEGER, &[sign, bytes]))
    };
    let (r, s) = raw.split_at_checked(32)?;
    Some(der::value(der::SEQUENCE, &[&number(r)?, &number(s)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_side_by_side_become_a_sequence() {
        let mut raw = [0; 64];
        raw[31] = 5;
        raw[32] = 0x80;
        let mut expected = vec![0x30, 38, 2, 1, 5, 2, 33, 0, 0x80];
        expected.extend([0; 31]);
        assert_eq!(sequence_of(&raw), Some(expected));
        assert_eq!(sequence_of(&[0; 64]), None);
        assert_eq!(sequence_of(&raw[1..]), None);
    }

    #[test]
    fn what_is_no_library_is_told() {
        let place =
            TokenKey { module: "/nowhere/at/all.so".into(), token: "t".into(), key: "k".into() };
        let pin = Passphrase::new(b"1234".to_vec()).unwrap();
        assert_eq!(TokenSigner::open(&place, &pin).unwrap_err(), TokenTrouble::Module);
    }
}
