// The settings of an inbox that someone else carries: read from the inbox and written back as its kind's table says.
import type { ChannelField, ChannelHealth, ChannelKind, Inbox } from "../api/types";
import { moment } from "./time";

/** Field name to what stands in the form; secrets that are kept stand empty. */
export type Settings = Record<string, string | boolean>;

/** What an inbox has, as its form shows it. */
export function settingsOf(kind: ChannelKind, inbox: Inbox): Settings {
  return Object.fromEntries(kind.fields.map((field) => [field.name, shown(field, at(inbox, field.name))]));
}

function shown(field: ChannelField, value: unknown): string | boolean {
  if (field.shape === "truth") return value === true;
  if (field.secret || value === undefined || value === null) return "";
  return String(value);
}

/** Whether a secret is kept already. */
export function isKept(inbox: Inbox | null, field: ChannelField): boolean {
  return inbox !== null && field.secret && at(inbox, `${field.name}_set`) === true;
}

function at(value: unknown, name: string): unknown {
  return name.split(".").reduce<unknown>((below, step) => (below as Record<string, unknown> | undefined)?.[step], value);
}

/** What stands below `channel` in a request: nothing of secrets that are to stay. */
export function channelOf(kind: ChannelKind, settings: Settings): Record<string, unknown> {
  const channel: Record<string, unknown> = { type: kind.type };
  for (const field of kind.fields) {
    if (field.shape === "drawn") continue;
    const value = settings[field.name] ?? (field.shape === "choice" ? (field.choices[0] ?? "") : "");
    if (field.secret && value === "") continue;
    const steps = field.name.split(".");
    let into = channel;
    for (const step of steps.slice(0, -1)) into = (into[step] ??= {}) as Record<string, unknown>;
    into[steps.at(-1) ?? field.name] = typeof value === "string" ? value.trim() : value;
  }
  return channel;
}

/** The field that a refusal names, with its words. */
export function blamed(kind: ChannelKind, problem: string | null): { field: string; words: string } | null {
  const field = kind.fields.find(({ name }) => problem?.startsWith(`${name}: `));
  return field && problem ? { field: field.name, words: problem.slice(field.name.length + 2).replace(/^./, (first) => first.toUpperCase()) } : null;
}

/** How a channel is doing, a line each; `told` where it is a front end of one's own, which is told what happens. */
export function doing(health: ChannelHealth | undefined, now: number, told = false): { words: string; bad: boolean }[] {
  if (!health) return [];
  const lines: { words: string; bad: boolean }[] = [];
  const { last_webhook_at, last_sent_at, registered_at } = health;
  if (registered_at) lines.push({ words: `The provider knows the webhook since ${moment(registered_at, now)}`, bad: false });
  if (told) lines.push({ words: last_sent_at ? `Your front end was last told something ${moment(last_sent_at, now)}` : "Your front end has not been told anything yet", bad: false });
  else {
    lines.push({ words: last_webhook_at ? `The provider last posted ${moment(last_webhook_at, now)}` : "The provider has not posted yet", bad: false });
    lines.push({ words: last_sent_at ? `It last took a message ${moment(last_sent_at, now)}` : "No message has been sent yet", bad: false });
  }
  const failing_ = failing(health);
  if (failing_) lines.push({ words: `${moment(health.last_error_at ?? 0, now)}: ${failing_}`, bad: true });
  return lines;
}

/** What is wrong with a channel: the last failure, unless things have gone well since. */
export function failing(health: ChannelHealth | undefined): string | null {
  if (!health?.last_error || !health.last_error_at) return null;
  const good = Math.max(health.last_sent_at ?? 0, health.registered_at ?? 0);
  return good > health.last_error_at ? null : health.last_error;
}
