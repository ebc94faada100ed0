//! For whom something is kept.

use serde_json::{Value, json};
use warden_policy::access::{How, Principal, SessionKey};

use super::error::Denied;

/// Who has agreed, or is asked to: a person, through one agent, for one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    /// What is kept for him is under this key.
    pub(super) key: String,
    pub(super) user: Option<String>,
    pub(super) agent: String,
    pub(super) tenant: String,
}

impl Holder {
    /// Who this is.
    ///
    /// # Errors
    /// Nobody knows: what is kept would be for whoever comes next.
    pub(super) fn of(principal: &Principal, server: &str) -> Result<Self, Denied> {
        if principal.how == How::Anybody {
            return Err(Denied::Nobody);
        }
        let user = principal.user.as_deref().map(str::to_owned);
        Ok(Self::new(user, (&principal.agent, &principal.tenant), server))
    }

    fn new(user: Option<String>, (agent, tenant): (&str, &str), server: &str) -> Self {
        let is_person = if user.is_some() { "user" } else { "agent" };
        let who = user.as_deref().unwrap_or_default();
        let key = SessionKey::derived(&["grant", tenant, is_person, who, agent, server]);
        let (agent, tenant) = (agent.to_owned(), tenant.to_owned());
        Self { key: key.as_str().to_owned(), user, agent, tenant }
    }

    pub(super) fn write(&self) -> Value {
        json!({ "user": self.user, "agent": self.agent, "tenant": self.tenant })
    }

    pub(super) fn read(value: &Value, server: &str) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str);
        let user = text("user").map(str::to_owned);
        Some(Self::new(user, (text("agent")?, text("tenant")?), server))
    }
}
