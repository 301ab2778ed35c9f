// The shapes the desk reads from the server. Times are epoch seconds unless a line says otherwise; absent things are null.
import type { Attachment as WireAttachment, Message as WireMessage } from "@segue/ui/wire";

export interface Attachment extends WireAttachment {
  /** The name as the sender gave it. */
  file_name?: string | null;
  /** Stands within the mail's HTML as `cid:` and the content id. */
  inline?: boolean;
  content_id?: string | null;
}

export interface Profile {
  id: number;
  uid: string;
  name: string;
  available_name: string | null;
  email: string;
  avatar_url: string | null;
  access_token: string;
  pubsub_token: string;
  account_id: number | null;
  role: Role | null;
  accounts: { id: number; name: string; role: Role; status: string }[];
}

export type Role = "administrator" | "agent";

export interface Onboarding {
  needed: boolean;
  allowed: boolean;
}

export interface OnboardingForm {
  account_name: string;
  name: string;
  email: string;
  password: string;
  website_url?: string;
  token?: string;
}

export interface OnboardingDone {
  account_id: number;
  user_id: number;
  access_token: string;
  inbox_id: number | null;
  website_token: string | null;
}

export interface Account {
  id: number;
  name: string;
  locale: string;
  domain: string | null;
  support_email: string | null;
  features: { inbound_emails?: boolean };
  inbound: { on: boolean; domain: string | null };
  role?: Role;
}

export interface MailSettings {
  sandbox: boolean;
  /** `host:port`. */
  smtp: string | null;
  sender: string;
  inbound_domain_default: string | null;
  ingresses: string[];
  ingress_url: string;
  ingress_password_set: boolean;
  /** Every way in that there is, enabled or not. */
  roads?: Road[];
  /** Where the built-in mail server listens, `addr:port` (LMTP also `unix:/path`); null where it does not. */
  smtp_listen?: string | null;
  lmtp_listen?: string | null;
  /** Who answers DNS questions: `addr:port`, `system` or `off`. */
  resolver?: string | null;
  /** The relay whose `Authentication-Results` count. */
  trusted_authserv?: string | null;
}

/** A way in for mail: a provider's webhook, or the relay that mail servers post to. */
export interface Road {
  name: string;
  enabled: boolean;
  /** Where mail is posted to, without the password. */
  url: string;
  /** Enabled, and nothing is missing. */
  ready: boolean;
  /** The variable that is not set. */
  missing: string | null;
}

export interface Agent {
  id: number;
  name: string;
  available_name: string | null;
  email: string;
  role: Role;
  availability_status: string | null;
  avatar_url?: string | null;
  thumbnail?: string | null;
}

export interface Inbox {
  id: number;
  name: string;
  channel_type: string;
  avatar_url: string | null;
  greeting_enabled: boolean;
  greeting_message: string | null;
  enable_email_collect: boolean;
  continuity_via_email?: boolean;
  /** Seconds. */
  continuity_delay?: number;
  website_token?: string;
  website_url?: string | null;
  web_widget_script?: string;
  /** `friendly`: “Ada from Acme”; `professional`: “Acme”. */
  sender_name_type?: "friendly" | "professional";
  business_name?: string | null;
  /** Mail of strangers waits in the inbound log instead of standing in the thread. */
  hold_strangers?: boolean;
  /** Words after `[#N]` in the subject of mails. */
  mail_subject?: string | null;
  widget_color?: string | null;
  welcome_title?: string | null;
  welcome_tagline?: string | null;
  /** An e-mail inbox's own address. */
  email?: string | null;
  /** Where its provider forwards to; null without an inbound domain. */
  forward_to_email?: string | null;
  /** Mail to it comes in: the account's switch is on, too. */
  forwarding_enabled?: boolean;
  imap_enabled?: boolean;
  /** The host. */
  imap_address?: string | null;
  imap_port?: number | null;
  imap_login?: string | null;
  /** The password itself is never read. */
  imap_password_set?: boolean;
  imap_tls?: ImapTls;
  imap_folder?: string | null;
  /** What lies there at the first look is fetched too. */
  imap_existing?: boolean;
  imap_after?: ImapAfter;
  imap_move_to?: string | null;
  imap_state?: ImapState | null;
  /** A person goes on with their last conversation, resolved or not. */
  lock_to_single_conversation?: boolean;
  /** The address of a channel's webhook. */
  callback_webhook_url?: string | null;
  /** What a channel can do that someone else carries. */
  capabilities?: { reply_window: number | null; text_limit: number; templates?: boolean };
  health?: ChannelHealth;
}

