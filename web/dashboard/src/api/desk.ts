// Every request the desk makes, one line each, so that what it needs of the server can be read in one place.
import { get, getText, send } from "./client";
import type * as t from "./types";

export const signIn = (email: string, password: string) => send<{ data: t.Profile }>("POST", "/auth/sign_in", { email, password });
export const signOut = () => send<void>("DELETE", "/auth/sign_out");
export const profile = () => get<t.Profile>("/api/v1/profile");
export const onboarding = (token: string | null) => get<t.Onboarding>("/api/v1/installation/onboarding", { token });
export const onboard = (form: t.OnboardingForm) => send<t.OnboardingDone>("POST", "/api/v1/installation/onboarding", form);

export interface ListQuery {
  assignee_type: "me" | "unassigned" | "all";
  status: t.Status | "all";
  inbox_id: number | null;
  q: string;
  /** Below which place; the first page without it. */
  before?: string | undefined;
}

export interface ConversationList {
  data: { meta: t.Counts; payload: t.Conversation[] };
}

export type Desk = ReturnType<typeof desk>;

/** The requests of one account. Conversations are named by the number people see. */
export function desk(account: number) {
  const at = `/api/v1/accounts/${account}`;
  const conversation = (n: number) => `${at}/conversations/${n}`;
  return {
    account: () => get<t.Account>(at),
    updateAccount: (change: Partial<t.Account>) => send<t.Account>("PATCH", at, change),
    mailSettings: () => get<t.MailSettings>(`${at}/settings/mail`),
    agents: () => get<t.Agent[]>(`${at}/agents`),

    inboxes: () => get<{ payload: t.Inbox[] }>(`${at}/inboxes`),
    createInbox: (form: object) => send<t.Inbox>("POST", `${at}/inboxes`, form),
    inbox: (id: number) => get<t.Inbox>(`${at}/inboxes/${id}`),
    updateInbox: (id: number, change: object) => send<t.Inbox>("PATCH", `${at}/inboxes/${id}`, change),
    channels: () => get<{ payload: t.ChannelKind[] }>(`${at}/channels`),
    testChannel: (id: number) => send<{ ok: boolean; words: string }>("POST", `${at}/inboxes/${id}/test`),
    messageTemplates: (id: number) => get<{ payload: t.MessageTemplate[] }>(`${at}/inboxes/${id}/message_templates`),
    checkImap: (id: number) => send<{ ok: boolean; words: string }>("POST", `${at}/inboxes/${id}/imap_check`),

    conversations: (query: ListQuery) => get<ConversationList>(`${at}/conversations`, { ...query }),
    conversation: (n: number) => get<t.Conversation>(conversation(n)),
    setStatus: (n: number, status: t.Status, until?: number) =>
      send<void>("POST", `${conversation(n)}/toggle_status`, { status, ...(until ? { snoozed_until: until } : {}) }),
    assign: (n: number, assignee: number | null) => send<void>("POST", `${conversation(n)}/assignments`, { assignee_id: assignee }),
    markSeen: (n: number) => send<void>("POST", `${conversation(n)}/update_last_seen`),
    typing: (n: number, on: boolean, isPrivate: boolean) =>
      send<void>("POST", `${conversation(n)}/toggle_typing_status`, { typing_status: on ? "on" : "off", is_private: isPrivate }),

    messages: (n: number, query: { before?: number; after?: number } = {}) =>
      get<{ meta: unknown; payload: t.Message[] }>(`${conversation(n)}/messages`, query),
    createMessage: (n: number, form: object) => send<t.Message>("POST", `${conversation(n)}/messages`, form),
    decideDelivery: (n: number, id: number, action: "now" | "cancel") =>
      send<t.Message>("POST", `${conversation(n)}/messages/${id}/delivery`, { action }),
    decideStranger: (n: number, id: number, action: t.StrangerAction) =>
      send<t.Message>("POST", `${conversation(n)}/messages/${id}/stranger`, { action }),
    cut: (n: number, id: number) => get<t.Cut>(`${conversation(n)}/messages/${id}/cut`),
    moveCut: (n: number, id: number, lines: number | null) => send<t.Message>("PUT", `${conversation(n)}/messages/${id}/cut`, { lines }),
    original: (n: number, id: number) => get<t.Original>(`${conversation(n)}/messages/${id}/original`),

    contact: (id: number) => get<{ payload: t.Contact }>(`${at}/contacts/${id}`),
    updateContact: (id: number, change: object) => send<{ payload: t.Contact } | t.Contact>("PATCH", `${at}/contacts/${id}`, change),
    contactConversations: (id: number) => get<{ payload: t.Conversation[] }>(`${at}/contacts/${id}/conversations`),
    searchContacts: (q: string) => get<{ payload: t.Contact[] }>(`${at}/contacts/search`, { q }),
    decideOfferedEmail: (id: number, action: "accept" | "dismiss") =>
      send<{ payload: t.Contact }>("POST", `${at}/contacts/${id}/offered_email`, { action }),
    mergeOffers: (id: number) => get<{ payload: t.MergeOffer[] }>(`${at}/contacts/${id}/merge_offers`),
    dismissMergeOffer: (id: number, other: number) => send<void>("DELETE", `${at}/contacts/${id}/merge_offers/${other}`),
    mergePreview: (base: number, mergee: number) => get<t.MergePreview>(`${at}/contacts/${base}/merge_preview`, { mergee_contact_id: mergee }),
    mergeContacts: (base: number, mergee: number) =>
      send<t.Contact & { merge_id: number | null }>("POST", `${at}/actions/contact_merge`, { base_contact_id: base, mergee_contact_id: mergee }),
    contactMerges: (id: number) => get<{ payload: t.PastMerge[] }>(`${at}/contacts/${id}/contact_merges`),
    undoMerge: (id: number) => send<{ base: t.Contact; mergee: t.Contact }>("POST", `${at}/contact_merges/${id}/undo`),

    sandboxMails: () => get<{ payload: t.SandboxMail[] }>(`${at}/sandbox/mails`),
    sandboxMail: (id: number) => get<t.SandboxMailDetail>(`${at}/sandbox/mails/${id}`),
    sandboxReply: (id: number, text: string) => send<{ inbound_mail_id: number }>("POST", `${at}/sandbox/mails/${id}/reply`, { text }),

    inboundMails: (query: t.InboundQuery) =>
      get<{ payload: t.InboundMail[]; meta: { next_before: number | null } }>(`${at}/inbound_mails`, { ...query }),
    inboundCounts: () => get<t.InboundCounts>(`${at}/inbound_mails/counts`),
    inboundMail: (id: number) => get<t.InboundMailDetail>(`${at}/inbound_mails/${id}`),
    inboundRawUrl: (id: number) => `${at}/inbound_mails/${id}/raw`,
    inboundRaw: (id: number) => getText(`${at}/inbound_mails/${id}/raw`),
    eraseInbound: (id: number) => send<void>("DELETE", `${at}/inbound_mails/${id}/raw`),
    replayInbound: (id: number) => send<t.Concluded>("POST", `${at}/inbound_mails/${id}/replay`),
    replayManyInbound: (ids: number[]) =>
      send<{ replayed: number; results: t.Concluded[]; more: boolean }>("POST", `${at}/inbound_mails/replay`, { ids }),
    acceptInbound: (id: number) => send<t.Concluded & { conversation_id: number | null }>("POST", `${at}/inbound_mails/${id}/accept`),
    /** A file goes as its bytes; pasted text as JSON, with the envelope's recipients. */
    foreseeInbound: (mail: Blob | { source: string; to: string[] }) => send<t.Foreseen>("POST", `${at}/inbound_mails/dry_run`, mail),
  };
}
