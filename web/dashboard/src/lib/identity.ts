// Who a contact is and who may be the same person, in words.
import type { Contact, MergeOffer, MergePreview } from "../api/types";

/** What somebody is called where a name may be missing. */
export function calledOf(contact: Contact): string {
  return contact.name || contact.email || contact.phone_number || "Visitor";
}

/** The addresses beside the main one, and whether they are proved. */
export function moreAddresses(contact: Contact): { address: string; proved: boolean }[] {
  const unproved = new Set(contact.unverified_emails);
  return (contact.additional_emails ?? []).map((address) => ({ address, proved: !unproved.has(address) }));
}

const REASONS: Record<MergeOffer["reasons"][number]["attribute"], string> = {
  email: "Same address",
  phone_number: "Same number",
  identifier: "The site names one by the other’s address",
};

/** Why they may be one person; what nobody has proved says so. */
export function reasonWords({ attribute, value, proven }: MergeOffer["reasons"][number]): string {
  return `${REASONS[attribute]}: ${value}${attribute === "phone_number" && !proven ? " (one of them only typed it)" : ""}`;
}

const FIELDS: Record<string, string> = { name: "name", phone_number: "number", identifier: "identifier" };

/** What a merge would do, a line each. */
export function previewLines(preview: MergePreview, mergee: string): string[] {
  const { conversations_count: count, inboxes, contact, left_out } = preview;
  const addresses = [contact.email, ...(contact.additional_emails ?? [])].filter(Boolean);
  return [
    count === 0 ? "No conversation moves." : `${count === 1 ? "One conversation moves" : `${count} conversations move`} here.`,
    ...(inboxes.length > 0 ? [`They are also reached in ${listed(inboxes)}.`] : []),
    ...(addresses.length > 0 ? [`Mail from ${listed(addresses as string[])} counts as theirs.`] : []),
    ...left_out.map((one) => `The ${FIELDS[one.attribute] ?? one.attribute.replaceAll("_", " ")} stays “${one.kept}”; ${mergee}’s “${one.dropped}” is left out.`),
  ];
}

function listed(all: string[]): string {
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
