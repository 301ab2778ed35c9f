//! The direct messages of an Instagram professional account, by the Instagram API with Instagram Login:
//! <https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api>. What people
//! write comes by the app's webhook, replies go with the account's token, files as links that Instagram fetches.

use super::{
    Admitted, Lacks, Listed, Part, Piece, Posted, Provider, Wire,
    meta::{self, Meaning, Product, Then, VERSION},
    pieces,
};
use crate::{app::App, config::ChannelConfig, http::problem::Refusal};
use axum::response::Response;
use desk::{
    file_links,
    receive_on_channel::{News, Person},
    send_on_channel::{End, Errand, Trouble},
};
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use model::{
    Json,
    attachment::Attachment,
    channel::{Capabilities, Continuity, Field, Files, Given, Kind, Limit, Marks, Shape, Shown, Units, Window},
};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: Some(&Instagram) };

/// How long replies are taken (Instagram API, "Send Messages").
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The same under the human agent tag.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The largest file (Instagram Messaging, "Upload Media").
const LARGEST: i64 = 25 * 1000 * 1000;
/// The largest picture.
const LARGEST_PICTURE: i64 = 8 * 1000 * 1000;
/// What of the account's inbox the app is told (Instagram Platform, "Webhooks").
const FIELDS: &str = "messages,message_reactions,messaging_postbacks,messaging_referral,messaging_seen";

/// Which files go as what (Instagram Messaging, "Upload Media").
const TAKEN: [(&str, &str); 18] = [
    ("image/png", "image"),
    ("image/jpeg", "image"),
    ("image/gif", "image"),
    ("audio/aac", "audio"),
    ("audio/mp4", "audio"),
    ("audio/m4a", "audio"),
    ("audio/x-m4a", "audio"),
    ("audio/wav", "audio"),
    ("audio/x-wav", "audio"),
    ("audio/wave", "audio"),
    ("video/mp4", "video"),
    ("video/ogg", "video"),
    ("video/avi", "video"),
    ("video/x-msvideo", "video"),
    ("video/quicktime", "video"),
    ("video/mov", "video"),
    ("video/webm", "video"),
    ("application/pdf", "file"),
];

static PRODUCT: Product = Product {
    kind: KIND.name,
    object: "instagram",
    app_secret: "INSTAGRAM_APP_SECRET",
    verify_tokens: &["INSTAGRAM_VERIFY_TOKEN", "IG_VERIFY_TOKEN"],
};

/// What the Send API answers (Messenger Platform, "Common Error Codes"), where it is not what the Graph API has in common.
static ERRORS: [Meaning; 7] = [
    // Sent outside of the allowed window.
    Meaning { code: 10, subcode: Some(2_534_022), then: Then::Gone },
    Meaning { code: 10, subcode: Some(2_018_278), then: Then::Gone },
    // The requested user cannot be found.
    Meaning { code: 100, subcode: Some(2_534_014), then: Then::Gone },
    Meaning { code: 100, subcode: Some(2_018_001), then: Then::Gone },
    // The person cannot be written to.
    Meaning { code: 551, subcode: None, then: Then::Gone },
    // The token is none any more.
    Meaning { code: 190, subcode: None, then: Then::Never },
    // A failure for the moment.
    Meaning { code: 1200, subcode: None, then: Then::Later },
];

const BASE: Kind = Kind {
    name: "instagram",
    title: "Instagram",
    fields: &[
        Field {
            name: "instagram_id",
            label: "Instagram account ID",
            help: "The number of the professional account, 1784…, beside the token in the app at Meta",
            shown: Shown::Everyone,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "access_token",
            label: "Access token",
            help: "Made for the account under Instagram, API setup with Instagram login; it lives for 60 days",
            shown: Shown::Nobody,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "app_secret",
            label: "Instagram app secret",
            help: "Under Instagram, API setup; the webhook's posts are signed with it. INSTAGRAM_APP_SECRET where empty",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "verify_token",
            label: "Verify token",
            help: "Any words; the same are typed beside the webhook at Meta. INSTAGRAM_VERIFY_TOKEN where empty",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
    ],
    key: |given| given.get("instagram_id").filter(|id| id.bytes().all(|digit| digit.is_ascii_digit())).cloned(),
    webhook: |_| Some("/webhooks/instagram".into()),
    able: |_| able(SignedDuration::ZERO),
    write_first: None,
    continuity: Continuity::Undeliverable,
    steps: &[
        "In the Instagram app, make the account a professional one and allow access to messages under Messages, Connected tools.",
        "At developers.facebook.com, make an app with Instagram, or open the one there is.",
        "Under API setup with Instagram login, add the account and generate its token. Paste account ID and token below.",
        "Paste the Instagram app secret that stands there too, and choose a verify token.",
        "Save here first. Then, under Configure webhooks, enter the callback URL {webhook} and the same verify token.",
        "Switch the app to live. The token lives for 60 days: make a new one before and paste it here.",
    ],
};

fn able(tagged: SignedDuration) -> Capabilities {
    Capabilities {
        window: Some(Window { open: DAY, tagged }),
        text: Limit { most: 1000, units: Units::Bytes },
        files: Files { largest: LARGEST, caption: None },
        marks: Marks { delivered: false, read: true },
        templates: false,
    }
}

static KIND: Kind = BASE;

/// Where Meta has approved the app for the human agent tag.
pub(super) static FOR_HUMANS: Kind = Kind { able: |_| able(WEEK), ..BASE };

struct Instagram;

impl Instagram {
    fn call(wire: &Wire, method: Method, path: &[&str], query: &[(&str, &str)]) -> RequestBuilder {
        let mut url = wire.url(&[&[VERSION], path].concat());
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        wire.client().request(method, url).header("authorization", format!("Bearer {}", wire.value("access_token")))
    }

    async fn get(wire: &Wire, path: &[&str], fields: &str) -> Result<Json, End> {
        meta::ask(wire, Self::call(wire, Method::GET, path, &[("fields", fields)]), &ERRORS).await
    }
}

/// As what Instagram takes a file; `None` where it does not.
fn taken_as(file: &Attachment) -> Option<&'static str> {
    let (_, kind) = TAKEN.into_iter().find(|(content_type, _)| *content_type == file.content_type)?;
    let largest = if kind == "image" { LARGEST_PICTURE } else { LARGEST };
    (file.size <= largest).then_some(kind)
}

