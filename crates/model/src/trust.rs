//! Who wrote a mail, and what may be done with it (contract §6.5).
//!
//! The author is who wrote it, never who was meant to: a mail is the contact's only if it comes from an address of
//! theirs *and* something proves it.

use crate::ids::UserId;
use serde::{Deserialize, Serialize};

/// What a mail brings along that could prove its author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A token we gave to the contact for this conversation.
    ContactToken,
    /// A token we gave to another participant, whose address `From` bears.
    ParticipantToken,
    /// A token we gave to an agent.
    AgentToken(UserId),
    /// A token of the conversation that was given to somebody else than `From`.
    OthersToken,
    /// A token from an imported system: it routes, but proves nothing.
    ImportedToken,
    /// Only a Message-ID in `In-Reply-To` or `References`.
    MessageId,
    /// None: it is addressed to an e-mail inbox, and begins a conversation with whoever wrote it.
    Opening,
}

/// What SPF, DKIM and DMARC say of the `From` domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// Not checked, or the domain publishes nothing.
    #[default]
    Unknown,
    /// An aligned DKIM or SPF pass.
    AlignedPass,
    /// DMARC fails, and the domain asks for quarantine or rejection.
    Fails,
}

/// Whose address `From` bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The conversation's contact.
    Contact,
    /// A user of the account.
    Agent(UserId),
    /// Someone who was written to in this conversation before.
    Participant,
    /// Nobody we know here.
    Unknown,
}

/// The author's relation to the conversation; stands in `content_attributes.author`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The conversation's contact.
    Contact,
    /// A user of the account.
    Agent,
    /// Another person who takes part.
    Participant,
    /// Anyone else.
    Stranger,
}

/// What to do with a mail, given who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A message of the thread, by an author who takes part.
    Append(Relation),
    /// A message of the thread under the stranger's own name, kept from visitors until an agent accepts it.
    AppendWithheld,
    /// Not in the thread; waits in the inbound log, for this reason.
    Hold(&'static str),
}

/// Decides who wrote a mail. `hold_strangers` is the inbox's choice for strangers who hold a valid token.
#[must_use]
pub fn attribute(claimed: Claimed, proof: Proof, authentication: Authentication, hold_strangers: bool) -> Verdict {
    let passes = authentication == Authentication::AlignedPass;
    let fails = authentication == Authentication::Fails;
    match (claimed, proof) {
        (Claimed::Contact, Proof::ContactToken) if !fails => Verdict::Append(Relation::Contact),
        (Claimed::Contact, _) if passes => Verdict::Append(Relation::Contact),
        (Claimed::Contact, Proof::Opening) if !fails => Verdict::Append(Relation::Contact),
        (Claimed::Contact, Proof::Opening) => Verdict::Hold("the domain it bears says that it did not send it (DMARC)"),
        (Claimed::Participant, Proof::ParticipantToken) if !fails => Verdict::Append(Relation::Participant),
        (Claimed::Participant, _) if passes => Verdict::Append(Relation::Participant),
        (Claimed::Agent(user), Proof::AgentToken(owner)) if user == owner && !fails => Verdict::Append(Relation::Agent),
        (Claimed::Agent(_), _) if passes => Verdict::Append(Relation::Agent),
        (Claimed::Agent(_), _) => Verdict::Hold("bears an agent's address, but nothing proves that the agent wrote it"),
        (_, Proof::MessageId | Proof::ImportedToken) => Verdict::Hold(
            "answers a mail of this conversation without its reply address, and nothing proves the author",
        ),
        _ if hold_strangers => Verdict::Hold("written by someone who takes no part; this inbox holds such mail"),
        _ => Verdict::AppendWithheld,
    }
}

/// Whether SPF, DKIM and DMARC can change what [`attribute`] decides.
#[must_use]
pub fn hinges_on_authentication(claimed: Claimed, proof: Proof, hold_strangers: bool) -> bool {
    let verdict = |authentication| attribute(claimed, proof, authentication, hold_strangers);
    let unknown = verdict(Authentication::Unknown);
    unknown != verdict(Authentication::AlignedPass) || unknown != verdict(Authentication::Fails)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_speaks_as_another() {
        use Authentication::{AlignedPass, Fails, Unknown};
        const ANN: UserId = UserId(1);
        const BOB: UserId = UserId(2);
        let rows = [
            (Claimed::Contact, Proof::ContactToken, Unknown, Some(Relation::Contact)),
            (Claimed::Contact, Proof::ContactToken, Fails, None),
            (Claimed::Contact, Proof::MessageId, Unknown, None),
            (Claimed::Contact, Proof::MessageId, AlignedPass, Some(Relation::Contact)),
            (Claimed::Contact, Proof::ImportedToken, Unknown, None),
            (Claimed::Contact, Proof::ImportedToken, AlignedPass, Some(Relation::Contact)),
            (Claimed::Contact, Proof::OthersToken, Unknown, None),
            (Claimed::Contact, Proof::Opening, Unknown, Some(Relation::Contact)),
            (Claimed::Contact, Proof::Opening, Fails, None),
            (Claimed::Participant, Proof::ParticipantToken, Unknown, Some(Relation::Participant)),
            (Claimed::Participant, Proof::ContactToken, Unknown, None),
            (Claimed::Agent(ANN), Proof::AgentToken(ANN), Unknown, Some(Relation::Agent)),
            (Claimed::Agent(ANN), Proof::AgentToken(BOB), Unknown, None),
            (Claimed::Agent(ANN), Proof::ContactToken, AlignedPass, Some(Relation::Agent)),
            (Claimed::Unknown, Proof::ContactToken, AlignedPass, None),
        ];
        for (claimed, proof, authentication, relation) in rows {
            let verdict = attribute(claimed, proof, authentication, false);
            let appended = match verdict {
                Verdict::Append(relation) => Some(relation),
                _ => None,
            };
            assert_eq!(appended, relation, "{claimed:?} {proof:?} {authentication:?} gave {verdict:?}");
        }
    }

    #[test]
    fn nobody_waits_for_verdicts_that_change_nothing() {
        let rows = [
            (Claimed::Contact, Proof::ContactToken, true),
            (Claimed::Contact, Proof::MessageId, true),
            (Claimed::Contact, Proof::Opening, true),
            (Claimed::Agent(UserId(1)), Proof::MessageId, true),
            (Claimed::Unknown, Proof::ContactToken, false),
            (Claimed::Unknown, Proof::MessageId, false),
        ];
        for (claimed, proof, hinges) in rows {
            assert_eq!(hinges_on_authentication(claimed, proof, false), hinges, "{claimed:?} {proof:?}");
        }
    }

    #[test]
    fn a_stranger_with_a_token_is_shown_to_agents_only_unless_the_inbox_holds_them() {
        let verdict = |hold| attribute(Claimed::Unknown, Proof::ContactToken, Authentication::Unknown, hold);
        assert_eq!(verdict(false), Verdict::AppendWithheld);
        assert!(matches!(verdict(true), Verdict::Hold(_)));
        let without = attribute(Claimed::Unknown, Proof::MessageId, Authentication::AlignedPass, false);
        assert!(matches!(without, Verdict::Hold(_)));
    }
}
