//! What settings want, made ready, and what is wrong with them.

use std::sync::Arc;

use warden_audit::Clock;

use super::{
    Core, NameError,
    settings::Settings,
    traces::{Tracer, TracesError},
};
use crate::{
    holds::{Webhook, WebhookError},
    identity::{Door, DoorError},
    limits::Limits,
    store::Store,
};

/// What makes the spans that these settings want.
pub(super) fn tracer(settings: &Settings, clock: &Clock) -> Result<Tracer, SettingsError> {
    let start = |to| Tracer::start(to, env!("CARGO_PKG_VERSION"), Arc::clone(clock));
    Ok(settings.traces.as_ref().map_or_else(|| Ok(Tracer::off()), start)?)
}

/// What tells of calls that wait, if these settings want it.
pub(super) fn webhook(
    settings: &Settings,
    clock: &Clock,
) -> Result<Option<Webhook>, SettingsError> {
    let start = |to| Webhook::start(to, Arc::clone(clock));
    Ok(settings.webhook.as_ref().map(start).transpose()?)
}

/// Who comes in under these settings. What was taken back before stays so.
pub(super) fn door(
    settings: &Settings,
    old: Option<&Core>,
) -> Result<Option<Arc<Door>>, SettingsError> {
    let Some(wanted) = &settings.identity else { return Ok(None) };
    let made = match old.and_then(|old| old.door.as_ref()) {
        Some(old) if old.settings() == wanted => return Ok(Some(Arc::clone(old))),
        Some(old) => Door::in_place_of(old, wanted.clone())?,
        None => Door::new(wanted.clone())?,
    };
    Ok(Some(Arc::new(made)))
}

/// The limits that these settings set, of which nothing is used.
pub(super) fn limits(settings: &Settings, store: &Arc<dyn Store>, clock: &Clock) -> Limits {
    let limits = settings.policies.as_ref().map(|policies| policies.directory.limits().to_vec());
    Limits::new(limits.unwrap_or_default(), Arc::clone(store), Arc::clone(clock))
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SettingsError(Contradiction);

/// What is wrong with settings.
#[derive(Debug, thiserror::Error)]
enum Contradiction {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Traces(#[from] TracesError),
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    #[error("`identity`: {0}")]
    Door(#[from] DoorError),
}

impl<T: Into<Contradiction>> From<T> for SettingsError {
    fn from(error: T) -> Self {
        Self(error.into())
    }
}
