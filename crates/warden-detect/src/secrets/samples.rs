//! Made-up credentials, for tests that prove that none is told.
//!
//! They are put together from pieces, so that no scanner takes this file for a leak.

/// Returns a text with a made-up credential of every kind in [`crate::SECRETS`], with its kind;
/// the whole text is not always the value.
#[must_use]
pub fn samples() -> Vec<(&'static str, String)> {
    let mut all = keys();
    all.extend(places());
    all.extend(more_keys());
    all
}

fn hex(length: usize) -> String {
    "9f8a7b6c5d4e3f2a1b0c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a"
        .chars()
        .take(length)
        .collect()
}

fn b62(length: usize) -> String {
    "Zx81kQpL0vB3nM7tYw2RcD5eF9gH4jK6sA1uI8oP3qW7rT0yU5iE2mN4bV6cX9zL1kJ3hG5fD7sQ0wA8"
        .chars()
        .cycle()
        .take(length)
        .collect()
}

fn keys() -> Vec<(&'static str, String)> {
    vec![
        (
            "private-key",
            format!(
                "-----BEGIN RSA {} KEY-----\nMIIE{}\n-----END RSA {0} KEY-----",
                "PRIVATE",
                b62(60)
            ),
        ),
        ("age-key", format!("AGE-SECRET-KEY-1{}", b62(58).to_uppercase())),
        ("github-token", format!("ghp_{}", b62(36))),
        ("github-token", format!("github_pat_{}_{}", b62(22), b62(59))),
        ("gitlab-token", format!("glpat-{}", b62(20))),
        ("aws-access-key-id", format!("AKIA{}", "Z7QX2LPM9VB3NT5Y")),
        ("aws-secret-access-key", format!("aws_secret_access_key={}", b62(40))),
        ("slack-token", format!("xoxb-{}-{}", "123456789012", b62(24))),
        (
            "slack-webhook",
            format!("https://hooks.slack.com/services/T0{}/B0{}/{}", b62(8), b62(8), b62(24)),
        ),
        ("stripe-key", format!("sk_live_{}", b62(24))),
        ("anthropic-key", format!("sk-ant-api03-{}", b62(80))),
        ("openrouter-key", format!("sk-or-v1-{}", hex(64))),
        ("openai-key", format!("sk-proj-{}", b62(48))),
        ("google-api-key", format!("AIza{}", b62(35))),
        ("google-oauth-secret", format!("GOCSPX-{}", b62(28))),
        ("google-oauth-token", format!("ya29.{}", b62(60))),
        ("npm-token", format!("npm_{}", b62(36))),
        ("pypi-token", format!("pypi-AgEIcHlwaS5vcmc{}", b62(60))),
        ("rubygems-key", format!("rubygems_{}", hex(48))),
        ("docker-token", format!("dckr_pat_{}", b62(27))),
        ("jwt", format!("eyJ{}.eyJ{}.{}", b62(20), b62(30), b62(43))),
    ]
}

fn places() -> Vec<(&'static str, String)> {
    vec![
        ("database-url", "postgres://app:s3cr3tPa55@db.internal:5432/app".into()),
        ("database-url", "mongodb+srv://app:s3cr3tPa55@cluster0.mongodb.net".into()),
        ("database-url", "redis://:s3cr3tPa55@cache:6379/0".into()),
        ("url-credential", "https://someone:letmein@mcp.internal/x".into()),
        ("sentry-dsn", format!("https://{}@o123.ingest.sentry.io/456", hex(32))),
        ("sentry-token", format!("sntrys_{}", b62(60))),
        ("azure-storage-key", format!("AccountName=x;AccountKey={}==;", b62(86))),
        ("azure-client-secret", format!("abC8Q~{}", b62(34))),
        ("azure-sas", format!("https://x.blob.core.windows.net/c?sv=1&sig={}", b62(44))),
        ("sendgrid-key", format!("SG.{}.{}", b62(22), b62(43))),
        ("twilio-key", format!("SK{}", hex(32))),
        ("twilio-auth-token", format!("TWILIO_AUTH={}", hex(32))),
    ]
}

fn more_keys() -> Vec<(&'static str, String)> {
    vec![
        ("huggingface-token", format!("hf_{}", b62(34))),
        ("digitalocean-token", format!("dop_v1_{}", hex(64))),
        ("linear-key", format!("lin_api_{}", b62(40))),
        ("notion-token", format!("ntn_{}", b62(46))),
        ("notion-token", format!("secret_{}", b62(43))),
        ("datadog-key", format!("DD_API_KEY={}", hex(32))),
        ("heroku-key", format!("HRKU-{}", b62(58))),
        ("mailgun-key", format!("key-{}", hex(32))),
        ("mailchimp-key", format!("{}-us12", hex(32))),
        ("telegram-bot-token", format!("1234567890:AA{}", b62(33))),
        ("discord-webhook", format!("https://discord.com/api/webhooks/1234567890123/{}", b62(68))),
        ("discord-token", format!("discord M{}.{}.{}", b62(23), b62(6), b62(38))),
        ("shopify-token", format!("shpat_{}", hex(32))),
        ("atlassian-token", format!("ATATT3{}", b62(120))),
        ("databricks-token", format!("dapi{}", hex(32))),
        ("doppler-token", format!("dp.pt.{}", b62(43))),
        ("vault-token", format!("hvs.{}", b62(90))),
        ("terraform-token", format!("{}.atlasv1.{}", b62(14), b62(67))),
        ("grafana-token", format!("glsa_{}_{}", b62(32), hex(8))),
        ("new-relic-key", format!("NRAK-{}", b62(27).to_uppercase())),
        ("figma-token", format!("figd_{}", b62(40))),
        ("postman-key", format!("PMAK-{}-{}", hex(24), hex(34))),
        ("airtable-token", format!("pat{}.{}", b62(14), hex(64))),
        ("groq-key", format!("gsk_{}", b62(52))),
        ("perplexity-key", format!("pplx-{}", b62(48))),
        ("xai-key", format!("xai-{}", b62(80))),
        ("replicate-token", format!("r8_{}", b62(37))),
        ("supabase-token", format!("sbp_{}", hex(40))),
        ("tavily-key", format!("tvly-{}", b62(32))),
        ("firecrawl-key", format!("fc-{}", hex(32))),
        ("brave-key", format!("BSA{}", b62(28))),
        ("planetscale-token", format!("pscale_tkn_{}", b62(43))),
        ("pulumi-token", format!("pul-{}", hex(40))),
        ("netlify-token", format!("nfp_{}", b62(36))),
        ("square-token", format!("sq0atp-{}", b62(22))),
        ("bearer-token", format!("Authorization: Bearer {}", b62(40))),
        ("credential", format!("db_password = \"{}\"", b62(16))),
    ]
}
