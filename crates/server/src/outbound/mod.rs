//! Mail on its way out. Without a configured server nothing comes here: use cases keep such mail in the sandbox.

pub mod smtp;
