// The widget's one store: what is known of the conversation, and how it gets known. Sending lives in outbox.ts, the socket
// in live.ts, its events in events.ts, the host page in site.ts.
import { parseHex } from "@segue/ui/colour";
import type { Message, Sender } from "@segue/ui/wire";
import { Api, Refusal, type Conversation } from "../api";
import type { Boot, Channel } from "../boot";
import { chime } from "../chime";
import type { Host } from "../host";
import { chooseLanguage, say, type Language, type Phrase } from "../words";
import { discard, group, isMine, mark, newestId, oldestId, receive, unreadCount, type Line } from "./thread";

/** What the site chose in `chatwootSettings`; absent means the inbox's own. */
export interface SiteSettings {
  showPopoutButton?: boolean;
  enableFileUpload?: boolean;
  enableEmojiPicker?: boolean;
  enableEndConversation?: boolean;
  welcomeTitle?: string;
  welcomeDescription?: string;
  availableMessage?: string;
  unavailableMessage?: string;
}

const PAGE = 20;
const TYPING_MS = 30_000;

export class Chat {
  phase = $state<"loading" | "ready" | "failed">("loading");
  lines = $state.raw<Line[]>([]);
  conversation = $state.raw<Conversation | null>(null);
  hasOlder = $state(false);
  agents = $state.raw<Sender[]>([]);
  typing = $state<string | null>(null);
  isOpen = $state(false);
  isPhone = $state(false);
  offline = $state(false);
  /** A line of news above the composer: a refused file, an expired link. */
  notice = $state<{ phrase: Phrase; about?: string } | null>(null);
  language = $state<Language>("en");
  site = $state.raw<SiteSettings>({});

  readonly groups = $derived(group(this.lines));

