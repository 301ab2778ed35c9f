//! Two contacts that are one person: offers, a preview, the merge and the way back; and the address a person wrote in a
//! chat.

use super::contacts::{OneContact, shown};
use crate::{
    app::App,
    http::{
        auth::Agent,
        body::{Body, InPath, InQuery},
        problem::Refusal,
        shapes::{contact::Contact, load::Loader},
    },
};
use axum::{Json, extract::State};
use desk::{
    merge_contacts::{self, UNDOABLE},
    offered_address::{self, Decision},
    same_person::{self, Offer as Found},
    undo_merge::undo_merge,
};
use model::{
    contact::Contact as Person,
    ids::{ContactId, MergeId},
    merge::Snapshot,
};
use serde::{Deserialize, Serialize};
use store::{contact_merges, contacts};
use utoipa::{IntoParams, ToSchema};

/// Which two are one person.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct MergeForm {
    /// The contact that stays.
    base_contact_id: i64,
    /// The contact that becomes part of it.
    mergee_contact_id: i64,
}

/// Make one contact part of another
///
/// Conversations, sessions and addresses move; what the base has stays, what it lacks is filled. The mergee's id leads to
/// the base from then on. Can be undone for 30 days.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/actions/contact_merge", tag = "contacts", params(("account_id" = i64, Path)), request_body = MergeForm,
    responses((status = 200, description = "the contact that stays", body = Merged), (status = 404, description = "no such contact"),
        (status = 422, description = "both are one contact, or a website vouches that they are two people")))]
pub(in crate::http) async fn merge(
    State(app): State<App>,
    agent: Agent,
    Body(form): Body<MergeForm>,
) -> Result<Json<Merged>, Refusal> {
    let (base, mergee) = (ContactId(form.base_contact_id), ContactId(form.mergee_contact_id));
    let done = merge_contacts::merge_contacts(&app.desk, agent.account, base, mergee, agent.user.id).await?;
    let (contact, merge) = done;
    let Json(OneContact { payload }) = shown(&app, contact).await?;
    Ok(Json(Merged { contact: payload, merge_id: merge.map(|id| id.0) }))
}

/// The contact that stays.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Merged {
    #[serde(flatten)]
    contact: Contact,
    /// Names the merge, to undo it; null where the two were one already.
    merge_id: Option<i64>,
}

/// Undo a merge
///
/// What was moved goes back, and what has come since by the sessions that went back. Again changes nothing.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/contact_merges/{merge_id}/undo", tag = "contacts",
    params(("account_id" = i64, Path), ("merge_id" = i64, Path)),
    responses((status = 200, description = "the two contacts", body = Parted), (status = 404, description = "no such merge"),
        (status = 422, description = "too long ago, or a later merge covers it")))]
pub(in crate::http) async fn undo(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Parted>, Refusal> {
    let (_, id) = path;
    let (base, mergee) = undo_merge(&app.desk, agent.account, MergeId(id), agent.user.id).await?;
    let (Json(base), Json(mergee)) = (shown(&app, base).await?, shown(&app, mergee).await?);
    Ok(Json(Parted { base: base.payload, mergee: mergee.payload }))
}

/// Two contacts again.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Parted {
    /// The one that had stayed.
    base: Contact,
    /// The one that is there again.
    mergee: Contact,
}

/// Contacts that may be the same person.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Offers {
    payload: Vec<MergeOffer>,
}

/// A contact that may be the same person, and why.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MergeOffer {
    contact: Contact,
    reasons: Vec<SharedValue>,
}

/// Something that two contacts share.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SharedValue {
    /// `email`, `phone_number` or `identifier`.
    attribute: &'static str,
    value: String,
    /// Both have proved that it is theirs.
    proven: bool,
}

/// Contacts that may be the same person
///
/// They share an address that both have proved, or a phone number; or the identifier of one is an address of the other.
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}/merge_offers", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path)),
    responses((status = 200, description = "who, and why", body = Offers), (status = 404, description = "no such contact")))]
pub(in crate::http) async fn offers(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Offers>, Refusal> {
    let (_, id) = path;
    let (account, id, now) = (agent.account, ContactId(id), app.desk.now());
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(contact) = contacts::by_id(tx, account, id).await? else { return Ok(None) };
        let loader = Loader::new(tx, account, now).await?;
        let offers = same_person::offers(tx, &contact).await?;
        Ok(Some(offers.iter().map(|offer| MergeOffer::of(offer, loader.contact_here(offer.contact.id))).collect()))
    });
    let payload = read.await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(Offers { payload }))
}

impl MergeOffer {
    fn of(offer: &Found, online: bool) -> Self {
        let shared = |reason: &same_person::Reason| SharedValue {
            attribute: reason.what,
            value: reason.value.clone(),
            proven: reason.proven,
        };
        Self { contact: Contact::of(&offer.contact, online), reasons: offer.reasons.iter().map(shared).collect() }
    }
}

/// Say that two contacts are not one person
///
/// They are not offered again.
#[utoipa::path(delete, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}/merge_offers/{other_contact_id}", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path), ("other_contact_id" = i64, Path)),
    responses((status = 200, description = "noted"), (status = 404, description = "no such contact")))]
pub(in crate::http) async fn dismiss(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64, i64)>,
) -> Result<(), Refusal> {
    let (_, one, other) = path;
    let pair = (ContactId(one), ContactId(other));
    Ok(same_person::dismiss(&app.desk, agent.account, pair, agent.user.id).await?)
}

