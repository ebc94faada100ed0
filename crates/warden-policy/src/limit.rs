//! How much of what may be used in which time: calls, bytes, money, and calls at once.
//!
//! A [`Limit`] is what somebody has written down and [`LimitTable`] has found to make sense.
//! [`Window`] is the arithmetic of one that slides: in no stretch of time that is as long as the
//! window is more used than the limit says, wherever it begins. There are no clock hours at whose
//! end everything may be used twice.

mod burst;
mod covers;
mod defaults;
mod window;
mod written;

pub use burst::Burst;
pub use covers::Pattern;
pub use defaults::default_limits;
pub use window::{Full, Window};
pub use written::{Covers, Limit, LimitProblem, LimitTable, Micros, NO_AMOUNT, Of, Per, WhenAway};
