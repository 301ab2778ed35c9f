// The inbound log as data: its states and roads in words, its filters as an address, a trace as steps, and replays summed up.
import type { Concluded, InboundCounts, InboundQuery, InboundState } from "../api/types";

export type StateTone = "good" | "warn" | "bad" | "quiet";

/** Each state's word and what it means, those that want somebody first. */
export const STATES: Record<InboundState, { words: string; means: string; tone: StateTone }> = {
  failed: { words: "Failed", means: "Could not be processed", tone: "bad" },
  held: { words: "Held", means: "Waits for somebody to decide", tone: "warn" },
  unrouted: { words: "Unrouted", means: "Belongs to no conversation", tone: "warn" },
  pending: { words: "Pending", means: "Accepted, not looked at yet", tone: "quiet" },
  delivered: { words: "Delivered", means: "A message of a conversation", tone: "good" },
  bounce: { words: "Bounce", means: "A report on a mail of ours", tone: "quiet" },
  ignored: { words: "Ignored", means: "A receipt, or our own mail come back", tone: "quiet" },
};

export const STATE_NAMES = Object.keys(STATES) as InboundState[];

/** The ways in, by the names the server gives them. */
export const ROADS: Record<string, string> = {
  relay: "Mail server",
  smtp: "SMTP",
  lmtp: "LMTP",
  imap: "IMAP",
  sendgrid: "SendGrid",
  mandrill: "Mandrill",
  mailgun: "Mailgun",
  postmark: "Postmark",
  ses: "Amazon SES",
  sandbox: "Sandbox",
};

export const roadName = (name: string): string => ROADS[name] ?? name;

/** Whether processing a mail again could change anything. */
export function isReplayable(state: InboundState): boolean {
  return state === "failed" || state === "held" || state === "unrouted";
}

/** How many mails want somebody. */
export function undecided(counts: InboundCounts | null): number {
  return counts ? counts.failed + counts.held + counts.unrouted : 0;
}

export interface Filter {
  state: InboundState | "";
  q: string;
  ingress: string;
  /** `2026-11-22`, in the reader's own days; empty: from the first, to the last. */
  since: string;
  until: string;
}

export const EVERY: Filter = { state: "", q: "", ingress: "", since: "", until: "" };

/** The filter that an address carries. */
export function filterIn(query: URLSearchParams): Filter {
  const state = query.get("state") ?? "";
  const day = (name: string) => (/^\d{4}-\d\d-\d\d$/.test(query.get(name) ?? "") ? (query.get(name) ?? "") : "");
  return {
    state: state in STATES ? (state as InboundState) : "",
    q: query.get("q") ?? "",
    ingress: query.get("ingress") ?? "",
    since: day("since"),
    until: day("until"),
  };
}

/** `?state=held&q=vera`, or nothing. */
export function searchOf(filter: Filter): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
  const text = query.toString();
  return text && `?${text}`;
}

export function isFiltered(filter: Filter): boolean {
  return searchOf(filter) !== "";
}

/** The filter as the server is asked: words without blanks around, days as the seconds they begin and end. */
export function queryOf(filter: Filter, before: number | null = null): InboundQuery {
  const { state, q, ingress, since, until } = filter;
  return { state, q: q.trim(), ingress, since: since ? startOf(since) : null, until: until ? startOf(until, 1) : null, before };
}

/** When a day begins, or one of the next, in epoch seconds. */
function startOf(day: string, plus = 0): number {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + plus).getTime() / 1000;
}

export interface Step {
  /** Where it was looked: a header's name, `envelope`, a conversation; null where it is the place of the step before, or none. */
  at: string | null;
  words: string;
  tone: "found" | "vain" | "plain" | "end";
}

// A place: a header's name (or two, with how many ids they hold), the envelope, or the conversation that was looked at.
const HEADER = String.raw`[A-Z][A-Za-z]*(?:-[A-Za-z]+)*(?: \(\d+\))?`;
const PLACED = new RegExp(String.raw`^(?:(?:looked )?at )?((?:the )?envelope(?: recipient)?|${HEADER}(?: and ${HEADER})?|conversation #\d+|a conversation of another account): (.+)$`, "s");
const VAIN = /\b(no (token|reply address|Message-ID)|not one of ours|revoked|in vain|not known|unknown|of another account)\b/i;

/** A trace as steps: where each looked and whether it found something. The last says what came of it. */
export function stepsOf(trace: string[]): Step[] {
  let before: string | null = null;
  return trace.map((line, index) => {
    const [, place = null, rest = line] = PLACED.exec(line) ?? [];
    const isHeader = place !== null && !/^(a )?conversation /.test(place);
    const tone = index === trace.length - 1 ? "end" : !isHeader ? "plain" : VAIN.test(rest) ? "vain" : "found";
    const at = place === before ? null : place;
    before = place;
    return { at, words: rest, tone };
  });
}

/** What replays came to: `2 delivered, 1 still failed`. */
export function sumUp(results: Concluded[], before: ReadonlyMap<number, InboundState> = new Map()): string {
  if (results.length === 0) return "Nothing to replay";
  return STATE_NAMES.flatMap((state) => {
    const there = results.filter((one) => one.state === state);
    const same = there.filter((one) => before.get(one.id) === state).length;
    const parts: [number, string][] = [[there.length - same, ""], [same, "still "]];
    return parts.filter(([count]) => count > 0).map(([count, still]) => `${count} ${still}${STATES[state].words.toLowerCase()}`);
  }).join(", ");
}

/** When the raw bytes go, said so that one can still do something; null where they stay or have gone. */
export function erasure(erasesAt: number | null | undefined, now = Date.now()): string | null {
  if (!erasesAt) return null;
  const days = Math.ceil((erasesAt - now / 1000) / 86_400);
  if (days <= 0) return "today";
  if (days === 1) return "by tomorrow";
  return days <= 30 ? `in ${days} days` : `on ${new Date(erasesAt * 1000).toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" })}`;
}


/** Within two weeks: what nobody decided on is announced by then. */
export function isSoon(erasesAt: number | null | undefined, now = Date.now()): boolean {
  return Boolean(erasesAt) && (erasesAt ?? 0) - now / 1000 < 14 * 86_400;
}

/** What a dry run foresees for one conversation, in words. */
export function foreseenWords(verdict: string): { words: string; tone: StateTone } {
  if (verdict === "append") return { words: "Would stand in the conversation", tone: "good" };
  if (verdict === "append withheld") return { words: "Would stand in the conversation, shown to your team only", tone: "warn" };
  return { words: `Would be held: ${verdict}`, tone: "warn" };
}

/** The neighbour of an id in a list, `by` places on; from nowhere, the first. */
export function nextId(ids: number[], from: number | null, by: 1 | -1): number | null {
  const at = from === null ? -1 : ids.indexOf(from);
  return (at < 0 ? ids[0] : ids[Math.min(ids.length - 1, Math.max(0, at + by))]) ?? null;
}

/** The addresses in what somebody typed, parted by commas, semicolons or blanks, without brackets. */
export function addressesIn(text: string): string[] {
  return text.split(/[\s,;]+/).map((one) => one.replace(/^<|>$/g, "")).filter((one) => one.includes("@"));
}
