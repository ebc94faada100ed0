//! Attacks as they were published, replayed through the gateway: none of them gets its last call
//! through, and the same work without the attack does.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod attacks;
mod bypasses;
mod channels;
mod parts;
mod replays;
mod world;
