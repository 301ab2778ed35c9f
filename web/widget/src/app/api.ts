// The widget's HTTP calls. Every answer is one of three: a value, a refusal with its status, or no answer at all.
import type { Message, Sender } from "@segue/ui/wire";

export interface Conversation {
  /** The number people see (display id). */
  id: number;
  status: "open" | "resolved" | "pending" | "snoozed";
  /** Epoch seconds; 0 when never. */
  contact_last_seen_at: number | null;
}

export interface Contact {
  id?: number;
  has_email?: boolean;
  email?: string | null;
  pubsub_token?: string;
  widget_auth_token?: string;
}

export interface Page {
  payload: Message[];
  meta?: { contact_last_seen_at?: number | null };
}

/** A first message with everything that must be known when its conversation begins. */
export interface NewMessage {
  content: string;
  echo_id: string;
  referer_url: string;
  /** As a person would write it; the server keeps its own clock. */
  timestamp: string;
}

/** The server answered, and said no. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
  /** Whether the same request may succeed later, unchanged. */
  get passing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** No answer came: offline, or the server is away. */
export class NoAnswer extends Error {}

const PATIENCE_MS = 20_000;
const UPLOAD_PATIENCE_MS = 180_000;

export class Api {
  constructor(
    readonly websiteToken: string,
    public authToken: string,
    private readonly fetcher: typeof fetch = (...args) => fetch(...args),
  ) {}

  /** The visitor's latest conversation, or null when they never wrote. */
  async conversation(): Promise<Conversation | null> {
    const found = await this.#ask<Partial<Conversation> | null>("GET", "conversations");
    return found?.id ? (found as Conversation) : null;
  }

  /** A page of messages, ascending: the latest 20, the 20 `before` an id, or up to 100 `after` one. */
  messages(range: { before?: number; after?: number } = {}): Promise<Page> {
    return this.#ask("GET", "messages", undefined, range);
  }

  startConversation(message: NewMessage, custom_attributes: object): Promise<Conversation & { messages?: Message[] }> {
    return this.#ask("POST", "conversations", { message, contact: {}, custom_attributes });
  }

  /** Sends a message; with files as a form, and starting a conversation where there is none. */
  sendMessage(message: NewMessage, files: File[]): Promise<Message> {
    if (files.length === 0) return this.#ask("POST", "messages", { message });
    const form = new FormData();
    for (const [key, value] of Object.entries(message)) form.append(`message[${key}]`, value);
    for (const file of files) form.append("message[attachments][]", file, file.name);
    return this.#ask("POST", "messages", form);
  }

  /** Answers the e-mail card. */
  giveEmail(messageId: number, email: string): Promise<{ contact?: Contact }> {
    return this.#ask("PATCH", `messages/${messageId}`, { contact: { email } });
  }

  config(): Promise<{ contact: Contact }> {
    return this.#ask("POST", "config");
  }
  contact(): Promise<Contact> {
    return this.#ask("GET", "contact");
  }
  setUser(user: object): Promise<Contact> {
    return this.#ask("PATCH", "contact/set_user", user);
  }
  updateContact(change: object): Promise<Contact> {
    return this.#ask("PATCH", "contact", change);
  }
  deleteContactAttributes(custom_attributes: string[]): Promise<unknown> {
    return this.#ask("POST", "contact/destroy_custom_attributes", { custom_attributes });
  }
  setConversationAttributes(custom_attributes: object): Promise<unknown> {
    return this.#ask("POST", "conversations/set_custom_attributes", { custom_attributes });
  }
  deleteConversationAttributes(custom_attribute: string[]): Promise<unknown> {
    return this.#ask("POST", "conversations/destroy_custom_attributes", { custom_attribute });
  }
  addLabel(label: string): Promise<unknown> {
    return this.#ask("POST", "labels", { label });
  }
  removeLabel(label: string): Promise<unknown> {
    return this.#ask("DELETE", `labels/${encodeURIComponent(label)}`);
  }
  agents(): Promise<{ payload: Sender[] }> {
    return this.#ask("GET", "inbox_members");
  }
  seen(): Promise<unknown> {
    return this.#ask("POST", "conversations/update_last_seen");
  }
  typing(on: boolean): Promise<unknown> {
    return this.#ask("POST", "conversations/toggle_typing", { typing_status: on ? "on" : "off" });
  }
  endConversation(): Promise<unknown> {
    return this.#ask("GET", "conversations/toggle_status");
  }
  /** Exchanges the token of a link in our mails for a session in that conversation. */
  linkBack(token: string): Promise<{ auth_token: string; pubsub_token: string }> {
    return this.#ask("POST", "link_back", { token });
  }

  async #ask<T>(method: string, path: string, body?: object, query: Record<string, number | undefined> = {}): Promise<T> {
    const search = new URLSearchParams({ website_token: this.websiteToken });
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, `${value}`);
    const isForm = body instanceof FormData;
    const headers: Record<string, string> = { "X-Auth-Token": this.authToken };
    if (body && !isForm) headers["Content-Type"] = "application/json";

    let response: Response;
    let text: string;
    try {
      response = await this.fetcher(`/api/v1/widget/${path}?${search}`, {
        method,
        headers,
        body: isForm ? body : body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(isForm ? UPLOAD_PATIENCE_MS : PATIENCE_MS),
      });
      text = await response.text();
    } catch {
      throw new NoAnswer();
    }
    const answer = parse(text);
    if (!response.ok) {
      const { error, message } = (answer ?? {}) as { error?: unknown; message?: unknown };
      throw new Refusal(response.status, String(error ?? message ?? ""));
    }
    return answer as T;
  }
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
