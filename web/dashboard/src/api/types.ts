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
  email?: string | null;
}

export interface Contact {
  id: number;
  name: string | null;
  email: string | null;
  email_verified?: boolean;
  phone_number: string | null;
  identifier: string | null;
  thumbnail: string | null;
  blocked: boolean;
  availability_status?: string | null;
  additional_attributes: Record<string, unknown>;
  custom_attributes: Record<string, unknown>;
  last_activity_at?: number | null;
  created_at?: number | null;
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
}

export interface Author {
  relation: "contact" | "agent" | "participant" | "stranger";
  name: string | null;
  address: string | null;
}

export interface Message extends WireMessage {
  attachments?: Attachment[];
  inbox_id?: number;
  delivery_plan?: DeliveryPlan | null;
  deliveries?: Delivery[];
  content_attributes?: MessageAttributes | null;
}

export interface MessageAttributes {
  email?: MailParts;
  author?: Author;
  cc_emails?: string[] | null;
  submitted_email?: string | null;
  external_error?: string | null;
  [key: string]: unknown;
}

export interface Original {
  headers: [string, string][];
  /** Raw text, at most 256 KiB. */
  source: string;
  state: InboundState;
  reason: string | null;
  trace: string[];
  verdicts: { spf: string | null; dkim: string | null; dmarc: string | null } | null;
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
  state: InboundState;
  reason: string | null;
  /** Bytes. */
  size: number;
  conversation_id: number | null;
}

export interface InboundMailDetail extends InboundMail {
  trace: string[];
  headers: [string, string][];
}

export type DeliveryChoice = "auto" | "channel" | "email";
