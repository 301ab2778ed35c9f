// A stranger's mail in a thread: who wrote it, what can be done about it, and what was done, in words.
import type { Message, StrangerAction } from "../api/types";
import { authorOf } from "./mail";

export interface Choice {
  action: StrangerAction;
  words: string;
  /** What follows from it. */
  hint: string;
}

const CHOICES: Choice[] = [
  { action: "accept", words: "Accept", hint: "They take part from now on: the visitor sees this mail, and our mails reach them too" },
  { action: "split", words: "Own conversation", hint: "It moves into a conversation of its own with them" },
  { action: "reject", words: "Reject", hint: "It stays out of sight, and nobody is told" },
];

export function isRejected(message: Message): boolean {
  return Boolean(message.withheld && message.content_attributes?.rejected);
}

/** What can be decided about a message now. */
export function choicesFor(message: Message): Choice[] {
  if (!message.withheld || message.moved_to) return [];
  return isRejected(message) ? [{ action: "unreject", words: "Undo", hint: "It waits for a decision again" }] : CHOICES;
}

/** `Bob <bob@example.org>`, as much of it as is known. */
export function strangerOf(message: Message): string {
  const { name, address } = authorOf(message) ?? {};
  if (name && address && name !== address) return `${name} <${address}>`;
  return address || name || message.sender?.name || "Somebody";
}

/**
 * Why they are a stranger here, with the address where the name does not say it. A mail that bears the contact's own
 * address without being theirs is the one to be careful with.
 */
export function whyStranger(message: Message, contactAddress: string | null): string {
  const { name, address } = authorOf(message) ?? {};
  if (address && address.toLowerCase() === contactAddress?.toLowerCase()) return `Says it is ${address}, which is not proved`;
  return `${address && address !== name ? `${address}, not` : "Not"} known in this conversation`;
}

/** What was done, for the foot of the page. */
export function doneWords(action: StrangerAction, message: Message): string {
  const { name, address } = authorOf(message) ?? {};
  const who = name || address || "They";
  switch (action) {
    case "accept":
      return `${who} takes part in this conversation now`;
    case "split":
      return `${who} has a conversation of their own now`;
    case "reject":
      return "Rejected";
    case "unreject":
      return "Waits for a decision again";
  }
}
