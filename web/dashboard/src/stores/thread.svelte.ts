// The open conversation: its messages, who is typing, and what one does with it.
import { ApiError } from "../api/client";
import type { Agent, Contact, Conversation, Message, Status, StrangerAction } from "../api/types";
import { snoozeChoices } from "../lib/time";
import { conversations } from "./conversations.svelte";
import { merged, movedFrom, type Pending } from "./lines";
import { outbox } from "./outbox.svelte";
import { withPresence } from "./rows";
import { session } from "./session.svelte";
import { toasts } from "./toasts.svelte";

const PAGE = 20;
/** Messages the server answers at most when asked for those after one. */
const PAGE_AFTER = 100;
const TYPING_MS = 30_000;

class Thread {
  number = $state<number | null>(null);
  conversation = $state.raw<Conversation | null>(null);
  messages = $state.raw<Message[]>([]);
  state = $state<"loading" | "ready" | "failed">("loading");
  problem = $state<string | null>(null);
  complete = $state(false);
  loadingOlder = $state(false);
  typing = $state<string | null>(null);

  #typingEnds: ReturnType<typeof setTimeout> | undefined;

  async open(n: number): Promise<void> {
    if (this.number !== n) {
      this.number = n;
      this.conversation = conversations.rows.find((row) => row.id === n) ?? null;
      this.messages = [];
      this.typing = null;
      this.complete = false;
      this.state = "loading";
    }
    conversations.open = n;
    try {
      const [conversation, page] = await Promise.all([session.desk.conversation(n), session.desk.messages(n)]);
      if (this.number !== n) return;
      this.conversation = conversation;
      this.messages = merged(this.messages, page.payload);
      if (page.payload.length < PAGE) this.complete = true;
      this.state = "ready";
      this.seen();
    } catch (error) {
      if (this.number !== n) return;
      this.problem = error instanceof ApiError ? error.message : String(error);
      if (this.messages.length === 0) this.state = "failed";
    }
  }

  close(): void {
    this.number = null;
    this.conversation = null;
    this.messages = [];
    conversations.open = null;
  }

  /** Reads what was missed while the connection was lost, without a gap, and the state of what is there. */
  async catchUp(): Promise<void> {
    const n = this.number;
    if (!n) return;
    try {
      for (let more = this.messages.length > 0; more && this.number === n; ) {
        const page = await session.desk.messages(n, { after: this.messages.at(-1)?.id ?? 0 });
        if (this.number === n) this.messages = merged(this.messages, page.payload);
        more = page.payload.length === PAGE_AFTER;
      }
    } catch {
      // lost again: the next connection asks again
    }
    if (this.number === n) await this.open(n);
  }

  async older(): Promise<void> {
    const n = this.number;
    const first = this.messages[0];
    if (!n || !first || this.loadingOlder || this.complete) return;
    this.loadingOlder = true;
    try {
      const page = await session.desk.messages(n, { before: first.id });
      if (this.number !== n) return;
      this.messages = merged(this.messages, page.payload);
      if (page.payload.length < PAGE) this.complete = true;
    } catch (error) {
      toasts.fail(error);
    } finally {
      this.loadingOlder = false;
    }
  }

  /** Tells the server that an agent has read it, if somebody is really looking. */
  seen(): void {
    if (!this.number || document.visibilityState !== "visible" || this.state !== "ready") return;
    conversations.read(this.number);
    session.desk.markSeen(this.number).catch(() => {});
  }

  messageCame(message: Message): void {
    if (message.conversation_id !== this.number) return void (this.messages = movedFrom(this.messages, message));
    this.messages = merged(this.messages, [message]);
    if (message.echo_id) outbox.drop(message.echo_id);
    if (message.message_type === 0) {
      this.typing = null;
      this.seen();
    }
  }

  conversationChanged(changed: Partial<Conversation>): void {
    if (!this.conversation || changed.id !== this.number) return;
    this.conversation = { ...this.conversation, ...changed };
  }

  contactChanged(contact: Contact): void {
    const meta = this.conversation?.meta;
    if (!this.conversation || meta?.sender.id !== contact.id) return;
    const sender = { ...meta.sender, ...contact };
    this.conversation = { ...this.conversation, meta: { ...meta, sender }, can_mail: Boolean(sender.email) || this.conversation.can_mail };
  }

  /** Two contacts became one, or two again: if it is one of them, everything is read anew. */
  contactMerged({ id, mergee_contact_id }: { id: number; mergee_contact_id: number }): void {
    const sender = this.conversation?.meta.sender.id;
    if (this.number && (sender === id || sender === mergee_contact_id)) void this.open(this.number);
  }

  /** Takes the address that the contact wrote, or says that it is not theirs. */
  async decideEmail(action: "accept" | "dismiss"): Promise<void> {
    const sender = this.conversation?.meta.sender;
    if (!sender) return;
    try {
      this.contactChanged((await session.desk.decideOfferedEmail(sender.id, action)).payload);
    } catch (error) {
      toasts.fail(error);
      // Somebody else may have decided: what is true now is read.
      if (this.number) void this.open(this.number);
    }
  }

