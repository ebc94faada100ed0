//! What people have agreed to, sealed and kept beyond the end of this process.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use warden_model::Hidden;
use warden_seal::Vault;

use super::{
    error::{CredentialError, Missing},
    holder::Holder,
    settings::Grant,
    token::Token,
};
use crate::store::{NotPut, Space, Store};

/// The longest record.
const MOST: usize = 256 << 10;

/// Where sealed records are kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keeping<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) vault: &'a Vault,
}

/// What somebody has agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) token: Token,
    /// Its number in the store; `None` before it is there.
    pub(super) number: Option<u64>,
    /// It is newer than what is in the store, because the store was away.
    pub(super) unkept: bool,
}

impl Keeping<'_> {
    /// A record, if there is one that is ours and bound to this.
    pub(super) async fn open(
        &self,
        (kind, key): (&str, &str),
    ) -> Result<Option<(Value, u64)>, CredentialError> {
        let entry = self.store.get(Space::Grants, key).await.map_err(|_| Missing::Store)?;
        let Some(entry) = entry else { return Ok(None) };
        let text = str::from_utf8(&entry.value).map_err(|_| Missing::Store)?;
        let bound = [b"credentials".as_slice(), kind.as_bytes(), key.as_bytes()];
        let plain = self.vault.open(text, &bound).map_err(|_| Missing::Store)?;
        let value = warden_seal::read_strict(&plain, MOST).map_err(|_| Missing::Store)?;
        Ok(Some((value, entry.number)))
    }

    /// Keeps a record, if what is there still has this number. Returns the new number, or nothing
    /// if somebody else was faster.
    pub(super) async fn put(
        &self,
        (kind, key): (&str, &str),
        value: &Value,
        before: Option<u64>,
    ) -> Result<Option<u64>, CredentialError> {
        let bound = [b"credentials".as_slice(), kind.as_bytes(), key.as_bytes()];
        let plain = value.to_string();
        let sealed = self.vault.seal(plain.as_bytes(), &bound).map_err(|_| Missing::Store)?;
        match self.store.put(Space::Grants, key, sealed.as_bytes(), before).await {
            Ok(number) => Ok(Some(number)),
            Err(NotPut::Changed) => Ok(None),
            Err(NotPut::Away(_)) => Err(Missing::Store.into()),
        }
    }

    /// Forgets a record.
    pub(super) async fn forget(&self, key: &str) -> Result<(), CredentialError> {
        self.store.forget(Space::Grants, key).await.map_err(|_| Missing::Store.into())
    }

    /// What this person has agreed to; nothing if that was for another issuer, client, server or
    /// other scopes than are configured now.
    pub(super) async fn grant(
        &self,
        holder: &Holder,
        about: &Value,
    ) -> Result<Option<Kept>, CredentialError> {
        let Some((value, number)) = self.open(("grant", &holder.key)).await? else {
            return Ok(None);
        };
        if value.get("about") != Some(about) {
            return Ok(None);
        }
        let text = |name| value.get(name).and_then(Value::as_str).map(Hidden::new);
        let access = text("access").ok_or(Missing::Store)?;
        let until = value.get("until").and_then(Value::as_u64).ok_or(Missing::Store)?;
        let token = Token { access, until, refresh: text("refresh") };
        Ok(Some(Kept { token, number: Some(number), unkept: false }))
    }

    /// Keeps what somebody has agreed to. Returns its number, or nothing if somebody else was faster.
    pub(super) async fn keep(
        &self,
        holder: &Holder,
        about: &Value,
        kept: &Kept,
    ) -> Result<Option<u64>, CredentialError> {
        let Token { access, until, refresh } = &kept.token;
        let value = json!({
            "about": about,
            "for": holder.write(),
            "access": access.reveal(),
            "until": until,
            "refresh": refresh.as_ref().map(Hidden::reveal),
        });
        self.put(("grant", &holder.key), &value, kept.number).await
    }
}

/// What a grant was given for. If any of it changes, it has to be given again.
pub(super) fn about(grant: &Grant, resource: &str) -> Value {
    let scopes: &BTreeSet<String> = &grant.scopes;
    json!({
        "issuer": grant.issuer.identifier,
        "client": grant.client,
        "resource": resource,
        "scopes": scopes,
    })
}
