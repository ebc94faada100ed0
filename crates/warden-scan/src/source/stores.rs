//! Where other programs keep their secrets: files and folders by their names, and commands that
//! tell them.

use super::registries;

/// A place where secrets are kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Store {
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// Ends or parts of paths, in lower case.
    pub(crate) paths: &'static [&'static str],
    /// Words of a description that make it the server's business.
    pub(crate) words: &'static [&'static str],
    /// Parts of the names of hosts that its secrets are meant for.
    pub(crate) owners: &'static [&'static str],
}

/// Every store, and how its paths look.
pub(crate) static STORES: &[Store] = &[
    Store { what: "SSH keys", paths: &["/.ssh/"], words: &["ssh"], owners: &[] },
    Store {
        what: "AWS credentials",
        paths: &["/.aws/credentials", "/.aws/sso/cache", "/.aws/cli/cache"],
        words: &["aws", "amazon"],
        owners: &["amazonaws.com", "aws.amazon.com"],
    },
    Store {
        what: "Kubernetes credentials",
        paths: &["/.kube/config", "/run/secrets/kubernetes.io", "/etc/kubernetes/admin.conf"],
        words: &["kube", "k8s", "helm", "cluster"],
        owners: &[],
    },
    Store {
        what: "Google Cloud credentials",
        paths: &[
            "gcloud/application_default_credentials.json",
            "gcloud/credentials.db",
            "gcloud/access_tokens.db",
            "gcloud/legacy_credentials",
        ],
        words: &["gcloud", "google", "gcp"],
        owners: &["googleapis.com", "google.com"],
    },
    Store {
        what: "Azure credentials",
        paths: &[
            "/.azure/accesstokens.json",
            "/.azure/msal_token_cache",
            "/.azure/service_principal",
        ],
        words: &["azure"],
        owners: &["azure.com", "microsoftonline.com", "windows.net"],
    },
    Store {
        what: "passwords of Docker registries",
        paths: &["/.docker/config.json", "/.config/containers/auth.json"],
        words: &["docker", "podman", "container", "oci"],
        owners: &["docker.io", "docker.com", "ghcr.io"],
    },
    Store {
        what: "logins of netrc",
        paths: &["/.netrc", "/_netrc"],
        words: &["netrc"],
        owners: &[],
    },
    Store {
        what: "tokens of npm",
        paths: &["/.npmrc", "/.yarnrc.yml", "/.yarnrc"],
        words: &["npmrc", "npm registry", "yarnrc"],
        owners: &[registries::NPM, registries::NPM_SITE],
    },
    Store {
        what: "tokens of package indexes",
        paths: &[
            "/.pypirc",
            "/.gem/credentials",
            "/.cargo/credentials",
            "/.m2/settings.xml",
            "/.gradle/gradle.properties",
            "/.composer/auth.json",
            "/.config/pip/pip.conf",
        ],
        words: &["pypirc", "publish", "maven", "gradle", registries::CARGO, "rubygems"],
        owners: &[registries::PYPI, registries::CARGO, registries::RUBY],
    },
    Store {
        what: "passwords of git",
        paths: &["/.git-credentials", "/.config/git/credentials"],
        words: &["git-credentials", "git credential", "credential helper"],
        owners: &["github.com", "gitlab.com"],
    },
    Store {
        what: "tokens of command-line tools",
        paths: &[
            "/gh/hosts.yml",
            "/.config/hub",
            "/.vault-token",
            "/.terraform.d/credentials.tfrc.json",
            "/.terraformrc",
            "/.config/doctl/config.yaml",
            "/.config/glab-cli/config.yml",
            "/.heroku/credentials",
            "/.fly/config.yml",
            "/.config/netlify/config.json",
            "/.local/share/com.vercel.cli/auth.json",
            "/.snowflake/config",
            "/.databrickscfg",
            "/.boto",
            "/.s3cfg",
            "/.rclone.conf",
            "rclone/rclone.conf",
        ],
        words: &[
            "github cli",
            "gh auth",
            "vault",
            "terraform",
            "doctl",
            "digitalocean",
            "glab",
            "heroku",
            "netlify",
            "vercel",
            "snowflake",
            "databricks",
            "rclone",
            "s3cmd",
        ],
        owners: &["github.com"],
    },
    Store {
        what: "tokens of coding assistants",
        paths: &[
            "/.claude/.credentials.json",
            "/.codex/auth.json",
            "github-copilot/hosts.json",
            "github-copilot/apps.json",
            "/.gemini/oauth_creds.json",
            "/.cursor/auth.json",
        ],
        words: &["codex", "copilot", "gemini cli", "claude code"],
        owners: &["openai.com", "anthropic.com", "github.com", "githubcopilot.com"],
    },
    Store {
        what: "keys of GnuPG",
        paths: &["/.gnupg/", "private-keys-v1.d"],
        words: &["gpg", "gnupg", "pgp"],
        owners: &[],
    },
    Store {
        what: "password stores",
        paths: &[
            "/.password-store",
            "/library/keychains",
            "/.local/share/keyrings",
            "/kwalletd",
            ".kdbx",
            "/.config/op/",
            "1password/data",
            "bitwarden/data.json",
            "microsoft/credentials",
            "microsoft/protect",
            "microsoft/vault",
        ],
        words: &["password", "keychain", "keyring", "keepass", "bitwarden", "1password", "vault"],
        owners: &[],
    },
    Store {
        what: "passwords and cookies of browsers",
        paths: &[
            "/login data",
            "/local state",
            "/web data",
            "/network/cookies",
            "/key4.db",
            "/logins.json",
            "/cookies.sqlite",
            "/key3.db",
            "/signons.sqlite",
            "chrome/default/cookies",
            "user data/default/cookies",
            "/cookies.binarycookies",
            "/login data for account",
        ],
        words: &["cookie", "saved password", "login data", "browser password"],
        owners: &[],
    },
    Store {
        what: "wallets",
        paths: &[
            "/.electrum",
            "/.bitcoin",
            "wallet.dat",
            "/.ethereum/keystore",
            "/solana/id.json",
            "exodus.wallet",
            "local extension settings",
            "nkbihfbeogaeaoehlefnkodbefgpgknn",
            "bfnaelmomeimhlpmgjnjophhpkkoljpa",
            "hnfanknocfeofbddgcijnmhnfnkdnaad",
            "fhbohimaelbohpjbbldcngcnapndodjp",
            "/.monero",
            "atomic/local storage",
            "/.dogecoin",
            "/.litecoin",
            "/.zcash",
            "ledger live/",
            "/.foundry/keystores",
        ],
        words: &["wallet", "bitcoin", "ethereum", "solana", "keystore"],
        owners: &[],
    },
    Store {
        what: "sessions of messengers",
        paths: &[
            "discord/local storage",
            "discordcanary/local storage",
            "slack/local storage",
            "slack/cookies",
            "telegram desktop/tdata",
            "signal/config.json",
            "signal/sql/db.sqlite",
        ],
        words: &["discord", "slack", "telegram", "signal"],
        owners: &["discord.com", "slack.com", "telegram.org"],
    },
    Store {
        what: "passwords of databases",
        paths: &["/.pgpass", "/.my.cnf", "/.mylogin.cnf"],
        words: &["pgpass", "postgres", "mysql", "my.cnf"],
        owners: &[],
    },
    Store {
        what: "the history of the shell",
        paths: &["/.bash_history", "/.zsh_history", "/fish_history", "/consolehost_history.txt"],
        words: &["history"],
        owners: &[],
    },
    Store {
        what: "passwords of the system",
        paths: &["/etc/shadow", "/etc/gshadow", "/etc/master.passwd", "/config/sam"],
        words: &["shadow"],
        owners: &[],
    },
];

