//! How a server is started, as rules look at it.

use warden_model::{Connection, Endpoint, Hidden, Launch};

/// The command of a connection, if it has one.
pub(crate) fn launch(connection: &Connection) -> Option<&Launch> {
    match &connection.endpoint {
        Endpoint::Command(launch) => Some(launch),
        Endpoint::Remote(_) | Endpoint::Builtin => None,
    }
}

/// Program and arguments; a command that holds a whole line is taken apart.
pub(crate) fn words(launch: &Launch) -> Vec<String> {
    let mut words = if launch.args.is_empty() && launch.command.contains(char::is_whitespace) {
        // What does not split as a shell would split it stays whole; nothing is lost to the rules.
        shell_words::split(&launch.command).unwrap_or_else(|_| vec![launch.command.clone()])
    } else {
        vec![launch.command.clone()]
    };
    words.extend(launch.args.iter().map(Hidden::reveal).map(str::to_owned));
    words
}

/// Program and arguments of what runs in the end: behind a shell's line, `env`, `sudo`, `exec` and
/// variables that are set in front.
pub(crate) fn unwrapped(launch: &Launch) -> Vec<String> {
    let mut words = words(launch);
    // Two shells inside each other are rare, three are nobody's idea of a start.
    for _ in 0..3 {
        let Some((_, line)) = shell_line(&words) else { break };
        let split = shell_words::split(&line);
        words = split.unwrap_or_else(|_| line.split_whitespace().map(str::to_owned).collect());
    }
    let wrapper = |word: &String| {
        let setting = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        setting || matches!(program(word).as_str(), "env" | "sudo" | "exec" | "nohup" | "command")
    };
    let start = words.iter().position(|word| !wrapper(word)).unwrap_or(0);
    words.split_off(start.min(words.len()))
}

/// The name of a program without its folder and its Windows ending, in lower case.
pub(crate) fn program(word: &str) -> String {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
    let ending =
        [".exe", ".cmd", ".bat", ".ps1"].iter().find_map(|ending| name.strip_suffix(ending));
    ending.unwrap_or(&name).to_owned()
}

/// The line that a shell is told to run, with the shell.
pub(crate) fn shell_line(words: &[String]) -> Option<(String, String)> {
    let shell = program(words.first()?);
    let flag: fn(&str) -> bool = match shell.as_str() {
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "fish" | "ash" => {
            |word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
        }
        "cmd" => |word| matches!(word.to_ascii_lowercase().as_str(), "/c" | "/k" | "/s" | "/d"),
        "powershell" | "pwsh" => |word| {
            matches!(
                word.to_ascii_lowercase().as_str(),
                "-c" | "-command" | "-enc" | "-encodedcommand" | "-e" | "-ec"
            )
        },
        _ => return None,
    };
    let at = words.iter().skip(1).rposition(|word| flag(word))? + 1;
    Some((shell, words.get(at + 1..)?.join(" ")))
}

/// Whether a line makes the shell do more than start one program.
pub(crate) fn has_shell_syntax(line: &str) -> bool {
    line.contains(['|', ';', '&', '>', '<', '`', '\n']) || line.contains("$(")
}

/// The arguments of a container engine's `run`, if that is what is started.
pub(crate) fn container_run(words: &[String]) -> Option<&[String]> {
    let engine = program(words.first()?);
    if !matches!(engine.as_str(), "docker" | "podman" | "nerdctl") {
        return None;
    }
    let run = words.iter().position(|word| word == "run" || word == "create")?;
    words.get(run + 1..)
}

/// Values of options, whether they stand behind `=` or in the next word.
pub(crate) fn options<'a>(words: &'a [String], names: &'a [&str]) -> impl Iterator<Item = &'a str> {
    words.iter().enumerate().filter_map(move |(at, word)| {
        let (name, value) =
            word.split_once('=').map_or((word.as_str(), None), |(n, v)| (n, Some(v)));
        names.contains(&name).then(|| value.or_else(|| words.get(at + 1).map(String::as_str)))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_in_the_end_is_found_behind_shells_and_variables() {
        for (command, args, expected) in [
            ("docker", vec!["run", "x"], "docker run x"),
            ("bash", vec!["-lc", "A=1 exec docker run 'x y'"], "docker run x y"),
            ("env", vec!["TOKEN=x", "node", "s.js"], "node s.js"),
            ("sh -c 'sudo podman run z'", vec![], "podman run z"),
            ("sh", vec!["-c", "it's broken"], "it's broken"),
            ("", vec![], ""),
        ] {
            let args = args.into_iter().map(Hidden::from).collect();
            let launch = Launch { command: command.into(), args, ..Launch::default() };
            assert_eq!(unwrapped(&launch).join(" "), expected);
        }
    }
}
