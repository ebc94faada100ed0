//! Every method of every revision, and what has to happen before it may pass.
//!
//! There is one table. A method that is not in it never reaches the other side; a new revision
//! of the protocol therefore fails closed until somebody has added its methods here.

use warden_model::DefinitionKind;

use crate::Revision;

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
    /// `notifications` may list resources and tasks, of which each change is told.
    Subscriptions,
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

/// How a method travels in a revision that has it.
#[derive(Clone, Copy)]
enum Way {
    ToServer,
    ToClient,
    Both,
    /// Inside a result that asks for input: it is no message of its own.
    Inside,
}

impl Way {
    const fn direction(self) -> Option<Direction> {
        match self {
            Self::ToServer => Some(Direction::ToServer),
            Self::ToClient => Some(Direction::ToClient),
            Self::Both => Some(Direction::Both),
            Self::Inside => None,
        }
    }
}

macro_rules! methods {
    (@since) => { None };
    (@since $since:ident $way:ident) => { Some((Revision::$since, Way::$way)) };
    (@now) => { None };
    (@now $way:ident) => { Some(Way::$way) };
    ($(
        $variant:ident = $name:literal, $wants:ident,
        [$($legacy:ident)*] [$($modern:ident)?], $gate:expr;
    )*) => {
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

            /// Whether it wants an answer.
            #[must_use]
            pub const fn wants(self) -> Wants {
                match self { $(Self::$variant => Wants::$wants,)* }
            }

            /// Since which revision with a handshake it exists, and how it travels in these.
            const fn legacy(self) -> Option<(Revision, Way)> {
                match self { $(Self::$variant => methods!(@since $($legacy)*),)* }
            }

            /// How it travels in revisions without a handshake.
            const fn modern(self) -> Option<Way> {
                match self { $(Self::$variant => methods!(@now $($modern)?),)* }
            }

            /// What stands between it and the other side.
            #[must_use]
            pub const fn gate(self) -> Gate {
                match self { $(Self::$variant => $gate,)* }
            }
        }
    };
}