/// Files beside the keys that are no secret.
const OPEN_OF_SSH: &[&str] = &["config", "known_hosts", "authorized_keys", "environment", "rc"];

/// Files beside tokens that are no secret: who a service account is, and whom it trusts.
const OPEN_OF_ACCOUNTS: &[&str] =
    &["/serviceaccount/namespace", "/serviceaccount/ca.crt", "/serviceaccount/service-ca.crt"];

/// The store that a path leads to. Parts that are not known are `*`.
pub(crate) fn store_of(path: &str) -> Option<&'static Store> {
    let path = path.to_lowercase().replace('\\', "/");
    if path.len() > 1024 || path.rsplit('.').next() == Some("pub") || path.contains("://") {
        return None;
    }
    if OPEN_OF_ACCOUNTS.iter().any(|open| path.ends_with(open)) {
        return None;
    }
    // Paths are matched below a folder; the first part may be one by itself.
    let below = format!("/{}", path.trim_start_matches('/'));
    STORES.iter().find(|store| store.paths.iter().any(|known| leads(&below, known)))
}

fn leads(path: &str, known: &str) -> bool {
    if known == "/.ssh/" {
        let Some((_, file)) = path.rsplit_once("/.ssh/") else { return false };
        let file = file.split('*').next().map_or(file, |_| file);
        return !file.is_empty() && !OPEN_OF_SSH.contains(&file) && !file.starts_with("config");
    }
    let Some(at) = path.find(known) else { return false };
    let rest = path.get(at + known.len()..).unwrap_or_default();
    // A name is whole: `/.boto` is not `/.boto_history`.
    rest.is_empty() || known.ends_with('/') || rest.starts_with(['/', '*', ' ', '"', '\'', '-'])
}

