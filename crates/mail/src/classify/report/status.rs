//! The `message/delivery-status` part of a report (RFC 3464): what happened to each recipient.

use crate::address;
use crate::classify::BouncedRecipient;
use crate::message::Attachment;

/// Whether this part is one, in ASCII or in UTF-8 (RFC 6533).
pub(super) fn is_status(part: &Attachment) -> bool {
    matches!(part.content_type.as_str(), "message/delivery-status" | "message/global-delivery-status")
}

/// Blocks of fields, one for each recipient after the one about the message.
pub(super) fn status_recipients(bytes: &[u8]) -> Vec<BouncedRecipient> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    text.split("\n\n").filter_map(recipient).collect()
}

fn recipient(block: &str) -> Option<BouncedRecipient> {
    let fields = unfold(block);
    let field = |name: &str| {
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let after_type = |value: &str| value.split_once(';').map_or(value, |(_, value)| value).trim().to_owned();
    let address = field("final-recipient").or_else(|| field("original-recipient")).map(after_type)?;
    let address = address::addresses_in(&address).into_iter().next().unwrap_or(address);
    Some(BouncedRecipient {
        address,
        action: field("action").and_then(|action| action.split([' ', '(']).next()).map(str::to_ascii_lowercase),
        status: field("status").and_then(|status| status.split_whitespace().next()).map(str::to_owned),
        diagnostic: field("diagnostic-code").map(after_type).filter(|words| !words.is_empty()),
    })
}

fn unfold(block: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}
