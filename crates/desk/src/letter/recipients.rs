//! Who stands in the header fields of a mail.

use crate::mail_unseen::case::{Case, Entry, Party};
use mail::Mailbox;
use model::message::Message;

/// Who stands in To, Cc and Bcc: those of the carried messages. A recipient of a blind copy is alone in Bcc.
pub(super) fn recipients(case: &Case, party: &Party, new: &[&Entry]) -> (Vec<Mailbox>, Vec<Mailbox>, Vec<Mailbox>) {
    let mut listed: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    for entry in new {
        for (list, field) in listed.iter_mut().zip(["to_emails", "cc_emails"]) {
            let addresses = addresses(&entry.message, field);
            let person = case.contact.email.clone().filter(|_| field == "to_emails" && addresses.is_empty());
            // The person may be written to at another of their addresses.
            let person =
                person.map(|own| if case.contact.has_address(&party.address) { party.address.clone() } else { own });
            for address in addresses.into_iter().chain(person) {
                if !list.contains(&address) {
                    list.push(address);
                }
            }
        }
    }
    let [to, cc] = listed;
    let cc: Vec<String> = cc.into_iter().filter(|address| !to.contains(address)).collect();
    let blind = !to.contains(&party.address) && !cc.contains(&party.address);
    let mailbox = |address: &String| {
        let known = party.knows_visitor && case.contact.has_address(address);
        Mailbox::new(Some(case.contact.name.as_str()).filter(|_| known), address)
    };
    let bcc = if blind { vec![mailbox(&party.address)] } else { Vec::new() };
    (to.iter().map(mailbox).collect(), cc.iter().map(mailbox).collect(), bcc)
}

fn addresses(message: &Message, field: &str) -> Vec<String> {
    let list = message.content_attributes.get(field).and_then(|list| list.as_array());
    list.into_iter().flatten().filter_map(|address| address.as_str().map(str::to_owned)).collect()
}
