// The truth under a message: what became of it, in words, and what one can do about it.
import type { Delivery, Message } from "../api/types";
import { clock, moment } from "./time";

export type Tone = "quiet" | "waiting" | "good" | "bad";

export interface Truth {
  words: string;
  tone: Tone;
  /** `plan`: *now* and *don't* are offered; `address`: another address is; `sandbox`: the mail can be looked at. */
  offer: "plan" | "address" | "sandbox" | null;
}

/**
 * One line for each way a message of ours went; empty for what has no delivery (notes, other people's messages).
 * `seenAt` is when the person last had the conversation open, epoch seconds.
 */
export function truths(message: Message, seenAt: number | null, now = Date.now()): Truth[] {
  if (message.private || (message.message_type !== 1 && message.message_type !== 3)) return [];
  const lines: Truth[] = [];
  // Whoever writes on a channel that someone else carries has not thereby seen what stands here; its provider says what was read.
  const carried = message.deliveries?.some(({ by }) => by !== "email") ?? false;
  const seen = message.status === "read" || (!carried && seenAt !== null && seenAt >= message.created_at);
  const plan = message.delivery_plan;
  const deliveries = (message.deliveries ?? []).filter((one) => !(plan && one.state === "planned"));
  if (plan) lines.push(planned(plan.to, plan.at, plan.unless_seen, now));
  for (const delivery of deliveries) lines.push(delivery.by === "email" ? ofDelivery(delivery, seen, now) : byChannel(delivery, message.status, now));
  if (seen) lines.unshift({ words: !carried && seenAt && seenAt >= message.created_at ? `Seen ${moment(seenAt, now)}` : "Seen", tone: "quiet", offer: null });
  if (message.status === "failed" && lines.every((line) => line.tone !== "bad")) {
    lines.push({ words: `Not sent: ${message.content_attributes?.external_error ?? "the channel refused it"}`, tone: "bad", offer: null });
  }
  if (lines.length === 0 && message.content_attributes?.external_echo) lines.push({ words: "Sent with another tool", tone: "quiet", offer: null });
  if (lines.length === 0) lines.push({ words: "In the chat, not seen yet", tone: "quiet", offer: null });
  return lines;
}

function planned(to: string, at: number, unlessSeen: boolean, now: number): Truth {
  const when = at * 1000 <= now ? "at any moment" : `at ${moment(at, now)}`;
  return { words: `Will be mailed ${when} to ${to}${unlessSeen ? ", unless seen" : ""}`, tone: "waiting", offer: "plan" };
}

/** The names of channels, by what a delivery calls them. */
const CHANNELS: Record<string, string> = { facebook_page: "Facebook", twitter_profile: "X/Twitter", twilio_sms: "Twilio", whatsapp: "WhatsApp", line: "LINE", api: "the API" };

function byChannel(delivery: Delivery, status: Message["status"], now: number): Truth {
  const channel = CHANNELS[delivery.by] ?? delivery.by.replace(/^./, (first) => first.toUpperCase());
  const why = delivery.detail ? `: ${withCode(delivery)}` : "";
  switch (delivery.state) {
    case "queued":
    case "planned":
      return { words: `Going out on ${channel}`, tone: "waiting", offer: null };
    case "deferred":
      return { words: `${channel} has not taken it yet${why}${delivery.next_try_at ? `. Next try ${clock(delivery.next_try_at)}` : ""}`, tone: "waiting", offer: null };
    case "failed":
      return { words: `Not delivered on ${channel}${why}`, tone: "bad", offer: null };
    default:
      return { words: status === "delivered" ? `Delivered on ${channel}` : `Sent on ${channel} ${moment(delivery.at, now)}`, tone: "quiet", offer: null };
  }
}

function ofDelivery(delivery: Delivery, seen: boolean, now: number): Truth {
  const { to, at, detail } = delivery;
  const when = moment(at, now);
  const why = detail ? `: ${withCode(delivery)}` : "";
  switch (delivery.state) {
    case "planned":
      return planned(to, delivery.next_try_at ?? at, false, now);
    case "queued":
      return { words: `Being mailed to ${to}`, tone: "waiting", offer: null };
    case "sent":
      return { words: `Mailed ${when} to ${to}${detail ? `, ${acceptance(detail)}` : ""}`, tone: "quiet", offer: null };
    case "deferred":
      return { words: `Not accepted yet${why}${delivery.next_try_at ? `. Next try ${clock(delivery.next_try_at)}` : ""}`, tone: "waiting", offer: null };
    case "failed":
      return { words: `Could not be mailed to ${to}${why}`, tone: "bad", offer: "address" };
    case "bounced":
      return { words: `Bounced${why || `: ${to} does not take mail`}`, tone: "bad", offer: "address" };
    case "suppressed":
      return { words: `Not mailed: ${detail ?? `${to} asked for no mail`}`, tone: "waiting", offer: null };
    case "cancelled":
      return { words: seen ? "Not mailed, seen in time" : `Not mailed${detail ? `: ${detail}` : ""}`, tone: "quiet", offer: null };
    case "sandboxed":
      return { words: `Mailed ${when} to ${to}, kept in the sandbox`, tone: "quiet", offer: "sandbox" };
  }
}

function withCode({ detail, code }: Delivery): string {
  return code && !detail?.includes(code) ? `${detail} (${code})` : `${detail}`;
}

// "250 2.0.0 Ok: queued as 4F…" is the server's answer; "accepted by mx.example.org" is already words.
function acceptance(detail: string): string {
  return /^\d{3}\b/.test(detail) ? `accepted: ${detail}` : detail;
}

/** Whether two messages' truths read the same, so that the earlier need not be said again. */
export function sameTruth(one: Truth[], other: Truth[]): boolean {
  const key = (lines: Truth[]) => lines.map((line) => line.words).join("\n");
  return key(one) === key(other);
}
