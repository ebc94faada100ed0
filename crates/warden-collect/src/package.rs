//! The package that a command line runs.
//!
//! First what stands before the real command is taken off: `env A=1`, `cmd /c`, `sh -c "…"`,
//! `sudo`. Then the table of launchers says which word names the package, and `spec` what that
//! word means.

mod launchers;
mod spec;
#[cfg(test)]
mod tests;

use warden_model::Package;

/// How many programs that start another program are looked through.
const WRAPPERS: usize = 8;

/// The package that this command line runs, if it names one.
#[must_use]
pub fn of(command: &str, args: &[String]) -> Option<Package> {
    let mut line: Vec<String> = Vec::with_capacity(args.len() + 1);
    if args.is_empty() && command.contains(char::is_whitespace) && !looks_like_path(command) {
        line.extend(shell_words::split(command).ok()?);
    } else {
        line.push(command.to_owned());
        line.extend(args.iter().cloned());
    }
    look(&line, WRAPPERS)
}

/// The command that runs behind `env`, `cmd /c`, `sh -c` and the like.
pub(crate) fn inner_line(command: &str, args: &[String]) -> (String, Vec<String>) {
    let mut line = (command.to_owned(), args.to_vec());
    for _ in 0..WRAPPERS {
        let found = inner(&line.0, &line.1).unwrap_or_default();
        let Some((command, args)) = found.last().and_then(|last| last.split_first()) else { break };
        line = (command.clone(), args.to_vec());
    }
    line
}

fn look(line: &[String], depth: usize) -> Option<Package> {
    let (command, args) = line.split_first()?;
    let depth = depth.checked_sub(1)?;
    match inner(command, args) {
        Some(lines) => lines.iter().find_map(|line| look(line, depth)),
        None => launchers::package(command, args),
    }
}

/// A program's name without its directory and what Windows adds, in lower case.
pub(crate) fn program(command: &str) -> String {
    let name = command.rsplit(['/', '\\']).next().unwrap_or(command).to_ascii_lowercase();
    let plain = [".exe", ".cmd", ".bat", ".ps1"].iter().find_map(|end| name.strip_suffix(end));
    plain.map_or_else(|| name.clone(), str::to_owned)
}

fn looks_like_path(command: &str) -> bool {
    command.starts_with('/') || command.get(1..3) == Some(":\\")
}

/// What a program that starts another one starts; `None` if it is not such a program.
fn inner(command: &str, args: &[String]) -> Option<Vec<Vec<String>>> {
    let name = program(command);
    match name.as_str() {
        "env" => Some(vec![after_settings(args)]),
        "cmd" => {
            let at =
                args.iter().position(|word| matches!(word.as_str(), "/c" | "/C" | "/k" | "/K"))?;
            Some(rest_or_script(args.get(at + 1..)?))
        }
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "fish" => {
            let at = args.iter().position(|word| is_command_flag(word))?;
            Some(script(args.get(at + 1)?))
        }
        "powershell" | "pwsh" => {
            let flag =
                |word: &String| matches!(word.to_ascii_lowercase().as_str(), "-command" | "-c");
            let at = args.iter().position(flag)?;
            Some(rest_or_script(args.get(at + 1..)?))
        }
        "sudo" | "nice" | "nohup" | "exec" | "time" | "stdbuf" | "caffeinate" | "xvfb-run"
        | "setsid" | "command" => {
            let at = args.iter().position(|word| !word.starts_with('-'))?;
            Some(vec![args.get(at..)?.to_vec()])
        }
        "timeout" => {
            let at = args.iter().position(|word| !word.starts_with('-'))?;
            Some(vec![args.get(at + 1..)?.to_vec()])
        }
        "op" | "doppler" | "infisical" | "dotenv" | "dotenvx" | "mise" | "direnv" | "aws-vault"
        | "chamber" | "teller" => {
            let at = args.iter().position(|word| word == "--")?;
            Some(vec![args.get(at + 1..)?.to_vec()])
        }
        _ => None,
    }
}

/// `-c`, also together with other letters as in `-lc`.
fn is_command_flag(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|flags| {
        flags.ends_with('c')
            && flags.len() <= 4
            && flags.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

fn after_settings(args: &[String]) -> Vec<String> {
    let mut rest = args;
    while let Some((word, tail)) = rest.split_first() {
        match word.as_str() {
            "-u" | "-C" | "--unset" | "--chdir" => rest = tail.get(1..).unwrap_or_default(),
            "-S" | "--split-string" => {
                let text = tail.first().map_or("", String::as_str);
                return shell_words::split(text).unwrap_or_default();
            }
            flag if flag.starts_with('-') => rest = tail,
            assignment if is_assignment(assignment) => rest = tail,
            _ => break,
        }
    }
    rest.to_vec()
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// Words that are either a command line already or one text that is one.
fn rest_or_script(rest: &[String]) -> Vec<Vec<String>> {
    match rest {
        [one] => script(one),
        many => vec![many.to_vec()],
    }
}

/// The commands of a shell script that fits on a line.
fn script(text: &str) -> Vec<Vec<String>> {
    let spaced = ["&&", "||", ";", "|"]
        .iter()
        .fold(text.to_owned(), |text, sign| text.replace(sign, &format!(" {sign} ")));
    let Ok(words) = shell_words::split(&spaced) else { return Vec::new() };
    let is_sign = |word: &String| matches!(word.as_str(), "&&" | "||" | ";" | "|" | "&");
    words
        .split(is_sign)
        .map(|command| command.iter().skip_while(|word| is_assignment(word)).cloned().collect())
        .filter(|command: &Vec<String>| !command.is_empty())
        .collect()
}
