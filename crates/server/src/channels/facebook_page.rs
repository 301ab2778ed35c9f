//! The Messenger inbox of a Facebook page: <https://developers.facebook.com/docs/messenger-platform>. What people write comes
//! by the app's webhook, replies go by the Send API with the page's token.

use super::{
    Admitted, Lacks, Listed, Part, Piece, Posted, Provider, Wire,
    meta::{self, Meaning, Product, Then, VERSION},
    upload,
};
use crate::{app::App, config::ChannelConfig, http::problem::Refusal};
use axum::response::Response;
use desk::{
    receive_on_channel::{News, Person},
    send_on_channel::{End, Trouble},
    signing::hmac_sha256,
};
use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use model::{
    Json,
    attachment::Attachment,
    channel::{Capabilities, Continuity, Field, Files, Given, Kind, Limit, Marks, Shape, Shown, Units, Window},
};
use reqwest::{Method, RequestBuilder, multipart::Form};
use serde_json::json;

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: Some(&FacebookPage) };

/// How long replies are taken (Messenger Platform, "Policy overview").
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The same under the human agent tag.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The largest file (Messenger Platform, "Saving assets").
const LARGEST: i64 = 25 * 1000 * 1000;
/// The largest picture that goes as one.
const LARGEST_PICTURE: i64 = 8 * 1000 * 1000;
/// What of the page's inbox the app is told (Graph API, "Page subscribed apps").
const FIELDS: &str = "messages,message_echoes,message_deliveries,message_reads,message_edits,message_reactions,\
                      messaging_postbacks,messaging_optins,messaging_referrals";

static PRODUCT: Product =
    Product { kind: KIND.name, object: "page", app_secret: "FB_APP_SECRET", verify_tokens: &["FB_VERIFY_TOKEN"] };

/// What the Send API answers (Messenger Platform, "Common Error Codes"), where it is not what the Graph API has in common.
static ERRORS: [Meaning; 8] = [
    // Sent outside of the allowed window.
    Meaning { code: 10, subcode: Some(2_018_278), then: Then::Gone },
    Meaning { code: 10, subcode: Some(2_018_065), then: Then::Gone },
    // The person cannot be written to.
    Meaning { code: 10, subcode: Some(2_018_108), then: Then::Gone },
    Meaning { code: 551, subcode: None, then: Then::Gone },
    Meaning { code: 200, subcode: Some(1_545_041), then: Then::Gone },
    // No matching user.
    Meaning { code: 100, subcode: Some(2_018_001), then: Then::Gone },
    // The token is none any more.
    Meaning { code: 190, subcode: None, then: Then::Never },
    // A failure for the moment.
    Meaning { code: 1200, subcode: None, then: Then::Later },
];

