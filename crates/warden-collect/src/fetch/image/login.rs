//! Names and passwords that somebody has for registries already: what Docker, Podman and their
//! relatives have written down, or have a program for.
//!
//! They are looked for only when a registry asks, and go to the registry that they are for and
//! nowhere else. What is there and cannot be used is an error: to go on without it would be to look
//! at something else than its owner meant.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};
use warden_model::Hidden;

use super::{ImageError, manifest};
use crate::fetch::{
    FetchError, Job, Step,
    ask::{self, Ask},
};

/// The most that is read of a file with credentials.
const MOST: u64 = 1 << 20;

/// What a helper says where it has nothing: the words of the protocol.
const NOTHING: &str = "credentials not found";

/// A user who stands for a token that renews others, which is another way of asking.
const TOKEN: &str = "<token>";

/// A name and a password.
#[derive(Debug)]
pub(super) struct Login {
    user: String,
    password: Hidden,
}

impl Login {
    /// The value of `Authorization` (RFC 7617).
    pub(super) fn basic(&self) -> Hidden {
        let pair = format!("{}:{}", self.user, self.password.reveal());
        Hidden::new(format!("Basic {}", STANDARD.encode(pair)))
    }
}

/// What is known for a registry, or for a repository of it alone. Nothing if nobody has written
/// down anything.
///
/// # Errors
/// When there is something that cannot be read or used.
pub(super) fn find(
    job: &Job<'_>,
    host: &str,
    repository: &str,
) -> Result<Option<Login>, FetchError> {
    for file in files(job) {
        if let Some(found) = in_file(job, &file, (host, repository))? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The files that there may be, in order.
fn files(job: &Job<'_>) -> Vec<PathBuf> {
    let of = |name: &str| job.asker.env.get(name).filter(|value| !value.is_empty()).map(Path::new);
    let home = of("HOME").or(of("USERPROFILE"));
    let docker = of("DOCKER_CONFIG").map(Path::to_owned).or(home.map(|home| home.join(".docker")));
    let podman = of("XDG_RUNTIME_DIR").map(|folder| folder.join("containers/auth.json"));
    docker.map(|folder| folder.join("config.json")).into_iter().chain(podman).collect()
}

fn in_file(
    job: &Job<'_>,
    file: &Path,
    (host, repository): (&str, &str),
) -> Result<Option<Login>, FetchError> {
    let bad = |what: &'static str| {
        FetchError::from(ImageError::Credentials { place: file.to_owned(), what })
    };
    // A link is followed: people keep such files elsewhere.
    let real = match file.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(bad("it cannot be read")),
    };
    let bytes = crate::reader::whole(&real, MOST).map_err(|_| bad("it cannot be read"))?;
    let value = manifest::json(&bytes).map_err(|_| bad("it is not readable JSON"))?;
    let members = |name: &str| match value.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(members)) => Ok(Some(members)),
        Some(_) => Err(bad("a part of it has another form")),
    };
    let named = members("credHelpers")?.and_then(|all| best(all, host, repository));
    if let Some(helper) = named {
        let helper = helper.as_str().ok_or_else(|| bad("it names a helper that has no name"))?;
        return ask_helper(job, helper, host);
    }
    if let Some(entry) = members("auths")?.and_then(|all| best(all, host, repository))
        && let Some(login) = plain(entry).map_err(bad)?
    {
        return Ok(Some(login));
    }
    match value.get("credsStore").and_then(Value::as_str).filter(|name| !name.is_empty()) {
        Some(helper) => ask_helper(job, helper, host),
        None => Ok(None),
    }
}

/// The entry that is closest to a repository: its own, that of a part of its path, or the host's.
fn best<'a>(all: &'a Map<String, Value>, host: &str, repository: &str) -> Option<&'a Value> {
    let whole = format!("{host}/{repository}");
    let fits = |(key, value): (&String, &'a Value)| {
        let covered = covered(key);
        let rest = whole.strip_prefix(covered.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then_some((covered.len(), value))
    };
    all.iter().filter_map(fits).max_by_key(|(length, _)| *length).map(|(_, value)| value)
}

/// What a key is for: a host, or a host and a path. Docker has written addresses at times.
fn covered(key: &str) -> String {
    let address = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://"));
    let text = address.map_or(key, |rest| rest.split('/').next().unwrap_or(rest));
    match text.trim_end_matches('/').split_once('/') {
        Some((host, path)) => format!("{}/{path}", host.to_ascii_lowercase()),
        None => text.trim_end_matches('/').to_ascii_lowercase(),
    }
}

