//! The templates that Meta has agreed to
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management>; by 360dialog
//! <https://docs.360dialog.com/docs/resources/templates>).

use super::{
    Wire,
    road::{Road, ask},
};
use desk::send_on_channel::Trouble;
use model::Json;
use reqwest::Method;
use serde_json::json;

/// The most pages that are asked for, of a hundred templates each.
const PAGES: usize = 20;

/// Every template that may be sent.
///
/// # Errors
/// WhatsApp says why not.
pub(super) async fn all(wire: &Wire) -> Result<Vec<Json>, Trouble> {
    let road = Road::of(wire);
    if road == Road::Dialog {
        return Ok(agreed(&ask(wire, road.request(wire, Method::GET, &["v1", "configs", "templates"])).await?));
    }
    let account = wire.value("provider_config.business_account_id");
    let mut query = vec![("fields", "name,language,status,category,parameter_format,components".to_owned())];
    query.push(("limit", "100".to_owned()));
    let mut all = Vec::new();
    for _ in 0..PAGES {
        let page = ask(wire, road.query(wire, &[account, "message_templates"], &query)).await?;
        all.extend(agreed(&page));
        let paging = &page["paging"];
        let Some(after) = paging["cursors"]["after"].as_str().filter(|_| paging["next"].is_string()) else { break };
        query.truncate(2);
        query.push(("after", after.to_owned()));
    }
    Ok(all)
}

/// Those of a page that are agreed.
fn agreed(page: &Json) -> Vec<Json> {
    let list = page["data"].as_array().or_else(|| page["waba_templates"].as_array());
    let list = list.map(Vec::as_slice).unwrap_or_default().iter();
    let good = list.filter(|one| one["status"].as_str().is_some_and(|status| status.eq_ignore_ascii_case("approved")));
    let shown = |one: &Json| {
        json!({
            "name": one["name"], "language": one["language"], "category": one["category"],
            "parameter_format": one["parameter_format"], "components": one["components"],
        })
    };
    good.map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_agreed_ones_are_offered_whoever_lists_them() {
        let one = |name: &str, status: &str| json!({"id": "1", "name": name, "language": "de", "status": status, "components": []});
        let list = json!([one("a", "APPROVED"), one("b", "REJECTED"), one("c", "approved"), one("d", "PAUSED"), {}]);
        for page in [json!({"data": list}), json!({"waba_templates": list})] {
            let names: Vec<Json> = agreed(&page).into_iter().map(|one| one["name"].clone()).collect();
            assert_eq!(names, ["a", "c"]);
        }
        let shown =
            json!({"name": "a", "language": "de", "category": null, "parameter_format": null, "components": []});
        assert_eq!(agreed(&json!({"data": list}))[0], shown);
        assert!(agreed(&json!({})).is_empty());
    }
}
