//! Whether the settings of an inbox go together, where one asks for another: what a provider's file says of that
//! ([`Provider::lacks`](super::Provider::lacks)) is asked before anything is kept.

use super::provider;
use crate::app::App;
use desk::{
    Outcome, Problem,
    edit_inbox::{Asked, as_asked},
};
use model::{channel::Kind, inbox::Messaging};

/// Checks the settings as they would be, given what they were; what does not touch them is not checked.
///
/// # Errors
/// They lack something; the words name the field.
pub fn whole(app: &App, kind: &'static Kind, before: &Messaging, asked: &Asked) -> Outcome<()> {
    let Some(provider) = provider(kind.name) else { return Ok(()) };
    let Some(given) = as_asked(&app.desk.house, kind, before, asked)? else { return Ok(()) };
    match provider.lacks(&app.config.channels, &given) {
        Some((field, why)) => Err(Problem::invalid(field, why)),
        None => Ok(()),
    }
}
