//! Contacts by exact values (reference §4.3): an address, a number, an identifier, a name.

use super::{
    contacts::{Contacts, ContactsMeta, PAGE},
    offset,
};
use crate::{
    app::App,
    http::{
        auth::Agent,
        body::{Body, InQuery},
        problem::Refusal,
        shapes::{contact::Contact, load::Loader},
    },
};
use axum::{Json, extract::State};
use model::{Json as Any, contact::Contact as Person, ids::AccountId};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{Tx, contacts};
use utoipa::{IntoParams, ToSchema};

/// The most conditions one request may have.
const MOST: usize = 20;

/// Which page.
#[derive(Deserialize, IntoParams)]
pub(in crate::http) struct WhichPage {
    /// 1 at first; 15 contacts a page.
    page: Option<i64>,
}

/// Conditions, read from left to right.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct ContactFilter {
    #[serde(default)]
    payload: Vec<Condition>,
}

/// One condition.
#[derive(Clone, Deserialize, ToSchema)]
pub(in crate::http) struct Condition {
    /// `email` (an additional one too), `phone_number`, `identifier` or `name`.
    attribute_key: String,
    /// `equal_to`.
    filter_operator: String,
    /// One of these is the value.
    #[schema(value_type = Vec<String>)]
    values: Vec<Any>,
    /// How the next condition joins: `AND` or `OR`.
    #[serde(default)]
    query_operator: Option<String>,
}

/// Find contacts by exact values
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/contacts/filter", tag = "contacts", params(("account_id" = i64, Path), WhichPage), request_body = ContactFilter,
    responses((status = 200, description = "a page of contacts", body = Contacts), (status = 422, description = "a condition that is not known")))]
pub(in crate::http) async fn filter(
    State(app): State<App>,
    agent: Agent,
    InQuery(which): InQuery<WhichPage>,
    Body(asked): Body<ContactFilter>,
) -> Result<Json<Contacts>, Refusal> {
    let conditions = asked.payload;
    if conditions.is_empty() || conditions.len() > MOST {
        return Err(Refusal::invalid("payload: must have between 1 and 20 conditions"));
    }
    for condition in &conditions {
        check(condition)?;
    }
    let (account, now, page) = (agent.account, app.desk.now(), which.page);
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut all: BTreeMap<i64, Person> = BTreeMap::new();
        let mut joined = None;
        for condition in &conditions {
            let found = found(tx, account, condition).await?;
            match joined {
                Some(true) => all.retain(|id, _| found.contains_key(id)),
                Some(false) | None => all.extend(found),
            }
            joined = Some(!is_or(condition));
        }
        let mut all: Vec<Person> = all.into_values().collect();
        all.sort_by_key(|contact| std::cmp::Reverse((contact.last_activity_at, contact.id)));
        let loader = Loader::new(tx, account, now).await?;
        let skipped = usize::try_from(offset(page, PAGE)).unwrap_or_default();
        let shown = all.iter().skip(skipped).take(usize::try_from(PAGE).unwrap_or_default());
        let payload = shown.map(|contact| Contact::of(contact, loader.contact_here(contact.id))).collect();
        let count = i64::try_from(all.len()).unwrap_or_default();
        Ok(Contacts { meta: ContactsMeta { count, current_page: page.unwrap_or(1) }, payload })
    });
    Ok(Json(read.await?))
}

fn is_or(condition: &Condition) -> bool {
    condition.query_operator.as_deref().is_some_and(|word| word.eq_ignore_ascii_case("or"))
}

fn check(condition: &Condition) -> Result<(), Refusal> {
    if !["email", "phone_number", "identifier", "name"].contains(&condition.attribute_key.as_str()) {
        let known = "attribute_key: must be email, phone_number, identifier or name";
        return Err(Refusal::invalid(known));
    }
    if condition.filter_operator != "equal_to" {
        return Err(Refusal::invalid("filter_operator: must be equal_to; /contacts/search finds parts of values"));
    }
    if condition.values.is_empty() || condition.values.len() > MOST {
        return Err(Refusal::invalid("values: must have between 1 and 20 values"));
    }
    Ok(())
}

async fn found(tx: &mut Tx<'_>, account: AccountId, condition: &Condition) -> store::Result<BTreeMap<i64, Person>> {
    let mut all = BTreeMap::new();
    for value in &condition.values {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let text = text.trim();
        let found = match condition.attribute_key.as_str() {
            "email" => contacts::by_email(tx, account, &text.to_lowercase()).await?,
            "phone_number" => contacts::by_phone(tx, account, text).await?,
            "identifier" => contacts::by_identifier(tx, account, text).await?.into_iter().collect(),
            _ => contacts::by_name(tx, account, text).await?,
        };
        all.extend(found.into_iter().map(|contact| (contact.id.0, contact)));
    }
    Ok(all)
}
