//! Recognises servers that already start through our own wrapper.

/// A command line, and whether it was behind the wrapper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) command: String,
    pub(crate) args: Vec<String>,
    pub(crate) guarded: bool,
}

/// Takes the wrapper off: `mcpwarden run [options] -- command…` is `command…`, guarded. Anything
/// that is not exactly that stays as it is and is not guarded.
pub(crate) fn unwrap(command: String, args: Vec<String>) -> Line {
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
    fn what_only_looks_like_the_wrapper_is_not_guarded() {
        for line in [
            "mcpwarden scan -- npx a",
            "mcpwarden run --",
            "mcpwarden run npx",
            "notmcpwarden run -- a",
            "npx mcpwarden run -- a",
        ] {
            check(line, false, line);
        }
    }
}
