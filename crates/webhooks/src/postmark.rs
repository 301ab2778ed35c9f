//! Postmark's inbound webhook: JSON with the raw mail, where the server is set to include it.

use crate::{
    Delivery, LARGEST_BODY, Provider, Reading, Refusal, Request, basic, fields::Fields, provider::with_recipients,
};

/// Postmark.
pub const PROVIDER: Provider = Provider {
    name: "postmark",
    path: "/rails/action_mailbox/postmark/inbound_emails",
    summary: "Take a mail from Postmark",
    about: "HTTP Basic, user `actionmailbox`, password `RAILS_INBOUND_EMAIL_PASSWORD`. Tick \"Include raw email content in \
            JSON payload\": the mail stands in `RawEmail`.",
    media: &["application/json"],
    success: 204,
    looks_first: false,
    largest_body: LARGEST_BODY,
    missing: |secrets| secrets.password.is_none().then_some("RAILS_INBOUND_EMAIL_PASSWORD"),
    admit: |request, secrets| basic::admit(request, secrets.password.as_deref()),
    read: |request, _| read(request),
};

fn read(request: &Request<'_>) -> Result<Reading, Refusal> {
    let fields = Fields::of(request, &["RawEmail", "OriginalRecipient"])?;
    let raw = fields.required("RawEmail").map_err(|_| {
        Refusal::Invalid("there is no RawEmail: in Postmark, tick \"Include raw email content in JSON payload\"".into())
    })?;
    let recipient = fields.optional("OriginalRecipient").map_err(|refusal| Refusal::Invalid(refusal.words()))?;
    let recipient = recipient.map(|recipient| std::str::from_utf8(recipient)).transpose();
    let recipient = recipient.map_err(|_| Refusal::Invalid("OriginalRecipient is not UTF-8".into()))?;
    let to: Vec<String> = recipient.map(|recipient| recipient.trim().to_owned()).into_iter().collect();
    let raw = with_recipients(raw.clone(), &to)?;
    Ok(Reading::Mails(vec![Delivery { raw, to, ..Delivery::default() }]))
}
