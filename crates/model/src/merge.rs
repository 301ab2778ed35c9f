//! Two contacts that turn out to be one person: what they become, and what each is again when that was a mistake.
//!
//! What the base has stays; what it lacks the other one brings. An address keeps its proof: put together, what one of
//! them has proved is proved; taken apart, each has its own proofs again and those that came since for its addresses.

use crate::{Json, contact::Contact};
use serde::{Deserialize, Serialize};

/// Both as they were, and what they became.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The contact that stays.
    pub base: Contact,
    /// The contact that becomes part of it.
    pub mergee: Contact,
    /// What the base became.
    pub merged: Contact,
}

/// Something of the mergee that the base has another of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The field, or the name of the attribute.
    pub field: String,
    /// What stays.
    pub kept: String,
    /// What is left out.
    pub dropped: String,
}

/// What the two become.
#[must_use]
pub fn merged(base: &Contact, mergee: &Contact) -> Contact {
    let mut all = base.clone();
    if all.name.trim().is_empty() {
        all.name.clone_from(&mergee.name);
    }
    all.email = all.email.or_else(|| mergee.email.clone());
    for address in mergee.addresses() {
        if !all.has_address(address) {
            all.additional_emails.push(address.clone());
        }
    }
    let proved = |address: &str| base.has_verified(address) || mergee.has_verified(address);
    prove(&mut all, proved);
    if all.email.is_none() {
        all.offered_email = all.offered_email.or_else(|| mergee.offered_email.clone());
    } else {
        all.offered_email = None;
    }
    if all.phone_number.is_none() || all.phone_number == mergee.phone_number {
        all.phone_verified |= mergee.phone_verified;
    }
    all.phone_number = all.phone_number.or_else(|| mergee.phone_number.clone());
    all.identifier = all.identifier.or_else(|| mergee.identifier.clone());
    fill(&mut all.additional_attributes, &mergee.additional_attributes);
    fill(&mut all.custom_attributes, &mergee.custom_attributes);
    all.last_activity_at = all.last_activity_at.max(mergee.last_activity_at);
    all
}

/// What of the mergee the base has another of.
#[must_use]
pub fn left_out(base: &Contact, mergee: &Contact) -> Vec<LeftOut> {
    let mut all = Vec::new();
    let mut compare = |field: &str, kept: Option<&str>, dropped: Option<&str>| {
        if let (Some(kept), Some(dropped)) = (kept, dropped)
            && !kept.trim().is_empty()
            && !dropped.trim().is_empty()
            && kept != dropped
        {
            all.push(LeftOut { field: field.into(), kept: kept.into(), dropped: dropped.into() });
        }
    };
    compare("name", Some(&base.name), Some(&mergee.name));
    compare("phone_number", base.phone_number.as_deref(), mergee.phone_number.as_deref());
    compare("identifier", base.identifier.as_deref(), mergee.identifier.as_deref());
    let attributes = [
        (&base.custom_attributes, &mergee.custom_attributes),
        (&base.additional_attributes, &mergee.additional_attributes),
    ];
    for (kept, dropped) in attributes {
        for (name, dropped) in dropped.as_object().into_iter().flatten() {
            compare(name, kept.get(name).map(words).as_deref(), Some(&words(dropped)));
        }
    }
    all
}

