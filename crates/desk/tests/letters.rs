//! The mail that goes out (contract §5): its headers and words, as snapshots.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod office;

use desk::send_message::NewReply;
use model::continuity::Way;
use office::{Office, VERA, on_both};
use store::{accounts, attachments::NewAttachment, inboxes};

on_both!(
    an_unverified_address_learns_nothing_the_visitor_said,
    a_verified_address_gets_a_recap,
    answers_stand_in_one_thread,
    hostile_names_break_no_header,
    without_an_inbound_domain_nothing_fails,
    large_files_become_links,
    both_parts_say_the_same,
);

/// The mail's header fields as they are sent, and its plain words; what is random is named.
async fn told(office: &Office) -> String {
    let (row, raw) = office.queued().await.pop().unwrap();
    let mail = mail::parse(&raw);
    let wanted = [
        "Date",
        "From",
        "To",
        "Cc",
        "Reply-To",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
    ];
    let mut told = format!("MAIL FROM:<{}>\nRCPT TO:<{}>\n", row.envelope_from, row.envelope_to);
    for name in wanted {
        if let Some(value) = mail.header(name) {
            told.push_str(&format!("{name}: {value}\n"));
        }
    }
    let told = format!("{told}\n{}", mail.text);
    let conversation = office.conversation().await.unwrap();
    let mut told = told.replace(&conversation.uuid, "UUID");
    // Secrets are drawn anew in every run of this test on another database.
    for marker in ["bounce+", "reply+", "segue_conversation=", "/unsubscribe/"] {
        told = without_secrets(&told, marker);
    }
    told
}

/// The digits that follow `marker` as `…`.
fn without_secrets(text: &str, marker: &str) -> String {
    let mut parts = text.split(marker);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == '-');
        format!("{told}{marker}…{rest}")
    })
}

async fn an_unverified_address_learns_nothing_the_visitor_said(office: Office) {
    office.visitor_writes("Buy cheap watches at evil.example!").await;
    office.visitor_leaves_address().await;
    office.visitor_writes("Visit evil.example now").await;
    office.agent_writes("Sorry, **no watches** here.\nSee https://www.acme.example/help").await;
    office.pass(60);
    office.agent_writes("Bye").await;
    office.pass(120);
    office.mail_unseen().await;
    let (_, raw) = office.queued().await.pop().unwrap();
    let mail = mail::parse(&raw);
    for text in [mail.text, mail.html.unwrap(), format!("{:?}", mail.headers)] {
        assert!(!text.contains("evil.example") && !text.contains("Vera"), "{text}");
    }
    insta::assert_snapshot!("unverified", told(&office).await);
}

async fn a_verified_address_gets_a_recap(office: Office) {
    office.visitor_writes("Do you ship to Iceland?").await;
    office.visitor_leaves_address().await;
    office.address_is_verified().await;
    let note = NewReply { content: Some("a secret note".into()), private: true, ..NewReply::default() };
    office.replies(note).await.unwrap();
    office.agent_writes("Let me look.").await;
    office.visitor_looks().await;
    office.agent_writes("Yes, we do.").await;
    office.visitor_writes("And to Greenland?").await;
    office.agent_writes("There too.").await;
    office.pass(120);
    office.mail_unseen().await;
    insta::assert_snapshot!("verified", told(&office).await);
}

async fn answers_stand_in_one_thread(office: Office) {
    office.visitor_writes("Hello").await;
    office.visitor_leaves_address().await;
    let mut sent = Vec::new();
    for number in 0..3 {
        office.agent_writes(&format!("Answer {number}")).await;
        office.pass(120);
        office.mail_unseen().await;
        sent.push(mail::parse(&office.queued().await.pop().unwrap().1));
    }
    assert_eq!(sent[1].in_reply_to, [sent[0].message_id.clone()]);
    assert_eq!(sent[2].in_reply_to, [sent[1].message_id.clone()]);
    let root = sent[0].in_reply_to[0].clone();
    assert!(root.starts_with("account/"), "{root}");
    assert_eq!(sent[2].references, [root, sent[0].message_id.clone(), sent[1].message_id.clone()]);
    assert!(sent.iter().all(|mail| mail.subject == sent[0].subject && mail.reply_to == sent[0].reply_to));
}

