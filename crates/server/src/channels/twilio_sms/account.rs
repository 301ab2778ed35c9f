//! Whether the account is there and posts here, and telling it so
//! (<https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource>,
//! <https://www.twilio.com/docs/messaging/api/service-resource>). The senders of WhatsApp that belong to no service, the
//! sandbox among them, are set by hand in the Console.

use super::{super::Wire, call, is_whatsapp, of_account, post, refused};
use desk::send_on_channel::Trouble;
use model::Json;
use reqwest::{Method, RequestBuilder};
use url::Url;

/// Where messaging services are.
const SERVICES: &str = "https://messaging.twilio.com";

/// Asks Twilio; the answer where it is a good one.
async fn ask(wire: &Wire, request: RequestBuilder) -> Result<Json, Trouble> {
    let reply = wire.client().send(request).await?;
    if reply.is_good() { Ok(reply.json()) } else { Err(refused::trouble(&reply)) }
}

fn service(wire: &Wire) -> Option<Url> {
    let sid = Some(wire.value("messaging_service_sid")).filter(|sid| !sid.is_empty())?;
    Some(wire.url_at(SERVICES, &["v1", "Services", sid]))
}

/// The number, as Twilio has it.
async fn number(wire: &Wire) -> Result<Json, Trouble> {
    let number = wire.value("phone_number");
    let mut url = of_account(wire, &["IncomingPhoneNumbers.json"]);
    url.query_pairs_mut().append_pair("PhoneNumber", number);
    let list = ask(wire, call(wire, Method::GET, url)).await?;
    let found = list["incoming_phone_numbers"].as_array().and_then(|all| all.first()).cloned();
    found.ok_or_else(|| trouble(&format!("the account has no number {number}")))
}

fn trouble(words: &str) -> Trouble {
    Trouble { code: None, words: format!("Twilio: {words}") }
}

/// What Twilio says of the account and of where it posts, in words.
///
/// # Errors
/// It does not know the account, or does not post here.
pub(super) async fn check(wire: &Wire) -> Result<String, Trouble> {
    // With the token that signs, whatever the replies go with.
    let url = wire.url(&[super::VERSION, "Accounts", &format!("{}.json", wire.value("account_sid"))]);
    let request = wire.client().request(Method::GET, url);
    let account = ask(wire, request.basic_auth(wire.value("account_sid"), Some(wire.value("auth_token")))).await?;
    if account["status"] != "active" {
        return Err(trouble(&format!("the account is {}", account["status"].as_str().unwrap_or("not active"))));
    }
    let posts_to = match service(wire) {
        Some(url) => Some(ask(wire, call(wire, Method::GET, url)).await?["inbound_request_url"].clone()),
        None if is_whatsapp(wire) => None,
        None => Some(number(wire).await?["sms_url"].clone()),
    };
    if let Some(posts_to) = posts_to.filter(|url| url.as_str() != wire.webhook().as_deref()) {
        let there = posts_to.as_str().filter(|url| !url.is_empty()).unwrap_or("nowhere");
        return Err(trouble(&format!("messages are posted to {there}, not here")));
    }
    Ok(format!("Twilio knows the account {}", account["friendly_name"].as_str().unwrap_or("?")))
}

/// Tells Twilio where to post: for the service, or else for the number.
///
/// # Errors
/// It does not take that.
pub(super) async fn register(wire: &Wire) -> Result<(), Trouble> {
    let hook = wire.webhook().unwrap_or_default();
    let request = match service(wire) {
        Some(url) => {
            let own = ("UseInboundWebhookOnNumber", "false".to_owned());
            post(wire, url, &[("InboundRequestUrl", hook), ("InboundMethod", "POST".into()), own])
        }
        None if is_whatsapp(wire) => return Ok(()),
        None => {
            let number = number(wire).await?;
            let sid = number["sid"].as_str().unwrap_or_default();
            let url = of_account(wire, &["IncomingPhoneNumbers", &format!("{sid}.json")]);
            // An application of the number's would have the last word on where it posts.
            let alone = ("SmsApplicationSid", String::new());
            post(wire, url, &[("SmsUrl", hook), ("SmsMethod", "POST".into()), alone])
        }
    };
    ask(wire, request).await.map(|_| ())
}