const BASE: Kind = Kind {
    name: "facebook_page",
    title: "Facebook",
    fields: &[
        Field {
            name: "page_id",
            label: "Page ID",
            help: "The number of the page, under About, Page transparency",
            shown: Shown::Everyone,
            required: true,
            shape: Shape::Text,
        },
        Field {
            name: "page_access_token",
            label: "Page access token",
            help: "Made for the page in the app at Meta, under Messenger, API setup",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "user_access_token",
            label: "User access token",
            help: "Instead of the page's token: that of a person who manages the page, with pages_messaging",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "app_secret",
            label: "App secret",
            help: "Under App settings, Basic; the webhook's posts are signed with it. FB_APP_SECRET where empty",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
        Field {
            name: "verify_token",
            label: "Verify token",
            help: "Any words; the same are typed beside the webhook at Meta. FB_VERIFY_TOKEN where empty",
            shown: Shown::Nobody,
            required: false,
            shape: Shape::Text,
        },
    ],
    key: |given| given.get("page_id").filter(|id| id.bytes().all(|digit| digit.is_ascii_digit())).cloned(),
    webhook: |_| Some("/bot".into()),
    able: |_| able(SignedDuration::ZERO),
    write_first: None,
    continuity: Continuity::Undeliverable,
    steps: &[
        "At developers.facebook.com, make an app with Messenger, or open the one there is.",
        "Under Messenger, API setup, add the page and generate its token. Paste page ID and token below.",
        "Paste the app secret from App settings, Basic, and choose a verify token.",
        "Save here first. Then, under Messenger, API setup, enter the callback URL {webhook} and the same verify token.",
        "Switch the app to live. Segue itself subscribes the page; write to it from another account.",
    ],
};

fn able(tagged: SignedDuration) -> Capabilities {
    Capabilities {
        window: Some(Window { open: DAY, tagged }),
        text: Limit { most: 2000, units: Units::Utf16 },
        files: Files { largest: LARGEST, caption: None },
        marks: Marks { delivered: true, read: true },
        templates: false,
    }
}

static KIND: Kind = BASE;

/// Where Meta has approved the app for the human agent tag.
pub(super) static FOR_HUMANS: Kind = Kind { able: |_| able(WEEK), ..BASE };

struct FacebookPage;

impl FacebookPage {
    /// A request with that token, and with the proof that we are the app it was made for (Graph API, "Secure requests").
    fn call(wire: &Wire, token: &str, method: Method, path: &[&str], query: &[(&str, &str)]) -> RequestBuilder {
        let mut url = wire.url(&[&[VERSION], path].concat());
        url.query_pairs_mut().extend_pairs(query);
        let secret = wire.value_or("app_secret", PRODUCT.app_secret);
        if !secret.is_empty() {
            url.query_pairs_mut().append_pair("appsecret_proof", &hmac_sha256(secret.as_bytes(), token.as_bytes()));
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        wire.client().request(method, url).header("authorization", format!("Bearer {token}"))
    }

    /// The page's token: the given one, else what the user's token gets.
    async fn token(wire: &Wire) -> Result<String, End> {
        let given = wire.value("page_access_token");
        if !given.is_empty() {
            return Ok(given.to_owned());
        }
        let (user, page) = (wire.value("user_access_token"), wire.value("page_id"));
        let request = Self::call(wire, user, Method::GET, &[page], &[("fields", "access_token")]);
        let answer = meta::ask(wire, request, &ERRORS).await?;
        let none = || End::Never(Trouble { code: None, words: "Facebook gives no token for the page".into() });
        answer["access_token"].as_str().map(str::to_owned).ok_or_else(none)
    }

    /// Asks with the page's token.
    async fn get(wire: &Wire, path: &[&str], fields: &str) -> Result<Json, End> {
        let token = Self::token(wire).await?;
        meta::ask(wire, Self::call(wire, &token, Method::GET, path, &[("fields", fields)]), &ERRORS).await
    }

    /// A form with a file from the blob store and everything else (Send API, "Sending attachments").
    async fn form(wire: &Wire, file: &Attachment, body: &Json) -> Result<Form, End> {
        Ok(upload::form(body).part("filedata", upload::part(wire, file, &file.content_type).await?))
    }
}

/// As what Messenger shows a file.
fn shown_as(file: &Attachment) -> &'static str {
    match file.file_type() {
        "image" if file.size <= LARGEST_PICTURE => "image",
        "video" => "video",
        "audio" => "audio",
        _ => "file",
    }
}

impl Provider for FacebookPage {
    fn home(&self) -> &'static str {
        "https://graph.facebook.com"
    }

    fn hooks(&self) -> &'static [&'static str] {
        &["/bot"]
    }

    fn lacks(&self, config: &ChannelConfig, given: &Given) -> Option<Lacks> {
        let missing = |name: &str| given.get(name).is_none_or(String::is_empty);
        if missing("page_access_token") && missing("user_access_token") {
            return Some(("page_access_token", "must not be empty where there is no user access token"));
        }
        let why = "must not be empty where FB_APP_SECRET is not set: nothing else proves that a post is Facebook's";
        (missing("app_secret") && config.value(PRODUCT.app_secret).is_empty()).then_some(("app_secret", why))
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
            let known = Self::get(wire, &[person], "first_name,last_name,profile_pic").await.ok()?;
            let names = ["first_name", "last_name"].into_iter().filter_map(|field| known[field].as_str());
            let name = names.collect::<Vec<_>>().join(" ");
            let noted = json!({"social_facebook_user_id": person, "social_facebook_profile_pic": known["profile_pic"]});
            Some(Person { id: person.to_owned(), name: Some(name), phone: None, noted })
        })
    }

    fn send<'a>(&'a self, wire: &'a Wire, part: &'a Part<'a>) -> BoxFuture<'a, Result<Option<String>, End>> {
        Box::pin(async move {
            let token = Self::token(wire).await?;
            let request = Self::call(wire, &token, Method::POST, &["me", "messages"], &[]);
            let request = match part.piece {
                Piece::Text(words) => {
                    let body = meta::sends(part, &json!({"text": words, "metadata": part.marker()}));
                    request.header("content-type", "application/json").body(body.to_string())
                }
                Piece::File(file, _) => {
                    let attachment = json!({"type": shown_as(file), "payload": {"is_reusable": false}});
                    let body = meta::sends(part, &json!({"attachment": attachment, "metadata": part.marker()}));
                    request.multipart(Self::form(wire, file, &body).await?)
                }
                Piece::Template(_) => {
                    let words = "Facebook has no templates".into();
                    return Err(End::Never(Trouble { code: None, words }));
                }
            };
            let taken = meta::ask(wire, request, &ERRORS).await?;
            Ok(taken["message_id"].as_str().map(str::to_owned))
        })
    }

    fn check<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<String, Trouble>> {
        Box::pin(async move {
            let page = Self::get(wire, &["me"], "id,name").await.map_err(End::trouble)?;
            let (id, name) = (page["id"].as_str().unwrap_or("?"), page["name"].as_str().unwrap_or("?"));
            if id == wire.value("page_id") {
                return Ok(format!("Facebook knows the page {name}"));
            }
            Err(Trouble {
                code: None,
                words: format!("Facebook: the token is that of {name} ({id}), not of this page"),
            })
        })
    }

    fn register<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let token = Self::token(wire).await.map_err(End::trouble)?;
            let path = [wire.value("page_id"), "subscribed_apps"];
            let request = Self::call(wire, &token, Method::POST, &path, &[("subscribed_fields", FIELDS)]);
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
            (10, Some(2_018_278), "gone"),
            (10, Some(2_018_065), "gone"),
            (10, Some(2_018_108), "gone"),
            (10, None, "never"),
            (100, Some(2_018_001), "gone"),
            (100, None, "never"),
            (190, Some(490), "never"),
            (200, Some(1_545_041), "gone"),
            (200, None, "never"),
            (230, None, "never"),
            (551, Some(1_545_041), "gone"),
            (2, None, "later"),
            (4, None, "later"),
            (17, None, "later"),
            (368, None, "later"),
            (613, None, "later"),
            (1200, None, "later"),
        ];
        for (code, subcode, expected) in rows {
            let body = json!({"error": {"message": "m", "code": code, "error_subcode": subcode}}).to_string();
            let reply = Reply { status: 400, body: body.into(), ..Reply::default() };
            let end = match meta::refused("Facebook", &reply, &ERRORS) {
                End::Gone(_) => "gone",
                End::Never(_) => "never",
                End::Later(..) => "later",
                End::Taken => "taken",
            };
            assert_eq!(end, expected, "{code} {subcode:?}");
        }
    }
}
