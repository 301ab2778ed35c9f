//! SMS, MMS and WhatsApp over Twilio (<https://www.twilio.com/docs/messaging/api>): messages and what became of ours come
//! as signed forms, replies go by the Message resource. SMS has no reply window, WhatsApp has one of 24 hours, outside of
//! which templates go.

mod account;
mod contents;
mod form;
mod parts;
mod received;
mod refused;

use super::{Admitted, Lacks, Listed, Lost, Part, Piece, Posted, Provider, Wire, addressed};
use crate::{
    app::App,
    config::ChannelConfig,
    fetch::{Fetched, Unfetched},
    http::problem::Refusal,
};
use axum::{http::StatusCode, response::IntoResponse};
use desk::{
    channel_media::LARGEST,
    receive_on_channel::News,
    send_on_channel::{End, Errand, Trouble},
};
use form::Form;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use model::{
    Json,
    channel::{Capabilities, Continuity, Field, Files, Given, Kind, Limit, Marks, Shape, Shown, Units, Window},
    inbox::Inbox,
};
use reqwest::{Method, RequestBuilder};
use url::Url;

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: Some(&Twilio) };

/// Where people's messages are posted.
const CALLBACK: &str = "/twilio/callback";
/// Where it is posted what became of ours.
const STATUS: &str = "/twilio/delivery_status";
/// The version in the paths of the API.
const VERSION: &str = "2010-04-01";
/// The header with the signature (<https://www.twilio.com/docs/usage/webhooks/webhooks-security>).
const SIGNATURE_HEADER: &str = "x-twilio-signature";
/// What addresses on WhatsApp begin with.
const WHATSAPP: &str = "whatsapp:";
/// A text with a file, and a text on WhatsApp (error 21617).
const TEXT: Limit = Limit { most: 1600, units: Units::Utf16 };
/// A text as SMS: ten whole segments, which have never more than the 1600 characters that Twilio takes.
const SMS: Limit = Limit { most: 10 * 153, units: Units::Septets };

static KIND: Kind = Kind {
    name: "twilio_sms",
    title: "Twilio",
    fields: &[
        Field {
            name: "medium",
            label: "Medium",
            help: "What the number or the service is for",
            shown: Shown::Everyone,
            required: false,
            shape: Shape::OneOf(&["sms", "whatsapp"]),
        },
        Field {
            name: "account_sid",
            label: "Account SID",
            help: "Twilio Console, Account Info: AC and 32 digits",
            shown: Shown::Everyone,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "auth_token",
            label: "Auth Token",
            help: "Twilio Console, Account Info: it signs what Twilio posts",
            shown: Shown::Nobody,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "phone_number",
            label: "Phone number",
            help: "Twilio Console, Phone Numbers; for WhatsApp, Messaging, Senders: +15551234567",
            shown: Shown::Everyone,
            required: false,
            shape: Shape::Phone,
        },
        Field {
            name: "messaging_service_sid",
            label: "Messaging Service SID",
            help: "Twilio Console, Messaging, Services: MG and 32 digits; instead of a number, or with one that belongs to it",
            shown: Shown::Everyone,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "api_key_sid",
            label: "API key SID",
            help: "Twilio Console, API keys & tokens: SK and 32 digits, if replies should go with a key of their own",
            shown: Shown::Everyone,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "api_key_secret",
            label: "API key secret",
            help: "Shown once, when the key is made",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
    ],
    key: named,
    webhook: |_| Some(CALLBACK.into()),
    able: |settings| {
        let whatsapp = settings.field("medium") == "whatsapp";
        Capabilities {
            window: whatsapp.then_some(Window { open: SignedDuration::from_hours(24), tagged: SignedDuration::ZERO }),
            text: if whatsapp { TEXT } else { SMS },
            files: Files {
                largest: if whatsapp { parts::WHATSAPP_LARGEST } else { parts::MMS_LARGEST },
                caption: Some(TEXT),
            },
            marks: Marks { delivered: true, read: whatsapp },
            templates: whatsapp,
        }
    },
    write_first: Some(str::to_owned),
    continuity: Continuity::Undeliverable,
    steps: &[
        "In the Twilio Console, copy the Account SID and the Auth Token from Account Info, and paste them below.",
        "Choose the medium, and give the phone number (+15551234567) or the SID of the messaging service (MG…) that people write to.",
        "Segue tells Twilio where to post for an SMS number and for a messaging service. For a WhatsApp number without a service, do it yourself: Messaging, Senders, WhatsApp senders, the number, Webhook URL for incoming messages: {webhook} with HTTP POST. In the WhatsApp sandbox it is under Sandbox settings.",
        "Write to the number: the message stands in Segue within a second.",
    ],
};

/// What names an inbox: its account, its medium, and its number or else its service.
fn named(given: &Given) -> Option<String> {
    let account = filled(given, "account_sid").filter(|sid| is_sid(sid, "AC"))?;
    let at = filled(given, "phone_number").or(filled(given, "messaging_service_sid"))?;
    Some(key(account, filled(given, "medium") == Some("whatsapp"), at))
}

fn filled<'g>(given: &'g Given, name: &str) -> Option<&'g str> {
    given.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

