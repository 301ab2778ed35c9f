//! The e-mail inbox: the house carries its mails itself, by its ingresses and by SMTP.

use super::Listed;
use model::channel::{Capabilities, Continuity, Files, Kind, Limit, Marks, Units};

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: None };

static KIND: Kind = Kind {
    name: "email",
    title: "E-mail",
    fields: &[],
    key: |_| None,
    webhook: |_| None,
    able: |_| Capabilities {
        window: None,
        text: Limit { most: 150_000, units: Units::Characters },
        files: Files { largest: 40 * 1024 * 1024, caption: Some(Limit { most: 150_000, units: Units::Characters }) },
        marks: Marks { delivered: false, read: false },
        templates: false,
    },
    write_first: None,
    continuity: Continuity::Unseen,
    steps: &[
        "Forward the mail of the address to the forwarding address of the inbox, or let Segue fetch it by IMAP.",
        "Turn inbound e-mail on in the account's settings, so that answers find their conversations.",
    ],
};
