//! No message about a configuration of the gateway tells a secret of it.

use warden_testkit::{Outcome, TestHome};

use crate::mcpwarden;

/// Looks like no secret, so that nothing can tell it by its looks.
const SECRET: &str = "quietly-walking-otter";

/// Every way of writing a configuration wrongly, or of failing with a right one, with the secret
/// in the place where it hurts.
const CONFIGS: &[&str] = &[
    // No TOML.
    "[[server]]\nname = \"a\"\nenv = { T = \"SECRET }\n",
    "[[server]]\nname = \"a\"\nenv = { T = SECRET }\n",
    "SECRET",
    "a = \"x\"\na = \"SECRET\"\n",
    // In the place of something else.
    "listen = \"SECRET\"\n",
    "drain = \"SECRET\"\n",
    "threads = \"SECRET\"\n",
    "names = \"SECRET\"\n",
    "secret = [\"SECRET\"]\n",
    "tls = \"SECRET\"\n",
    "limits = { body = \"SECRET\" }\n",
    "server = \"SECRET\"\n",
    "[[server]]\nname = \"SECRET !\"\ncommand = [\"a\"]\n",
    "[[server]]\nname = \"a\"\ncommand = \"SECRET\"\n",
    "[[server]]\nname = \"a\"\nurl = \"SECRET\"\n",
    "[[server]]\nname = \"a\"\nurl = \"https://user:SECRET@a.example/mcp\"\n",
    "[[server]]\nname = \"a\"\nurl = \"https://a.example/${SECRET}\"\n",
    "[[server]]\nname = \"a\"\nurl = \"https://a.example/\"\ntransport = \"SECRET\"\n",
    "[[server]]\nname = \"a\"\nurl = \"https://a.example/\"\nheaders = \"SECRET\"\n",
    "[[server]]\nname = \"a\"\nurl = \"https://a.example/\"\nheaders = { A = [\"SECRET\"] }\n",
    "[[server]]\nname = \"a\"\ncommand = [\"a\"]\nenv = [\"SECRET\"]\n",
    "[[client]]\nname = \"a\"\ntoken_sha256 = \"SECRET\"\n",
    "[[client]]\nname = \"a\"\ntoken = \"SECRET\"\n",
    // Contradictions.
    "[[server]]\nname = \"a\"\ncommand = [\"a\", \"SECRET\"]\nheaders = { A = \"SECRET\" }\n",
    "[[server]]\nname = \"a\"\nurl = \"https://a.example/?k=SECRET\"\nenv = { A = \"SECRET\" }\n",
    "[[server]]\nname = \"a\"\nurl = \"https://a.example/\"\nheaders = { Host = \"SECRET\", Te = \"SECRET\" }\n",
    // References.
    "[[server]]\nname = \"a\"\ncommand = [\"a\"]\nenv = { A = \"SECRET ${MISSING}\" }\n",
    "[[server]]\nname = \"a\"\ncommand = [\"a\"]\nenv = { A = \"${quiet} SECRET ${\" }\n",
    "[[server]]\nname = \"a\"\ncommand = [\"a\"]\nenv = { A = \"${SECRET}\" }\n",
    "[[server]]\nname = \"a\"\ncommand = [\"a\"]\nenv = { A = \"SECRET ${file:gone}\" }\n",
    // Well formed, and of no use.
    "[[server]]\nname = \"a\"\ncommand = [\"/no/such/program\", \"SECRET\"]\n",
    "[[server]]\nname = \"a\"\ncommand = [\"sh\", \"-c\", \"echo $T >&2; exit 3\"]\nenv = { T = \"SECRET\" }\n",
    "[[server]]\nname = \"a\"\ncommand = [\"sh\", \"-c\", \"echo $T >&2; exit 3\"]\nenv = { T = \"a ${TOKEN}\" }\n",
    "[[server]]\nname = \"a\"\ncommand = [\"sh\", \"-c\", \"echo $T >&2; exit 3\"]\nenv = { T = \"${file:token}\" }\n",
    "[[server]]\nname = \"a\"\ncommand = [\"sh\", \"-c\", \"echo $T; exit 3\"]\nenv = { T = \"SECRET\" }\n",
    "[[server]]\nname = \"a\"\nurl = \"http://127.0.0.1:1/mcp?key=SECRET\"\nheaders = { A = \"SECRET\" }\n",
    "[[server]]\nname = \"a\"\nurl = \"http://127.0.0.1:1/mcp\"\nheaders = { A = \"SECRET\\n\" }\n",
    "[[server]]\nname = \"a\"\nurl = \"http://127.0.0.1:1/mcp\"\nheaders = { A = \"Bearer ${TOKEN}\" }\n",
];

#[test]
fn no_error_about_a_configuration_tells_a_secret() {
    let mut failed = 0;
    for config in CONFIGS {
        let home = TestHome::new();
        home.write("work/token", format!("{SECRET}\n"));
        home.write("work/gateway.toml", config.replace("SECRET", SECRET));
        for words in [
            &["gateway", "--config", "gateway.toml", "--check"][..],
            &["gateway", "--config", "gateway.toml", "--stdio"],
            &["approve", "--config", "gateway.toml", "--yes", "a"],
        ] {
            let outcome = Outcome::of(mcpwarden(&home, words).env("TOKEN", SECRET), b"");
            let block = outcome.block();
            assert!(!block.contains(SECRET), "{config}\n{words:?}\n{block}");
            failed += usize::from(outcome.code != Some(0));
        }
    }
    assert!(failed >= CONFIGS.len(), "nearly all of them are failures: {failed}");
}
