//! How much a detector looks at, counted where its work is: so that a test can hold it to be linear
//! without a clock.

/// So many bytes, members or steps were looked at.
#[cfg(test)]
pub(crate) fn add(steps: usize) {
    DONE.with(|done| done.set(done.get() + steps));
}

/// The same where nobody counts.
#[cfg(not(test))]
#[inline]
pub(crate) const fn add(_: usize) {}

#[cfg(test)]
thread_local! {
    static DONE: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// How much work something is.
#[cfg(test)]
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> usize {
    DONE.with(|done| done.set(0));
    std::hint::black_box(work());
    DONE.with(std::cell::Cell::get)
}

/// Holds that four times the input is no more than five times the work, and some.
#[cfg(test)]
#[track_caller]
pub(crate) fn grows_with_its_input(what: &str, work: impl Fn(usize) -> usize) {
    let (small, large) = (work(1), work(4));
    assert!(large <= small * 5 + 4096, "{what}: {small} for one, {large} for four");
}