fn key(account: &str, whatsapp: bool, at: &str) -> String {
    format!("{account}:{}{at}", if whatsapp { WHATSAPP } else { "" })
}

/// Whether it is the id of such a thing: two letters and 32 hexadecimal digits.
fn is_sid(sid: &str, of: &str) -> bool {
    sid.strip_prefix(of).is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// Whether it carries WhatsApp.
fn is_whatsapp(wire: &Wire) -> bool {
    wire.value("medium") == "whatsapp"
}

struct Twilio;

/// A request with the credentials of the inbox: those of its API key, where it has one.
fn call(wire: &Wire, method: Method, url: Url) -> RequestBuilder {
    let (user, secret) = match wire.value("api_key_sid") {
        "" => (wire.value("account_sid"), wire.value("auth_token")),
        key => (key, wire.value("api_key_secret")),
    };
    wire.client().request(method, url).basic_auth(user, Some(secret))
}

/// The address of something of the account's.
fn of_account(wire: &Wire, segments: &[&str]) -> Url {
    wire.url(&[&[VERSION, "Accounts", wire.value("account_sid")], segments].concat())
}

/// A request that posts a form.
fn post(wire: &Wire, url: Url, form: &[(&str, String)]) -> RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    call(wire, Method::POST, url).header("content-type", "application/x-www-form-urlencoded").body(body)
}

/// The inbox that a post is for, by the number or service it names on our side.
async fn inbox(app: &App, hook: &str, form: &Form) -> Result<Inbox, Refusal> {
    let (account, service) = (form.get("AccountSid"), form.get("MessagingServiceSid"));
    let ours = if hook == CALLBACK { form.get("To") } else { form.get("From") };
    let (whatsapp, ours) = match ours.strip_prefix(WHATSAPP) {
        Some(number) => (true, number),
        None => (form.get("To").starts_with(WHATSAPP), ours),
    };
    // A person writes to a number; a message of ours goes by the service where it went by one.
    let at = if hook == CALLBACK { [ours, service] } else { [service, ours] };
    let keys = at.iter().filter(|at| !at.is_empty()).map(|at| key(account, whatsapp, at)).collect();
    addressed::inbox(app, KIND.name, keys).await?.ok_or_else(Refusal::not_found)
}

