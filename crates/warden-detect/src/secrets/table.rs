//! Every kind of credential that we know by its shape.
//!
//! Where two rows match the same text the earlier one names it, so a row that is part of another's
//! shape (`sk-ant-` of `sk-`) stands first, and shapes that say little stand last.

use super::{
    SecretKind,
    Test::{Entropy, Generic, Machine, Password, Shape},
};

macro_rules! secrets {
    ($($id:literal, $provider:literal, [$($word:literal),+], $pattern:expr, $test:expr;)*) => {
        /// Every kind of credential that is known by its shape.
        pub static SECRETS: &[SecretKind] = &[$(SecretKind {
            id: $id,
            provider: $provider,
            keywords: &[$($word),+],
            pattern: $pattern,
            test: $test,
        },)*];
    };
}

secrets! {
    "private-key", "any", ["PRIVATE KEY"],
        r"-----BEGIN[^-]{0,40}PRIVATE KEY[^-]{0,20}-----[A-Za-z0-9+/=\s\\:,]{16,}(?:[A-Za-z0-9+/=\s\\:,-]*-----END[^-]*-----)?", Shape;
    "age-key", "age", ["AGE-SECRET-KEY-"], r"AGE-SECRET-KEY-1[0-9A-Z]{40,}", Shape;
    "github-token", "GitHub", ["github_pat_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        r"(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})", Entropy(30);
    "gitlab-token", "GitLab", ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "gloas-", "glsoat-", "glagent-"],
        r"gl(?:pat|dt|rt|cbt|ptt|ft|oas|soat|agent)-[A-Za-z0-9_.=-]{20,}", Entropy(28);
    "aws-access-key-id", "Amazon Web Services", ["AKIA", "ASIA", "ABIA", "ACCA"],
        r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b", Entropy(26);
    "aws-secret-access-key", "Amazon Web Services", ["aws", "SecretAccessKey"],
        r#"(?i)(?:aws|amazon|SecretAccessKey)[a-z0-9_ .-]{0,30}["'`]?\s{0,3}[=:]{1,2}\s{0,3}["'`]?([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|\z)"#, Entropy(38);
    "slack-token", "Slack", ["xoxa-", "xoxb-", "xoxc-", "xoxd-", "xoxe", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-"],
        r"(?:xox[abcdeoprs](?:\.xox[bp])?-[A-Za-z0-9%/+-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{20,})", Entropy(25);
    "slack-webhook", "Slack", ["hooks.slack.com"],
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_+-]{20,})", Entropy(25);
    "stripe-key", "Stripe", ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"],
        r"(?:[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,})", Entropy(30);
    "anthropic-key", "Anthropic", ["sk-ant-"], r"sk-ant-[A-Za-z0-9_-]{20,}", Entropy(30);
    "openrouter-key", "OpenRouter", ["sk-or-"], r"sk-or-[A-Za-z0-9_-]{20,}", Entropy(30);
    "openai-key", "OpenAI", ["sk-"], r"\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}", Machine(35);
    "google-api-key", "Google", ["AIza"], r"AIza[0-9A-Za-z_-]{35}", Entropy(32);
    "google-oauth-secret", "Google", ["GOCSPX-"], r"GOCSPX-[A-Za-z0-9_-]{20,}", Entropy(30);
    "google-oauth-token", "Google", ["ya29.", "1//0"], r"(?:ya29\.[A-Za-z0-9_-]{30,}|\b1//0[A-Za-z0-9_-]{30,})", Entropy(32);
    "npm-token", "npm", ["npm_"], r"\bnpm_[A-Za-z0-9]{36}", Entropy(32);
    "pypi-token", "PyPI", ["pypi-"], r"pypi-[A-Za-z0-9_-]{50,}", Entropy(32);
    "rubygems-key", "RubyGems", ["rubygems_"], r"rubygems_[0-9a-f]{48}", Entropy(28);
    "docker-token", "Docker", ["dckr_"], r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}", Entropy(30);
    "jwt", "any", ["eyJ"], r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", Shape;
    "sentry-dsn", "Sentry", ["ingest", "sentry"], r"https://([0-9a-f]{32})(?::[0-9a-f]{32})?@[A-Za-z0-9.-]+/[0-9]+", Entropy(28);
    "database-url", "any", ["postgres", "mysql", "mariadb", "mongodb", "redis", "valkey", "amqp", "sqlserver", "mssql", "clickhouse", "cockroach", "neo4j", "bolt", "snowflake", "smtp", "ldap", "ftp", "nats"],
        r#"(?i)\b(?:postgres(?:ql)?|mysql2?|mariadb|mongodb|rediss?|valkeys?|amqps?|sqlserver|mssql|clickhouse|cockroachdb|neo4j|bolt|snowflake|smtps?|ldaps?|s?ftps?|nats)(?:\+[a-z0-9+]{1,20})?://[^\s:/@"'`]*:([^\s@"'`]+)@"#, Password;
    "url-credential", "any", ["://"],
        r#"(?i)\b(?:https?|wss?|git\+https|git|ssh)://(?:[^\s/@:"'`<>]*:([^\s@"'`<>]+)|([^\s/@:"'`<>]{16,}))@"#, Password;
    "sentry-token", "Sentry", ["sntrys_", "sntryu_"], r"sntry[su]_[A-Za-z0-9+/=_-]{40,}", Entropy(30);
    "azure-storage-key", "Microsoft Azure", ["AccountKey", "SharedAccessKey", "SharedSecret"],
        r"(?i)(?:AccountKey|SharedAccessKey|SharedSecret)\s{0,3}=\s{0,3}([A-Za-z0-9+/]{40,}={0,2})", Entropy(32);
    "azure-client-secret", "Microsoft Azure", ["Q~"], r"\b[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}", Entropy(32);
    "azure-sas", "Microsoft Azure", ["sig="], r"(?i)[?&;]sig=([A-Za-z0-9%+/=]{40,})", Entropy(30);
    "sendgrid-key", "SendGrid", ["SG."], r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,}", Entropy(34);
    "twilio-key", "Twilio", ["SK"], r"\bSK[0-9a-f]{32}\b", Entropy(28);
    "twilio-auth-token", "Twilio", ["twilio"], r#"(?i)twilio[a-z0-9_ .-]{0,30}["'`]?\s{0,3}[=:]\s{0,3}["'`]?([0-9a-f]{32})\b"#, Entropy(28);
    "huggingface-token", "Hugging Face", ["hf_", "api_org_"], r"\b(?:hf|api_org)_[A-Za-z0-9]{30,}", Entropy(32);
    "digitalocean-token", "DigitalOcean", ["dop_v1_", "doo_v1_", "dor_v1_"], r"do[opr]_v1_[0-9a-f]{64}", Entropy(28);
    "linear-key", "Linear", ["lin_api_", "lin_oauth_"], r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}", Entropy(30);
    "notion-token", "Notion", ["secret_", "ntn_"], r"\b(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{40,})", Entropy(32);
    "datadog-key", "Datadog", ["datadog", "dd_", "dd-", "ddapp_", "ddpat_"],
        r#"(?i)(?:(?:datadog|dd[_-])[a-z0-9_ .-]{0,30}["'`]?\s{0,3}[=:]\s{0,3}["'`]?([0-9a-f]{40}|[0-9a-f]{32})\b|\bdd(?:app|pat)_[A-Za-z0-9]{30,})"#, Entropy(28);
    "heroku-key", "Heroku", ["heroku", "HRKU-"],
        r#"(?i)(?:HRKU-[A-Za-z0-9_-]{36,}|heroku[a-z0-9_ .-]{0,30}["'`]?\s{0,3}[=:]\s{0,3}["'`]?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"#, Entropy(28);
    "mailgun-key", "Mailgun", ["key-", "mailgun"],
        r"\b(?:key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})\b", Entropy(28);
    "mailchimp-key", "Mailchimp", ["-us"], r"\b[0-9a-f]{32}-us[0-9]{1,2}\b", Entropy(28);
    "telegram-bot-token", "Telegram", [":AA"], r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,35}", Entropy(30);
    "discord-webhook", "Discord", ["/api/webhooks/"], r"/api/webhooks/[0-9]{10,25}/([A-Za-z0-9_-]{40,})", Entropy(30);
    "discord-token", "Discord", ["discord", "bot"],
        r"\b[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,45}", Entropy(36);
    "shopify-token", "Shopify", ["shpat_", "shpca_", "shppa_", "shpss_"], r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}", Entropy(28);
    "atlassian-token", "Atlassian", ["ATATT3", "ATCTT3", "ATBB"], r"\b(?:AT[AC]TT3[A-Za-z0-9_=-]{50,}|ATBB[A-Za-z0-9]{24,40})", Entropy(32);
    "databricks-token", "Databricks", ["dapi"], r"\bdapi[0-9a-f]{32}(?:-[0-9])?", Entropy(28);
    "doppler-token", "Doppler", ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."],
        r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}", Entropy(30);
    "vault-token", "HashiCorp Vault", ["hvs.", "hvb.", "hvr."], r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}", Entropy(30);
    "terraform-token", "HashiCorp Terraform", [".atlasv1."], r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}", Entropy(34);
    "grafana-token", "Grafana", ["glsa_", "glc_"], r"\b(?:glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|glc_[A-Za-z0-9+/=]{32,})", Entropy(30);
    "new-relic-key", "New Relic", ["NRAK-", "NRII-", "NRJS-"], r"\bNR(?:AK|II|JS)-[A-Za-z0-9_-]{19,40}", Entropy(28);
    "figma-token", "Figma", ["figd_"], r"\bfigd_[A-Za-z0-9_-]{36,}", Entropy(32);
    "postman-key", "Postman", ["PMAK-"], r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}", Entropy(28);
    "airtable-token", "Airtable", ["pat"], r"\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}", Entropy(32);
    "groq-key", "Groq", ["gsk_"], r"\bgsk_[A-Za-z0-9]{40,}", Entropy(32);
    "perplexity-key", "Perplexity", ["pplx-"], r"\bpplx-[A-Za-z0-9]{32,}", Entropy(32);
    "xai-key", "xAI", ["xai-"], r"\bxai-[A-Za-z0-9]{40,}", Entropy(32);
    "replicate-token", "Replicate", ["r8_"], r"\br8_[A-Za-z0-9]{30,40}", Entropy(32);
    "supabase-token", "Supabase", ["sbp_", "sb_secret_"], r"\b(?:sbp_[0-9a-f]{40}|sb_secret_[A-Za-z0-9_-]{20,})", Entropy(28);
    "tavily-key", "Tavily", ["tvly-"], r"\btvly-[A-Za-z0-9-]{20,}", Entropy(30);
    "firecrawl-key", "Firecrawl", ["fc-"], r"\bfc-[0-9a-f]{32}\b", Entropy(28);
    "brave-key", "Brave", ["BSA"], r"\bBSA[A-Za-z0-9_-]{24,32}\b", Entropy(34);
    "planetscale-token", "PlanetScale", ["pscale_"], r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,}", Entropy(30);
    "pulumi-token", "Pulumi", ["pul-"], r"\bpul-[0-9a-f]{40}", Entropy(28);
    "netlify-token", "Netlify", ["nfp_"], r"\bnfp_[A-Za-z0-9]{36,}", Entropy(32);
    "square-token", "Square", ["sq0", "EAAA"], r"\b(?:sq0[a-z]{3}-[A-Za-z0-9_-]{22,50}|EAAA[A-Za-z0-9_-]{58,})", Entropy(32);
    "bearer-token", "any", ["bearer", "basic "],
        r"(?i)\b(?:bearer|basic)\s{1,3}([A-Za-z0-9._~+/=-]{12,})", Generic;
    "credential", "any", ["token", "secret", "passw", "pwd", "passphrase", "api_key", "apikey", "api-key", "access_key", "accesskey", "access-key", "private_key", "auth_key", "authkey"],
        r#"(?i)(?:token|secret|passw(?:or)?d|pwd|passphrase|(?:api|access|private|auth|secret)[_-]?key)[a-z0-9_-]{0,20}["'`]?\s{0,3}(?::=|=>|[=:])\s{0,3}["'`]?([^\s"'`,;<>(){}\[\]‹›]{8,})"#, Generic;
}