/// A name of a file or folder that says by itself whose secret it is.
pub(crate) fn is_telling_name(name: &str) -> bool {
    matches!(
        name,
        "Login Data"
            | "Local State"
            | "Web Data"
            | "Cookies"
            | "key4.db"
            | "logins.json"
            | "cookies.sqlite"
            | "wallet.dat"
            | "id_rsa"
            | "id_ed25519"
            | "id_ecdsa"
            | "id_dsa"
            | ".netrc"
            | ".git-credentials"
            | ".npmrc"
            | ".pypirc"
            | ".pgpass"
            | "Local Extension Settings"
            | "nkbihfbeogaeaoehlefnkodbefgpgknn"
            | "bfnaelmomeimhlpmgjnjophhpkkoljpa"
            | "hnfanknocfeofbddgcijnmhnfnkdnaad"
            | "credentials.db"
            | "accessTokens.json"
            | "Login Data For Account"
            | "Network/Cookies"
    )
}

/// A command that tells secrets: words that have to stand in it in this order, what they are,
/// and words of a description that make it the server's business.
pub(crate) struct Teller {
    /// The words.
    words: &'static [&'static str],
    /// What is told.
    pub(crate) what: &'static str,
    /// Words of a description that make it the server's business.
    pub(crate) business: &'static [&'static str],
}

/// Commands that tell secrets.
static TELLERS: &[Teller] = &[
    Teller {
        words: &["credential", "fill"],
        what: "passwords of git",
        business: &["git credential", "credential helper"],
    },
    Teller {
        words: &["credential-manager", "get"],
        what: "passwords of git",
        business: &["credential"],
    },
    Teller {
        words: &["security", "find-generic-password"],
        what: "the keychain",
        business: &["keychain"],
    },
    Teller {
        words: &["security", "find-internet-password"],
        what: "the keychain",
        business: &["keychain"],
    },
    Teller { words: &["security", "dump-keychain"], what: "the keychain", business: &["keychain"] },
    Teller { words: &["secret-tool", "search"], what: "the keyring", business: &["keyring"] },
    Teller { words: &["secret-tool", "lookup"], what: "the keyring", business: &["keyring"] },
    Teller {
        words: &["cmdkey", "/list"],
        what: "the credential manager",
        business: &["credential"],
    },
    Teller { words: &["gh", "auth", "token"], what: "the token of GitHub", business: &["github"] },
    Teller {
        words: &["gcloud", "print-access-token"],
        what: "a token of Google Cloud",
        business: &["google", "gcloud", "gcp"],
    },
    Teller { words: &["az", "get-access-token"], what: "a token of Azure", business: &["azure"] },
    Teller {
        words: &["kubectl", "config", "view", "--raw"],
        what: "Kubernetes credentials",
        business: &["kube"],
    },
    Teller {
        words: &["aws", "configure", "get"],
        what: "AWS credentials",
        business: &["aws", "amazon"],
    },
    Teller {
        words: &["aws", "export-credentials"],
        what: "AWS credentials",
        business: &["aws", "amazon"],
    },
    Teller {
        words: &["gpg", "--export-secret-keys"],
        what: "keys of GnuPG",
        business: &["gpg", "pgp"],
    },
];

