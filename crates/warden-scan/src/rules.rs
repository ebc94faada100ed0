//! Every rule. A new one is a file `x.rs`, a page `x.md` and a line in a table: in this file, or
//! in `source.rs` for rules over source code.

mod auto_approve;
mod certificate_check_disabled;
mod copied_definition;
mod credential_in_url;
mod cross_tool_reference;
mod dangerous_capability;
mod docker_privileged;
mod foreign_registry;
mod hidden_characters;
mod home_directory_exposed;
mod hostile_definition;
mod instruction_like_text;
pub(crate) mod invalid_suppression;
mod loader_variable;
mod look_alike_package;
mod misleading_annotation;
mod name_collision;
mod plain_http;
mod plain_text_secret;
mod remote_code_download;
mod shell_one_liner;
mod smuggling_parameter;
mod source;
mod unknown_publisher;
mod unpinned_package;
mod vulnerable_package;

use std::sync::LazyLock;

pub(crate) use source::SOURCE_RULES;

use crate::Rule;

/// Every rule, in the order in which the documentation shows them.
pub static RULES: LazyLock<Vec<&'static dyn Rule>> =
    LazyLock::new(|| [CONFIGURATION_RULES, SOURCE_RULES].concat());

/// Every rule for configurations and for what servers show.
pub(crate) static CONFIGURATION_RULES: &[&dyn Rule] = &[
    &auto_approve::AutoApproveRule,
    &certificate_check_disabled::CertificateCheckDisabled,
    &copied_definition::CopiedDefinition,
    &credential_in_url::CredentialInUrl,
    &cross_tool_reference::CrossToolReference,
    &dangerous_capability::DangerousCapability,
    &docker_privileged::DockerPrivileged,
    &foreign_registry::ForeignRegistry,
    &hidden_characters::HiddenCharacters,
    &home_directory_exposed::HomeDirectoryExposed,
    &hostile_definition::HostileDefinition,
    &instruction_like_text::InstructionLikeText,
    &invalid_suppression::InvalidSuppression,
    &loader_variable::LoaderVariable,
    &look_alike_package::LookAlikePackage,
    &misleading_annotation::MisleadingAnnotation,
    &name_collision::NameCollision,
    &plain_http::PlainHttp,
    &plain_text_secret::PlainTextSecret,
    &remote_code_download::RemoteCodeDownload,
    &shell_one_liner::ShellOneLiner,
    &smuggling_parameter::SmugglingParameter,
    &unknown_publisher::UnknownPublisher,
    &unpinned_package::UnpinnedPackage,
    &vulnerable_package::VulnerablePackage,
];

/// The rule with this identifier.
#[must_use]
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.meta().id == id)
}
