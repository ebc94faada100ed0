//! What metrics cost each call.

use std::future::Future as _;

use divan::Bencher;
use warden_proxy::gateway::bench::Counting;

fn main() {
    divan::main();
}

/// Everything that is counted of one call, clock included.
#[divan::bench(threads = [1, 2])]
fn one_call(bencher: Bencher<'_, '_>) {
    let counting = Counting::default();
    bencher.bench(|| {
        let mut call = std::pin::pin!(counting.call());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        // Nothing in it waits.
        call.as_mut().poll(&mut context).is_ready()
    });
}