async fn hostile_names_break_no_header(office: Office) {
    let (account, inbox, user) = (office.made.account_id, office.made.inbox_id.unwrap(), office.made.user_id);
    office
        .write(async move |tx| {
            let mut found = inboxes::by_id(tx, inbox).await?.unwrap();
            found.name = "Ünïcødé \"株式会社\" <x@evil.example>\r\nBcc: a@evil.example".into();
            found.settings.mail_subject = "Neues\r\nBcc: b@evil.example\r\n\r\nbody".into();
            inboxes::update(tx, &found).await?;
            let mut found = accounts::by_id(tx, account).await?.unwrap();
            found.locale = "de_AT".into();
            found.support_email = Some("Hilfe <hilfe@acme.example>".into());
            accounts::update(tx, &found).await?;
            store::users::by_id(tx, user).await
        })
        .await;
    office.visitor_writes("Hello").await;
    office.visitor_leaves_address().await;
    office.address_is_verified().await;
    office.agent_writes("Grüß Gott 🙂 <script>alert(1)</script>").await;
    office.pass(120);
    office.mail_unseen().await;
    let (_, raw) = office.queued().await.pop().unwrap();
    let mail = mail::parse(&raw);
    assert!(mail.bcc.is_empty() && mail.from.len() == 1 && mail.from[0].address == "hilfe@acme.example");
    assert!(!mail.html.as_deref().unwrap().contains("<script"));
    insta::assert_snapshot!("hostile", told(&office).await);
}

async fn without_an_inbound_domain_nothing_fails(office: Office) {
    let office = office.rebuilt(|house| {
        house.inbound_domain = None;
        house.frontend_url = "http://127.0.0.1:3000".into();
    });
    office.visitor_writes("Hello").await;
    office.visitor_leaves_address().await;
    office.agent_writes("Hello to you").await;
    office.pass(120);
    office.mail_unseen().await;
    insta::assert_snapshot!("without_domain", told(&office).await);
}

async fn large_files_become_links(office: Office) {
    office.visitor_writes("Hello").await;
    office.visitor_leaves_address().await;
    let mut files = Vec::new();
    for (name, size) in [("a.pdf", 12_000_000), ("b.pdf", 9_000_000), ("c \"ü\".txt", 5)] {
        let key = office.desk.random.hex_128();
        office.desk.blobs.put(&key, vec![b'x'; size].into()).await.unwrap();
        files.push(NewAttachment {
            name: name.into(),
            content_type: "application/octet-stream".into(),
            size: i64::try_from(size).unwrap(),
            blob_key: key,
            inline: false,
            content_id: None,
        });
    }
    let new = NewReply { files, way: Way::Email, ..NewReply::default() };
    office.replies(new).await.unwrap();
    office.mail_unseen().await;
    let (row, raw) = office.queued().await.pop().unwrap();
    let mail = mail::parse(&raw);
    let attached: Vec<_> =
        mail.attachments.iter().map(|file| (file.name.as_deref().unwrap(), file.bytes.len())).collect();
    assert_eq!(attached, [("a.pdf", 12_000_000), ("c \"ü\".txt", 5)]);
    let link = "* b.pdf (9.0 MB) https://segue.acme.example/rails/active_storage/blobs/";
    assert!(mail.text.contains(link) && mail.text.contains("* a.pdf (12.0 MB)\n"), "{}", mail.text);
    assert_eq!(row.envelope_to, VERA);
}

/// The whole mail; written as a page to `SEGUE_MAIL_PREVIEW` where that is set, to be looked at in a browser.
async fn both_parts_say_the_same(office: Office) {
    office.visitor_writes("Hi! Do you ship to Iceland? I would need **two** of them before Christmas.").await;
    office.visitor_leaves_address().await;
    office.address_is_verified().await;
    office.agent_writes("Good morning! Let me ask the warehouse.").await;
    office.visitor_looks().await;
    let key = office.desk.random.hex_128();
    office.desk.blobs.put(&key, vec![b'x'; 48_000].into()).await.unwrap();
    let table = NewAttachment {
        name: "shipping-table.pdf".into(),
        content_type: "application/pdf".into(),
        size: 48_000,
        blob_key: key,
        inline: false,
        content_id: None,
    };
    let words = "Yes, we ship to Iceland.\n\nIt takes **five working days**; see [our table](https://www.acme.example/shipping). \
                 If you order by Thursday, both will be with you before Christmas.";
    office.replies(NewReply { content: Some(words.into()), files: vec![table], ..NewReply::default() }).await.unwrap();
    office.agent_writes("One more thing: shall I put a gift note in?").await;
    office.pass(120);
    office.mail_unseen().await;
    let mail = mail::parse(&office.queued().await.pop().unwrap().1);
    let html = mail.html.unwrap();
    if let Some(path) = std::env::var_os("SEGUE_MAIL_PREVIEW") {
        std::fs::write(path, &html).unwrap();
    }
    let shown = mail::html::to_text(&html);
    for words in [
        "Iceland",
        "five working days",
        "gift note",
        "shipping-table.pdf (48 KB)",
        "ask the warehouse",
        "continue in the chat",
        "Stop these mails",
    ] {
        assert!(mail.text.contains(words) && shown.contains(words), "{words}\n{}\n---\n{shown}", mail.text);
    }
    assert!(html.contains("<strong>five working days</strong>"));
}
