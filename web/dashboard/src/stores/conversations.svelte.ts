// The conversation list: the view one looks through, its rows and counts, kept true by the cable.
import { ApiError } from "../api/client";
import type { Conversation, Counts, Message } from "../api/types";
import { belongs, firstView, refreshed, sorted, withConversation, withMessage, withPage, withPresence, withRead, type View } from "./rows";
import { session } from "./session.svelte";

const PAGE = 25;
const SETTLE_MS = 400;

class Conversations {
  view = $state.raw<View>({ assignee: "me", status: "open", inbox: null, q: "" });
  rows = $state.raw<Conversation[]>([]);
  counts = $state.raw<Counts | null>(null);
  state = $state<"loading" | "ready" | "failed">("loading");
  problem = $state<string | null>(null);
  loadingMore = $state(false);
  complete = $state(false);
  /** The conversation that is open, which stays in the list even when it leaves the view. */
  open = $state<number | null>(null);
  /** Unread conversations that concern the agent: theirs, and nobody's. */
  unread = $state.raw<ReadonlySet<number>>(new Set());

  #cursor: string | undefined;
  #asked = 0;
  #settle: ReturnType<typeof setTimeout> | undefined;

  /** The first look of the day: one's own; where there is nothing, what nobody has taken, or on a still desk everything. */
  async begin(): Promise<void> {
    this.unread = new Set();
    await this.look({ assignee: "me", status: "open", inbox: null, q: "" });
    const elsewhere = firstView(this.counts);
    if (this.view.assignee === "me" && elsewhere !== "me") await this.look({ assignee: elsewhere });
  }

  async look(change: Partial<View>): Promise<void> {
    this.view = { ...this.view, ...change };
    this.rows = [];
    this.state = "loading";
    await this.load();
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { data } = await this.#read();
      if (asked !== this.#asked) return;
      this.#cursor = data.payload.at(-1)?.cursor;
      this.rows = sorted(data.payload);
      this.counts = data.meta;
      this.complete = data.payload.length < PAGE;
      this.state = "ready";
      this.#noteUnread(data.payload);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.problem = error instanceof ApiError ? error.message : String(error);
      this.state = "failed";
    }
  }

  async more(): Promise<void> {
    if (this.loadingMore || this.complete || !this.#cursor || this.state !== "ready") return;
    this.loadingMore = true;
    const asked = this.#asked;
    try {
      const { data } = await this.#read(this.#cursor);
      if (asked !== this.#asked) return;
      this.#cursor = data.payload.at(-1)?.cursor;
      this.rows = withPage(this.rows, data.payload);
      this.complete = data.payload.length < PAGE;
    } catch {
      // the next scroll tries again
    } finally {
      this.loadingMore = false;
    }
  }

  /** Reads the first page again soon: after events, whose effect on counts only the server knows. */
  refreshSoon(): void {
    this.#settle ??= setTimeout(() => {
      this.#settle = undefined;
      void this.#refresh();
    }, SETTLE_MS);
  }

  conversationChanged(changed: Conversation): void {
    this.rows = withConversation(this.rows, changed, this.view, session.profile?.id ?? 0, this.open);
    if (changed.unread_count === 0) this.#mark(changed.id, false);
    this.refreshSoon();
  }

  messageCame(message: Message, reading: boolean): void {
    this.rows = withMessage(this.rows, message, reading ? message.conversation_id : null);
    this.refreshSoon();
  }

  contactsHere(here: Record<string, string>): void {
    this.rows = withPresence(this.rows, here);
  }

  read(id: number): void {
    this.rows = withRead(this.rows, id);
    this.#mark(id, false);
  }

  markUnread(id: number): void {
    this.#mark(id, true);
  }

  async #refresh(): Promise<void> {
    const asked = this.#asked;
    try {
      const { data } = await this.#read();
      if (asked !== this.#asked || this.state !== "ready") return;
      const complete = data.payload.length < PAGE;
      const open = this.rows.find((row) => row.id === this.open);
      const next = refreshed(this.rows, data.payload, complete);
      this.rows = open && !next.some((row) => row.id === open.id) ? sorted([...next, open]) : next;
      if (complete) this.complete = true;
      this.counts = data.meta;
      this.#noteUnread(data.payload);
    } catch {
      // the banner tells of the lost connection; the next event or reconnection refreshes
    }
  }

  #read(before?: string) {
    const { assignee, status, inbox, q } = this.view;
    return session.desk.conversations({ assignee_type: assignee, status, inbox_id: inbox, q, before });
  }

  #noteUnread(rows: Conversation[]): void {
    const me = session.profile?.id ?? 0;
    const next = new Set(this.unread);
    for (const row of rows) {
      const concerns = belongs(row, { assignee: "me", status: "open", inbox: null, q: "" }, me) || (row.status === "open" && !row.meta.assignee);
      if (row.unread_count > 0 && concerns && row.id !== this.open) next.add(row.id);
      else next.delete(row.id);
    }
    this.unread = next;
  }

  #mark(id: number, unread: boolean): void {
    if (this.unread.has(id) === unread) return;
    const next = new Set(this.unread);
    if (unread) next.add(id);
    else next.delete(id);
    this.unread = next;
  }
}

export const conversations = new Conversations();
