// Wire objects with everything a test does not care about filled in.
import type { Contact, Conversation, Delivery, Message } from "../src/api/types";

export const NOON = new Date(2026, 10, 22, 12, 0, 0).getTime();
export const noon = NOON / 1000;

export function contact(change: Partial<Contact> = {}): Contact {
  return { id: 7, name: "Vera", email: "vera@example.org", phone_number: null, identifier: null, thumbnail: null, blocked: false, additional_attributes: {}, custom_attributes: {}, ...change };
}

export function message(id: number, change: Partial<Message> = {}): Message {
  return { id, content: `words ${id}`, message_type: 0, content_type: "text", content_attributes: {}, created_at: noon + id, conversation_id: 1, private: false, ...change };
}

export function mailed(id: number, full: string, fresh: string, change: Partial<Message> = {}): Message {
  const email = { subject: "Re: chat", date: null, message_id: `m${id}@example.org`, from: ["vera@example.org"], to: [], cc: null, text_content: { full, reply: full, quoted: fresh } };
  return message(id, { content: fresh, content_type: "incoming_email", content_attributes: { email }, ...change });
}

export function conversation(id: number, change: Partial<Conversation> = {}): Conversation {
  return {
    id,
    uuid: `u${id}`,
    account_id: 1,
    inbox_id: 1,
    status: "open",
    snoozed_until: null,
    meta: { sender: contact(), channel: "Channel::WebWidget", assignee: null },
    messages: [],
    unread_count: 0,
    can_reply: true,
    can_mail: true,
    last_mail_to: null,
    contact_last_seen_at: null,
    agent_last_seen_at: null,
    last_activity_at: noon + id,
    created_at: noon,
    additional_attributes: {},
    ...change,
  };
}

export function delivery(change: Partial<Delivery> = {}): Delivery {
  return { id: 1, by: "email", to: "vera@example.org", state: "sent", detail: null, code: null, next_try_at: null, at: noon, ...change };
}
