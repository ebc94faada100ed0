//! What can happen: the table of events.

macro_rules! events {
    ($($variant:ident = $name:literal, $title:literal;)*) => {
        /// Something that happened, or is about to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Event {
            $(#[doc = $title] $variant,)*
        }

        impl Event {
            /// Every event, in the order in which the documentation shows them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in records, for example `call.intent`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means, in one line.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

events! {
    SegmentOpened = "segment.opened", "A process began a segment; it names the segments before it";
    SegmentClosed = "segment.closed", "The process ended the segment in good order";
    CallIntent = "call.intent", "A client's request was permitted and is about to be forwarded";
    CallClosed = "call.closed", "The request came to an end";
    CallRefused = "call.refused", "A client's request was refused";
    RequestIntent = "request.intent", "A server's request was permitted and is about to be forwarded";
    RequestClosed = "request.closed", "The server's request came to an end";
    RequestRefused = "request.refused", "A server's request was refused";
    MessageDropped = "message.dropped", "A message was not passed on";
    MessageNoticed = "message.noticed", "Something was noticed in a message that answers nobody";
    ListFiltered = "list.filtered", "Entries of a list were hidden from the client";
    DefinitionNoticed = "definition.noticed", "Something that is listed is hostile to a model, or could not be judged";
    DriftDetected = "drift.detected", "What is served differs from what was approved";
    ServerStarted = "server.started", "A server was started or connected";
    ServerStopped = "server.stopped", "A server ended or was disconnected";
    PinApproved = "pin.approved", "A person approved what a server shows";
    PinRevoked = "pin.revoked", "A person took an approval back";
    CallHeld = "call.held", "A client's request waits for a person's approval";
    CallAnswered = "call.answered", "A person approved or refused a request that waited";
    StopSet = "stop.set", "A person stopped something";
    StopReleased = "stop.released", "A person let something that was stopped go on";
    SessionEnded = "session.ended", "A session was ended, and what it remembered forgotten";
}

impl Event {
    /// The event with this name, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.name() == name)
    }

    /// The event that ends what this one announces; `None` if it announces nothing.
    #[must_use]
    pub const fn closing(self) -> Option<Self> {
        match self {
            Self::CallIntent => Some(Self::CallClosed),
            Self::RequestIntent => Some(Self::RequestClosed),
            Self::SegmentOpened
            | Self::SegmentClosed
            | Self::CallClosed
            | Self::CallRefused
            | Self::RequestClosed
            | Self::RequestRefused
            | Self::MessageDropped
            | Self::MessageNoticed
            | Self::ListFiltered
            | Self::DefinitionNoticed
            | Self::DriftDetected
            | Self::ServerStarted
            | Self::ServerStopped
            | Self::PinApproved
            | Self::PinRevoked
            | Self::CallHeld
            | Self::CallAnswered
            | Self::StopSet
            | Self::StopReleased
            | Self::SessionEnded => None,
        }
    }

    /// Whether only the ledger itself writes it.
    pub(crate) const fn reserved(self) -> bool {
        matches!(self, Self::SegmentOpened | Self::SegmentClosed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_a_name_of_its_own_and_is_documented() {
        let page = include_str!("../../../docs/formats/ledger.md");
        for event in Event::ALL {
            assert_eq!(Event::parse(event.name()), Some(*event));
            let row = format!("| `{}` | {} |", event.name(), event.title());
            assert!(page.contains(&row), "the page lacks: {row}");
            assert_eq!(event.closing().is_some(), event.name().ends_with(".intent"));
        }
    }
}
