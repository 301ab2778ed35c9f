//! How mail comes in: the list of ingresses. Each verifies who hands a mail over, yields raw bytes and envelope, and
//! answers only after [`accept`] has committed them.

pub mod relay;
pub mod smtp;
pub mod verify;

use crate::{app::App, http::problem::Refusal};
use utoipa_axum::router::OpenApiRouter;

pub use desk::accept_mail::{Accepted, Envelope, LARGEST, Transport, accept};

/// One way in.
pub struct Ingress {
    /// Its name in `RAILS_INBOUND_EMAIL_SERVICE`.
    pub name: &'static str,
    /// Its path under the base URL.
    pub path: &'static str,
    /// Adds its routes.
    routes: fn(OpenApiRouter<App>) -> OpenApiRouter<App>,
}

/// The list.
pub const ALL: &[Ingress] = &[Ingress { name: relay::NAME, path: relay::PATH, routes: relay::routes }];

/// Adds the routes of every ingress. Those that are not enabled answer 404 themselves, before anything else.
pub fn routes(router: OpenApiRouter<App>) -> OpenApiRouter<App> {
    ALL.iter().fold(router, |router, ingress| (ingress.routes)(router))
}

/// Other methods than the documented ones do not exist here: 404 rather than 405.
async fn no_such_method() -> Refusal {
    Refusal::not_found()
}
