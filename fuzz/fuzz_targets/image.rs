//! See `warden_fuzz::image`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| warden_fuzz::image::check(data));
