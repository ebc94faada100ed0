//! Recognises servers that already start through our own wrapper.

/// A command line, and whether it was behind the wrapper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) command: String,
    pub(crate) args: Vec<String>,
    pub(crate) guarded: bool,
}

/// Takes the wrapper off: `mcpwarden run [options] -- command…` is `command…`, guarded. So is
/// `mcpwarden run NAME [options]`, which starts a certified server from the store and nothing else;
/// there is no command below it to be shown. Anything that is not exactly one of these stays as it
/// is and is not guarded.
pub(crate) fn unwrap(command: String, args: Vec<String>) -> Line {
    if is_wrapper(&command) && starts_certified(&args) {
        return Line { command, args, guarded: true };
    }
    let behind = is_wrapper(&command)
        .then(|| args.iter().position(|word| word == "--"))
        .flatten()
        .filter(|end| args.first().is_some_and(|word| word == "run") && *end + 1 < args.len());
    let Some(end) = behind else {
        return Line { command, args, guarded: false };
    };
    let mut rest = args.into_iter().skip(end + 1);
    let command = rest.next().unwrap_or_default();
    Line { command, args: rest.collect(), guarded: true }
}

/// Whether these words start a certified server by its name. A name never looks like an option, and
/// a command behind `--` would be another server.
fn starts_certified(args: &[String]) -> bool {
    let [run, name, rest @ ..] = args else { return false };
    let named = run == "run" && !name.is_empty() && !name.starts_with('-');
    named && rest.iter().all(|word| word != "--")
}

fn is_wrapper(command: &str) -> bool {
    let name = command.rsplit(['/', '\\']).next().unwrap_or(command);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    name == "mcpwarden"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, guarded: bool, rest: &str) {
        let mut words = line.split(' ').map(str::to_owned);
        let line = unwrap(words.next().unwrap(), words.collect());
        let mut whole = vec![line.command];
        whole.extend(line.args);
        assert_eq!((line.guarded, whole.join(" ").as_str()), (guarded, rest));
    }

    #[test]
    fn the_server_behind_the_wrapper_is_seen() {
        check("mcpwarden run -- npx -y a", true, "npx -y a");
        check("/opt/bin/mcpwarden run --name git -- uvx b -- c", true, "uvx b -- c");
        check("C:\\tools\\mcpwarden.exe run -- node s.js", true, "node s.js");
    }

    #[test]
    fn a_certified_server_is_guarded_and_stays_as_it_is() {
        for line in [
            "mcpwarden run clock",
            "/opt/bin/mcpwarden run io.example/clock --environment sandbox",
            // Nothing of this name is started but what was certified by it.
            "mcpwarden run npx",
        ] {
            check(line, true, line);
        }
        check("mcpwarden run clock -- npx -y a", true, "npx -y a");
    }

    #[test]
    fn what_only_looks_like_the_wrapper_is_not_guarded() {
        for line in [
            "mcpwarden scan -- npx a",
            "mcpwarden run --",
            "mcpwarden run",
            "mcpwarden run ",
            "mcpwarden run --name npx",
            "mcpwarden wrap npx",
            "npx mcpwarden run clock",
            "notmcpwarden run -- a",
            "npx mcpwarden run -- a",
        ] {
            check(line, false, line);
        }
    }
}
