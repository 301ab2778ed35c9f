//! WhatsApp, by Meta's Cloud API (<https://developers.facebook.com/documentation/business-messaging/whatsapp>) or by 360dialog
//! (`provider: default`, <https://docs.360dialog.com/docs/messaging-api/api-reference>). Meta signs its posts with the app's
//! secret; 360dialog signs none, but repeats a header that it was told. Replies are taken for 24 hours after the person
//! wrote, templates agreed with Meta at any time.

mod errors;
mod event;
mod media;
mod message;
mod road;
mod templates;
mod words;

use super::{Admitted, Lacks, Listed, Lost, Part, Piece, Posted, Provider, Reply, Wire, addressed, meta, pieces};
use crate::{app::App, config::ChannelConfig, fetch::Fetched, http::problem::Refusal};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use desk::{
    markup::{self, Style},
    receive_on_channel::News,
    send_on_channel::{End, Errand, Trouble},
    signing::same,
};
use event::{Number, digits};
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use model::{
    Json,
    channel::{Capabilities, Continuity, Field, Files, Given, Kind, Limit, Marks, Shape, Shown, Units, Window},
};
use reqwest::Method;
use road::{Road, ask, with_json};
use serde_json::json;

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: Some(&WhatsApp) };

static KIND: Kind = Kind {
    name: "whatsapp",
    title: "WhatsApp",
    fields: &[
        Field {
            name: "provider",
            label: "Provider",
            help: "whatsapp_cloud is Meta itself, default is 360dialog",
            shown: Shown::Everyone,
            required: false,
            shape: Shape::OneOf(&["whatsapp_cloud", "default"]),
        },
        Field {
            name: "phone_number",
            label: "Phone number",
            help: "The business's number with the country code: +15551234567",
            shown: Shown::Everyone,
            required: true,
            shape: Shape::Phone,
        },
        Field {
            name: "provider_config.api_key",
            label: "API key",
            help: "Meta: a permanent access token of a system user with whatsapp_business_messaging and whatsapp_business_management. 360dialog: the number's API key",
            shown: Shown::Nobody,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "provider_config.phone_number_id",
            label: "Phone number ID",
            help: "Meta app, WhatsApp, API Setup. 360dialog needs none",
            shown: Shown::Administrators,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "provider_config.business_account_id",
            label: "Business account ID",
            help: "Meta app, WhatsApp, API Setup. 360dialog needs none",
            shown: Shown::Administrators,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "provider_config.app_secret",
            label: "App secret",
            help: "Meta app, App settings, Basic: Meta signs its posts with it. 360dialog needs none",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "provider_config.webhook_verify_token",
            label: "Verify token",
            help: "What Meta is told together with the webhook; drawn where you give none",
            shown: Shown::Administrators,
            required: false,
            shape: Shape::Drawn,
        },
    ],
    key: |given| given.get("phone_number").cloned(),
    webhook: |settings| Some(format!("/webhooks/whatsapp/{}", settings.key)),
    able: |_| Capabilities {
        window: Some(Window { open: SignedDuration::from_hours(24), tagged: SignedDuration::ZERO }),
        text: Limit { most: 4096, units: Units::Utf16 },
        files: Files { largest: message::LARGEST, caption: Some(Limit { most: 1024, units: Units::Utf16 }) },
        marks: Marks { delivered: true, read: true },
        templates: true,
    },
    write_first: Some(digits),
    continuity: Continuity::Undeliverable,
    steps: &[
        "With Meta: make an app of type Business at developers.facebook.com, add WhatsApp, and add your number under API Setup. With 360dialog: connect your number in the 360dialog hub.",
        "With Meta: in the Meta Business settings, make a system user, give it the app and the WhatsApp account, and generate a token that never expires with whatsapp_business_messaging and whatsapp_business_management. With 360dialog: generate an API key for the number.",
        "Fill in the settings below; phone number ID and business account ID stand under API Setup, the app secret under App settings, Basic. 360dialog needs the number and the API key alone.",
        "Segue tells Meta or 360dialog the address of the webhook itself: {webhook}. If Meta asks for it, enter that address and the verify token under WhatsApp, Configuration, and subscribe to messages.",
        "Write to the number from your own phone: the message stands in Segue within a second.",
    ],
};

