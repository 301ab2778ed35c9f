//! Who wrote a mail (contract §6.5): what it claims, what proves it, and the verdict of `model::trust`.

use super::{
    Incoming,
    route::{Route, Routed},
    trace::Trace,
};
use model::{
    contact::Contact,
    ids::UserId,
    trust::{Authentication, Claimed, Proof, Relation, Verdict, attribute as judge, hinges_on_authentication},
};
use store::tokens::{Token, TokenKind};

/// Who wrote it, and what follows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribution {
    /// What is done with the mail.
    pub(super) verdict: Verdict,
    /// The author's relation to the conversation.
    pub(super) relation: Relation,
    /// The contact's address has proved to be theirs.
    pub(super) verifies: bool,
    /// Somebody appended it though it was to be held.
    pub(super) accepted_by: Option<UserId>,
}

impl Incoming {
    /// The author's address as written; empty where the mail names none.
    pub(super) fn from(&self) -> &str {
        self.read.mail.author().map_or("", |author| author.address.as_str())
    }

    fn authentication(&self) -> Authentication {
        match self.verdicts.get() {
            Some(verdicts) if verdicts.fails_dmarc() => Authentication::Fails,
            Some(verdicts) if verdicts.is_aligned(self.from()) => Authentication::AlignedPass,
            _ => Authentication::Unknown,
        }
    }
}

/// Whose address `from` is.
pub(super) fn claimed(contact: &Contact, user: Option<UserId>, written_to: bool, from: &str) -> Claimed {
    match user {
        _ if from.is_empty() => Claimed::Unknown,
        _ if contact.has_address(from) => Claimed::Contact,
        Some(user) => Claimed::Agent(user),
        None if written_to => Claimed::Participant,
        None => Claimed::Unknown,
    }
}

/// What the token that led here proves about `from`; without one it was a Message-ID.
pub(super) fn proof(token: Option<&Token>, contact: &Contact, from: &str) -> Proof {
    let Some(token) = token else { return Proof::MessageId };
    let to_contact = token.contact_id == Some(contact.id) || contact.has_address(&token.address);
    match (token.kind, token.user_id) {
        (TokenKind::Imported | TokenKind::Link, _) => Proof::ImportedToken,
        (TokenKind::Agent, Some(user)) => Proof::AgentToken(user),
        (TokenKind::Agent, None) => Proof::OthersToken,
        (TokenKind::Reply | TokenKind::Bounce, _) if token.address.eq_ignore_ascii_case(from) && !to_contact => {
            Proof::ParticipantToken
        }
        (TokenKind::Reply | TokenKind::Bounce, _) if to_contact => Proof::ContactToken,
        (TokenKind::Reply | TokenKind::Bounce, _) => Proof::OthersToken,
    }
}

/// Whether the mail has to wait for SPF, DKIM and DMARC before it is known who wrote it.
pub(super) fn waits(incoming: &Incoming, routed: &Routed) -> bool {
    incoming.unverified()
        && incoming.accepted.is_none()
        && matches!(routed, Routed::To(routes) if routes.iter().any(hinges_on_verdicts))
}

/// The contact's own answers never wait (contract §6.5).
fn hinges_on_verdicts(route: &Route) -> bool {
    let contacts_own = route.claimed == Claimed::Contact && route.proof == Proof::ContactToken;
    !contacts_own && hinges_on_authentication(route.claimed, route.proof, route.inbox.settings.hold_strangers)
}

/// Decides who wrote the mail in this conversation.
pub(super) fn attribute(incoming: &Incoming, route: &Route, trace: &mut Trace) -> Attribution {
    // Who named a mailbox's server says what that server says: good in their own account.
    let authentication = if route.foreign { Authentication::Unknown } else { incoming.authentication() };
    let judged = judge(route.claimed, route.proof, authentication, route.inbox.settings.hold_strangers);
    let acceptance = incoming.accepted_in(route.conversation.account_id);
    let acceptance = acceptance.filter(|_| !matches!(judged, Verdict::Append(_)));
    let verdict = acceptance.map_or(judged, |_| Verdict::Append(under_own_name(route.claimed)));
    let relation = match verdict {
        Verdict::Append(relation) => relation,
        Verdict::AppendWithheld => Relation::Stranger,
        Verdict::Hold(_) if matches!(route.claimed, Claimed::Agent(_)) => Relation::Agent,
        Verdict::Hold(_) => Relation::Stranger,
    };
    let from = if incoming.from().is_empty() { "nobody named" } else { incoming.from() };
    let words = format!(
        "{}: from {from}, {}; {}; {}",
        route.called,
        claim_in_words(route.claimed),
        proof_in_words(route.proof),
        if incoming.unverified() {
            "the sender is looked up afterwards"
        } else {
            authentication_in_words(authentication)
        }
    );
    trace.note_in(route.conversation.account_id, words);
    if let Some(acceptance) = acceptance {
        let words = format!("{}: accepted by {}", route.called, acceptance.name);
        trace.note_in(route.conversation.account_id, words);
    }
    // Only the address the token was given to: else who once had a token could vouch for any address they typed in.
    let wrote_here = route.proof == Proof::Opening && authentication == Authentication::AlignedPass;
    let given_to_sender = route.token.as_ref().is_some_and(|token| token.address.eq_ignore_ascii_case(incoming.from()));
    let verifies = verdict == Verdict::Append(Relation::Contact)
        && (wrote_here || route.proof == Proof::ContactToken && given_to_sender)
        && authentication != Authentication::Fails
        && !incoming.read.classified.kind.is_automatic();
    Attribution { verdict, relation, verifies, accepted_by: acceptance.map(|acceptance| acceptance.by) }
}