/** A template agreed with a channel's provider, as the provider describes it. */
export interface MessageTemplate {
  name: string;
  /** What people call it, where that is not its name. */
  title?: string | null;
  language: string;
  category: string | null;
  parameter_format: string | null;
  components: TemplatePart[];
}

export interface TemplatePart {
  /** `HEADER`, `BODY`, `FOOTER`, `BUTTONS`, … */
  type: string;
  format?: string;
  text?: string;
  buttons?: { type: string; text?: string; url?: string }[];
}

/** How a channel is doing; epoch seconds. */
export interface ChannelHealth {
  last_webhook_at: number | null;
  last_sent_at: number | null;
  registered_at: number | null;
  last_error_at: number | null;
  last_error: string | null;
}

/** A kind of channel, with what its set-up page needs. */
export interface ChannelKind {
  type: string;
  title: string;
  channel_type: string;
  /** Someone else carries its messages: fields and steps make its page. */
  carried: boolean;
  fields: ChannelField[];
  /** `{webhook}` stands for the address of the webhook. */
  steps: string[];
}

export interface ChannelField {
  /** A dot leads into an object. */
  name: string;
  label: string;
  help: string;
  secret: boolean;
  required: boolean;
  shape: "text" | "phone" | "url" | "choice" | "truth" | "number" | "drawn";
  choices: string[];
}

/** What a channel takes now. */
export interface ReplyWindow {
  channel: string;
  open: boolean;
  /** Epoch seconds; null where there is no limit. */
  ends_at: number | null;
  /** Only under the provider's tag for human agents. */
  tagged: boolean;
  /** Why the channel cannot reach the person any more. */
  unreachable: string | null;
}

export type ImapTls = "implicit" | "starttls" | "none";
export type ImapAfter = "keep" | "mark_seen" | "delete" | "move";

/** How the last fetch went; `ok` is null while none has ended. */
export interface ImapState {
  ok: boolean | null;
  words: string;
  at: number | null;
  /** When one last went well. */
  succeeded_at?: number | null;
  fetched: number;
  /** Mails that could not be had; the others came in without them. */
  set_aside?: SetAside[];
}

export interface SetAside {
  uid: number;
  reason: string;
  at: number;
  /** Null where it is not tried again. */
  next_try_at: number | null;
}

export interface Contact {
  id: number;
  name: string | null;
  email: string | null;
  email_verified?: boolean;
  additional_emails?: string[];
  /** Those of the additional ones that nobody has proved. */
  unverified_emails?: string[];
  /** They wrote it in a chat; an agent may take it for theirs. */
  offered_email?: string | null;
  phone_number: string | null;
  phone_verified?: boolean;
  identifier: string | null;
  thumbnail: string | null;
  blocked: boolean;
  availability_status?: string | null;
  additional_attributes: Record<string, unknown>;
  custom_attributes: Record<string, unknown>;
  last_activity_at?: number | null;
  created_at?: number | null;
}

/** Another contact that may be the same person. */
export interface MergeOffer {
  contact: Contact;
  reasons: { attribute: "email" | "phone_number" | "identifier"; value: string; proven: boolean }[];
}

export interface MergePreview {
  contact: Contact;
  conversations_count: number;
  /** By name. */
  inboxes: string[];
  left_out: { attribute: string; kept: string; dropped: string }[];
}

