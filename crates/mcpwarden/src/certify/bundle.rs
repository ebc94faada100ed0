//! The signed bundle: how it is made, read, and kept as what counts.

mod hold;
mod load;
mod make;
mod take;

pub(crate) use hold::{Held, Origin};
pub(crate) use load::{Believed, LeftOut, Loaded, load};
pub(crate) use make::{Wanted, make};
pub(crate) use take::{Refuse, again, take};

#[cfg(test)]
mod tests;
