use std::collections::BTreeSet;

use warden_flow::{
    analysis::{At, FnId},
    ir::{Expr, Stmt, StmtId},
};
use warden_model::{Class, Confidence, Severity};

use crate::{
    Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView,
    source::{
        deeds::{Deed, FileUse, Start, Touch},
        fold::{Fold, Value},
        index::children,
        reached::is_business,
    },
};

#[doc = include_str!("defence_evasion.md")]
#[derive(Debug)]
pub(crate) struct DefenceEvasion;

static META: Meta = Meta {
    id: "defence-evasion",
    class: Class::MaliciousPackage,
    severity: Severity::Critical,
    title: "the server keeps others from seeing what it does",
    help: "leave logs, histories and security programs alone, and do the same whether somebody looks or not",
    languages: EVERY_LANGUAGE,
    cwe: &[506, 778],
    page: include_str!("defence_evasion.md"),
};

impl Rule for DefenceEvasion {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        let deeds = view.deeds();
        for set in &deeds.sets {
            no_history(view, set, out);
        }
        for start in &deeds.starts {
            stops(view, start, out);
        }
        for file in &deeds.files {
            wipes(view, file, out);
        }
        watches(view, out);
    }
}

fn no_history(view: &SourceView<'_>, set: &Deed, out: &mut Vec<Draft>) {
    let Some(name) = set.value.known() else { return };
    let to = set.to.as_ref().map(|to| to.spelling().shown()).unwrap_or_default();
    let off = match name {
        "HISTFILE" => to == "/dev/null" || to.is_empty(),
        "HISTSIZE" | "HISTFILESIZE" => to == "0",
        "HISTCONTROL" => to.contains("ignorespace") || to.contains("ignoreboth"),
        "HISTIGNORE" => to == "*",
        _ => false,
    };
    if off {
        let message = format!("the history of the shell is switched off with `{name}`");
        out.push(draft(view, set.at, set.function, message));
    }
}

/// Parts of names of programs that look after a machine.
const GUARDS: &[&str] = &[
    "edr",
    "antivirus",
    "defender",
    "falcon",
    "crowdstrike",
    "sentinel",
    "carbonblack",
    "cbagent",
    "osquery",
    "wazuh",
    "ossec",
    "auditd",
    "sysmon",
    "snort",
    "suricata",
    "falco",
    "tetragon",
    "clamav",
    "clamd",
    "freshclam",
    "apparmor",
    "setenforce",
    "ufw",
    "firewall",
    "littlesnitch",
    "lulu",
    "blockblock",
    "knockknock",
    "santa",
    "jamf",
    "kandji",
    "mdatp",
    "sophos",
    "mcafee",
    "symantec",
    "kaspersky",
    "avast",
    "malwarebytes",
    "tanium",
    "auditbeat",
    "rsyslog",
    "syslog-ng",
    "sensord",
    "securityd",
    "windefend",
    "mpssvc",
    "eventlog",
    "fireeye",
    "cylance",
    "trendmicro",
    "esets",
];

fn stops(view: &SourceView<'_>, start: &Start, out: &mut Vec<Draft>) {
    let what = start.texts().find_map(|line| stopped(&line.to_lowercase()));
    let Some(what) = what else { return };
    let words =
        ["firewall", "antivirus", "security agent", "audit", "clear log", "clears log", "history"];
    if !is_business(view, start.function, &words) {
        let message = format!("the server runs a command that {what}");
        out.push(draft(view, start.at, start.function, message));
    }
}