/// Who the author of a mail is that was accepted without a proof.
fn under_own_name(claimed: Claimed) -> Relation {
    match claimed {
        Claimed::Contact => Relation::Contact,
        Claimed::Agent(_) => Relation::Agent,
        Claimed::Participant | Claimed::Unknown => Relation::Participant,
    }
}

fn claim_in_words(claimed: Claimed) -> &'static str {
    match claimed {
        Claimed::Contact => "an address of the contact",
        Claimed::Agent(_) => "an agent's address",
        Claimed::Participant => "someone who was written to here",
        Claimed::Unknown => "not known here",
    }
}

fn proof_in_words(proof: Proof) -> &'static str {
    match proof {
        Proof::ContactToken => "with the contact's reply address",
        Proof::ParticipantToken => "with their own reply address",
        Proof::AgentToken(_) => "with an agent's reply address",
        Proof::OthersToken => "with a reply address given to somebody else",
        Proof::ImportedToken => "with the reply address of an imported system, which proves nothing",
        Proof::MessageId => "by Message-ID only",
        Proof::Opening => "to the inbox itself",
    }
}

fn authentication_in_words(authentication: Authentication) -> &'static str {
    match authentication {
        Authentication::Unknown => "sender not authenticated",
        Authentication::AlignedPass => "sender authenticated",
        Authentication::Fails => "sender authentication fails",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Timestamp, ids::*};

    fn contact() -> Contact {
        Contact {
            id: ContactId(1),
            account_id: AccountId(1),
            name: String::new(),
            email: Some("ann@x.example".into()),
            email_verified: false,
            additional_emails: vec!["ann@home.example".into()],
            unverified_emails: Vec::new(),
            offered_email: None,
            phone_number: None,
            phone_verified: false,
            identifier: None,
            blocked: false,
            additional_attributes: model::Json::Null,
            custom_attributes: model::Json::Null,
            last_activity_at: Timestamp::UNIX_EPOCH,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn token(kind: TokenKind, address: &str) -> Token {
        Token {
            token: "0".repeat(32),
            kind,
            account_id: AccountId(1),
            conversation_id: ConversationId(1),
            contact_id: None,
            user_id: None,
            mail_id: None,
            address: address.into(),
            created_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn a_token_proves_only_whose_it_is() {
        let agents = Token { user_id: Some(UserId(7)), ..token(TokenKind::Agent, "vera@acme.example") };
        let rows = [
            (token(TokenKind::Reply, "ann@x.example"), "ann@home.example", Proof::ContactToken),
            (token(TokenKind::Reply, "ann@x.example"), "eve@evil.example", Proof::ContactToken),
            (token(TokenKind::Reply, "bob@x.example"), "Bob@x.example", Proof::ParticipantToken),
            (token(TokenKind::Reply, "bob@x.example"), "ann@x.example", Proof::OthersToken),
            (token(TokenKind::Bounce, "ann@x.example"), "ann@x.example", Proof::ContactToken),
            (token(TokenKind::Imported, ""), "ann@x.example", Proof::ImportedToken),
            (agents, "vera@acme.example", Proof::AgentToken(UserId(7))),
        ];
        for (token, from, expected) in rows {
            assert_eq!(proof(Some(&token), &contact(), from), expected, "{:?} {from}", token.kind);
        }
        assert_eq!(proof(None, &contact(), "ann@x.example"), Proof::MessageId);
    }

    #[test]
    fn an_address_is_the_contacts_before_it_is_an_agents() {
        let user = Some(UserId(7));
        assert_eq!(claimed(&contact(), user, true, "ANN@x.example"), Claimed::Contact);
        assert_eq!(claimed(&contact(), user, true, "vera@acme.example"), Claimed::Agent(UserId(7)));
        assert_eq!(claimed(&contact(), None, true, "bob@x.example"), Claimed::Participant);
        assert_eq!(claimed(&contact(), None, false, "bob@x.example"), Claimed::Unknown);
        assert_eq!(claimed(&contact(), user, true, ""), Claimed::Unknown);
    }
}
