//! What a front end gets to see of its inbox, of people and of conversations; messages are in `http::shapes`.

use super::caller::Person;
use crate::{
    app::App,
    http::{
        problem::Refusal,
        shapes::{Frame, load::Loader, message::VisitorMessage},
    },
};
use model::{
    Json, Timestamp,
    contact::{Contact, ContactInbox},
    conversation::Conversation,
    ids::MessageId,
    inbox::Inbox,
};
use serde::Serialize;
use store::messages::{self, Audience};
use utoipa::ToSchema;

/// An API inbox.
#[derive(Serialize, ToSchema)]
pub(super) struct ClientInbox {
    /// Names it in addresses.
    identifier: String,
    /// People without the right `identifier_hash` are refused.
    identity_validation_enabled: bool,
    /// Its name.
    name: String,
    /// Always `UTC`.
    timezone: &'static str,
    /// Always empty.
    #[schema(value_type = Vec<Object>)]
    working_hours: Vec<Json>,
    /// Always false.
    working_hours_enabled: bool,
    /// Always false.
    csat_survey_enabled: bool,
    /// Who says their first words in a conversation is greeted.
    greeting_enabled: bool,
}

impl ClientInbox {
    pub(super) fn of(inbox: &Inbox) -> Self {
        let messaging = inbox.messaging();
        Self {
            identifier: messaging.map(|messaging| messaging.key.clone()).unwrap_or_default(),
            identity_validation_enabled: messaging.is_some_and(|messaging| messaging.is_on("hmac_mandatory")),
            name: inbox.name.clone(),
            timezone: "UTC",
            working_hours: Vec::new(),
            working_hours_enabled: false,
            csat_survey_enabled: false,
            greeting_enabled: inbox.settings.greeting_enabled,
        }
    }
}

/// A person's session.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct ClientContact {
    /// The session's name; whoever knows it speaks for the person.
    pub(super) source_id: String,
    /// With it the front end listens at `/cable`.
    pub(super) pubsub_token: String,
    /// The contact.
    id: i64,
    /// Name, or empty.
    name: String,
    /// Address.
    email: Option<String>,
    /// Phone number in E.164.
    phone_number: Option<String>,
}

impl ClientContact {
    /// What is known of a contact stays untold where another session is vouched for and this one is not.
    pub(super) fn of(contact: &Contact, session: &ContactInbox, own: bool) -> Self {
        Self {
            source_id: session.source_id.clone(),
            pubsub_token: session.pubsub_token.clone(),
            id: contact.id.0,
            name: contact.name.clone(),
            email: contact.email.clone().filter(|_| own),
            phone_number: contact.phone_number.clone().filter(|_| own),
        }
    }
}

/// A contact after it was changed.
#[derive(Serialize, ToSchema)]
pub(super) struct ClientRecord {
    /// The session and the contact.
    #[serde(flatten)]
    pub(super) contact: ClientContact,
    /// Whose contact.
    pub(super) account_id: i64,
    /// The front end's own name for the person.
    pub(super) identifier: Option<String>,
    /// What the front end says beside.
    #[schema(value_type = Object)]
    pub(super) additional_attributes: Json,
    /// What the front end noted.
    #[schema(value_type = Object)]
    pub(super) custom_attributes: Json,
    /// RFC 3339.
    #[schema(value_type = String)]
    pub(super) created_at: Timestamp,
    /// RFC 3339.
    #[schema(value_type = String)]
    pub(super) last_activity_at: Timestamp,
}

/// A conversation as its person sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct ClientConversation {
    /// The number people see.
    id: i64,
    /// Public UUID.
    uuid: String,
    /// Where it lives.
    inbox_id: i64,
    /// How far they have seen it; epoch seconds, 0 for never.
    contact_last_seen_at: i64,
    /// `open`, `resolved`, `pending` or `snoozed`.
    status: &'static str,
    /// How far any agent has seen it; epoch seconds, 0 for never.
    agent_last_seen_at: i64,
    /// The latest 20 messages, ascending; earlier ones are at `messages?before=`.
    messages: Vec<VisitorMessage>,
    /// With whom.
    contact: ClientContact,
    /// What the front end noted.
    #[schema(value_type = Object)]
    custom_attributes: Json,
}

/// Conversations as their person sees them.
///
/// # Errors
/// Storage trouble.
pub(super) async fn conversations(
    app: &App,
    person: &Person,
    rows: Vec<Conversation>,
) -> Result<Vec<ClientConversation>, Refusal> {
    let (account, now) = (person.front.inbox.account_id, app.desk.now());
    let read = app.desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut loader = Loader::new(tx, account, now).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let latest = messages::last_before(tx, row.id, MessageId(i64::MAX), 20, Audience::Visitor).await?;
            all.push((row.clone(), loader.messages(tx, row, latest).await?));
        }
        Ok(all)
    });
    let frame = Frame { house: &app.desk.house, now };
    let contact = ClientContact::of(&person.contact, &person.visitor.session, person.own);
    let seconds = |time: Option<Timestamp>| time.map_or(0, Timestamp::as_second);
    let shape = |(row, latest): (Conversation, Vec<_>)| ClientConversation {
        id: row.display_id,
        uuid: row.uuid,
        inbox_id: row.inbox_id.0,
        contact_last_seen_at: seconds(row.contact_last_seen_at),
        status: row.status.as_str(),
        agent_last_seen_at: seconds(row.agent_last_seen_at),
        messages: latest.iter().map(|parts| VisitorMessage::of(parts, person.contact.id, frame)).collect(),
        contact: contact.clone(),
        custom_attributes: row.custom_attributes,
    };
    Ok(read.await?.into_iter().map(shape).collect())
}
