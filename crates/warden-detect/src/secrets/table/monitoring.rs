//! Metrics, logs, errors and who is woken by them.

use crate::secrets::kind::table;

table! {
    "datadog-key" "Datadog" LIVE Entropy: Named["datadog", "dd_api", "dd-api", "dd_app", "dd-app", "ddog"]["<hex:32>", "<hex:40>"];
    "datadog-prefixed-key" "Datadog" LIVE Entropy: Marked["ddapp_<b62:34>", "ddpat_<b62:34-60>"];
    "new-relic-key" "New Relic" LIVE Entropy: Marked["NRAK-<up:27>", "NRII-<url:32>", "NRIQ-<url:32>", "NRRA-<hex:42>"];
    "new-relic-browser-key" "New Relic" MUTE Entropy: Marked["NRJS-<hex:19>"];
    "new-relic-licence" "New Relic" LIVE Entropy: Marked["<hex:36>NRAL"];
    "grafana-token" "Grafana" LIVE CrcHex: Marked["glsa_<b62:32>_<hex:8>"];
    "grafana-cloud-token" "Grafana" LIVE Json: Marked["glc_<pad:32-400>"];
    "grafana-legacy-key" "Grafana" LIVE Json: Marked["eyJrIjoi<pad:60-140>"];
    "sentry-dsn" "Sentry" MUTE Entropy: Marked["://(<hex:32>)@", "://(<hex:32>:<hex:32>)@"];
    "sentry-organisation-token" "Sentry" LIVE Json: Marked["sntrys_<pad:60-400>_<b64:43>"];
    "sentry-token" "Sentry" LIVE Entropy: Marked["sntryu_<hex:64>"];
    "sentry-legacy-token" "Sentry" LIVE Entropy: Named["sentry"]["<hex:64>"];
    "honeycomb-key" "Honeycomb" LIVE Entropy: Marked["hcaik_<low:58>", "hcalk_<low:58>", "hcamk_<low:58>"];
    "honeycomb-legacy-key" "Honeycomb" LIVE Entropy: Named["honeycomb"]["<hex:32>", "<b62:22>"];
    "rollbar-token" "Rollbar" LIVE Entropy: Named["rollbar"]["<hex:32>"];
    "bugsnag-key" "Bugsnag" MUTE Entropy: Named["bugsnag"]["<hex:32>"];
    "airbrake-key" "Airbrake" LIVE Entropy: Named["airbrake"]["<hex:32>", "<hex:40>"];
    "raygun-key" "Raygun" LIVE Entropy: Named["raygun"]["<b62:22>"];
    "pagerduty-key" "PagerDuty" LIVE Entropy: Named["pagerduty", "pager_duty", "pd_api", "pd_token"]["u+<url:18>", "<url:20>"];
    "pagerduty-integration-key" "PagerDuty" MUTE Entropy: Named["pagerduty", "pager_duty"]["<hex:32>"];
    "opsgenie-key" "Opsgenie" LIVE Entropy: Named["opsgenie"]["<uuid>"];
    "statuspage-key" "Statuspage" LIVE Entropy: Named["statuspage"]["<uuid>", "<hex:64>"];
    "betterstack-token" "Better Stack" LIVE Entropy: Named["betterstack", "better_stack", "logtail", "betteruptime"]["<b62:24>"];
    "dynatrace-token" "Dynatrace" LIVE Entropy: Marked["dt0c01.<up:24>.<up:64>", "dt0s01.<up:24>.<up:64>", "dt0s16.<up:24>.<up:64>"];
    "splunk-token" "Splunk" MUTE Entropy: Named["splunk", "hec_token"]["<uuid>"];
    "splunk-observability-token" "Splunk" LIVE Entropy: Named["signalfx", "splunk_access"]["<url:22>"];
    "sumologic-key" "Sumo Logic" LIVE Entropy: Named["sumologic", "sumo_access", "sumo_logic"]["<b62:64>"];
    "logzio-token" "Logz.io" LIVE Entropy: Named["logzio", "logz_io"]["<b62:32>", "<uuid>"];
    "loggly-token" "Loggly" LIVE Entropy: Named["loggly"]["<uuid>"];
    "papertrail-token" "Papertrail" LIVE Entropy: Named["papertrail"]["<b62:20>"];
    "checkly-key" "Checkly" LIVE Entropy: Marked["cu_<hex:32>"];
    "cronitor-key" "Cronitor" LIVE Entropy: Named["cronitor"]["<hex:32>"];
    "uptimerobot-key" "UptimeRobot" LIVE Entropy: Named["uptimerobot", "uptime_robot"]["u<dig:5-10>-<hex:24>", "ur<dig:5-10>-<hex:24>"];
    "instana-token" "Instana" LIVE Entropy: Named["instana"]["<url:22>"];
    "lightstep-token" "Lightstep" LIVE Entropy: Named["lightstep"]["<pad:60-200>"];
    "axiom-token" "Axiom" LIVE Entropy: Marked["xaat-<uuid>", "xapt-<uuid>"];
    "posthog-key" "PostHog" LIVE Entropy: Marked["phx_<b62:43-48>"];
    "mixpanel-secret" "Mixpanel" LIVE Entropy: Named["mixpanel"]["<hex:32>"];
    "amplitude-key" "Amplitude" LIVE Entropy: Named["amplitude"]["<hex:32>"];
    "appsignal-key" "AppSignal" LIVE Entropy: Named["appsignal"]["<uuid>"];
    "scout-key" "Scout" LIVE Entropy: Named["scout_key", "scoutapm", "scout_apm"]["<b62:20>"];
    "elastic-apm-token" "Elastic" MUTE Entropy: Named["elastic_apm", "apm_secret"]["<b62:18-24>"];
    "logdna-key" "Mezmo" LIVE Entropy: Named["logdna", "mezmo"]["<hex:32>"];
    "coralogix-key" "Coralogix" LIVE Entropy: Named["coralogix"]["cxtp_<b62:30>", "cxup_<b62:30>", "<uuid>"];
    "logrocket-key" "LogRocket" LIVE Entropy: Named["logrocket"]["<low:6>:<low:8-30>:<b62:20>"];
    "rootly-key" "Rootly" LIVE Entropy: Marked["rootly_<hex:64>"];
}