impl Provider for Instagram {
    fn home(&self) -> &'static str {
        "https://graph.instagram.com"
    }

    fn hooks(&self) -> &'static [&'static str] {
        &["/webhooks/instagram"]
    }

    fn lacks(&self, config: &ChannelConfig, given: &Given) -> Option<Lacks> {
        let missing = given.get("app_secret").is_none_or(String::is_empty);
        let why =
            "must not be empty where INSTAGRAM_APP_SECRET is not set: nothing else proves that a post is Instagram's";
        (missing && config.value(PRODUCT.app_secret).is_empty()).then_some(("app_secret", why))
    }

    fn handshake<'a>(&'a self, app: &'a App, post: &'a Posted) -> BoxFuture<'a, Result<Response, Refusal>> {
        Box::pin(meta::prove(app, post, &PRODUCT))
    }

    fn admit<'a>(&'a self, app: &'a App, post: &'a Posted) -> BoxFuture<'a, Result<Admitted, Refusal>> {
        Box::pin(meta::admit(app, post, &PRODUCT))
    }

    fn read(&self, _: &Wire, body: &str) -> Result<Vec<News>, String> {
        meta::read(body)
    }

    fn profile<'a>(&'a self, wire: &'a Wire, person: &'a str) -> BoxFuture<'a, Option<Person>> {
        Box::pin(async move {
            let known = Self::get(wire, &[person], "name,username,follower_count,is_verified_user").await.ok()?;
            let text = |field: &str| known[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
            let noted = json!({
                "social_instagram_user_id": person, "social_instagram_user_name": known["username"],
                "social_instagram_follower_count": known["follower_count"],
                "social_instagram_is_verified_user": known["is_verified_user"],
            });
            let name = text("name").or_else(|| text("username"));
            Some(Person { id: person.to_owned(), name, phone: None, noted })
        })
    }

    fn pieces(&self, wire: &Wire, errand: &Errand) -> Vec<Piece> {
        pieces::taking(wire, errand, |file| taken_as(file).is_some())
    }

    fn send<'a>(&'a self, wire: &'a Wire, part: &'a Part<'a>) -> BoxFuture<'a, Result<Option<String>, End>> {
        Box::pin(async move {
            let never = |words: &str| End::Never(Trouble { code: None, words: words.into() });
            let message = match part.piece {
                Piece::Text(words) => json!({"text": words}),
                Piece::File(file, _) => {
                    let kind = taken_as(file).ok_or_else(|| never("Instagram does not take such files"))?;
                    let house = &wire.app.desk.house;
                    let link = file_links::link(house, file, file_links::for_mail(wire.app.desk.now()));
                    json!({"attachment": {"type": kind, "payload": {"url": link}}})
                }
                Piece::Template(_) => return Err(never("Instagram has no templates")),
            };
            let request = Self::call(wire, Method::POST, &["me", "messages"], &[]);
            let body = meta::sends(part, &message).to_string();
            let request = request.header("content-type", "application/json").body(body);
            let taken = meta::ask(wire, request, &ERRORS).await?;
            Ok(taken["message_id"].as_str().map(str::to_owned))
        })
    }

    fn check<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<String, Trouble>> {
        Box::pin(async move {
            let account = Self::get(wire, &["me"], "user_id,username").await.map_err(End::trouble)?;
            let (id, name) = (account["user_id"].as_str().unwrap_or("?"), account["username"].as_str().unwrap_or("?"));
            if id == wire.value("instagram_id") {
                return Ok(format!("Instagram knows the account @{name}"));
            }
            Err(Trouble {
                code: None,
                words: format!("Instagram: the token is that of @{name} ({id}), not of this account"),
            })
        })
    }

    fn register<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let query = [("subscribed_fields", FIELDS)];
            let request = Self::call(wire, Method::POST, &["me", "subscribed_apps"], &query);
            meta::ask(wire, request, &ERRORS).await.map(|_| ()).map_err(End::trouble)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Reply;

    #[test]
    fn each_documented_error_means_what_it_should() {
        let rows = [
            (10, Some(2_534_022), "gone"),
            (10, Some(2_018_278), "gone"),
            (10, None, "never"),
            (100, Some(2_534_014), "gone"),
            (100, Some(2_018_001), "gone"),
            (100, None, "never"),
            (190, None, "never"),
            (230, None, "never"),
            (551, None, "gone"),
            (2, None, "later"),
            (4, None, "later"),
            (613, None, "later"),
            (1200, None, "later"),
        ];
        for (code, subcode, expected) in rows {
            let body = json!({"error": {"message": "m", "code": code, "error_subcode": subcode}}).to_string();
            let reply = Reply { status: 400, body: body.into(), ..Reply::default() };
            let end = match meta::refused("Instagram", &reply, &ERRORS) {
                End::Gone(_) => "gone",
                End::Never(_) => "never",
                End::Later(..) => "later",
                End::Taken => "taken",
            };
            assert_eq!(end, expected, "{code} {subcode:?}");
        }
    }
}
