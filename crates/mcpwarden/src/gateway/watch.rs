//! What others may see of the gateway: metrics and traces.

use std::collections::BTreeMap;

use serde::Deserialize;
use warden_proxy::{
    gateway::settings::{self, Watchers},
    holds::WebhookSettings,
};

use super::{Config, words};
use crate::{Failure, Kind, World};

/// Who may read metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Metrics {
    /// Whoever reaches the gateway.
    Open,
    /// Its clients.
    Clients,
    /// Nobody.
    Off,
}

/// Where traces are sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Traces {
    /// The collector, with the path for traces.
    endpoint: String,
    /// Headers for it.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The share of traces that begin here which is kept.
    #[serde(default = "all")]
    ratio: f64,
}

const fn all() -> f64 {
    1.0
}

/// Who may read metrics: whoever reaches a gateway that only this machine reaches, and clients
/// otherwise, unless something else was said.
pub(super) fn watchers(config: &Config) -> Watchers {
    let usual = if config.listen.ip().is_loopback() { Metrics::Open } else { Metrics::Clients };
    match config.metrics.unwrap_or(usual) {
        Metrics::Open => Watchers::Anybody,
        Metrics::Clients => Watchers::Clients,
        Metrics::Off => Watchers::Nobody,
    }
}

/// Where traces are sent, with what references stand for.
///
/// # Errors
/// When one leads nowhere.
pub(super) fn traces(config: &Config, world: &World) -> Result<Option<settings::Traces>, Failure> {
    let Some(traces) = &config.traces else { return Ok(None) };
    let filled = |(name, value): (&String, &String)| {
        let filled = words::filled(value, &config.home, (world, config.secrets.as_deref()))
            .map_err(|why| {
                Failure::new(Kind::Config, "the settings of `traces` cannot be filled in").hint(why)
            });
        Ok((name.clone(), filled?))
    };
    let headers = traces.headers.iter().map(filled).collect::<Result<_, Failure>>()?;
    let (endpoint, ratio) = (traces.endpoint.clone(), traces.ratio);
    Ok(Some(settings::Traces { endpoint, headers, ratio }))
}

/// Who is told of calls that wait, with what the reference in its secret stands for.
///
/// # Errors
/// When it leads nowhere.
pub(super) fn webhook(config: &Config, world: &World) -> Result<Option<WebhookSettings>, Failure> {
    let Some(webhook) = &config.webhook else { return Ok(None) };
    let secret = words::filled(&webhook.secret, &config.home, (world, config.secrets.as_deref()));
    let secret = secret.map_err(|why| {
        Failure::new(Kind::Config, "the secret of `webhook` cannot be filled in").hint(why)
    })?;
    Ok(Some(WebhookSettings { address: webhook.url.clone(), secret }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(more: &str) -> Result<Config, String> {
        let told = |problems: Vec<super::super::Problem>| {
            problems.into_iter().map(|problem| problem.what).collect::<String>()
        };
        let server = "[[server]]\nname = \"a\"\ncommand = [\"a\"]\n";
        super::super::parse(&format!("{more}\n{server}")).map_err(told)
    }

    #[track_caller]
    fn watched_by(more: &str, expected: Watchers) {
        assert_eq!(watchers(&parsed(more).unwrap()), expected, "{more}");
    }

    #[test]
    fn metrics_are_open_on_loopback_and_for_clients_otherwise() {
        let client = "[[client]]\nname = \"c\"\ntoken_sha256 = \"";
        let client = format!("{client}{}\"", "0".repeat(64));
        let wide = "listen = \"0.0.0.0:1\"\npublic = true";
        watched_by("", Watchers::Anybody);
        watched_by("listen = \"[::1]:1\"", Watchers::Anybody);
        watched_by(&format!("{wide}\n{client}"), Watchers::Clients);
        watched_by(&format!("{wide}\nmetrics = \"open\"\n{client}"), Watchers::Anybody);
        watched_by(&format!("metrics = \"clients\"\n{client}"), Watchers::Clients);
        watched_by("metrics = \"off\"", Watchers::Nobody);
        assert!(parsed("metrics = \"clients\"").unwrap_err().contains("[[client]]"));
        assert!(parsed("metrics = \"all\"").is_err());
    }

    #[test]
    fn a_ratio_is_a_share() {
        for ratio in ["0", "0.5", "1"] {
            let text = format!("[traces]\nendpoint = \"http://a/\"\nratio = {ratio}");
            assert!(parsed(&text).is_ok(), "{ratio}");
        }
        for ratio in ["-0.1", "1.1", "nan", "inf"] {
            let text = format!("[traces]\nendpoint = \"http://a/\"\nratio = {ratio}");
            assert!(parsed(&text).unwrap_err().contains("from 0 to 1"), "{ratio}");
        }
        assert!(parsed("[traces]\nendpoint = \"http://a/\"\nsample = 1").is_err());
    }
}
