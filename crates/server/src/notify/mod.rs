//! Telling webhooks what happens (reference §4.4): [`follow()`] reads the event log and queues a post for everyone who asked,
//! [`payload`] says what stands in it, [`post()`] signs it and hands it over. Retries and order are the business of
//! `desk::post_webhook`.

mod audience;
mod follow;
mod payload;
mod post;

pub(crate) use follow::{Teller, follow, tell_all};
pub(crate) use post::post;
