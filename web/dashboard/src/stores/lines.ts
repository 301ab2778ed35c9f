// A thread's messages as data: merging what arrives, what waits to be sent, and joining messages of one author.
import type { DeliveryChoice, DeliveryState, Message } from "../api/types";
import { dayName } from "../lib/time";
import { authorOf, isReplyAddress, mailOf } from "../lib/mail";
import type { TemplateParams } from "../lib/templates";

/** Something written that the server has not confirmed yet. Kept until it has. */
export interface Pending {
  echo: string;
  conversation: number;
  content: string;
  isNote: boolean;
  delivery: DeliveryChoice;
  cc: string[];
  to: string[];
  files: File[];
  /** It goes as this template of the channel's provider. */
  template?: TemplateParams;
  /** Epoch seconds. */
  at: number;
  resolve: boolean;
  state: "sending" | "failed";
  error: string | null;
}

/** The message stands in another conversation now: what is left of it here says where. */
export function movedFrom(messages: Message[], moved: Message): Message[] {
  return messages.map((one) => (one.id === moved.id ? { ...one, moved_to: moved.conversation_id } : one));
}

/** How far a delivery has come; what arrives out of order never takes it back. */
const PROGRESS: Record<DeliveryState, number> = {
  planned: 0,
  queued: 1,
  deferred: 2,
  sent: 3,
  sandboxed: 3,
  failed: 3,
  suppressed: 3,
  cancelled: 3,
  bounced: 4,
};

/** Puts messages among those there, by id, oldest first; a newer version replaces the older. */
export function merged(messages: Message[], incoming: Message[]): Message[] {
  const byId = new Map(messages.map((one) => [one.id, one]));
  for (const one of incoming) byId.set(one.id, newer(byId.get(one.id), one));
  return [...byId.values()].sort((one, other) => one.id - other.id);
}

/** The answer to a request may arrive after the frame about what happened next: its delivery truth is then the older. */
function newer(known: Message | undefined, arrived: Message): Message {
  const isBehind = known?.deliveries?.some((delivery) => {
    const same = arrived.deliveries?.find((one) => one.id === delivery.id);
    return same && PROGRESS[same.state] < PROGRESS[delivery.state];
  });
  if (!known || !isBehind) return { ...known, ...arrived };
  return { ...known, ...arrived, deliveries: known.deliveries, delivery_plan: known.delivery_plan, status: known.status };
}

/** Those still waiting: without the ones whose message has arrived. */
export function stillPending(pending: Pending[], messages: Message[]): Pending[] {
  const echoes = new Set(messages.map((one) => one.echo_id).filter(Boolean));
  return pending.filter((one) => !echoes.has(one.echo));
}

export type Side = "them" | "us" | "note" | "activity" | "stranger";

export interface Group {
  key: string;
  side: Side;
  /** Set where a day begins: its name. */
  day: string | null;
  author: string;
  /** The author's, where that is not the contact. */
  address: string | null;
  byMail: boolean;
  messages: Message[];
}

const JOIN_WITHIN = 10 * 60;

/** Consecutive messages by one author, by one road, within ten minutes of each other, are one group. */
export function grouped(messages: Message[], contactName: string, now = Date.now()): Group[] {
  const groups: Group[] = [];
  let lastDay = "";
  for (const message of messages) {
    const side = sideOf(message);
    const author = authorName(message, contactName);
    const address = otherAddress(message);
    const byMail = mailOf(message) !== null;
    const day = dayName(message.created_at, now);
    const group = groups.at(-1);
    const previous = group?.messages.at(-1);
    const joins = group && previous && side === group.side && author === group.author && address === group.address && byMail === group.byMail && day === lastDay;
    if (joins && message.created_at - previous.created_at < JOIN_WITHIN && side !== "activity") group.messages.push(message);
    else groups.push({ key: `g${message.id}`, side, day: day === lastDay ? null : day, author, address, byMail, messages: [message] });
    lastDay = day;
  }
  return groups;
}

export function sideOf(message: Message): Side {
  if (message.message_type === 2) return "activity";
  if (message.private) return "note";
  if (message.message_type !== 0) return "us";
  // Once accepted they take part, whatever they were when they wrote.
  return message.withheld ?? authorOf(message)?.relation === "stranger" ? "stranger" : "them";
}

/** Somebody else than the contact wrote it: their address, which tells two people of one name apart. */
export function otherAddress(message: Message): string | null {
  const author = authorOf(message);
  return author && author.relation !== "contact" ? author.address : null;
}

/** Who wrote it, by name. */
export function authorName(message: Message, contactName: string): string {
  const author = authorOf(message);
  if (message.message_type === 0) {
    if (author && author.relation !== "contact") return author.name || author.address || "Somebody";
    return message.sender?.name || contactName;
  }
  if (message.message_type === 3 && !message.sender?.name) return "Automatic";
  return message.sender?.available_name || message.sender?.name || "Automatic";
}

/** The cc of the latest mail that came in: what the composer offers, and never adds by itself. */
export function offeredCc(messages: Message[]): string[] {
  for (const message of [...messages].reverse()) {
    const mail = mailOf(message);
    if (mail) return (mail.cc ?? []).filter((address) => address && !isReplyAddress(address));
  }
  return [];
}
