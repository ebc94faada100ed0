//! Every rule. A new one is a file `x.rs`, a page `x.md` and a line in a table: in this file, or
//! in `source.rs` for rules over source code.

mod abandoned_component;
mod auto_approve;
mod certificate_check_disabled;
mod changed_maintainers;
mod component_install_script;
mod conflicting_digests;
mod copied_definition;
mod credential_in_url;
mod cross_tool_reference;
mod dangerous_capability;
mod dependency_confusion;
mod docker_privileged;
mod false_provenance;
mod floating_component;
mod foreign_registry;
mod hidden_characters;
mod home_directory_exposed;
mod hostile_definition;
mod instruction_like_text;
pub(crate) mod invalid_suppression;
mod loader_variable;
mod look_alike_component;
mod look_alike_package;
mod malicious_component;
mod misleading_annotation;
mod name_collision;
mod plain_http;
mod plain_text_secret;
mod remote_code_download;
mod shell_one_liner;
mod smuggling_parameter;
mod source;
mod stale_lock_file;
mod unapproved_licence;
mod unhashed_component;
mod unknown_publisher;
mod unpinned_package;
mod unregistered_source;
mod vulnerable_component;
mod vulnerable_package;
mod young_release;

use std::sync::LazyLock;

pub(crate) use source::SOURCE_RULES;

use crate::Rule;

/// Every rule, in the order in which the documentation shows them.
pub static RULES: LazyLock<Vec<&'static dyn Rule>> =
    LazyLock::new(|| [CONFIGURATION_RULES, SOURCE_RULES].concat());

/// Every rule for configurations, for what servers show and for what they are built from.
pub(crate) static CONFIGURATION_RULES: &[&dyn Rule] = &[
    &abandoned_component::AbandonedComponent,
    &auto_approve::AutoApproveRule,
    &certificate_check_disabled::CertificateCheckDisabled,
    &changed_maintainers::ChangedMaintainers,
    &component_install_script::ComponentInstallScript,
    &conflicting_digests::ConflictingDigests,
    &copied_definition::CopiedDefinition,
    &credential_in_url::CredentialInUrl,
    &cross_tool_reference::CrossToolReference,
    &dangerous_capability::DangerousCapability,
    &dependency_confusion::DependencyConfusion,
    &docker_privileged::DockerPrivileged,
    &false_provenance::FalseProvenance,
    &floating_component::FloatingComponent,
    &foreign_registry::ForeignRegistry,
    &hidden_characters::HiddenCharacters,
    &home_directory_exposed::HomeDirectoryExposed,
    &hostile_definition::HostileDefinition,
    &instruction_like_text::InstructionLikeText,
    &invalid_suppression::InvalidSuppression,
    &loader_variable::LoaderVariable,
    &look_alike_component::LookAlikeComponent,
    &look_alike_package::LookAlikePackage,
    &malicious_component::MaliciousComponent,
    &misleading_annotation::MisleadingAnnotation,
    &name_collision::NameCollision,
    &plain_http::PlainHttp,
    &plain_text_secret::PlainTextSecret,
    &remote_code_download::RemoteCodeDownload,
    &shell_one_liner::ShellOneLiner,
    &smuggling_parameter::SmugglingParameter,
    &stale_lock_file::StaleLockFile,
    &unapproved_licence::UnapprovedLicence,
    &unhashed_component::UnhashedComponent,
    &unknown_publisher::UnknownPublisher,
    &unpinned_package::UnpinnedPackage,
    &unregistered_source::UnregisteredSource,
    &vulnerable_component::VulnerableComponent,
    &vulnerable_package::VulnerablePackage,
    &young_release::YoungRelease,
];

/// The rule with this identifier.
#[must_use]
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.meta().id == id)
}
