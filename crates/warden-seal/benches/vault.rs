//! What it costs to seal a state of 200 bytes and to open it again.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use divan::Bencher;
use warden_seal::Vault;

const BOUND: [&[u8]; 2] = [b"someone@example.com", b"tools/call"];

fn main() {
    divan::main();
}

#[divan::bench]
fn seal(bencher: Bencher<'_, '_>) {
    let vault = Vault::random("benchmark").expect("there is randomness");
    bencher.bench_local(|| vault.seal(&[7; 200], &BOUND).expect("it is short"));
}

#[divan::bench]
fn open(bencher: Bencher<'_, '_>) {
    let vault = Vault::random("benchmark").expect("there is randomness");
    let token = vault.seal(&[7; 200], &BOUND).expect("it is short");
    bencher.bench_local(|| vault.open(&token, &BOUND).expect("it is ours"));
}

#[divan::bench]
fn open_what_is_not_ours(bencher: Bencher<'_, '_>) {
    let vault = Vault::random("benchmark").expect("there is randomness");
    let token = vault.seal(&[7; 200], &BOUND).expect("it is short");
    bencher.bench_local(|| vault.open(&token, &[]));
}
