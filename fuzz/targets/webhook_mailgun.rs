//! Any bytes as what is posted to the ingress `mailgun`, behind a right proof and behind none.
#![no_main]

#[path = "../../crates/webhooks/tests/watch/mod.rs"]
mod watch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| watch::watch("mailgun", bytes));