// The first bracket says since when revisions with a handshake have it and who sends it there, the
// second who sends it in the revision without one. An empty bracket: they do not have it.
methods! {
    Initialize = "initialize", Answer, [V2024_11_05 ToServer] [], Gate::Introduce;
    Discover = "server/discover", Answer, [] [ToServer], Gate::Introduce;
    Initialized = "notifications/initialized", Nothing, [V2024_11_05 ToServer] [], Gate::Open;
    Ping = "ping", Answer, [V2024_11_05 Both] [], Gate::Open;
    Cancelled = "notifications/cancelled", Nothing, [V2024_11_05 Both] [Both], Gate::Open;
    Progress = "notifications/progress", Nothing, [V2024_11_05 Both] [ToClient], Gate::Open;
    ToolsList = "tools/list", Answer, [V2024_11_05 ToServer] [ToServer], Gate::Filter(DefinitionKind::Tool);
    ToolsCall = "tools/call", Answer, [V2024_11_05 ToServer] [ToServer], Gate::Judge(Named::Tool);
    ToolsChanged = "notifications/tools/list_changed", Nothing, [V2024_11_05 ToClient] [ToClient], Gate::Changed(DefinitionKind::Tool);
    PromptsList = "prompts/list", Answer, [V2024_11_05 ToServer] [ToServer], Gate::Filter(DefinitionKind::Prompt);
    PromptsGet = "prompts/get", Answer, [V2024_11_05 ToServer] [ToServer], Gate::Judge(Named::Prompt);
    PromptsChanged = "notifications/prompts/list_changed", Nothing, [V2024_11_05 ToClient] [ToClient], Gate::Changed(DefinitionKind::Prompt);
    ResourcesList = "resources/list", Answer, [V2024_11_05 ToServer] [ToServer], Gate::Filter(DefinitionKind::Resource);
    TemplatesList = "resources/templates/list", Answer, [V2024_11_05 ToServer] [ToServer], Gate::Filter(DefinitionKind::Template);
    ResourcesRead = "resources/read", Answer, [V2024_11_05 ToServer] [ToServer], Gate::Judge(Named::Resource);
    ResourcesSubscribe = "resources/subscribe", Answer, [V2024_11_05 ToServer] [], Gate::Judge(Named::Resource);
    ResourcesUnsubscribe = "resources/unsubscribe", Answer, [V2024_11_05 ToServer] [], Gate::Open;
    ResourcesChanged = "notifications/resources/list_changed", Nothing, [V2024_11_05 ToClient] [ToClient], Gate::Changed(DefinitionKind::Resource);
    ResourcesUpdated = "notifications/resources/updated", Nothing, [V2024_11_05 ToClient] [ToClient], Gate::Open;
    SubscriptionsListen = "subscriptions/listen", Answer, [] [ToServer], Gate::Judge(Named::Subscriptions);
    SubscriptionsAcknowledged = "notifications/subscriptions/acknowledged", Nothing, [] [ToClient], Gate::Open;
    Complete = "completion/complete", Answer, [V2024_11_05 ToServer] [ToServer], Gate::Judge(Named::Reference);
    SetLevel = "logging/setLevel", Answer, [V2024_11_05 ToServer] [], Gate::Open;
    Log = "notifications/message", Nothing, [V2024_11_05 ToClient] [ToClient], Gate::Open;
    Sampling = "sampling/createMessage", Answer, [V2024_11_05 ToClient] [Inside], Gate::Ask(Ask::Sampling);
    Elicitation = "elicitation/create", Answer, [V2025_06_18 ToClient] [Inside], Gate::Ask(Ask::Elicitation);
    ElicitationDone = "notifications/elicitation/complete", Nothing, [V2025_11_25 ToClient] [], Gate::Open;
    RootsList = "roots/list", Answer, [V2024_11_05 ToClient] [Inside], Gate::Ask(Ask::Roots);
    RootsChanged = "notifications/roots/list_changed", Nothing, [V2024_11_05 ToServer] [], Gate::Open;
    TasksGet = "tasks/get", Answer, [V2025_11_25 Both] [ToServer], Gate::Judge(Named::Task);
    TasksResult = "tasks/result", Answer, [V2025_11_25 Both] [], Gate::Judge(Named::Task);
    TasksUpdate = "tasks/update", Answer, [] [ToServer], Gate::Judge(Named::Task);
    TasksCancel = "tasks/cancel", Answer, [V2025_11_25 Both] [ToServer], Gate::Judge(Named::Task);
    TasksList = "tasks/list", Answer, [V2025_11_25 Both] [], Gate::Open;
    TasksStatus = "notifications/tasks/status", Nothing, [V2025_11_25 Both] [], Gate::Open;
    TasksTold = "notifications/tasks", Nothing, [] [ToClient], Gate::Open;
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

    /// How it travels in `revision`; `None` if the revision does not have it.
    const fn way(self, revision: Revision) -> Option<Way> {
        if revision.is_modern() {
            return self.modern();
        }
        match self.legacy() {
            Some((since, way)) if since as u8 <= revision as u8 => Some(way),
            _ => None,
        }
    }

    /// Whether `revision` has this method.
    #[must_use]
    pub const fn in_revision(self, revision: Revision) -> bool {
        self.way(revision).is_some()
    }

    /// Who sends it in `revision`; `None` if the revision does not have it as a message.
    #[must_use]
    pub const fn direction_in(self, revision: Revision) -> Option<Direction> {
        match self.way(revision) {
            Some(way) => way.direction(),
            None => None,
        }
    }

    /// Who sends it, in any revision: nobody sends it in a newer one who did not in older ones.
    #[must_use]
    pub const fn direction(self) -> Direction {
        let way = match (self.legacy(), self.modern()) {
            (Some((_, way)), _) | (None, Some(way)) => way,
            (None, None) => Way::Inside,
        };
        match way {
            Way::ToServer => Direction::ToServer,
            Way::ToClient | Way::Inside => Direction::ToClient,
            Way::Both => Direction::Both,
        }
    }

    /// Which revisions have it.
    #[must_use]
    pub const fn era(self) -> Era {
        match (self.legacy(), self.modern()) {
            (Some(_), Some(_)) => Era::Both,
            (Some(_), None) => Era::Legacy,
            (None, _) => Era::Modern,
        }
    }

    /// Whether its `_meta` may have a `progressToken` in `revision`: that of every request that is
    /// a message.
    #[must_use]
    pub fn takes_progress_token(self, revision: Revision) -> bool {
        self.wants() == Wants::Answer && self.direction_in(revision).is_some()
    }

    /// Whether a result may ask the client for input instead of being one.
    #[must_use]
    pub const fn may_ask_for_input(self) -> bool {
        matches!(self, Self::ToolsCall | Self::PromptsGet | Self::ResourcesRead)
    }

    /// Whether its result says in newer revisions how long it may be kept.
    #[must_use]
    pub const fn is_cacheable(self) -> bool {
        matches!(self, Self::Discover | Self::ResourcesRead)
            || matches!(self.gate(), Gate::Filter(_))
    }

    /// Whether this method may travel this way as this kind of message, in any revision.
    #[must_use]
    pub fn fits(self, direction: Direction, wants: Wants) -> bool {
        self.wants() == wants && covers(self.direction(), direction)
    }

    /// Whether this method may travel this way as this kind of message in `revision`.
    #[must_use]
    pub fn fits_in(self, revision: Revision, direction: Direction, wants: Wants) -> bool {
        let sender = self.direction_in(revision);
        self.wants() == wants && sender.is_some_and(|sender| covers(sender, direction))
    }
}

fn covers(sender: Direction, direction: Direction) -> bool {
    sender == Direction::Both || sender == direction
}

#[cfg(test)]
mod tests;