/// What a command line does against those who watch.
fn stopped(line: &str) -> Option<&'static str> {
    let words: Vec<&str> = line
        .split(|char: char| char.is_whitespace() || "\"'|;&()`".contains(char))
        .filter(|word| !word.is_empty())
        .collect();
    let program = |word: &str| {
        word.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".exe").to_owned()
    };
    let has = |wanted: &str| words.iter().any(|word| program(word) == wanted);
    let any = |wanted: &[&str]| wanted.iter().any(|wanted| has(wanted));
    let guard = || words.iter().any(|word| GUARDS.iter().any(|guard| word.contains(guard)));
    let stops = any(&["pkill", "killall", "taskkill", "kill"])
        || (any(&["systemctl", "service", "sc", "net", "launchctl", "rc-service"])
            && any(&["stop", "disable", "mask", "kill", "delete", "unload", "bootout"]));
    if stops && guard() {
        return Some("stops a program that looks after the machine");
    }
    let off = [
        "setenforce 0",
        "auditctl -e 0",
        "auditctl -d",
        "ufw disable",
        "iptables -f",
        "nft flush",
        "disablerealtimemonitoring",
        "spctl --master-disable",
        "advfirewall set",
        "csrutil disable",
        "add-mppreference -exclusion",
        "set-mppreference -exclusion",
        "setprocessmitigation",
    ];
    if off.iter().any(|off| line.contains(off)) {
        return Some("switches a protection off");
    }
    let wiped =
        ["history -c", "unset histfile", "set +o history", "histfile=/dev/null", "clear-history"];
    if wiped.iter().any(|wiped| line.contains(wiped)) {
        return Some("takes the history of the shell away");
    }
    let logs = ["wevtutil cl", "clear-eventlog", "journalctl --vacuum", "dmesg -c", "logrotate -f"];
    let removed = any(&["rm", "shred", "truncate", "unlink"]) && line.contains("/var/log/");
    if logs.iter().any(|log| line.contains(log)) || removed {
        return Some("empties logs");
    }
    None
}

/// Names of logs in which the system and its users are written down.
const LOGS: &[&str] = &[
    "wtmp",
    "btmp",
    "utmp",
    "lastlog",
    "auth.log",
    "secure.log",
    "audit.log",
    "/audit/",
    "syslog",
    ".bash_history",
    ".zsh_history",
    ".evtx",
    "history.db",
    "messages.log",
    "kern.log",
    "faillog",
];

fn wipes(view: &SourceView<'_>, file: &FileUse, out: &mut Vec<Draft>) {
    if !matches!(file.touch, Touch::Empty | Touch::Remove) {
        return;
    }
    let named = file.files.iter().map(|path| path.shown().to_lowercase()).find(|path| {
        let system = LOGS.iter().any(|log| path.contains(log));
        // Below the folder of logs, and not the server's own.
        let other = path.contains("/var/log/")
            && !path
                .split(|char: char| !char.is_alphanumeric())
                .filter(|word| word.len() >= 4 && *word != "log" && *word != "logs")
                .any(|word| view.declared().word(word));
        system || other || (path.contains("/var/log/") && path.contains("guard"))
    });
    if named.is_some()
        && !is_business(
            view,
            file.function,
            &["log rotation", "clears logs", "delete logs", "clean up logs"],
        )
    {
        let verb = if file.touch == Touch::Empty { "emptied" } else { "removed" };
        let message = format!("a log that is not the server's own is {verb}");
        out.push(draft(view, file.at, file.function, message));
    }
}

/// What somebody who hides looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Debugger,
    Machine,
    Analyst,
    Container,
    Small,
    Build,
}

/// Words of the code that look for a sign.
const SIGNS: &[(Sign, &[&str])] = &[
    (
        Sign::Debugger,
        &["gettrace", "tracerpid", "isdebuggerpresent", "ptrace", "--inspect", "inspector"],
    ),
    (
        Sign::Machine,
        &["virtualbox", "vmware", "qemu", "bochs", "xen", "hyperv", "parallels", "kvm", "vbox"],
    ),
    (
        Sign::Analyst,
        &[
            "sandbox",
            "malware",
            "analyst",
            "cuckoo",
            "virus",
            "sample",
            "joebox",
            "wireshark",
            "procmon",
        ],
    ),
    (Sign::Container, &["dockerenv", "kubepods", "/proc/1/cgroup"]),
    (Sign::Small, &["cpu_count", "cpus", "totalmem", "uptime", "numcpu", "virtual_memory"]),
    (Sign::Build, &["github_actions", "gitlab_ci", "jenkins_url", "buildkite"]),
];

/// Conditions that look for those who look, and do something only if there is nobody.
fn watches(view: &SourceView<'_>, out: &mut Vec<Draft>) {
    let fold = view.fold();
    for module in 0..fold.modules() {
        let found = fold.module(module);
        for (stmt, _) in &found.stmts {
            let Stmt::If { cond, then, otherwise } = stmt else { continue };
            let mut signs = BTreeSet::new();
            look(fold, At { module, expr: *cond }, 0, &mut signs);
            let sure = signs.contains(&Sign::Debugger)
                || signs.contains(&Sign::Analyst)
                || signs.contains(&Sign::Machine);
            if signs.len() < 3 || !sure || otherwise.len() > 3 {
                continue;
            }
            let guarded = !then.is_empty() && (leaves(found, then) || does_something(found, then));
            if guarded {
                let function = FnId { module, function: fold.index(module).owner(*cond) };
                let at = At { module, expr: *cond };
                let message = "what is done depends on whether somebody looks: a debugger, a virtual machine, an analyst".to_owned();
                let draft = draft(view, at, function, message);
                out.push(draft.severity(Severity::High).confidence(Confidence::Medium));
            }
        }
    }
}