/// What an entry says itself. Nothing if it leaves it to a helper.
fn plain(entry: &Value) -> Result<Option<Login>, &'static str> {
    let text = |name: &str| match entry.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(_) => Err("an entry has another form"),
    };
    if text("identitytoken")?.is_some() || text("registrytoken")?.is_some() {
        return Err("it has a token in place of a password, which is not supported");
    }
    let pair = match (text("auth")?, text("username")?, text("password")?) {
        (Some(auth), ..) => {
            let bytes = STANDARD.decode(auth.trim_end_matches('\0'));
            bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok())
        }
        (None, Some(user), Some(password)) => Some(format!("{user}:{password}")),
        (None, None, None) => return Ok(None),
        _ => None,
    };
    let pair = pair.ok_or("an entry is not a name and a password")?;
    let (user, password) = pair.split_once(':').ok_or("an entry is not a name and a password")?;
    login(user, password.trim_end_matches('\0')).map(Some)
}

fn login(user: &str, password: &str) -> Result<Login, &'static str> {
    if user == TOKEN {
        return Err("it has a token in place of a password, which is not supported");
    }
    if user.is_empty() || password.is_empty() || [user, password].iter().any(|text| odd(text)) {
        return Err("an entry is not a name and a password");
    }
    Ok(Login { user: user.to_owned(), password: Hidden::new(password) })
}

fn odd(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// Asks the program that keeps credentials, in the protocol of `docker-credential-helpers`: the
/// host on its input, and JSON on its output. Nothing that it says is told to anybody.
fn ask_helper(job: &Job<'_>, name: &str, host: &str) -> Result<Option<Login>, FetchError> {
    let is_name = !name.is_empty()
        && !name.starts_with('-')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let program = PathBuf::from(format!("docker-credential-{name}"));
    let bad = |what: &'static str| {
        let place = if is_name { program.clone() } else { "docker-credential".into() };
        FetchError::from(ImageError::Credentials { place, what })
    };
    if !is_name {
        return Err(bad("the name of the helper is no name of a program"));
    }
    let work = job.asker.store.work()?;
    let ask = Ask {
        step: Step::Look,
        program: &program,
        args: vec![OsString::from("get")],
        folder: work.path(),
        env: &[],
        without: "",
        input: host.as_bytes(),
    };
    let said = match ask::run(&ask, job) {
        Err(FetchError::NoProgram { .. }) => return Err(bad("it cannot be started")),
        other => other?,
    };
    if !said.ok {
        let nothing = String::from_utf8_lossy(&said.output).trim().starts_with(NOTHING);
        return if nothing { Ok(None) } else { Err(bad("it failed")) };
    }
    let value = manifest::json(&said.output).map_err(|_| bad("its answer is not readable"))?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    login(text("Username"), text("Secret")).map(Some).map_err(bad)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_closest_entry_counts() {
        let all = json!({
            "registry.example": 1, "https://other.example/v1/": 2, "registry.example/team": 3,
            "registry.example/team/mail": 4, "Registry.example:5000/": 5, "registry.exam": 6,
        });
        let all = all.as_object().unwrap();
        let best = |host: &str, name: &str| best(all, host, name).and_then(Value::as_u64);
        assert_eq!(best("registry.example", "other"), Some(1));
        assert_eq!(best("registry.example", "teams"), Some(1));
        assert_eq!(best("registry.example", "team/web"), Some(3));
        assert_eq!(best("registry.example", "team/mail"), Some(4));
        assert_eq!(best("other.example", "mail"), Some(2));
        assert_eq!(best("registry.example:5000", "mail"), Some(5));
        assert_eq!(best("registry.example:5001", "mail"), None);
        assert_eq!(best("evil.example", "registry.example"), None);
    }

    #[test]
    fn an_entry_is_a_name_and_a_password() {
        let auth = |text: &str| json!({ "auth": STANDARD.encode(text) });
        let login = plain(&auth("ann:pass:word")).unwrap().unwrap();
        assert_eq!(login.basic().reveal(), format!("Basic {}", STANDARD.encode("ann:pass:word")));
        assert!(plain(&json!({ "username": "ann", "password": "word" })).unwrap().is_some());
        assert!(plain(&json!({})).unwrap().is_none());
        for bad in [auth("ann"), auth(":word"), auth("ann:"), auth("<token>:x"), auth("a\n:b")] {
            assert!(plain(&bad).is_err(), "{bad}");
        }
        assert!(plain(&json!({ "auth": "%%%" })).is_err());
        assert!(plain(&json!({ "auth": 1 })).is_err());
        assert!(plain(&json!({ "identitytoken": "x" })).is_err());
        assert!(plain(&json!({ "username": "ann" })).is_err());
        assert!(!format!("{login:?}").contains("pass:word"));
    }
}
