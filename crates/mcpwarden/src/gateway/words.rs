//! Values with references in them: `${NAME}` is a variable of the environment, `${file:PATH}` the
//! content of a file, `${vault:NAME}` a secret of the vault, `$${` a literal `${`. Relative paths begin in the folder of the
//! configuration.

use std::path::Path;

use warden_model::Hidden;
use warden_proxy::credentials::{
    CredentialError,
    secrets::{Secrets, is_secret_name},
    settings::{Part, Template},
};

use crate::World;

/// The longest file that a reference names, in bytes.
const MOST: u64 = 64 * 1024;

/// Puts in what references stand for.
///
/// # Errors
/// What is missing, by its name and never by its value.
pub(super) fn filled(
    text: &str,
    home: &Path,
    (world, secrets): (&World, Option<&Secrets>),
) -> Result<Hidden, String> {
    let mut out = String::with_capacity(text.len());
    for part in template(text, home, world)?.0 {
        match part {
            Part::Text(text) => out.push_str(text.reveal()),
            Part::Secret(name) => {
                let secrets = secrets.ok_or("there is no `[vault]`")?;
                let secret = secrets.get_now(&name);
                let why = |error: CredentialError| {
                    format!("the secret `{name}` cannot be had: {}", error.code())
                };
                out.push_str(secret.map_err(why)?.reveal());
            }
        }
    }
    Ok(Hidden::new(out))
}

/// The same, with the secrets of the vault left to be filled in when they are needed.
///
/// # Errors
/// See [`filled`].
pub(super) fn template(text: &str, home: &Path, world: &World) -> Result<Template, String> {
    let mut parts = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = from.strip_prefix("${").unwrap_or_default();
            continue;
        }
        out.push_str(before);
        let inner = from.strip_prefix("${").unwrap_or_default();
        let Some((name, behind)) = inner.split_once('}') else {
            return Err("a reference begins with `${` and has no `}`".into());
        };
        match name.strip_prefix("vault:") {
            // Anything else may be a value that somebody wrote where its name belongs.
            Some(name) if !is_secret_name(name) => {
                return Err("`${vault:NAME}` has a name that no secret has".into());
            }
            Some(name) => {
                parts.push(Part::Text(Hidden::new(std::mem::take(&mut out))));
                parts.push(Part::Secret(name.into()));
            }
            None => out.push_str(&value(name, home, world)?),
        }
        rest = behind;
    }
    out.push_str(rest);
    parts.push(Part::Text(Hidden::new(out)));
    Ok(Template(parts))
}

fn value(name: &str, home: &Path, world: &World) -> Result<String, String> {
    if let Some(path) = name.strip_prefix("file:") {
        return file(&home.join(path));
    }
    // Anything else may be a value that somebody wrote where its name belongs.
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err("a reference is `${NAME}` or `${file:PATH}` or `${vault:NAME}`".into());
    }
    let known = world.env.get(name).cloned();
    known.ok_or_else(|| format!("the environment has no `{name}`"))
}

fn file(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let cannot = |error| format!("cannot read `{shown}`: {error}");
    match std::fs::metadata(path).map_err(cannot)? {
        found if !found.is_file() => return Err(format!("`{shown}` is no file")),
        found if found.len() > MOST => {
            return Err(format!("`{shown}` is longer than {MOST} bytes"));
        }
        _ => {}
    }
    let text = std::fs::read_to_string(path).map_err(cannot)?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::tests::world;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let write = |name: &str, text: &[u8]| {
            std::fs::write(folder.path().join(name), text).expect("a file can be written");
        };
        write("token", b"from-file\r\n\n");
        write("long", &vec![b'a'; 64 * 1024 + 1]);
        write("binary", b"\xff\xfe");
        let world = world(&[("TOKEN", "from-environment"), ("EMPTY", "")]);
        match (filled(text, folder.path(), (&world, None)), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found.reveal(), expected, "{text}"),
            (Err(why), Err(part)) => {
                assert!(why.contains(part), "{text}: {why}");
                assert!(!why.contains("from-"), "{text}: {why}");
            }
            (Ok(_), Err(part)) => panic!("{text} is filled in, not refused with {part}"),
            (Err(why), Ok(_)) => panic!("{text}: {why}"),
        }
    }

    #[test]
    fn a_name_stands_for_a_variable() {
        check("Bearer ${TOKEN}!", Ok("Bearer from-environment!"));
        check("${TOKEN}${TOKEN}", Ok("from-environmentfrom-environment"));
        check("a${EMPTY}b", Ok("ab"));
        check("${MISSING}", Err("the environment has no `MISSING`"));
    }

    #[test]
    fn a_path_stands_for_the_text_of_a_file_without_its_last_line_feeds() {
        check("${file:token}", Ok("from-file"));
        check("x ${file:./token} y", Ok("x from-file y"));
        check("${file:missing}", Err("missing`: No such file"));
        check("${file:long}", Err("is longer than 65536 bytes"));
        check("${file:binary}", Err("valid UTF-8"));
        check("${file:.}", Err("is no file"));
    }

    #[test]
    fn two_dollars_are_a_literal_one() {
        check("$${TOKEN}", Ok("${TOKEN}"));
        check("$$${TOKEN}", Ok("$${TOKEN}"));
        check("$${TOKEN} ${TOKEN}", Ok("${TOKEN} from-environment"));
    }

    #[test]
    fn what_is_no_reference_stays() {
        check("", Ok(""));
        check("$TOKEN $ {TOKEN} 5$", Ok("$TOKEN $ {TOKEN} 5$"));
        check("é${TOKEN}é", Ok("éfrom-environmenté"));
    }

    #[test]
    fn what_is_half_a_reference_is_refused_and_not_repeated() {
        check("${TOKEN", Err("has no `}`"));
        check("${}", Err("`${NAME}` or `${file:PATH}`"));
        check("${vault:app}", Err("there is no `[vault]`"));
        check("${vault:-from-x y}", Err("a name that no secret has"));
        check("${from-somebody}", Err("`${NAME}` or `${file:PATH}`"));
    }
}
