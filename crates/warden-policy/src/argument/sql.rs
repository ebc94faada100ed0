//! What a text of SQL does: the verbs of its statements, and of all that is inside of them.
//!
//! Databases read one text in different ways, and which one it is going to be is not known here.
//! So no grammar is followed: a text is taken apart into words as far as all databases agree on
//! what is a string or a comment, and where they do not it is unclear, which nobody allows. Every
//! verb counts, wherever it stands. What a function does that a `SELECT` calls cannot be seen; the
//! rights of the account have to forbid it.

mod words;

use std::collections::BTreeSet;

use words::{Word, words};

/// What stands in place of a verb for a text that cannot be told apart.
pub const UNCLEAR: &str = "unclear";

const MOST_SQL: usize = 64 * 1024;

/// Verbs that no name is without quotes, in most databases. They count wherever they stand.
const HARD: &[&str] = &[
    "alter", "attach", "call", "copy", "create", "delete", "detach", "drop", "dumpfile", "exec",
    "execute", "grant", "insert", "into", "merge", "outfile", "revoke", "shutdown", "truncate",
    "update", "upsert",
];
/// Verbs that are names just as well. They count unless what is before them asks for a name.
const SOFT: &[&str] = &[
    "abort",
    "analyze",
    "analyse",
    "backup",
    "begin",
    "bulk",
    "cache",
    "change",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "commit",
    "connect",
    "dbcc",
    "deallocate",
    "declare",
    "deny",
    "discard",
    "do",
    "export",
    "fetch",
    "flush",
    "handler",
    "import",
    "install",
    "kill",
    "listen",
    "load",
    "lock",
    "move",
    "msck",
    "notify",
    "optimize",
    "pragma",
    "prepare",
    "purge",
    "put",
    "refresh",
    "reindex",
    "release",
    "rename",
    "repair",
    "replace",
    "reset",
    "resignal",
    "restore",
    "rollback",
    "savepoint",
    "security",
    "set",
    "signal",
    "start",
    "stop",
    "undrop",
    "unload",
    "unlisten",
    "unlock",
    "use",
    "vacuum",
    "waitfor",
    "writetext",
    "xa",
];
/// Verbs with which a statement begins that only reads.
const READS: &[&str] =
    &["select", "show", "describe", "desc", "explain", "values", "table", "with"];
/// Functions that act outside of the query.
const ACTING: &[&str] = &[
    "dblink",
    "dblink_exec",
    "dblink_send_query",
    "lo_export",
    "lo_import",
    "load_extension",
    "load_file",
    "openquery",
    "openrowset",
    "opendatasource",
    "pg_read_binary_file",
    "pg_read_file",
    "pg_ls_dir",
    "pg_reload_conf",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "pg_write_file",
    "query_to_xml",
    "readfile",
    "set_config",
    "setval",
    "nextval",
    "sys_eval",
    "sys_exec",
    "utl_http",
    "writefile",
    "xp_cmdshell",
    "xp_dirtree",
    "fts3_tokenizer",
    "eval",
    "database_to_xml",
    "pg_logical_emit_message",
    "pg_file_write",
    "dbms_xslprocessor",
    "dbms_scheduler",
    "dbms_sql",
    "httpuritype",
    "utl_file",
    "utl_smtp",
    "extractvalue",
];

/// What a text does: verbs in lower case. A function that acts counts as `call`, `SELECT … INTO`
/// and `COPY` as `into` and `copy`; what cannot be told is [`UNCLEAR`].
#[must_use]
pub fn verbs(text: &str) -> BTreeSet<String> {
    let unclear = || BTreeSet::from([UNCLEAR.to_owned()]);
    if text.len() > MOST_SQL {
        return unclear();
    }
    let Some(words) = words(text) else { return unclear() };
    let mut found = BTreeSet::new();
    let mut begins = true;
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let after = words.get(at + 1);
        match word {
            Word::Sign(';') => begins = true,
            // A statement, or a query inside of one, may stand in brackets.
            Word::Sign('(') => {}
            Word::Sign(_) | Word::Quoted | Word::Number => {
                if begins {
                    found.insert(UNCLEAR.to_owned());
                }
                begins = false;
            }
            Word::Name(name) => {
                if let Some(verb) = verb(name, begins, before, after) {
                    found.insert(verb.to_owned());
                }
                // `EXPLAIN` has a statement behind it, and perhaps options before that.
                begins = begins && name == "explain";
            }
        }
    }
    found
}

fn verb<'a>(
    name: &'a str,
    begins: bool,
    before: Option<&Word>,
    after: Option<&Word>,
) -> Option<&'a str> {
    let called = matches!(after, Some(Word::Sign('(')));
    if begins {
        return match name {
            "with" => None,
            "values" | "table" => Some("select"),
            "desc" => Some("describe"),
            "analyse" => Some("analyze"),
            _ if READS.contains(&name) || HARD.contains(&name) || SOFT.contains(&name) => {
                Some(name)
            }
            // Also `EXPLAIN (…) SELECT` and `EXPLAIN QUERY PLAN SELECT`: what is not known is not
            // taken for harmless.
            _ => Some(UNCLEAR),
        };
    }
    // `t.load` is a column; `x.dblink(…)` is still called.
    let of_something = matches!(before, Some(Word::Sign('.')));
    if ACTING.contains(&name) && (called || matches!(after, Some(Word::Sign('.')))) {
        return Some("call");
    }
    if of_something {
        return None;
    }
    if HARD.contains(&name) {
        // `insert(a, 1, 2, b)` and `truncate(x, 2)` are functions of MySQL. `INSERT (…)` is not a
        // statement anywhere without `INTO`.
        let function = called && matches!(name, "insert" | "truncate");
        return (!function).then_some(name);
    }
    if name == "select" {
        return Some("select");
    }
    let names = names_follow(before) || (name == "replace" && called);
    (SOFT.contains(&name) && !names).then_some(name)
}

/// Whether what comes next is a name or a value, so that no statement can begin there.
fn names_follow(before: Option<&Word>) -> bool {
    match before {
        Some(Word::Sign(sign)) => !matches!(sign, ')' | ';' | '(' | ']'),
        Some(Word::Name(name)) => matches!(
            name.as_str(),
            "select"
                | "distinct"
                | "from"
                | "join"
                | "where"
                | "and"
                | "or"
                | "not"
                | "on"
                | "by"
                | "as"
                | "having"
                | "when"
                | "then"
                | "else"
                | "case"
                | "in"
                | "between"
                | "like"
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
