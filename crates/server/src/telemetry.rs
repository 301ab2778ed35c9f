//! Logs: to standard error, so that standard output holds only results. `RUST_LOG` chooses what. Colours are for eyes: a
//! journal or a file gets none.

use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;

/// What is never logged, whatever `RUST_LOG` says.
const QUIET: [&str; 2] = ["async_imap=off", "async_imap::imap_stream=off"];

/// Starts logging.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,tower_http=warn"));
    // The library writes down every word it says and hears, passwords and mails too.
    let quiet = QUIET.iter().filter_map(|directive| directive.parse().ok());
    let filter = quiet.fold(filter, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(stderr().is_terminal()).with_writer(stderr);
    // A second start, as in tests, changes nothing.
    let _ = log.try_init();
}