impl Provider for Twilio {
    fn home(&self) -> &'static str {
        "https://api.twilio.com"
    }

    fn hooks(&self) -> &'static [&'static str] {
        &[CALLBACK, STATUS]
    }

    fn admit<'a>(&'a self, app: &'a App, posted: &'a Posted) -> BoxFuture<'a, Result<Admitted, Refusal>> {
        Box::pin(async move {
            let form = Form::parse(posted.text()?);
            let inbox = inbox(app, posted.hook, &form).await?;
            let wire = Wire::of(app, &inbox).ok_or_else(Refusal::not_found)?;
            if !form.is_signed(wire.value("auth_token"), &posted.url, posted.header(SIGNATURE_HEADER)) {
                return Err(Refusal::new(StatusCode::UNAUTHORIZED, "The signature is wrong"));
            }
            // A body would be taken for TwiML, and sent to the person.
            let mut admitted = Admitted::whole(inbox.id, posted)?;
            admitted.answer = StatusCode::NO_CONTENT.into_response();
            Ok(admitted)
        })
    }

    fn read(&self, wire: &Wire, body: &str) -> Result<Vec<News>, String> {
        received::read(&Form::parse(body), wire.value("account_sid"))
    }

    fn lacks(&self, _: &ChannelConfig, given: &Given) -> Option<Lacks> {
        let service = filled(given, "messaging_service_sid");
        let (key, secret) = (filled(given, "api_key_sid"), filled(given, "api_key_secret"));
        let rows: [(bool, Lacks); 5] = [
            (
                filled(given, "phone_number").or(service).is_none(),
                ("phone_number", "must not be empty where there is no messaging service"),
            ),
            (service.is_some_and(|sid| !is_sid(sid, "MG")), ("messaging_service_sid", "must be MG and 32 digits")),
            (key.is_some_and(|sid| !is_sid(sid, "SK")), ("api_key_sid", "must be SK and 32 digits")),
            (key.is_some() && secret.is_none(), ("api_key_secret", "must not be empty where there is a key")),
            (key.is_none() && secret.is_some(), ("api_key_sid", "must not be empty where there is a secret")),
        ];
        rows.into_iter().find(|(wrong, _)| *wrong).map(|(_, lacks)| lacks)
    }

    fn pieces(&self, wire: &Wire, errand: &Errand) -> Vec<Piece> {
        parts::pieces(wire, errand)
    }

    fn send<'a>(&'a self, wire: &'a Wire, part: &'a Part<'a>) -> BoxFuture<'a, Result<Option<String>, End>> {
        Box::pin(async move {
            let form = parts::form(wire, part).map_err(|words| End::Never(Trouble { code: None, words }))?;
            let request = post(wire, of_account(wire, &["Messages.json"]), &form);
            let reply = wire.client().send(request).await.map_err(|trouble| End::Later(trouble, None))?;
            refused::outcome(&reply)
        })
    }

    fn media<'a>(&'a self, wire: &'a Wire, id: &'a str) -> BoxFuture<'a, Result<Fetched, Lost>> {
        Box::pin(async move {
            let (message, media) = id.split_once('/').ok_or_else(|| Lost::Never("Twilio has no such file".into()))?;
            let url = of_account(wire, &["Messages", message, "Media", media]);
            let later = |trouble: Trouble| Lost::Later(trouble.words);
            let mut reply = wire.client().fetch(call(wire, Method::GET, url.clone()), LARGEST).await.map_err(later)?;
            // Files lie elsewhere, and our credentials do not go there.
            let there = Some(reply.header("location")).filter(|there| !there.is_empty() && reply.status < 400);
            if let Some(there) = there.and_then(|there| url.join(there).ok()) {
                if there.origin() != url.origin() {
                    let got = wire.app.config.fetcher.get(there.as_str(), LARGEST).await;
                    return got.map_err(|lost| match lost {
                        Unfetched::Later(words) => Lost::Later(words),
                        Unfetched::Never(words) => Lost::Never(words),
                    });
                }
                reply = wire.client().fetch(wire.client().request(Method::GET, there), LARGEST).await.map_err(later)?;
            }
            if !reply.is_good() {
                return Err(refused::lost(&reply));
            }
            Ok(Fetched { bytes: reply.body, content_type: reply.content_type, name: None })
        })
    }

    fn templates<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<Vec<Json>, Trouble>> {
        Box::pin(contents::all(wire))
    }

    fn check<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<String, Trouble>> {
        Box::pin(account::check(wire))
    }

    fn register<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(account::register(wire))
    }
}
