// The visitor's socket: events in, presence out. Nobody listens before there is something to hear.
import { Cable, type Subscription } from "@segue/ui/cable";
import type { Chat } from "./chat.svelte";
import { hear } from "./events";
import type { Outbox } from "./outbox";

const PRESENCE_MS = 60_000;
/** A short break is nobody's business. */
const SAY_OFFLINE_AFTER_MS = 1_500;

export class Live {
  readonly #cable: Cable;
  #room: Subscription | null = null;
  #offline: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly chat: Chat,
    private readonly outbox: Outbox,
  ) {
    const url = new URL("/cable", location.href);
    url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
    this.#cable = new Cable(url.href, (state) => {
      clearTimeout(this.#offline);
      if (state === "open") chat.offline = false;
      else if (state === "waiting") this.#offline = setTimeout(() => (chat.offline = true), SAY_OFFLINE_AFTER_MS);
    });
    addEventListener("offline", () => (chat.offline = this.#room !== null));
    document.addEventListener("visibilitychange", () => this.tellPresence());
    setInterval(() => this.tellPresence(), PRESENCE_MS);
  }

  /** Listens for the visitor's events, once; `anew` after the visitor became another. */
  listen(anew = false): void {
    if (this.#room && !anew) return;
    this.#room?.unsubscribe();
    this.#room = this.#cable.subscribe(
      { channel: "RoomChannel", pubsub_token: this.chat.pubsubToken },
      {
        received: (frame) => hear(this.chat, frame),
        connected: (again) => {
          this.tellPresence();
          if (again) this.chat.catchUp().catch(() => {});
          void this.outbox.flush();
        },
      },
    );
  }

  /** Whether somebody can read the page decides whether an answer goes by mail: told at once on every change. */
  tellPresence(): void {
    this.#room?.perform("update_presence", { visible: document.visibilityState === "visible" });
  }
}
