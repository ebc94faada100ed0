//! Holds: calls that wait until a person has said yes to just this one.
//!
//! A [`HoldRequest`] says which call it is; its digest is over everything in which two calls could
//! differ, so that a yes to one is never a yes to another. A [`Hold`] is what is kept of it: who
//! asks, until when, and what was answered. It changes by [`Hold::after`] and in no other way. What
//! the person sees is a [`Rendering`], made here and never by the server that the call is for.
//!
//! It has nothing to do with the approval of servers, which is [`crate::approval`].

mod arguments;
mod fatigue;
mod form;
mod record;
mod rendering;
mod request;
mod settings;
mod visible;
mod who;

pub use arguments::{Masks, NotExact, exact_arguments};
pub use fatigue::{Answered, Fatigue, Habits, Level, MOST_REMEMBERED};
pub use form::{NotAHold, habits_from, habits_text};
pub use record::{Approval, Hold, HoldEvent, HoldState, MOST_REASON, NoStep};
pub use rendering::{Rendering, RuleShown, Shown};
pub use request::{HoldRequest, NotHeld, Requester};
pub use settings::{HoldProblem, HoldSettings, HoldTable, Way};
pub use visible::visible;
pub use who::{Answerer, MayNot, Means, may_answer, name_key, same_name};
