// The cable: what happens elsewhere, told to the stores; and what concerns the agent, told to the agent.
import { Cable, type CableFrame, type CableState, type Subscription } from "@segue/ui/cable";
import type { Contact, Conversation, InboundState, Message } from "../api/types";
import { announce } from "../lib/attention";
import { mailOf } from "../lib/mail";
import { conversations } from "./conversations.svelte";
import { identity } from "./identity.svelte";
import { inbound } from "./inbound.svelte";
import { session } from "./session.svelte";
import { thread } from "./thread.svelte";

const PRESENCE_MS = 20_000;

class Live {
  state = $state<CableState>("closed");
  /** The connection was there and is not: worth telling. */
  lost = $state(false);
  /** Grows with each change of an incoming mail; the log reads again. */
  inboundChanges = $state(0);
  online = $state.raw<ReadonlySet<number>>(new Set());

  #cable: Cable | null = null;
  #subscription: Subscription | null = null;
  #presence: ReturnType<typeof setInterval> | undefined;

  start(): void {
    const profile = session.profile;
    if (!profile || this.#cable) return;
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/cable`;
    this.#cable = new Cable(url, (state) => {
      this.state = state;
      if (state === "waiting") this.lost = true;
      if (state === "open") this.lost = false;
    });
    const identity = { channel: "RoomChannel", pubsub_token: profile.pubsub_token, account_id: session.accountId, user_id: profile.id };
    this.#subscription = this.#cable.subscribe(identity, {
      received: (frame) => this.#hear(frame),
      connected: (again) => {
        this.#subscription?.perform("update_presence");
        if (again) this.#catchUp();
      },
    });
    this.#presence = setInterval(() => this.#subscription?.perform("update_presence"), PRESENCE_MS);
    document.addEventListener("visibilitychange", this.#look);
  }

  stop(): void {
    clearInterval(this.#presence);
    document.removeEventListener("visibilitychange", this.#look);
    this.#cable?.close();
    this.#cable = null;
    this.lost = false;
  }

  readonly #look = (): void => {
    if (document.visibilityState === "visible") thread.seen();
  };

  #catchUp(): void {
    conversations.refreshSoon();
    void thread.catchUp();
    this.#inbound();
  }

  #inbound(changed?: { id?: number; state?: InboundState }): void {
    this.inboundChanges++;
    if (session.isAdmin) inbound.refreshSoon(changed);
  }

  #hear({ event, data }: CableFrame): void {
    const handle = HANDLERS[event];
    if (handle) handle(data as never);
    else if (event === "inbound_mail.updated") this.#inbound(data as { id?: number; state?: InboundState });
    else if (event === "presence.update") {
      const { users = {}, contacts = {} } = data as { users?: Record<string, string>; contacts?: Record<string, string> };
      conversations.contactsHere(contacts);
      thread.contactsHere(contacts);
      this.online = new Set(Object.entries(users).filter(([, status]) => status === "online").map(([id]) => Number(id)));
    }
  }
}

const HANDLERS: Record<string, (data: never) => void> = {
  "message.created": (message: Message) => {
    const reading = thread.number === message.conversation_id && document.visibilityState === "visible";
    thread.messageCame(message);
    conversations.messageCame(message, reading);
    if (message.message_type === 0 && !reading) concern(message);
  },
  "message.updated": (message: Message) => {
    thread.messageCame(message);
    conversations.messageCame(message, false);
  },
  "conversation.created": changed,
  "conversation.updated": changed,
  "conversation.status_changed": changed,
  "conversation.read": changed,
  "assignee.changed": changed,
  "conversation.contact_changed": changed,
  "contact.updated": (contact: Contact) => {
    thread.contactChanged(contact);
    conversations.refreshSoon();
  },
  "contact.merged": (told: { id: number; mergee_contact_id: number }) => {
    identity.changed(told.id);
    thread.contactMerged(told);
    conversations.refreshSoon();
  },
  "conversation.typing_on": (data: Typing) => typing(data, true),
  "conversation.typing_off": (data: Typing) => typing(data, false),
  "account.updated": () => void session.reload().catch(() => {}),
};

interface Typing {
  conversation: { id: number };
  user: { id: number; name?: string | null; type?: string };
}

function changed(conversation: Conversation): void {
  if (!conversation.id || !conversation.meta) return conversations.refreshSoon();
  thread.conversationChanged(conversation);
  conversations.conversationChanged(conversation);
}

function typing({ conversation, user }: Typing, on: boolean): void {
  if (conversation.id !== thread.number || (user.type === "user" && user.id === session.profile?.id)) return;
  thread.someoneTypes(on ? user.name || "Visitor" : null);
}

// Theirs and nobody's conversations concern the agent; a colleague's do not, nor does what a machine wrote.
function concern(message: Message): void {
  if (mailOf(message)?.auto_reply) return;
  const known = conversations.rows.find((row) => row.id === message.conversation_id);
  const assignee = known?.meta.assignee?.id ?? assigneeIn(message);
  if (assignee && assignee !== session.profile?.id) return;
  conversations.markUnread(message.conversation_id);
  announce(message, `${session.at}/conversations/${message.conversation_id}`);
}

function assigneeIn(message: Message): number | null {
  return (message as { conversation?: { assignee_id?: number | null } }).conversation?.assignee_id ?? null;
}

export const live = new Live();
