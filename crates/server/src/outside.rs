//! The real clock and the real source of chance; the only place that asks for either.

use model::{Clock, Random, Timestamp};

/// The system's clock, in whole milliseconds.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// The operating system's random bytes.
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Secrets made of anything else would be worse than none.
            tracing::error!(%error, "the operating system gives no random bytes");
            std::process::abort();
        }
    }
}
