//! The server and its command line: everything that touches the outside.
//!
//! Only this crate sees sockets, the clock, the environment and other people's APIs. What people *do* is in `desk`;
//! here requests are turned into use cases and their answers into bytes.

pub mod app;
pub mod cable;
pub mod channels;
pub mod cli;
pub mod config;
pub mod fetch;
pub mod http;
pub mod ingress;
pub mod jobs;
mod notify;
pub mod outbound;
mod outside;
pub mod reach;
mod seats;
mod telemetry;
mod wiring;
