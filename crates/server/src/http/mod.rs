//! HTTP: requests in, use cases, answers out.

mod application;
mod assets;
pub mod auth;
pub mod body;
mod client;
mod demo;
mod document;
pub(crate) mod doors;
mod files;
pub mod form;
mod health;
pub mod limits;
mod onboarding;
pub mod peer;
pub mod problem;
pub mod router;
mod sessions;
pub mod shapes;
mod unsubscribe;
pub mod widget;
