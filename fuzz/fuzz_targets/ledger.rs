//! See `warden_fuzz::ledger`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::ledger::check(data));
