//! Mails out of the webhooks of mail providers. Pure: a request goes in, mails or a refusal come out; no sockets, no clock.
//!
//! A provider is one file: a [`Provider`] whose functions know its credential, its shape and its limits. [`ALL`] is the
//! list. Where a provider's proof needs the outside world (the certificate of Amazon SNS), the reading says so and whoever
//! called fetches it.

mod basic;
mod fields;
mod header;
mod json;
pub mod mailgun;
pub mod mandrill;
mod multipart;
pub mod postmark;
mod proof;
mod provider;
mod refusal;
pub mod relay;
pub mod sendgrid;
pub mod ses;
mod verdicts;

pub use provider::{Delivery, LARGEST_BODY, LARGEST_MAIL, Provider, Reading, Request, Secrets};
pub use refusal::Refusal;
pub use verdicts::Said;

/// Every provider, in the order in which they are listed to people.
pub const ALL: &[&Provider] = &[
    &relay::PROVIDER,
    &mailgun::PROVIDER,
    &mandrill::PROVIDER,
    &postmark::PROVIDER,
    &sendgrid::PROVIDER,
    &ses::PROVIDER,
];