/// The command that tells secrets in a command line, if there is one.
pub(crate) fn teller_of(line: &str) -> Option<&'static Teller> {
    let words: Vec<&str> = line
        .split(|char: char| char.is_whitespace() || "\"'|;&()`".contains(char))
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .collect();
    TELLERS.iter().find(|teller| {
        let mut rest = words.iter();
        teller.words.iter().all(|wanted| {
            rest.any(|word| {
                *word == *wanted
                    || (wanted.starts_with('/')
                        && word.eq_ignore_ascii_case(wanted.trim_start_matches('/')))
            })
        })
    })
}

/// Variables that belong to somebody else's service: the start of the name, and parts of the names
/// of hosts that they are meant for.
static VENDORS: &[(&str, &[&str])] = &[
    ("AWS_", &["amazonaws.com", "amazon.com"]),
    ("GITHUB_", &["github.com", "githubcopilot.com", "githubusercontent.com"]),
    ("GH_", &["github.com"]),
    ("GITLAB_", &["gitlab"]),
    ("NPM_", &["npmjs"]),
    ("NODE_AUTH_", &["npmjs"]),
    ("PYPI_", &[registries::PYPI]),
    ("TWINE_", &[registries::PYPI]),
    ("OPENAI_", &["openai.com", "azure.com"]),
    ("ANTHROPIC_", &["anthropic.com"]),
    ("HF_", &["huggingface.co"]),
    ("HUGGING", &["huggingface.co"]),
    ("SLACK_", &["slack.com"]),
    ("AZURE_", &["azure", "microsoft", "windows.net"]),
    ("GOOGLE_", &["google"]),
    ("STRIPE_", &["stripe.com"]),
    ("DOCKER_", &["docker"]),
    ("KUBE", &["kube"]),
    ("DATABASE_URL", &[]),
    ("PGPASSWORD", &[]),
    ("SSH_AUTH_SOCK", &[]),
];

/// Whether a variable is somebody else's, and not meant for this host.
pub(crate) fn is_foreign_variable(name: &str, host: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    VENDORS.iter().any(|(start, hosts)| {
        upper.starts_with(start) && !hosts.iter().any(|known| host.contains(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, what: Option<&str>) {
        assert_eq!(store_of(path).map(|store| store.what), what, "{path}");
    }

    #[test]
    fn stores_are_known_by_the_ends_of_their_paths() {
        check("~/.ssh/id_*", Some("SSH keys"));
        check("~/.ssh/id_rsa.pub", None);
        check("~/.ssh/config", None);
        check("*/.ssh/known_hosts", None);
        check("~/.aws/credentials", Some("AWS credentials"));
        check(
            "C:\\Users\\*\\AppData\\Local\\Google\\Chrome\\User Data\\Default\\Login Data",
            Some("passwords and cookies of browsers"),
        );
        check(".npmrc", Some("tokens of npm"));
        check("*/.npmrc.example", None);
        check("~/.config/myapp/config.json", None);
        check("https://example.com/.ssh/id_rsa", None);
        let account = "/var/run/secrets/kubernetes.io/serviceaccount";
        check(account, Some("Kubernetes credentials"));
        check(&format!("{account}/token"), Some("Kubernetes credentials"));
        check(&format!("{account}/*"), Some("Kubernetes credentials"));
        check(&format!("{account}/namespace"), None);
        check(&format!("{account}/ca.crt"), None);
        check(&format!("{account}/namespace/../token"), Some("Kubernetes credentials"));
    }

    #[test]
    fn commands_that_tell_secrets_are_known_wherever_they_are_installed() {
        assert!(teller_of("/usr/bin/git credential fill").is_some());
        assert!(teller_of("echo x | git credential fill").is_some());
        assert!(teller_of("git config --get credential.helper").is_none());
        assert!(teller_of("gh auth token").is_some());
    }

    #[test]
    fn a_variable_belongs_to_the_hosts_of_its_service() {
        assert!(is_foreign_variable("GITHUB_TOKEN", "collect.example"));
        assert!(!is_foreign_variable("GITHUB_TOKEN", "api.github.com"));
        assert!(!is_foreign_variable("WEATHER_KEY", "api.weather.example"));
    }
}
