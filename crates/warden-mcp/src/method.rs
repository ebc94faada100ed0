//! Every method of every revision, and what has to happen before it may pass.
//!
//! There is one table. A method that is not in it never reaches the other side; a new revision
//! of the protocol therefore fails closed until somebody has added its methods here.

use warden_model::DefinitionKind;

/// Who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Client to server.
    ToServer,
    /// Server to client.
    ToClient,
    /// Either.
    Both,
}

/// Whether it wants an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A request.
    Answer,
    /// A notification.
    Nothing,
}

/// Which revisions have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// Revisions with an `initialize` handshake: 2024-11-05 to 2025-11-25.
    Legacy,
    /// Revisions with metadata in every request: 2026-07-28.
    Modern,
    /// Both.
    Both,
}

/// What stands between a message and the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Carries nothing that a policy could be about.
    Open,
    /// Its answer introduces the server: revision, capabilities, instructions.
    Introduce,
    /// Its answer is a list, of which only what is approved is shown.
    Filter(DefinitionKind),
    /// Names something that policy judges.
    Judge(Named),
    /// Asks the client to do something for the server; passes only where that was approved.
    Ask(Ask),
    /// Says that a list has changed; what was verified of it is no longer.
    Changed(DefinitionKind),
}

/// Which parameter names what is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// `name` is a tool.
    Tool,
    /// `name` is a prompt.
    Prompt,
    /// `uri` is a resource.
    Resource,
    /// `ref` is a prompt or a resource template.
    Reference,
    /// `taskId` is a task, whose result is that of a call.
    Task,
}

/// What a server can ask of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// `sampling/createMessage`: run the client's model.
    Sampling,
    /// `elicitation/create`: ask the person.
    Elicitation,
    /// `roots/list`: name the person's folders.
    Roots,
}

impl Ask {
    /// Everything that a server can ask.
    pub const ALL: &[Self] = &[Self::Sampling, Self::Elicitation, Self::Roots];

    /// The lower-case name in configuration and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sampling => "sampling",
            Self::Elicitation => "elicitation",
            Self::Roots => "roots",
        }
    }

    /// The one with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|ask| ask.name() == name)
    }
}

macro_rules! methods {
    ($($variant:ident = $name:literal, $direction:ident, $wants:ident, $era:ident, $gate:expr;)*) => {
        /// A method of the protocol.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Method {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Method {
            /// Every method.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The method with this name on the wire, if it is one that we know.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Who sends it.
            #[must_use]
            pub const fn direction(self) -> Direction {
                match self { $(Self::$variant => Direction::$direction,)* }
            }

            /// Whether it wants an answer.
            #[must_use]
            pub const fn wants(self) -> Wants {
                match self { $(Self::$variant => Wants::$wants,)* }
            }

            /// Which revisions have it.
            #[must_use]
            pub const fn era(self) -> Era {
                match self { $(Self::$variant => Era::$era,)* }
            }

            /// What stands between it and the other side.
            #[must_use]
            pub const fn gate(self) -> Gate {
                match self { $(Self::$variant => $gate,)* }
            }
        }
    };
}

