//! HTTP: requests in, use cases, answers out.

mod assets;
mod files;
pub mod form;
mod health;
pub mod limits;
pub mod peer;
pub mod problem;
pub mod router;
pub mod shapes;
pub mod widget;
