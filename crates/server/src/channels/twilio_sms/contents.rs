//! The contents that WhatsApp has agreed to, as templates that the composer can fill in
//! (<https://www.twilio.com/docs/content/content-api-resources>, "Fetch content and approvals"). What asks for more than its
//! text does, such as a button with a place of its own, is left out.

use super::{super::Wire, call, is_whatsapp, refused};
use desk::send_on_channel::Trouble;
use model::Json;
use reqwest::Method;
use serde_json::json;
use url::Url;

/// Where contents are.
const CONTENTS: &str = "https://content.twilio.com";
/// How many come at once, and how often we go on.
const PAGE: usize = 100;
const MOST_PAGES: usize = 10;

/// The templates of the account.
///
/// # Errors
/// Twilio does not say.
pub(super) async fn all(wire: &Wire) -> Result<Vec<Json>, Trouble> {
    let mut found = Vec::new();
    let mut next: Option<Vec<(String, String)>> = is_whatsapp(wire).then(Vec::new);
    for _ in 0..MOST_PAGES {
        let Some(place) = next else { break };
        let mut url = wire.url_at(CONTENTS, &["v1", "ContentAndApprovals"]);
        url.query_pairs_mut().append_pair("PageSize", &PAGE.to_string()).extend_pairs(place);
        let reply = wire.client().send(call(wire, Method::GET, url)).await?;
        if !reply.is_good() {
            return Err(refused::trouble(&reply));
        }
        let page = reply.json();
        found.extend(page["contents"].as_array().into_iter().flatten().filter_map(template));
        next = page["meta"]["next_page_url"].as_str().and_then(place_of);
    }
    Ok(found)
}

/// Where the next page begins. Of its address only that counts: our credentials go nowhere else.
fn place_of(next: &str) -> Option<Vec<(String, String)>> {
    let url = Url::parse(next).ok()?;
    let place: Vec<_> =
        url.query_pairs().into_owned().filter(|(name, _)| name == "Page" || name == "PageToken").collect();
    (!place.is_empty()).then_some(place)
}

/// A content as a template, named by its SID, where it is agreed to and its text has all its places.
fn template(content: &Json) -> Option<Json> {
    let approval = &content["approval_requests"];
    if approval["status"] != "approved" {
        return None;
    }
    let text = content["types"].as_object()?.values().find_map(|kind| kind["body"].as_str())?;
    let places = content["variables"].as_object().into_iter().flatten();
    if places.into_iter().any(|(place, _)| !text.contains(&format!("{{{{{place}}}}}"))) {
        return None;
    }
    Some(json!({
        "name": content["sid"], "title": content["friendly_name"], "language": content["language"],
        "category": approval["category"], "parameter_format": "POSITIONAL",
        "components": [{"type": "BODY", "text": text}],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_is_offered_where_it_is_agreed_to_and_its_text_asks_for_everything() {
        let content = |status: &str, variables: Json| {
            template(&json!({
                "sid": "HX1", "friendly_name": "order", "language": "en", "variables": variables,
                "types": {"twilio/text": {"body": "Order {{1}} is {{2}}"}},
                "approval_requests": {"status": status, "category": "UTILITY"},
            }))
        };
        let offered = content("approved", json!({"1": "7", "2": "here"})).unwrap();
        assert_eq!((&offered["name"], &offered["title"]), (&json!("HX1"), &json!("order")));
        assert_eq!(offered["components"][0]["text"], "Order {{1}} is {{2}}");
        assert_eq!(content("pending", json!({"1": "7"})), None);
        assert_eq!(content("approved", json!({"1": "7", "3": "in a button"})), None);
    }

    #[test]
    fn the_next_page_is_a_place_and_not_an_address() {
        let place = place_of("https://evil.example/v1/ContentAndApprovals?PageSize=1&Page=1&PageToken=DNCHX1");
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(place, Some(vec![pair("Page", "1"), pair("PageToken", "DNCHX1")]));
        assert_eq!(place_of("https://content.twilio.com/v1/ContentAndApprovals"), None);
    }
}