/// With whom.
#[derive(Deserialize, IntoParams)]
pub(in crate::http) struct WithWhom {
    /// The contact that would become part of this one.
    mergee_contact_id: i64,
}

/// What a merge would do.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MergePreview {
    /// What the contact would be.
    contact: Contact,
    /// How many conversations would move.
    conversations_count: i64,
    /// In which inboxes the person would be reached besides, by name.
    inboxes: Vec<String>,
    /// What would be left out, as the base has another value.
    left_out: Vec<Dropped>,
}

/// A value that would be left out.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Dropped {
    /// The field, or the name of the attribute.
    attribute: String,
    /// What stays.
    kept: String,
    /// What is left out.
    dropped: String,
}

/// What a merge would do
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}/merge_preview", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path), WithWhom),
    responses((status = 200, description = "nothing was done", body = MergePreview), (status = 404, description = "no such contact"),
        (status = 422, description = "they cannot be merged")))]
pub(in crate::http) async fn preview(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
    InQuery(with): InQuery<WithWhom>,
) -> Result<Json<MergePreview>, Refusal> {
    let (_, id) = path;
    let mergee = ContactId(with.mergee_contact_id);
    let would = merge_contacts::preview(&app.desk, agent.account, ContactId(id), mergee).await?;
    let dropped = would.left_out.into_iter();
    let dropped = dropped.map(|one| Dropped { attribute: one.field, kept: one.kept, dropped: one.dropped });
    Ok(Json(MergePreview {
        contact: Contact::of(&would.merged, false),
        conversations_count: would.conversations,
        inboxes: would.inboxes,
        left_out: dropped.collect(),
    }))
}

/// Merges into a contact.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Merges {
    payload: Vec<PastMerge>,
}

/// A contact that became part of this one.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PastMerge {
    /// Names the merge.
    id: i64,
    base_contact_id: i64,
    mergee_contact_id: i64,
    /// What the mergee was called.
    mergee_name: String,
    /// Who merged them: a user's id.
    merged_by: Option<i64>,
    /// Epoch seconds.
    at: i64,
    /// Until when it can be undone; epoch seconds.
    undoable_until: i64,
}

/// Contacts that became part of this one, as long as it can be undone
#[utoipa::path(get, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}/contact_merges", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path)),
    responses((status = 200, description = "latest first", body = Merges), (status = 404, description = "no such contact")))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
) -> Result<Json<Merges>, Refusal> {
    let (_, id) = path;
    let (account, id, since) = (agent.account, ContactId(id), app.desk.now() - UNDOABLE);
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(contact) = contacts::by_id(tx, account, id).await? else { return Ok(None) };
        Ok(Some(contact_merges::of_base(tx, account, contact.id, since).await?))
    });
    let merges = read.await?.ok_or_else(Refusal::not_found)?;
    let open = merges.into_iter().filter(|merge| merge.undone_at.is_none());
    let shown = open.filter_map(|merge| {
        let was: Snapshot = serde_json::from_value(merge.snapshot).ok()?;
        Some(PastMerge {
            id: merge.id.0,
            base_contact_id: merge.base_id.0,
            mergee_contact_id: merge.mergee_id.0,
            mergee_name: called(&was.mergee),
            merged_by: merge.merged_by.map(|user| user.0),
            at: merge.at.as_second(),
            undoable_until: (merge.at + UNDOABLE).as_second(),
        })
    });
    Ok(Json(Merges { payload: shown.collect() }))
}

/// Name, or address, or number.
fn called(contact: &Person) -> String {
    let name = Some(&contact.name).filter(|name| !name.trim().is_empty());
    let known = name.or(contact.email.as_ref()).or(contact.phone_number.as_ref());
    known.cloned().unwrap_or_else(|| contact.display_name().to_owned())
}

/// What to do with an address that the person wrote in a chat.
#[derive(Deserialize, ToSchema)]
pub(in crate::http) struct OfferedEmailAction {
    /// `accept` or `dismiss`.
    #[serde(default)]
    action: String,
}

/// Decide about an address that the person wrote in a chat
///
/// `accept`: it is the contact's e-mail address, unverified until a mail from it arrives. `dismiss`: it is not.
#[utoipa::path(post, path = "/api/v1/accounts/{account_id}/contacts/{contact_id}/offered_email", tag = "contacts",
    params(("account_id" = i64, Path), ("contact_id" = i64, Path)), request_body = OfferedEmailAction,
    responses((status = 200, description = "the contact", body = OneContact), (status = 404, description = "no such contact"),
        (status = 422, description = "none was offered, the contact has an address, or no such action")))]
pub(in crate::http) async fn decide_email(
    State(app): State<App>,
    agent: Agent,
    InPath(path): InPath<(i64, i64)>,
    Body(asked): Body<OfferedEmailAction>,
) -> Result<Json<OneContact>, Refusal> {
    let (_, id) = path;
    let decision = match asked.action.as_str() {
        "accept" => Decision::Take,
        "dismiss" => Decision::Dismiss,
        _ => return Err(Refusal::invalid("action: must be accept or dismiss")),
    };
    let decided = offered_address::decide(&app.desk, agent.account, ContactId(id), agent.user.id, decision).await?;
    shown(&app, decided).await
}
