//! Which rules are right for which weakness, and which class each of them has.

use std::collections::BTreeSet;

use warden_model::Class;

/// A weakness as labels call it.
pub struct Weakness {
    /// What it is called: as the first of its rules, where there is one.
    pub name: &'static str,
    /// The rules that name it rightly.
    pub rules: &'static [&'static str],
    /// The class of its findings.
    pub class: Class,
}

/// Every weakness that a label may name. Those of the first part are injections and the like, of
/// the second malice, of the third how a server stands in the network.
pub static WEAKNESSES: &[Weakness] = &[
    one(&["command-injection"], Class::CommandInjection),
    one(&["argument-injection"], Class::CommandInjection),
    one(&["code-evaluation"], Class::CommandInjection),
    one(&["template-injection"], Class::CommandInjection),
    one(&["unsafe-deserialisation"], Class::CommandInjection),
    one(&["cross-site-scripting"], Class::CommandInjection),
    one(&["path-traversal", "symlink-escape"], Class::PathTraversal),
    one(&["symlink-escape", "path-traversal"], Class::PathTraversal),
    one(&["archive-extraction"], Class::PathTraversal),
    one(&["unsafe-temporary-file"], Class::PathTraversal),
    one(&["sql-injection"], Class::SqlInjection),
    one(&["query-injection"], Class::SqlInjection),
    one(&["server-side-request-forgery"], Class::Ssrf),
    one(&["regular-expression-denial"], Class::RateLimitMissing),
    one(&["resource-exhaustion"], Class::RateLimitMissing),
    one(&["token-passthrough"], Class::TokenPassthrough),
    one(&["secret-in-log"], Class::SecretExposure),
    one(&["secret-in-code"], Class::SecretExposure),
    one(&["error-leak"], Class::SecretExposure),
    one(&["exfiltration"], Class::DataExfil),
    one(&["hidden-recipient"], Class::MaliciousPackage),
    one(&["credential-harvest"], Class::MaliciousPackage),
    one(&["persistence"], Class::MaliciousPackage),
    one(&["defence-evasion"], Class::MaliciousPackage),
    one(&["obfuscated-code"], Class::MaliciousPackage),
    one(&["downloaded-code"], Class::MaliciousPackage),
    one(&["install-script"], Class::MaliciousPackage),
    one(&["delayed-switch"], Class::MaliciousPackage),
    one(&["hidden-network"], Class::HiddenNetwork),
    one(&["description-mismatch"], Class::ToolPoisoning),
    one(&["instruction-like-text"], Class::ToolPoisoning),
    one(&["missing-authentication", "wildcard-bind"], Class::AuthNone),
    one(&["wildcard-bind", "missing-authentication"], Class::NetExposed),
    one(&["missing-authorisation"], Class::AuthzMissing),
    one(&["missing-origin-check"], Class::NetExposed),
    one(&["permissive-cors"], Class::NetExposed),
    one(&["certificate-verification-off"], Class::TlsMissing),
    one(&["weak-session-id"], Class::SessionWeak),
    one(&["oauth-mistake"], Class::OauthMisconfig),
    one(&["shared-transport"], Class::CrossTenant),
    // What a transport that clients share leads to.
    Weakness { name: "session-mix-up", rules: &["shared-transport"], class: Class::CrossTenant },
];

/// Classes that say that a server means harm. A twin must have no finding of any of them.
pub static MALICE: &[Class] =
    &[Class::MaliciousPackage, Class::HiddenNetwork, Class::DataExfil, Class::ToolPoisoning];

const fn one(rules: &'static [&'static str], class: Class) -> Weakness {
    Weakness { name: rules[0], rules, class }
}

/// Rules and classes of which any is a right finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Identifiers of rules.
    pub rules: BTreeSet<String>,
    /// Identifiers of classes.
    pub classes: BTreeSet<&'static str>,
}

impl Wanted {
    /// What is right for labels with these weaknesses; the names that no weakness has, otherwise.
    ///
    /// # Errors
    /// The first name that is not in the table.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a String>) -> Result<Self, String> {
        let mut wanted = Self::default();
        for name in names {
            let known = find(name).ok_or_else(|| name.clone())?;
            wanted.classes.insert(known.class.id());
            for rule in known.rules {
                wanted.rules.insert((*rule).to_owned());
                wanted.classes.extend(find(rule).map(|weakness| weakness.class.id()));
            }
        }
        Ok(wanted)
    }

    /// What is right for a case that names its rules one by one.
    ///
    /// # Errors
    /// The first rule that is not in the table.
    pub fn exactly<'a>(rules: impl IntoIterator<Item = &'a String>) -> Result<Self, String> {
        let mut wanted = Self::default();
        for rule in rules {
            let known = find(rule).ok_or_else(|| rule.clone())?;
            wanted.classes.insert(known.class.id());
            wanted.rules.insert(rule.clone());
        }
        Ok(wanted)
    }
}

fn find(name: &str) -> Option<&'static Weakness> {
    WEAKNESSES.iter().find(|weakness| weakness.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weakness_has_a_name_of_its_own_and_knows_its_rules() {
        let names: BTreeSet<&str> = WEAKNESSES.iter().map(|weakness| weakness.name).collect();
        assert_eq!(names.len(), WEAKNESSES.len());
        for rule in WEAKNESSES.iter().flat_map(|weakness| weakness.rules) {
            assert!(names.contains(rule), "{rule} has no class");
        }
    }

    #[test]
    fn a_label_accepts_every_rule_that_names_its_weakness() {
        let wanted = Wanted::of(&["missing-authentication".to_owned()]).expect("it is known");
        assert!(wanted.rules.contains("wildcard-bind"));
        assert_eq!(wanted.classes.into_iter().collect::<Vec<_>>(), ["AUTH_NONE", "NET_EXPOSED"]);
        assert_eq!(Wanted::of(&["typo".to_owned()]), Err("typo".to_owned()));
    }

    #[test]
    fn a_case_accepts_only_the_rules_that_it_names() {
        let wanted = Wanted::exactly(&["path-traversal".to_owned()]).expect("it is known");
        assert_eq!(wanted.rules.into_iter().collect::<Vec<_>>(), ["path-traversal"]);
        assert!(Wanted::exactly(&["typo".to_owned()]).is_err());
    }
}
