//! How a server fares, and when it is left alone.

use std::{
    sync::{MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::Server;
use crate::credentials::CredentialError;
use crate::gateway::metrics::Breaker;

/// How a server fares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health {
    /// Failures in a row.
    failures: u32,
    /// It is left alone until then.
    until: Option<Instant>,
    rest: Duration,
    /// Why it failed last.
    pub(crate) code: Option<&'static str>,
    /// Whether it has ever introduced itself.
    pub(crate) introduced: bool,
}

impl Health {
    /// Whether it is left alone.
    pub(crate) fn breaker(&self) -> Breaker {
        match self.until {
            None => Breaker::Closed,
            Some(until) if Instant::now() < until => Breaker::Open,
            Some(_) => Breaker::Trying,
        }
    }
}

impl Server {
    fn health_mut(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it fares.
    pub(crate) fn health(&self) -> Health {
        self.health_mut().clone()
    }

    /// Whether it is left alone.
    pub(super) fn is_resting(&self) -> bool {
        self.health_mut().breaker() == Breaker::Open
    }

    /// Notes a failure of the connection, not of a call.
    pub(crate) fn failed(&self, code: &'static str) {
        self.metrics.failed(code);
        // That there is nothing to show it on behalf of one is no reason to leave it alone for all.
        if CredentialError::is_code(code) {
            return;
        }
        let breaker = self.settings.breaker;
        let mut health = self.health_mut();
        health.failures = health.failures.saturating_add(1);
        health.code = Some(code);
        if health.failures >= breaker.failures {
            health.rest = (health.rest * 2).clamp(breaker.rest, breaker.longest);
            health.until = Some(Instant::now() + health.rest);
        }
    }

    /// Notes that it answers.
    pub(crate) fn fared_well(&self) {
        let mut health = self.health_mut();
        *health = Health { introduced: true, ..Health::default() };
    }
}
