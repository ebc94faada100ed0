//! A policy for servers of tests.

use crate::TestHome;

/// The name of its folder, as a configuration has it.
pub const FOLDER: &str = "policy";

/// Writes the rules for a team, with these labels of servers and tools.
#[track_caller]
pub fn write_team(home: &TestHome, labels: &str) {
    write(home, "team", labels);
}

/// Writes the rules of a pack, with these labels of servers and tools.
///
/// The servers of tests are not certified, and would only be read from: that rule is left out, since
/// what flows through a session is not what it is about.
#[track_caller]
pub fn write(home: &TestHome, pack: &str, labels: &str) {
    let folder = home.path().join(FOLDER);
    let named = folder.to_string_lossy().into_owned();
    drop(home.run(["policy", "init", pack, &named]).success());
    let read = |name| std::fs::read_to_string(folder.join(name)).expect("it was just written");
    let rules = without(&read("rules.cedar"), "certificate");
    home.write(format!("{FOLDER}/rules.cedar"), rules);
    home.write(format!("{FOLDER}/policy.toml"), format!("{}\n{labels}", read("policy.toml")));
}

/// The rules but for the one of this name, if there is one.
fn without(rules: &str, name: &str) -> String {
    let written = format!("@id(\"{name}\")");
    let Some((before, rest)) = rules.split_once(&written) else { return rules.to_owned() };
    let after = rest.find("@id(").and_then(|at| rest.get(at..)).unwrap_or_default();
    format!("{before}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_rule_is_left_out_and_no_other() {
        let rules = "@id(\"a\") x; @id(\"b\") y; @id(\"c\") z;";
        assert_eq!(without(rules, "b"), "@id(\"a\") x; @id(\"c\") z;");
        assert_eq!(without(rules, "c"), "@id(\"a\") x; @id(\"b\") y; ");
    }
}