/** A contact that became part of another, as long as that can be undone. */
export interface PastMerge {
  id: number;
  base_contact_id: number;
  mergee_contact_id: number;
  mergee_name: string;
  merged_by: number | null;
  at: number;
  undoable_until: number;
}

export type Status = "open" | "resolved" | "pending" | "snoozed";

export interface Conversation {
  /** The number people see. */
  id: number;
  uuid: string;
  account_id: number;
  inbox_id: number;
  status: Status;
  snoozed_until: number | null;
  meta: { sender: Contact; channel: string; assignee?: Agent | null };
  messages: Message[];
  last_non_activity_message?: Message | null;
  unread_count: number;
  can_reply: boolean;
  /** What the channel takes now, where someone else carries it. */
  reply_window?: ReplyWindow | null;
  /** A mail could go out: the contact has an address. */
  can_mail: boolean;
  last_mail_to: string | null;
  contact_last_seen_at: number | null;
  agent_last_seen_at: number | null;
  last_activity_at: number;
  created_at: number;
  additional_attributes: Record<string, unknown>;
  /** Place in a list: what stands further down is asked for with it. */
  cursor?: string;
}

export interface Counts {
  mine_count: number;
  assigned_count: number;
  unassigned_count: number;
  all_count: number;
}

export interface DeliveryPlan {
  by: string;
  at: number;
  to: string;
  unless_seen: boolean;
}

export type DeliveryState = "planned" | "queued" | "sent" | "deferred" | "failed" | "bounced" | "suppressed" | "cancelled" | "sandboxed";

export interface Delivery {
  id: number;
  by: string;
  to: string;
  state: DeliveryState;
  /** The server's answer, or the reason, in words. */
  detail: string | null;
  /** Enhanced status code (RFC 3463). */
  code: string | null;
  next_try_at: number | null;
  at: number;
}

export interface MailParts {
  subject: string | null;
  /** RFC 3339. */
  date: string | null;
  message_id: string | null;
  from: string[] | null;
  to: string[] | null;
  cc: string[] | null;
  auto_reply?: boolean;
  /** `quoted` is the newly written words; `full` and `reply` are whole. */
  text_content?: { full?: string | null; reply?: string | null; quoted?: string | null } | null;
  html_content?: { full?: string | null; reply?: string | null; quoted?: string | null } | null;
  cut?: MailCut | undefined;
}

/** Where a mail was cut, and why. */
export interface MailCut {
  /** `by hand` once somebody has moved it. */
  rule: string;
  confidence: string;
  /** The words are those of the HTML though there is plain text. */
  html?: boolean;
  by?: number | undefined;
  lines?: number | undefined;
  /** What it was before anybody moved it. */
  found?: { content: string | null; rule?: string | undefined; confidence?: string | undefined } | undefined;
}

/** A mail's text, line by line, and where it is cut. */
export interface Cut {
  lines: string[];
  /** Lines from the top that an agent chose to show; null while the cut is as it was found. */
  kept: number | null;
  by: { id: number; name: string } | null;
  rule: string;
  confidence: string;
  parts: CutPart[];
}

export interface CutPart {
  /** The line it begins with; the first is 0. */
  line: number;
  kind: "written" | "quoted" | "quote_header" | "signature" | "footer" | "forwarded" | string;
  rule: string;
  confidence: "certain" | "likely" | "unsure" | string;
  /** Whether it stood in the message as it was found. */
  shown: boolean;
}

export interface Author {
  relation: "contact" | "agent" | "participant" | "stranger";
  name: string | null;
  address: string | null;
}

/** What SPF, DKIM and DMARC said: `pass`, `fail`, `softfail`, `neutral`, `none`, `temperror`, `permerror`. */
export interface Verdicts {
  spf: string | null;
  dkim: string | null;
  dmarc: string | null;
  /** Who looked: us, a relay, a provider. */
  by?: string | null;
  /** What the sender's domain asks for: `none`, `quarantine`, `reject`. */
  policy?: string | null;
}