fn words(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What the base, as it is `now`, and the mergee are again. What was changed since the merge stays with the base.
#[must_use]
pub fn parted(now: &Contact, was: &Snapshot) -> (Contact, Contact) {
    let Snapshot { base: before, mergee: other, merged } = was;
    let (mut base, mut mergee) = (now.clone(), other.clone());
    let since = |address: &str| now.has_verified(address) && !merged.has_verified(address);
    prove(&mut mergee, |address| other.has_verified(address) || since(address));

    let brought = |address: &String| other.has_address(address) && !before.has_address(address);
    base.additional_emails.retain(|address| !brought(address));
    if base.email.as_ref().is_some_and(brought) {
        base.email.clone_from(&before.email);
        let main = base.email.clone();
        base.additional_emails.retain(|address| Some(address) != main.as_ref());
    }
    let own = |address: &str| {
        let shared = other.has_address(address) && before.has_address(address);
        if shared { before.has_verified(address) || since(address) } else { now.has_verified(address) }
    };
    prove(&mut base, own);

    if before.name.trim().is_empty() && now.name == merged.name {
        base.name.clone_from(&before.name);
    }
    if before.phone_number.is_none() && now.phone_number == merged.phone_number {
        (base.phone_number, base.phone_verified) = (None, false);
    } else if before.phone_number == other.phone_number && now.phone_number == merged.phone_number {
        base.phone_verified = before.phone_verified;
    }
    if before.identifier.is_none() && now.identifier == merged.identifier {
        base.identifier = None;
    }
    if before.offered_email.is_none() && now.offered_email == merged.offered_email {
        base.offered_email = None;
    }
    empty(&mut base.additional_attributes, (&before.additional_attributes, &merged.additional_attributes));
    empty(&mut base.custom_attributes, (&before.custom_attributes, &merged.custom_attributes));
    (base, mergee)
}

/// Marks each address as verified or not.
fn prove(contact: &mut Contact, proved: impl Fn(&str) -> bool) {
    contact.email_verified = contact.email.as_deref().is_some_and(&proved);
    contact.unverified_emails = contact.additional_emails.iter().filter(|address| !proved(address)).cloned().collect();
}

/// Puts into `into` what it lacks.
fn fill(into: &mut Json, from: &Json) {
    let Some(from) = from.as_object() else { return };
    if !into.is_object() {
        *into = Json::Object(serde_json::Map::new());
    }
    for (name, value) in from {
        if let Some(into) = into.as_object_mut() {
            into.entry(name).or_insert_with(|| value.clone());
        }
    }
}

/// Takes out what [`fill`] put in, where it is still the same.
fn empty(now: &mut Json, (before, merged): (&Json, &Json)) {
    if let Some(now) = now.as_object_mut() {
        now.retain(|name, value| before.get(name).is_some() || merged.get(name) != Some(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Timestamp, ids::*};
    use serde_json::json;

    fn person(id: i64, email: Option<&str>, verified: bool) -> Contact {
        Contact {
            id: ContactId(id),
            account_id: AccountId(1),
            name: String::new(),
            email: email.map(str::to_owned),
            email_verified: verified,
            additional_emails: Vec::new(),
            unverified_emails: Vec::new(),
            offered_email: None,
            phone_number: None,
            phone_verified: false,
            identifier: None,
            blocked: false,
            additional_attributes: json!({}),
            custom_attributes: json!({}),
            last_activity_at: Timestamp::UNIX_EPOCH,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn an_address_keeps_its_proof() {
        let (a, b) = (Some("a@x.example"), Some("b@x.example"));
        let rows = [
            // base, mergee → main, verified, additional, unverified
            ((a, true), (b, true), ("a@x.example", true, vec!["b@x.example"], vec![])),
            ((a, true), (b, false), ("a@x.example", true, vec!["b@x.example"], vec!["b@x.example"])),
            ((a, false), (b, true), ("a@x.example", false, vec!["b@x.example"], vec![])),
            ((None, false), (b, true), ("b@x.example", true, vec![], vec![])),
            ((None, false), (b, false), ("b@x.example", false, vec![], vec![])),
            ((a, false), (a, true), ("a@x.example", true, vec![], vec![])),
            ((a, true), (None, false), ("a@x.example", true, vec![], vec![])),
        ];
        for ((base, proved), (mergee, its_proved), (main, verified, more, unproved)) in rows {
            let (base, mergee) = (person(1, base, proved), person(2, mergee, its_proved));
            let all = merged(&base, &mergee);
            assert_eq!((all.email.as_deref(), all.email_verified), (Some(main), verified));
            assert_eq!(
                (&all.additional_emails[..], &all.unverified_emails[..]),
                (&owned(&more)[..], &owned(&unproved)[..])
            );
            let was = Snapshot { base: base.clone(), mergee: mergee.clone(), merged: all.clone() };
            assert_eq!(parted(&all, &was), (base, mergee), "undone at once, both are what they were");
        }
    }

    fn owned(all: &[&str]) -> Vec<String> {
        all.iter().map(|one| (*one).to_owned()).collect()
    }

    #[test]
    fn the_base_wins_and_gaps_are_filled() {
        let mut base = person(1, None, false);
        base.name = "Vera".into();
        base.custom_attributes = json!({"plan": "gold"});
        let mut mergee = person(2, None, false);
        mergee.name = "V. Visitor".into();
        (mergee.phone_number, mergee.phone_verified) = (Some("+4930123".into()), true);
        mergee.identifier = Some("u7".into());
        mergee.custom_attributes = json!({"plan": "free", "seats": 3});
        let all = merged(&base, &mergee);
        assert_eq!(
            (all.name.as_str(), all.phone_number.as_deref(), all.phone_verified),
            ("Vera", Some("+4930123"), true)
        );
        assert_eq!(
            (all.identifier.as_deref(), &all.custom_attributes),
            (Some("u7"), &json!({"plan": "gold", "seats": 3}))
        );
        let left = left_out(&base, &mergee);
        let fields: Vec<_> = left.iter().map(|one| (one.field.as_str(), one.dropped.as_str())).collect();
        assert_eq!(fields, [("name", "V. Visitor"), ("plan", "free")]);
        let was = Snapshot { base: base.clone(), mergee: mergee.clone(), merged: all.clone() };
        assert_eq!(parted(&all, &was), (base, mergee));
    }

    #[test]
    fn what_came_since_stays_but_proofs_follow_their_address() {
        let (base, mergee) = (person(1, Some("a@x.example"), true), person(2, Some("b@x.example"), false));
        let all = merged(&base, &mergee);
        let was = Snapshot { base, mergee, merged: all.clone() };
        let mut now = all;
        assert!(now.verified("B@x.example"), "a mail from it arrived");
        assert!(!now.verified("b@x.example") && !now.verified("c@x.example"));
        now.name = "Ann".into();
        now.phone_number = Some("+4930999".into());
        now.custom_attributes = json!({"vip": true});
        let (base, mergee) = parted(&now, &was);
        assert!(mergee.email_verified);
        assert_eq!((base.name.as_str(), base.phone_number.as_deref()), ("Ann", Some("+4930999")));
        assert_eq!((base.additional_emails.len(), &base.custom_attributes), (0, &json!({"vip": true})));
        assert_eq!(mergee.custom_attributes, json!({}));
    }
}
