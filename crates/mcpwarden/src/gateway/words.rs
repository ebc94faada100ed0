//! Values with references in them: `${NAME}` is a variable of the environment, `${file:PATH}` the
//! content of a file, `$${` a literal `${`.

use std::path::Path;

use warden_model::Hidden;

use crate::World;

/// The longest file that a reference names, in bytes.
const MOST: u64 = 64 * 1024;

/// Puts in what references stand for.
///
/// # Errors
/// What is missing, by its name and never by its value.
pub(super) fn filled(text: &str, world: &World) -> Result<Hidden, String> {
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
        out.push_str(&value(name, world)?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(Hidden::new(out))
}

fn value(name: &str, world: &World) -> Result<String, String> {
    if let Some(path) = name.strip_prefix("file:") {
        return file(Path::new(path));
    }
    let known = world.env.get(name).cloned();
    known.ok_or_else(|| format!("the environment has no `{name}`"))
}

fn file(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let long = std::fs::metadata(path).map(|found| found.len() > MOST);
    match long {
        Ok(true) => return Err(format!("`{shown}` is longer than {MOST} bytes")),
        Ok(false) => {}
        Err(error) => return Err(format!("cannot read `{shown}`: {error}")),
    }
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read `{shown}`: {error}"))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