  readonly channel: Channel;
  readonly api: Api;
  pubsubToken: string;
  /** The host page's address, told with each message. */
  referrer = document.referrer;
  #seenAt = 0;
  #seenId = 0;
  /** An ended conversation that the visitor left; nothing of it comes back on the screen. */
  #left: number | null = null;
  #typingEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(
    boot: Boot,
    readonly host: Host,
  ) {
    this.channel = boot.channel;
    if (!parseHex(this.channel.widgetColor)) this.channel.widgetColor = "#5558e3";
    this.api = new Api(boot.channel.websiteToken, boot.authToken);
    this.pubsubToken = boot.pubsubToken;
    this.language = chooseLanguage(boot.locale, boot.channel.locale);
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Nothing was said yet. */
  get fresh(): boolean {
    return this.phase === "ready" && this.lines.length === 0;
  }

  /** Resolved for good: the inbox wants a new conversation for new words. */
  get ended(): boolean {
    return this.conversation?.status === "resolved" && !this.channel.allowMessagesAfterResolved;
  }

  say(phrase: Phrase, about = ""): string {
    return say(this.language, phrase, about);
  }

  /** Reads the visitor's conversation from the start. */
  async load(): Promise<void> {
    if (this.lines.length === 0) this.phase = "loading";
    try {
      this.conversation = await this.#current();
      this.#seenAt = this.conversation?.contact_last_seen_at ?? 0;
      if (this.conversation) {
        const { payload } = await this.api.messages();
        this.hasOlder = payload.length >= PAGE;
        this.lines = receive(this.lines, payload);
      }
      this.phase = "ready";
      this.look();
    } catch {
      if (this.phase === "loading") this.phase = "failed";
    }
    this.api.agents().then(
      ({ payload }) => (this.agents = payload),
      () => {},
    );
  }

  /** Reads what was missed while the socket was away. Throws when nothing could be read. */
  async catchUp(): Promise<void> {
    if (this.phase !== "ready") return this.load();
    this.conversation = (await this.#current()) ?? this.conversation;
    if (!this.conversation) return;
    // A full page after an id may not be the last one.
    for (let full = true; full; ) {
      const after = newestId(this.lines);
      const { payload } = await this.api.messages(after === undefined ? {} : { after });
      full = after !== undefined && payload.length >= 100;
      this.take(payload);
    }
  }

  async loadOlder(): Promise<void> {
    const before = oldestId(this.lines);
    if (!this.hasOlder || before === undefined) return;
    const { payload } = await this.api.messages({ before });
    this.hasOlder = payload.length >= PAGE;
    this.lines = receive(this.lines, payload);
  }

  /** Forgets this visitor's conversation: another session begins. */
  restart(authToken: string, pubsubToken: string | null): void {
    this.api.authToken = authToken;
    if (pubsubToken) this.pubsubToken = pubsubToken;
    this.host.tell("setAuthCookie", { data: { widgetAuthToken: authToken } });
    this.lines = this.lines.filter((line) => line.id === null);
    this.conversation = null;
    [this.#seenAt, this.#seenId] = [0, 0];
  }

  /** Messages that just arrived, by whatever road. */
  take(arrived: Message[]): void {
    const messages = arrived.filter(({ conversation_id }) => conversation_id !== this.#left);
    const before = newestId(this.lines) ?? 0;
    this.lines = receive(this.lines, messages);
    const news = messages.filter((message) => message.id > before);
    for (const data of news) this.host.tell("onEvent", { eventIdentifier: "chatwoot:on-message", data });
    if (news.some((message) => !isMine(message) && !message.private)) {
      this.typing = null;
      if (!this.present) chime();
    }
    this.look();
  }

  get present(): boolean {
    return this.isOpen && document.visibilityState === "visible";
  }

  /** Marks what is on the screen as seen, or tells the host page how much is not. */
  look(): void {
    const unread = unreadCount(this.lines, this.#seenAt, this.#seenId);
    if (!this.present || unread === 0) {
      this.host.tell("handleNotificationDot", { unreadMessageCount: unread });
      return;
    }
    const before = this.#seenId;
    this.#seenId = newestId(this.lines) ?? 0;
    this.host.tell("handleNotificationDot", { unreadMessageCount: 0 });
    // Not told is not seen: the next look tries again.
    this.api.seen().catch(() => (this.#seenId = before));
  }

  open(isOpen: boolean): void {
    this.isOpen = isOpen;
    if (isOpen && this.phase === "failed") void this.load();
    this.look();
  }

  /** Answers an e-mail card; throws the phrase to show when that failed. */
  async giveEmail(line: Line, email: string): Promise<void> {
    if (line.id === null) return;
    try {
      await this.api.giveEmail(line.id, email);
    } catch (error) {
      throw error instanceof Refusal && error.status === 422 ? "cardRefused" : "cardFailed";
    }
    this.lines = mark(this.lines, line.key, { content_attributes: { ...line.content_attributes, submitted_email: email } });
  }

  async endConversation(): Promise<void> {
    await this.api.endConversation();
    await this.catchUp();
  }

  /** Leaves an ended conversation; the next words begin another. */
  startNew(): void {
    this.#left = this.conversation?.id ?? null;
    this.conversation = null;
    this.lines = [];
    this.hasOlder = false;
  }

  change(key: string, change: Parameters<typeof mark>[2]): void {
    this.lines = mark(this.lines, key, change);
  }

  drop(key: string): void {
    this.lines = discard(this.lines, key);
  }

  async #current(): Promise<Conversation | null> {
    const conversation = await this.api.conversation();
    return conversation?.id === this.#left ? null : conversation;
  }

  /** What an event says of a conversation. */
  heedConversation(data: Partial<Conversation>): void {
    if (!data.id || data.id === this.#left) return;
    const known = this.conversation;
    this.conversation = {
      id: data.id,
      status: data.status ?? known?.status ?? "open",
      contact_last_seen_at: data.contact_last_seen_at ?? known?.contact_last_seen_at ?? null,
    };
  }

  /** Who is typing; nobody any more after half a minute without news. */
  heedTyping(name: string | null): void {
    this.typing = name;
    clearTimeout(this.#typingEnds);
    if (name !== null) this.#typingEnds = setTimeout(() => (this.typing = null), TYPING_MS);
  }
}