export interface Message extends WireMessage {
  attachments?: Attachment[];
  /** A stranger's mail that no agent has accepted. */
  withheld?: boolean;
  /** Where it went from this thread; the desk's own mark, not the server's. */
  moved_to?: number;
  inbox_id?: number;
  delivery_plan?: DeliveryPlan | null;
  deliveries?: Delivery[];
  content_attributes?: MessageAttributes | null;
}

export interface MessageAttributes {
  email?: MailParts;
  author?: Author;
  verdicts?: Verdicts | null;
  /** A stranger's mail that an agent turned away. */
  rejected?: boolean;
  cc_emails?: string[] | null;
  submitted_email?: string | null;
  /** On a line for agents: the address that the person wrote. */
  offered_email?: string | null;
  external_error?: string | null;
  /** Its author took it back, or changed it, on the channel. */
  deleted?: boolean;
  edited?: boolean;
  /** It was sent with another tool of the channel's. */
  external_echo?: boolean;
  /** Files that have not come yet. */
  media?: { n: number; name: string | null; state: "waiting" | "failed"; words?: string }[];
  [key: string]: unknown;
}

export interface Original {
  headers: [string, string][];
  /** Raw text, at most 256 KiB. */
  source: string;
  state: InboundState;
  reason: string | null;
  trace: string[];
  verdicts: Verdicts | null;
  text: string | null;
  /** Sanitised. */
  html: string | null;
}

export interface SandboxMail {
  id: number;
  to: string;
  from: string;
  reply_to: string | null;
  subject: string;
  /** The number people see. */
  conversation_id: number | null;
  message_ids: number[];
  created_at: number;
}

export interface SandboxMailDetail extends SandboxMail {
  text: string;
  html: string | null;
  headers: [string, string][];
}

export type InboundState = "pending" | "delivered" | "held" | "ignored" | "unrouted" | "bounce" | "failed";

export interface InboundMail {
  id: number;
  received_at: number;
  ingress: string;
  from: string | null;
  to: string[];
  subject: string | null;
  message_id: string | null;
  /** `human`, `auto_reply`, `bounce`, … */
  kind?: string | null;
  state: InboundState;
  reason: string | null;
  /** Bytes. */
  size: number;
  conversation_id: number | null;
  /** The mail's bytes are still there. */
  raw?: boolean;
  /** When they go. */
  erases_at?: number | null;
  verdicts?: Verdicts | null;
  envelope_to?: string[];
}

export interface InboundMailDetail extends InboundMail {
  trace: string[];
  headers: [string, string][];
}

export type InboundCounts = Record<InboundState, number> & {
  /** Undecided mails whose raw bytes go soon, and when the first do. */
  erased_soon?: number;
  erased_at?: number | null;
};

/** Which mails of the log; empty strings ask for every one. Days are epoch seconds. */
export interface InboundQuery {
  state?: InboundState | "";
  q?: string;
  ingress?: string;
  since?: number | null;
  until?: number | null;
  before?: number | null;
}

export interface Concluded {
  id: number;
  state: InboundState;
  reason: string | null;
}

/** What would become of a mail; the shape of `segue inbound route`. */
export interface Foreseen {
  kind: string;
  message_id: string;
  /** `verdict`: `append`, `append withheld`, or why it would be held. */
  conversations: { account_id: number; conversation_id: number; verdict: string; content: string | null }[];
  /** The state of a mail that goes to no conversation. */
  state: InboundState | null;
  trace: string[];
  /** The e-mail inboxes in which it would open a conversation. */
  opens?: { account_id: number; inbox_id: number; inbox: string }[];
}

export type StrangerAction = "accept" | "split" | "reject" | "unreject";

export type DeliveryChoice = "auto" | "channel" | "email";
