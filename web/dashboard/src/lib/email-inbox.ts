// An e-mail inbox's settings as a form: what is sent, which field the server's words are about, and how fetching goes, in words.
import type { ImapAfter, ImapState, ImapTls, Inbox } from "../api/types";
import { ago } from "./time";

export interface EmailForm {
  name: string;
  email: string;
  imap_enabled: boolean;
  imap_address: string;
  imap_port: number;
  imap_tls: ImapTls;
  imap_login: string;
  /** What was typed; empty leaves the one that is set. */
  imap_password: string;
  imap_folder: string;
  imap_existing: boolean;
  imap_after: ImapAfter;
  imap_move_to: string;
  sender_name_type: "friendly" | "professional";
  business_name: string;
  mail_subject: string;
  hold_strangers: boolean;
}

/** The usual port of each way to connect (RFC 8314 §3.2, RFC 9051 §2.1). */
export const PORTS: Record<ImapTls, number> = { implicit: 993, starttls: 143, none: 143 };

export const TLS_WORDS: Record<ImapTls, string> = {
  implicit: "TLS from the start (usual)",
  starttls: "STARTTLS",
  none: "None: password and mails go in the clear",
};

export const AFTER_WORDS: Record<ImapAfter, string> = {
  keep: "Leave it as it is",
  mark_seen: "Mark it as read",
  move: "Move it to another folder",
  delete: "Delete it there",
};

export function formOf(inbox: Inbox): EmailForm {
  const tls = inbox.imap_tls ?? "implicit";
  return {
    name: inbox.name,
    email: inbox.email ?? "",
    imap_enabled: inbox.imap_enabled ?? false,
    imap_address: inbox.imap_address ?? "",
    imap_port: inbox.imap_port || PORTS[tls],
    imap_tls: tls,
    imap_login: inbox.imap_login ?? "",
    imap_password: "",
    imap_folder: inbox.imap_folder || "INBOX",
    imap_existing: inbox.imap_existing ?? false,
    imap_after: inbox.imap_after ?? "keep",
    imap_move_to: inbox.imap_move_to ?? "",
    sender_name_type: inbox.sender_name_type ?? "friendly",
    business_name: inbox.business_name ?? "",
    mail_subject: inbox.mail_subject ?? "",
    hold_strangers: inbox.hold_strangers ?? false,
  };
}

/** The change as the server takes it. A password goes only where one was typed; a mailbox that was never set up stays unsaid. */
export function changeOf(form: EmailForm): object {
  const { name, email, sender_name_type, business_name, hold_strangers } = form;
  const { imap_enabled, imap_port, imap_tls, imap_existing, imap_after, imap_password } = form;
  const imap = {
    imap_enabled,
    imap_address: form.imap_address.trim(),
    imap_port,
    imap_tls,
    imap_login: form.imap_login.trim(),
    ...(imap_password ? { imap_password } : {}),
    imap_folder: form.imap_folder.trim(),
    imap_existing,
    imap_after,
    ...(imap_after === "move" ? { imap_move_to: form.imap_move_to.trim() } : {}),
  };
  const said = imap_enabled || imap.imap_address !== "";
  return { name, sender_name_type, business_name, hold_strangers, channel: { email: email.trim(), ...(said ? imap : { imap_enabled }) } };
}

/** Whether the password that is set still serves: the server lets it go neither to another machine nor in the clear. */
export function keepsPassword(form: EmailForm, saved: Inbox): boolean {
  const sameServer = form.imap_address.trim().toLowerCase() === saved.imap_address && form.imap_port === saved.imap_port;
  return Boolean(saved.imap_password_set) && sameServer && !(form.imap_tls === "none" && saved.imap_tls !== "none");
}

/** The port after another way to connect was chosen: the usual one, unless somebody set another. */
export function portFor(tls: ImapTls, before: ImapTls, port: number): number {
  return port === PORTS[before] ? PORTS[tls] : port;
}

/** Where that address's mailbox usually is. */
export function hostOf(email: string): string {
  const domain = email.trim().split("@")[1];
  return domain ? `imap.${domain}` : "imap.example.com";
}

/** The field that the server's words begin with, and the words without it; `null` where they name none of the form's. */
export function blame(words: string | null, fields: readonly string[]): { field: string | null; words: string } {
  const [, named = "", rest = ""] = /^(?:channel\.)?([a-z_]+):\s*(.+)$/s.exec(words ?? "") ?? [];
  return fields.includes(named) ? { field: named, words: rest } : { field: null, words: words ?? "" };
}

/** How fetching goes, in a line; `tone` says whether somebody must do something. */
export function fetching(state: ImapState | null | undefined, now = Date.now()): { words: string; tone: "quiet" | "good" | "bad" } {
  if (!state || state.ok === null) return { words: state?.words || "Nothing has been fetched yet.", tone: "quiet" };
  const when = state.at ? ` ${ago(state.at, now)}` : "";
  if (!state.ok) return { words: state.words, tone: "bad" };
  const count = state.fetched === 0 ? "no mail yet" : `${state.fetched.toLocaleString()} ${state.fetched === 1 ? "mail" : "mails"} fetched`;
  return { words: `Looked${when}, ${count}.${state.words ? ` ${state.words}` : ""}`, tone: "good" };
}
