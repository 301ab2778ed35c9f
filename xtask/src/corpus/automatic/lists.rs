//! Mails through lists, newsletters and what machines report.

use super::{Fields, PERSON, Person, case, text};
use crate::corpus::case::Case;

/// Name, from, subject, kind, header fields, text.
type Row = (&'static str, Person, &'static str, &'static str, Fields, &'static str);

const ROWS: &[Row] = &[
    (
        "mailman-post",
        PERSON,
        "[users] Order forms",
        "list",
        &[
            ("Precedence", "list"),
            ("List-Id", "Users of the shop <users.lists.x.example>"),
            ("List-Post", "<mailto:users@lists.x.example>"),
            ("List-Unsubscribe", "<mailto:users-leave@lists.x.example>"),
            ("Sender", "users-bounces@lists.x.example"),
        ],
        "Does anyone have the new form?",
    ),
    (
        "google-group-post",
        PERSON,
        "Order forms",
        "list",
        &[
            ("Precedence", "list"),
            ("Mailing-list", "list shop-users@groups.example; contact shop-users+owners@groups.example"),
            ("List-ID", "<shop-users.groups.example>"),
            ("List-Post", "<https://groups.example/group/shop-users/post>, <mailto:shop-users@groups.example>"),
        ],
        "Does anyone have the new form?",
    ),
    (
        "sympa-post",
        ("Hélène Lefèvre", "helene@client.example"),
        "[clients] Formulaire",
        "list",
        &[
            ("Precedence", "list"),
            ("List-Id", "<clients.listes.x.example>"),
            ("X-Loop", "clients@listes.x.example"),
            ("X-no-archive", "no"),
        ],
        "Qui a le nouveau formulaire ?",
    ),
    (
        "cron",
        ("Cron Daemon", "root@host.x.example"),
        "Cron <root@host> nightly",
        "auto_generated",
        &[("Auto-Submitted", "auto-generated"), ("X-Cron-Env", "<SHELL=/bin/sh>")],
        "done in 42 s",
    ),
    (
        "monitoring",
        ("Watch", "alarm@x.example"),
        "PROBLEM: shop is slow",
        "auto_generated",
        &[("Auto-Submitted", "auto-generated"), ("Precedence", "bulk")],
        "shop: 2400 ms, usually 90 ms",
    ),
    (
        "calendar-reminder",
        ("Calendar", "calendar-notification@x.example"),
        "Reminder: Handing over the keys",
        "auto_generated",
        &[("Auto-Submitted", "auto-generated")],
        "Handing over the keys begins in ten minutes.",
    ),
];

pub(super) fn cases() -> Vec<Case> {
    let rows = ROWS.iter().map(|(name, from, subject, kind, headers, said)| {
        case(name, *from, subject, kind, headers, text(said)).unthreaded().text(said)
    });
    rows.collect()
}
