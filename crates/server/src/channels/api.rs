//! The client API: a front end of one's own speaks for people over `/public/api/v1`, and is told what happens by a signed
//! post to its address. The house carries its messages itself; what stays unseen goes by e-mail where the inbox says so.

use super::Listed;
use crate::{app::App, notify::post};
use desk::{edit_inbox::secret, post_webhook::End};
use jiff::SignedDuration;
use model::{
    channel::{Capabilities, Continuity, Field, Files, Kind, Limit, Marks, Shape, Shown, Units, Window},
    inbox::{Inbox, Messaging},
};
use serde_json::json;

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: None };

/// The setting that gives the reply window in hours.
const REPLY_WINDOW: &str = "additional_attributes.agent_reply_time_window";

static KIND: Kind = Kind {
    name: desk::edit_inbox::API,
    title: "API",
    fields: &[
        Field {
            name: "webhook_url",
            label: "Webhook URL",
            help: "Where your front end is told what happens: an https address of yours. May stay empty.",
            shown: Shown::Everyone,
            required: false,
            shape: Shape::Url,
        },
        Field {
            name: "hmac_mandatory",
            label: "Only people your front end vouches for",
            help: "People without the right identifier_hash are refused.",
            shown: Shown::Everyone,
            required: false,
            shape: Shape::Truth,
        },
        Field {
            name: REPLY_WINDOW,
            label: "Reply window in hours",
            help: "How long after a person's latest message your front end can still bring them a reply. Always where empty.",
            shown: Shown::Everyone,
            required: false,
            shape: Shape::Number(24 * 365),
        },
        Field {
            name: "inbox_identifier",
            label: "Inbox identifier",
            help: "Names the inbox in the addresses of the client API.",
            shown: Shown::Everyone,
            required: false,
            shape: Shape::Drawn,
        },
        Field {
            name: "hmac_token",
            label: "HMAC token",
            help: "identifier_hash is the hexadecimal HMAC-SHA256 of a person's identifier with this key.",
            shown: Shown::Administrators,
            required: false,
            shape: Shape::Drawn,
        },
        Field {
            name: "secret",
            label: "Webhook secret",
            help: "X-Chatwoot-Signature is sha256= and the hexadecimal HMAC-SHA256 of <timestamp>.<body> with this key.",
            shown: Shown::Administrators,
            required: false,
            shape: Shape::Drawn,
        },
    ],
    key: |given| given.get("inbox_identifier").cloned(),
    webhook: |_| None,
    able: |settings| Capabilities {
        window: window(settings),
        text: Limit { most: 150_000, units: Units::Characters },
        files: Files { largest: 40 * 1024 * 1024, caption: Some(Limit { most: 150_000, units: Units::Characters }) },
        marks: Marks { delivered: true, read: true },
        templates: false,
    },
    write_first: None,
    continuity: Continuity::Unseen,
    steps: &[
        "Make the inbox; the address of your front end's webhook may follow later.",
        "Copy the inbox identifier: your front end speaks for people at /public/api/v1/inboxes/<identifier>/contacts.",
        "Let your front end check X-Chatwoot-Signature with the webhook secret, and vouch for the people it knows by an identifier_hash made with the HMAC token.",
        "Send a test: your webhook gets a signed post of the event webhook_test.",
    ],
};

fn window(settings: &Messaging) -> Option<Window> {
    let hours = settings.field(REPLY_WINDOW).parse().ok()?;
    let open = SignedDuration::from_hours(hours);
    Some(Window { open, tagged: open })
}

/// Posts a signed test to the front end's webhook; what came of it, in words.
///
/// # Errors
/// It was not taken; what to change, in words.
pub(crate) async fn test(app: &App, inbox: &Inbox) -> Result<String, String> {
    let Some(settings) = inbox.messaging() else { return Err("This is no API inbox".into()) };
    let url = settings.field("webhook_url");
    if url.is_empty() {
        return Err("There is no webhook URL: nobody is told what happens".into());
    }
    let body = json!({"event": "webhook_test", "inbox": {"id": inbox.id, "name": inbox.name}, "account": {"id": inbox.account_id}});
    let secret = secret(&app.desk.house, settings, "secret");
    match post(app, url, &secret, &app.desk.random.uuid(), body.to_string()).await {
        End::Taken => Ok("Your webhook has taken a signed test".into()),
        End::Away(words, _) | End::Refused(words) | End::Never(words) => Err(words),
    }
}