  contactsHere(here: Record<string, string>): void {
    if (this.conversation) this.conversation = withPresence([this.conversation], here)[0] ?? this.conversation;
  }

  someoneTypes(name: string | null): void {
    clearTimeout(this.#typingEnds);
    this.typing = name;
    if (name) this.#typingEnds = setTimeout(() => (this.typing = null), TYPING_MS);
  }

  async send(what: Omit<Pending, "echo" | "at" | "state" | "error" | "conversation">): Promise<void> {
    if (!this.number) return;
    const n = this.number;
    this.#sent(n, await outbox.send({ ...what, conversation: n }), what.resolve);
  }

  async retry(pending: Pending): Promise<void> {
    this.#sent(pending.conversation, await outbox.retry(pending.echo), pending.resolve);
  }

  #sent(n: number, message: Message | null, resolve: boolean): void {
    if (!message) return;
    if (this.number === n) this.messages = merged(this.messages, [message]);
    conversations.messageCame(message, true);
    if (resolve) void this.setStatus("resolved");
  }

  /** Changes the status at once, tells the server, and offers the way back. */
  async setStatus(status: Status, until?: number, announce = true): Promise<void> {
    const before = this.conversation;
    if (!before || (before.status === status && status !== "snoozed")) return;
    const n = before.id;
    this.#patch(n, { status, snoozed_until: until ?? null });
    try {
      await session.desk.setStatus(n, status, until);
      if (!announce) return;
      const undo = { words: "Undo", run: () => void this.#undo(n, before) };
      toasts.say(STATUS_WORDS[status](before.id), undo);
    } catch (error) {
      this.#patch(n, { status: before.status, snoozed_until: before.snoozed_until });
      toasts.fail(error);
    }
  }

  snoozeDefault(): void {
    const tomorrow = snoozeChoices()[1];
    if (tomorrow) void this.setStatus("snoozed", tomorrow.until);
  }

  async assign(agent: Agent | null): Promise<void> {
    const before = this.conversation;
    if (!before) return;
    this.#patch(before.id, { meta: { ...before.meta, assignee: agent } });
    try {
      await session.desk.assign(before.id, agent?.id ?? null);
    } catch (error) {
      this.#patch(before.id, { meta: before.meta });
      toasts.fail(error);
    }
  }

  async decideDelivery(message: Message, action: "now" | "cancel"): Promise<void> {
    if (!this.number) return;
    try {
      const changed = await session.desk.decideDelivery(this.number, message.id, action);
      this.messages = merged(this.messages, [changed]);
    } catch (error) {
      toasts.fail(error);
    }
  }

  /** Decides what becomes of a stranger's mail; the message as it is then, or null where that failed. */
  async decideStranger(message: Message, action: StrangerAction): Promise<Message | null> {
    const n = this.number;
    if (!n) return null;
    try {
      const changed = await session.desk.decideStranger(n, message.id, action);
      if (this.number === n) this.messageCame(changed);
      conversations.refreshSoon();
      return changed;
    } catch (error) {
      toasts.fail(error);
      // Somebody else may have decided: what stands there now is read.
      if (this.number === n) void this.open(n);
      return null;
    }
  }

  /** Shows a mail's message as it will be with its cut moved, tells the server, and goes back where that failed. */
  async moveCut(message: Message, lines: number | null, foreseen: Message): Promise<boolean> {
    const n = this.number;
    if (!n) return false;
    this.#replace(message, foreseen);
    try {
      const changed = await session.desk.moveCut(n, message.id, lines);
      if (this.number === n) this.messages = merged(this.messages, [changed]);
      return true;
    } catch (error) {
      // Unless somebody else has changed it meanwhile.
      this.#replace(foreseen, message);
      toasts.fail(error);
      return false;
    }
  }

  #replace(before: Message, after: Message): void {
    this.messages = this.messages.map((one) => (one === before ? after : one));
  }

  async #undo(n: number, before: Conversation): Promise<void> {
    this.#patch(n, { status: before.status, snoozed_until: before.snoozed_until });
    try {
      await session.desk.setStatus(n, before.status, before.snoozed_until ?? undefined);
    } catch (error) {
      toasts.fail(error);
    }
  }

  #patch(n: number, change: Partial<Conversation>): void {
    this.conversationChanged({ id: n, ...change });
    const row = this.conversation?.id === n ? this.conversation : conversations.rows.find((one) => one.id === n);
    if (row) conversations.conversationChanged({ ...row, ...change });
  }
}

const STATUS_WORDS: Record<Status, (n: number) => string> = {
  open: (n) => `#${n} is open again`,
  resolved: (n) => `#${n} resolved`,
  snoozed: (n) => `#${n} snoozed`,
  pending: (n) => `#${n} is pending`,
};

export const thread = new Thread();