/// Collects the signs that a condition looks for, through functions that it calls.
fn look(fold: &Fold<'_>, at: At, depth: u32, signs: &mut BTreeSet<Sign>) {
    let module = fold.module(at.module);
    let mut work = vec![at.expr];
    let mut functions: BTreeSet<FnId> = BTreeSet::new();
    while let Some(expr) = work.pop() {
        name_signs(fold, At { module: at.module, expr }, signs);
        if let Expr::Call(call) = module.expr(expr)
            && depth < 3
        {
            functions.extend(fold.functions(At { module: at.module, expr: call.callee }));
        }
        children(module, expr, |child| work.push(child));
    }
    for function in functions.into_iter().take(8) {
        let found = fold.module(function.module);
        let Some(body) = found.functions.get(function.function.at()) else { continue };
        // Only small functions are there to answer a question.
        if body.span.end.saturating_sub(body.span.start) > 1500 {
            continue;
        }
        for expr in fold.expressions(function) {
            let at = At { module: function.module, expr };
            name_signs(fold, at, signs);
            if let Expr::Call(call) = found.expr(expr)
                && depth < 2
            {
                let callee = At { module: function.module, expr: call.callee };
                for inner in fold.functions(callee).into_iter().take(2) {
                    for expr in fold.expressions(inner).into_iter().take(200) {
                        name_signs(fold, At { module: inner.module, expr }, signs);
                    }
                }
            }
        }
    }
}

fn name_signs(fold: &Fold<'_>, at: At, signs: &mut BTreeSet<Sign>) {
    let module = fold.module(at.module);
    let text = match module.expr(at.expr) {
        Expr::Text(name) | Expr::Member(_, name) | Expr::Global(name) | Expr::Regex(name, _) => {
            module.text(*name).to_lowercase()
        }
        Expr::Var(var) => {
            // A list of names at the top of the file.
            let Some(list) = fold.list_of_constant(at.module, *var) else { return };
            let words: Vec<&str> = list.items.iter().filter_map(Value::known).collect();
            words.join(" ").to_lowercase()
        }
        _ => return,
    };
    if text.len() > 400 {
        return;
    }
    for (sign, words) in SIGNS {
        if words.iter().any(|word| text.contains(word)) {
            signs.insert(*sign);
        }
    }
}

fn leaves(module: &warden_flow::ir::Module, body: &[StmtId]) -> bool {
    body.last().and_then(|last| module.stmts.get(last.at())).is_some_and(|(stmt, _)| {
        matches!(stmt, Stmt::Return(None) | Stmt::Throw(_))
            || matches!(stmt, Stmt::Return(Some(value)) if matches!(module.expr(*value), Expr::Null))
    })
}

fn does_something(module: &warden_flow::ir::Module, body: &[StmtId]) -> bool {
    body.iter().filter_map(|stmt| module.stmts.get(stmt.at())).any(|(stmt, _)| match stmt {
        Stmt::Expr(expr) => matches!(module.expr(*expr), Expr::Call(_)),
        _ => false,
    })
}

fn draft(view: &SourceView<'_>, at: At, function: FnId, message: String) -> Draft {
    let key = message.clone();
    let label = "nobody is to notice";
    Draft::in_code(view, view.spot(at), Some(function), message, label).key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_against_those_who_watch_are_known() {
        for line in [
            "systemctl stop x-edr-agent.service",
            "pkill -9 -x clamd",
            "/usr/bin/history -c",
            "rm -rf /var/log/*",
            "setenforce 0",
        ] {
            assert!(stopped(line).is_some(), "{line}");
        }
        for line in [
            "systemctl is-active clamd",
            "pkill -f my-server",
            "ls /var/log",
            "systemctl restart nginx",
        ] {
            assert!(stopped(line).is_none(), "{line}");
        }
    }
}
