//! Logs: to standard error, so that standard output holds only results. `RUST_LOG` chooses what. Colours are for eyes: a
//! journal or a file gets none.

use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;

/// Starts logging.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,tower_http=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(stderr().is_terminal()).with_writer(stderr);
    // A second start, as in tests, changes nothing.
    let _ = log.try_init();
}