/// What 360dialog repeats with every post, so that we know it is 360dialog.
const SECRET_HEADER: &str = "authorization";

struct WhatsApp;

/// What Meta signs the posts for the inbox with; empty where nobody has said.
fn app_secret(wire: &Wire) -> &str {
    match wire.value_or("provider_config.app_secret", "WHATSAPP_APP_SECRET") {
        "" => wire.app.config.channels.value("FB_APP_SECRET"),
        secret => secret,
    }
}

/// What 360dialog was told to repeat.
fn repeated(wire: &Wire) -> String {
    format!("Bearer {}", wire.own_secret("360dialog webhook"))
}

/// The number in the path, whose plus sign may have got lost on the way.
fn number(post: &Posted) -> String {
    format!("+{}", post.in_path("phone_number").trim_start_matches('+'))
}

fn unproven(words: &'static str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, words)
}

impl Provider for WhatsApp {
    fn home(&self) -> &'static str {
        road::GRAPH
    }

    fn hooks(&self) -> &'static [&'static str] {
        &["/webhooks/whatsapp/{phone_number}"]
    }

    fn lacks(&self, config: &ChannelConfig, given: &Given) -> Option<Lacks> {
        let missing = |name: &str| given.get(name).is_none_or(String::is_empty);
        if given.get("provider").is_some_and(|provider| Road::named(provider) == Road::Dialog) {
            return None;
        }
        let needed = ["provider_config.phone_number_id", "provider_config.business_account_id"];
        if let Some(name) = needed.into_iter().find(|name| missing(name)) {
            return Some((name, "must not be empty with Meta's Cloud API"));
        }
        let house = ["WHATSAPP_APP_SECRET", "FB_APP_SECRET"].iter().any(|name| !config.value(name).is_empty());
        let why = "must not be empty where WHATSAPP_APP_SECRET is not set: nothing else proves that a post is Meta's";
        (missing("provider_config.app_secret") && !house).then_some(("provider_config.app_secret", why))
    }

    fn handshake<'a>(&'a self, app: &'a App, post: &'a Posted) -> BoxFuture<'a, Result<Response, Refusal>> {
        Box::pin(async move {
            let wire = addressed::wire(app, KIND.name, &number(post)).await?;
            meta::handshake(post, &[wire.value("provider_config.webhook_verify_token")])
        })
    }

    fn admit<'a>(&'a self, app: &'a App, post: &'a Posted) -> BoxFuture<'a, Result<Admitted, Refusal>> {
        Box::pin(async move {
            let wire = addressed::wire(app, KIND.name, &number(post)).await?;
            let road = Road::of(&wire);
            match road {
                Road::Cloud if app_secret(&wire).is_empty() => {
                    return Err(unproven("The inbox has no app secret, so that nothing proves the post"));
                }
                Road::Cloud if !meta::signed(post, app_secret(&wire)) => {
                    return Err(unproven("The signature is wrong"));
                }
                Road::Dialog if !same(&repeated(&wire), post.header(SECRET_HEADER)) => {
                    return Err(unproven("The header that 360dialog was told is missing or wrong"));
                }
                Road::Cloud | Road::Dialog => {}
            }
            let number = Number {
                id: wire.value("provider_config.phone_number_id"),
                phone: &wire.settings.key,
                alone: road == Road::Dialog,
            };
            let changes = event::apart(post.text()?, number);
            let posts = changes.into_iter().map(|change| (wire.inbox.id, change)).collect();
            Ok(Admitted { posts, answer: axum::Json(json!({})).into_response() })
        })
    }

    fn read(&self, _: &Wire, body: &str) -> Result<Vec<News>, String> {
        event::read(body)
    }

    fn style(&self, _: &Wire) -> Option<&'static Style> {
        Some(&markup::WHATSAPP)
    }

    fn pieces(&self, wire: &Wire, errand: &Errand) -> Vec<Piece> {
        let mut pieces = pieces::taking(wire, errand, |file| message::goes_as(file).is_some());
        // A sound has no caption.
        if let [Piece::File(file, caption)] = pieces.as_mut_slice()
            && message::goes_as(file) == Some("audio")
            && let Some(words) = caption.take()
        {
            pieces.insert(0, Piece::Text(words));
        }
        pieces
    }

    fn send<'a>(&'a self, wire: &'a Wire, part: &'a Part<'a>) -> BoxFuture<'a, Result<Option<String>, End>> {
        Box::pin(async move {
            let (to, answers) = (part.to(), part.answers());
            let message = match part.piece {
                Piece::Text(words) => message::text(to, answers, words),
                Piece::File(file, caption) => {
                    let id = media::upload(wire, file).await?;
                    message::media(to, answers, file, &id, caption.as_deref())
                }
                Piece::Template(params) => {
                    message::template(to, params).map_err(|words| End::Never(Trouble { code: None, words }))?
                }
            };
            let request = Road::of(wire).at_number(wire, Method::POST, "messages");
            let sent = wire.client().send(with_json(request, &message)).await;
            let reply = sent.map_err(|trouble| End::Later(trouble, None))?;
            if !reply.is_good() {
                return Err(errors::refused(&reply));
            }
            Ok(reply.json()["messages"][0]["id"].as_str().map(str::to_owned))
        })
    }

    fn media<'a>(&'a self, wire: &'a Wire, id: &'a str) -> BoxFuture<'a, Result<Fetched, Lost>> {
        Box::pin(media::fetch(wire, id))
    }

    fn templates<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<Vec<Json>, Trouble>> {
        Box::pin(templates::all(wire))
    }

    fn check<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<String, Trouble>> {
        Box::pin(async move {
            let road = Road::of(wire);
            if road == Road::Dialog {
                let set = ask(wire, road.request(wire, Method::GET, &["v1", "configs", "webhook"])).await?;
                let (said, ours) = (set["url"].as_str().unwrap_or("nowhere"), wire.webhook());
                return if ours.as_deref() == Some(said) {
                    Ok("360dialog knows the key and posts here".into())
                } else {
                    Err(wrong(format!("360dialog posts to {said}, not here")))
                };
            }
            if app_secret(wire).is_empty() {
                return Err(wrong("the app secret is missing: every post of Meta's is refused".into()));
            }
            let id = wire.value("provider_config.phone_number_id");
            let fields = [("fields", "display_phone_number,verified_name,quality_rating".to_owned())];
            let number = ask(wire, road.query(wire, &[id], &fields)).await?;
            let text = |name: &str| number[name].as_str().unwrap_or("?").to_owned();
            let shown = text("display_phone_number");
            if digits(&shown) != digits(&wire.settings.key) {
                return Err(wrong(format!(
                    "WhatsApp: the phone number ID is that of {shown}, not of {}",
                    wire.settings.key
                )));
            }
            Ok(format!(
                "WhatsApp knows {} ({shown}), quality {}",
                text("verified_name"),
                text("quality_rating").to_lowercase()
            ))
        })
    }

    fn register<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let road = Road::of(wire);
            if road == Road::Dialog {
                let told = json!({"url": wire.webhook(), "headers": {"Authorization": repeated(wire)}});
                let request = road.request(wire, Method::POST, &["v1", "configs", "webhook"]);
                return ask(wire, with_json(request, &told)).await.map(|_| ());
            }
            let account = wire.value("provider_config.business_account_id");
            ask(wire, road.request(wire, Method::POST, &[account, "subscribed_apps"])).await?;
            // For this number alone: the account may have others, and the app an address of its own.
            let told = json!({"webhook_configuration": {
                "override_callback_uri": wire.webhook(),
                "verify_token": wire.value("provider_config.webhook_verify_token"),
            }});
            let request = road.request(wire, Method::POST, &[wire.value("provider_config.phone_number_id")]);
            ask(wire, with_json(request, &told)).await.map(|_| ())
        })
    }
}

fn wrong(words: String) -> Trouble {
    Trouble { code: None, words }
}
