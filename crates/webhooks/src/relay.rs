//! The relay: an MTA's piping command posts the raw mail with a password.

use crate::{Delivery, LARGEST_MAIL, Provider, Reading, Refusal, Request, Secrets, basic, header::media_type};

/// The relay.
pub const PROVIDER: Provider = Provider {
    name: "relay",
    path: "/rails/action_mailbox/relay/inbound_emails",
    summary: "Take a raw mail from a mail server",
    about: "HTTP Basic, user `actionmailbox`, password `RAILS_INBOUND_EMAIL_PASSWORD`. The body is the mail.",
    media: &["message/rfc822"],
    success: 204,
    looks_first: false,
    largest_body: LARGEST_MAIL,
    missing: |secrets| secrets.password.is_none().then_some("RAILS_INBOUND_EMAIL_PASSWORD"),
    admit,
    read: |request, _| Ok(Reading::Mails(vec![Delivery { raw: request.body.clone(), ..Delivery::default() }])),
};

fn admit(request: &Request<'_>, secrets: &Secrets) -> Result<(), Refusal> {
    basic::admit(request, secrets.password.as_deref())?;
    let content_type = (request.header)("content-type").unwrap_or_default();
    if media_type(content_type) == "message/rfc822" { Ok(()) } else { Err(Refusal::MediaType) }
}
