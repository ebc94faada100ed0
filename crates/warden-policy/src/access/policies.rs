//! Everything that decides, read together: who and what there is, and the rules about it.

use std::sync::Arc;

use super::{
    Directory, Pack, Principal, Problem, RuleFile, RuleProblem, Rules, built_in, directory::covers,
    open_files,
};

/// Everything that decides.
#[derive(Debug)]
pub struct Policies {
    /// Who and what there is, with the limits that hold for it.
    pub directory: Directory,
    /// Who may do what.
    pub rules: Rules,
}

/// Why what is written cannot decide.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoliciesError {
    /// `policy.toml` cannot be used.
    #[error("policy.toml: {}", told(.0))]
    Directory(Vec<Problem>),
    /// The rules cannot be used.
    #[error("{}", told(.0))]
    Rules(Vec<RuleProblem>),
}

impl Policies {
    /// Reads `policy.toml` and files of rules.
    ///
    /// # Errors
    /// Everything that is wrong with either.
    pub fn read(directory: &str, rules: &[RuleFile]) -> Result<Self, PoliciesError> {
        let directory = Directory::read(directory).map_err(PoliciesError::Directory)?;
        let rules = Rules::compile(rules, &directory).map_err(PoliciesError::Rules)?;
        Ok(Self { directory, rules })
    }

    /// Rules that permit everything that was approved and limit nothing: for trying things out and
    /// for measuring. Whoever wants them says so.
    ///
    /// # Errors
    /// Never, as long as they pass their test.
    pub fn open() -> Result<Self, PoliciesError> {
        let files = open_files();
        let rules = RuleFile { name: "rules.cedar".into(), text: files.rules.into() };
        Self::read(files.directory, &[rules])
    }

    /// Somebody who was proven, with what is written about him: his roles, his tenant, what his
    /// agent is for and may use. What a token says narrows that and never widens it.
    #[must_use]
    pub fn dressed(&self, who: Principal) -> Principal {
        let roles = self.directory.roles(&who.agent, who.user.as_deref());
        let agent = self.directory.agent(&who.agent);
        let user = who.user.as_deref().and_then(|user| self.directory.user(user));
        let written = agent.map(|agent| &agent.tenant).filter(|tenant| !tenant.is_empty());
        let tenant = written.or_else(|| user.map(|user| &user.tenant)).cloned();
        let purpose = who.purpose.or_else(|| agent.and_then(|agent| agent.purpose.clone()));
        let written = agent.and_then(|agent| agent.tools.as_deref());
        let allowlist = narrowed(who.allowlist, written);
        Principal { roles, tenant: tenant.unwrap_or(who.tenant), purpose, allowlist, ..who }
    }

    /// The rules of a pack.
    ///
    /// # Errors
    /// Never, as long as the packs pass their tests.
    pub fn of_pack(pack: Pack) -> Result<Self, PoliciesError> {
        let files = built_in(pack);
        let rules = RuleFile { name: "rules.cedar".into(), text: files.rules.into() };
        Self::read(files.directory, &[rules])
    }
}

/// What both lists have. A pattern that only overlaps with those of the other list is left out.
fn narrowed(
    token: Option<Arc<[Box<str>]>>,
    written: Option<&[Box<str>]>,
) -> Option<Arc<[Box<str>]>> {
    let (token, written) = match (token, written) {
        (Some(token), Some(written)) => (token, written),
        (Some(one), None) => return Some(one),
        (None, one) => return one.map(Arc::from),
    };
    // A `*` in the one can only be matched by a `*` of the other, so it never covers more.
    let within = |one: &[Box<str>], other: &[Box<str>]| -> Vec<Box<str>> {
        let covered = |name: &str| other.iter().any(|pattern| covers(pattern, name));
        one.iter().filter(|name| covered(name)).cloned().collect()
    };
    let mut both = within(&token, written);
    both.extend(within(written, &token));
    Some(both.into())
}

fn told<P: std::fmt::Display>(problems: &[P]) -> String {
    let told: Vec<_> = problems.iter().take(20).map(ToString::to_string).collect();
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_token_says_of_tools_narrows_what_is_written_and_never_widens_it() {
        let text =
            "[[agent]]\nname = \"bot\"\nowner = \"o\"\ntools = [\"mail__*\", \"files__read\"]";
        let policies = Policies {
            directory: Directory::read(text).expect("it can be read"),
            rules: Policies::of_pack(Pack::Laptop).expect("it passes its tests").rules,
        };
        let both = |token: Option<&[&str]>| {
            let list = token.map(|all| all.iter().map(|name| Box::from(*name)).collect());
            let bot = Principal::of_agent("bot", super::super::How::Token);
            let who = policies.dressed(Principal { allowlist: list, ..bot });
            let mut both = who.allowlist.expect("there is a list").to_vec();
            both.sort();
            both.join(" ")
        };
        assert_eq!(both(None), "files__read mail__*");
        assert_eq!(both(Some(&["mail__send", "shop__buy"])), "mail__send");
        assert_eq!(both(Some(&["*"])), "files__read mail__*");
        assert_eq!(both(Some(&["files__*", "mail__r*"])), "files__read mail__r*");
        assert_eq!(both(Some(&["*__send"])), "", "they only overlap");
        assert_eq!(both(Some(&[])), "");
    }

    // R6: whoever writes nothing has limits.
    #[test]
    fn every_pack_can_be_read_and_has_limits() {
        for pack in Pack::ALL {
            let policies = Policies::of_pack(pack).expect("it passes its tests");
            assert!(!policies.directory.limits().is_empty(), "{}", pack.name());
        }
    }

    #[test]
    fn open_rules_have_no_limits() {
        let open = Policies::open().expect("it can be read");
        assert!(open.directory.limits().is_empty());
        assert_eq!(open.rules.all().len(), 1);
    }

    #[test]
    fn whoever_writes_limits_writes_all_of_them() {
        let none = Directory::read("limit = []").expect("there are none");
        assert!(none.limits().is_empty());
        let one =
            "[[limit]]\nname = \"a\"\nper = \"agent\"\nof = \"calls\"\nmost = 3\nwindow = \"1m\"";
        assert_eq!(Directory::read(one).expect("it is one").limits().len(), 1);
        for wrong in
            ["[[limit]]\nname = \"a\"", "limit = 3", "[hold]\nlife = \"soon\"", "[hold]\nlive = 1"]
        {
            assert!(Directory::read(wrong).is_err(), "{wrong}");
        }
    }
}