methods! {
    Initialize = "initialize", ToServer, Answer, Legacy, Gate::Introduce;
    Discover = "server/discover", ToServer, Answer, Modern, Gate::Introduce;
    Initialized = "notifications/initialized", ToServer, Nothing, Legacy, Gate::Open;
    Ping = "ping", Both, Answer, Legacy, Gate::Open;
    Cancelled = "notifications/cancelled", Both, Nothing, Both, Gate::Open;
    Progress = "notifications/progress", Both, Nothing, Both, Gate::Open;
    ToolsList = "tools/list", ToServer, Answer, Both, Gate::Filter(DefinitionKind::Tool);
    ToolsCall = "tools/call", ToServer, Answer, Both, Gate::Judge(Named::Tool);
    ToolsChanged = "notifications/tools/list_changed", ToClient, Nothing, Both, Gate::Changed(DefinitionKind::Tool);
    PromptsList = "prompts/list", ToServer, Answer, Both, Gate::Filter(DefinitionKind::Prompt);
    PromptsGet = "prompts/get", ToServer, Answer, Both, Gate::Judge(Named::Prompt);
    PromptsChanged = "notifications/prompts/list_changed", ToClient, Nothing, Both, Gate::Changed(DefinitionKind::Prompt);
    ResourcesList = "resources/list", ToServer, Answer, Both, Gate::Filter(DefinitionKind::Resource);
    TemplatesList = "resources/templates/list", ToServer, Answer, Both, Gate::Filter(DefinitionKind::Template);
    ResourcesRead = "resources/read", ToServer, Answer, Both, Gate::Judge(Named::Resource);
    ResourcesSubscribe = "resources/subscribe", ToServer, Answer, Legacy, Gate::Judge(Named::Resource);
    ResourcesUnsubscribe = "resources/unsubscribe", ToServer, Answer, Legacy, Gate::Open;
    ResourcesChanged = "notifications/resources/list_changed", ToClient, Nothing, Both, Gate::Changed(DefinitionKind::Resource);
    ResourcesUpdated = "notifications/resources/updated", ToClient, Nothing, Both, Gate::Open;
    SubscriptionsListen = "subscriptions/listen", ToServer, Answer, Modern, Gate::Open;
    SubscriptionsAcknowledged = "notifications/subscriptions/acknowledged", ToClient, Nothing, Modern, Gate::Open;
    Complete = "completion/complete", ToServer, Answer, Both, Gate::Judge(Named::Reference);
    SetLevel = "logging/setLevel", ToServer, Answer, Legacy, Gate::Open;
    Log = "notifications/message", ToClient, Nothing, Both, Gate::Open;
    Sampling = "sampling/createMessage", ToClient, Answer, Both, Gate::Ask(Ask::Sampling);
    Elicitation = "elicitation/create", ToClient, Answer, Both, Gate::Ask(Ask::Elicitation);
    ElicitationDone = "notifications/elicitation/complete", ToClient, Nothing, Legacy, Gate::Open;
    RootsList = "roots/list", ToClient, Answer, Both, Gate::Ask(Ask::Roots);
    RootsChanged = "notifications/roots/list_changed", ToServer, Nothing, Legacy, Gate::Open;
    TasksGet = "tasks/get", Both, Answer, Both, Gate::Judge(Named::Task);
    TasksResult = "tasks/result", Both, Answer, Legacy, Gate::Judge(Named::Task);
    TasksUpdate = "tasks/update", ToServer, Answer, Modern, Gate::Open;
    TasksCancel = "tasks/cancel", Both, Answer, Both, Gate::Open;
    TasksList = "tasks/list", Both, Answer, Legacy, Gate::Open;
    TasksStatus = "notifications/tasks/status", Both, Nothing, Both, Gate::Open;
}

impl Method {
    /// The method that lists things of this kind.
    #[must_use]
    pub const fn listing(kind: DefinitionKind) -> Self {
        match kind {
            DefinitionKind::Tool => Self::ToolsList,
            DefinitionKind::Prompt => Self::PromptsList,
            DefinitionKind::Resource => Self::ResourcesList,
            DefinitionKind::Template => Self::TemplatesList,
        }
    }

    /// Whether this method may travel this way as this kind of message.
    #[must_use]
    pub fn fits(self, direction: Direction, wants: Wants) -> bool {
        self.wants() == wants
            && (self.direction() == Direction::Both || self.direction() == direction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_found_by_its_name_and_by_no_other() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.name()), Some(*method));
            let notification = method.name().starts_with("notifications/");
            assert_eq!(method.wants() == Wants::Nothing, notification, "{}", method.name());
        }
        for name in ["Tools/call", "tools/call ", "tools/call\0", "tools", "rpc.discover", ""] {
            assert_eq!(Method::parse(name), None, "{name:?}");
        }
    }

    #[test]
    fn what_lists_a_kind_is_filtered_by_that_kind() {
        for kind in DefinitionKind::ALL {
            assert_eq!(Method::listing(*kind).gate(), Gate::Filter(*kind));
        }
    }

    #[test]
    fn a_method_fits_only_its_direction_and_kind() {
        assert!(Method::ToolsCall.fits(Direction::ToServer, Wants::Answer));
        assert!(!Method::ToolsCall.fits(Direction::ToClient, Wants::Answer));
        assert!(!Method::ToolsCall.fits(Direction::ToServer, Wants::Nothing));
        assert!(Method::Ping.fits(Direction::ToClient, Wants::Answer));
    }
}
