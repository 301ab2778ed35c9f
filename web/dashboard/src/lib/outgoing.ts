// How a reply would go out, said before it does: the composer's placeholder and the words of its menu.
import type { Conversation, DeliveryChoice, Inbox, Message, ReplyWindow } from "../api/types";
import { mailOf } from "./mail";
import { moment, span } from "./time";

export interface Way {
  isEmailInbox: boolean;
  /** The address a mail would go to, or null. */
  address: string | null;
  /** Seconds until an unseen reply is mailed; null when it is not. */
  delay: number | null;
  /** What the channel takes, where someone else carries it. */
  window: ReplyWindow | null;
}

/** What is known of the roads out of a conversation. */
export function wayOut(conversation: Conversation, inbox: Inbox | undefined, messages: Message[], now = Date.now()): Way {
  const isEmailInbox = (inbox?.channel_type ?? conversation.meta.channel) === "Channel::Email";
  const address = conversation.last_mail_to ?? conversation.meta.sender.email ?? null;
  const latestIncoming = [...messages].reverse().find((one) => one.message_type === 0);
  const wroteByMail = latestIncoming ? mailOf(latestIncoming) !== null : false;
  const delay = wroteByMail ? 0 : (inbox?.continuity_delay ?? 120);
  const window = standing(conversation.reply_window ?? null, now);
  if (window) return { isEmailInbox, address, delay: !window.open && address ? 0 : null, window };
  return { isEmailInbox, address, window, delay: isEmailInbox ? 0 : inbox?.continuity_via_email === false || !address ? null : delay };
}

/** A window as it stands now: it may have closed since the server told of it. */
function standing(window: ReplyWindow | null, now: number): ReplyWindow | null {
  return window && { ...window, open: window.open && (window.ends_at === null || window.ends_at * 1000 > now) };
}

/** The placeholder: what will happen to what one writes. */
export function placeholder(isNote: boolean, choice: DeliveryChoice, way: Way, to: string | null): string {
  if (isNote) return "A note, seen only by your team";
  const address = to || way.address;
  if (choice === "email") return address ? `Reply by e-mail to ${address}` : "Reply by e-mail: whom to?";
  if (way.isEmailInbox) return address ? `Reply to ${address}; it goes by e-mail at once` : "There is no address to answer to";
  if (way.window) return onChannel(choice, way, way.window);
  if (choice === "channel") return "Reply in the chat only";
  if (!way.address) return "Reply in the chat. No address to mail to yet";
  if (way.delay === null) return "Reply in the chat. E-mail is off for this inbox";
  if (way.delay === 0) return `Reply in the chat and by e-mail to ${way.address}`;
  return `Reply in the chat; by e-mail to ${way.address} if unseen for ${span(way.delay)}`;
}

function onChannel(choice: DeliveryChoice, way: Way, window: ReplyWindow): string {
  const { channel } = window;
  if (!window.open && choice === "auto" && way.address) return `${shut(window)}. Your reply goes by e-mail to ${way.address}`;
  if (!window.open) return `${shut(window)}${way.address ? "" : ", and there is no address to mail to"}`;
  const until = window.ends_at ? `, until ${moment(window.ends_at)}` : "";
  if (choice === "channel") return `Reply on ${channel} only${until}`;
  return `Reply on ${channel}${until}${way.address ? `; by e-mail to ${way.address} if it cannot be delivered` : ""}`;
}

/** Why a channel takes nothing. */
export function shut(window: ReplyWindow): string {
  if (window.unreachable) return `${window.channel} cannot reach the person: ${window.unreachable}`;
  return window.ends_at ? `The reply window of ${window.channel} closed ${moment(window.ends_at)}` : `${window.channel} takes no message before the person has written`;
}

/** The choices, with what each would do. */
export function choices(way: Way): { value: DeliveryChoice; words: string; hint: string; possible: boolean }[] {
  const email = { value: "email" as const, words: "E-mail", hint: way.address ?? "no address yet", possible: way.address !== null };
  if (way.window) {
    const { channel, open } = way.window;
    const auto = open ? `${channel}, e-mail if that fails` : way.address ? "e-mail at once" : "cannot go now";
    return [
      { value: "auto", words: "Auto", hint: auto, possible: true },
      { value: "channel", words: `${channel} only`, hint: open ? "never e-mail" : "closed", possible: open },
      email,
    ];
  }
  const auto = way.isEmailInbox || way.delay === 0 ? "e-mail at once" : way.delay === null ? "chat" : `chat, then e-mail after ${span(way.delay)}`;
  return [
    { value: "auto", words: "Auto", hint: auto, possible: true },
    ...(way.isEmailInbox ? [] : [{ value: "channel" as const, words: "Chat only", hint: "never e-mail", possible: true }]),
    email,
  ];
}

/** Whether that address is known, in this conversation, to have asked for no mail: an agent decides before it gets one. */
export function askedForNone(messages: Message[], address: string | null): boolean {
  return messages.some((one) => one.deliveries?.some(({ state, to }) => state === "suppressed" && to === address) ?? false);
}

/** An address as far as a form should judge it. */
export function isAddress(text: string): boolean {
  return /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/.test(text.trim());
}
