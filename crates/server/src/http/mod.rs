//! HTTP: requests in, use cases, answers out.

mod health;
pub mod problem;
pub mod router;
pub mod shapes;
