// A client for ActionCable's wire protocol (`actioncable-v1-json`), for dashboard and widget.
//
// Why not @rails/actioncable: it is untyped, hides whether it is connected (we must say "reconnecting" in words), keeps
// module-wide state, and is three times this size where the widget counts every kilobyte. The protocol is five frame types.
//
// The server pings every 3 s; a connection silent for 10 s is dead whatever the browser thinks, and is opened anew with a
// growing, jittered pause. Subscriptions survive that: they are sent again after each welcome.

export type CableState = "connecting" | "open" | "waiting" | "closed";

/** What the server broadcasts to a subscription: an event's name and its data. */
export interface CableFrame {
  event: string;
  data: unknown;
}

export interface Listener {
  received(frame: CableFrame): void;
  /** The server confirmed the subscription; `again` from the second time on, when events may have been missed. */
  connected?(again: boolean): void;
  disconnected?(): void;
  rejected?(): void;
}

export interface Subscription {
  /** Sends an action; false when there is no confirmed connection to send it on. */
  perform(action: string, data?: Record<string, unknown>): boolean;
  unsubscribe(): void;
}

interface Entry extends Listener {
  confirmed: boolean;
  confirmedBefore: boolean;
}

interface ServerFrame {
  type?: string;
  identifier?: string;
  message?: unknown;
  reconnect?: boolean;
}

const SILENCE_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** The pause before try number `tries` (from 0), in ms: doubling, capped, spread over 75–125 % by `chance` (0–1). */
export function pauseBefore(tries: number, chance: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS) * (0.75 + chance / 2);
}

export class Cable {
  #socket: WebSocket | null = null;
  #entries = new Map<string, Entry>();
  #tries = 0;
  #heardAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #state: CableState = "closed";
  readonly #url: string;
  readonly #onState: (state: CableState) => void;

  /** `url` is absolute (`wss://host/cable`); `onState` hears every change of the connection. Nothing is opened before the first `subscribe`. */
  constructor(url: string, onState: (state: CableState) => void = () => {}) {
    this.#url = url;
    this.#onState = onState;
  }

  get state(): CableState {
    return this.#state;
  }

  /** Subscribes to `{channel, …params}`; opens the connection if there is none. */
  subscribe(params: { channel: string } & Record<string, unknown>, listener: Listener): Subscription {
    const identifier = JSON.stringify(params);
    this.#entries.set(identifier, {
      received: (frame) => listener.received(frame),
      connected: (again) => listener.connected?.(again),
      disconnected: () => listener.disconnected?.(),
      rejected: () => listener.rejected?.(),
      confirmed: false,
      confirmedBefore: false,
    });
    if (this.#state === "open") this.#send({ command: "subscribe", identifier });
    else if (this.#state === "closed") this.#start();
    return {
      perform: (action, data = {}) => {
        if (!this.#entries.get(identifier)?.confirmed) return false;
        return this.#send({ command: "message", identifier, data: JSON.stringify({ ...data, action }) });
      },
      unsubscribe: () => {
        if (!this.#entries.delete(identifier)) return;
        this.#send({ command: "unsubscribe", identifier });
        if (this.#entries.size === 0) this.close();
      },
    };
  }

  /** Ends the connection for good, or until the next `subscribe`. */
  close(): void {
    removeEventListener("online", this.#tryNow);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    this.#drop();
    this.#become("closed");
  }

  #start(): void {
    addEventListener("online", this.#tryNow);
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#watch = setInterval(() => this.#checkPulse(), SILENCE_MS / 2);
    this.#open();
  }

  #open(): void {
    clearTimeout(this.#retry);
    this.#become("connecting");
    this.#heardAt = Date.now();
    const socket = new WebSocket(this.#url, ["actioncable-v1-json"]);
    this.#socket = socket;
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#hear(event.data);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lost();
    };
  }

  #hear(raw: unknown): void {
    this.#heardAt = Date.now();
    const frame = parse(raw);
    if (!frame) return;
    const entry = frame.identifier === undefined ? undefined : this.#entries.get(frame.identifier);
    switch (frame.type) {
      case "welcome":
        this.#tries = 0;
        this.#become("open");
        for (const identifier of this.#entries.keys()) this.#send({ command: "subscribe", identifier });
        return;
      case "confirm_subscription":
        if (!entry) return;
        entry.confirmed = true;
        entry.connected?.(entry.confirmedBefore);
        entry.confirmedBefore = true;
        return;
      case "reject_subscription":
        if (frame.identifier !== undefined) this.#entries.delete(frame.identifier);
        entry?.rejected?.();
        return;
      case "disconnect":
        if (frame.reconnect === false) this.close();
        else this.#lost();
        return;
      case undefined:
        if (entry && isCableFrame(frame.message)) entry.received(frame.message);
    }
  }

  #lost(): void {
    this.#drop();
    this.#become("waiting");
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), pauseBefore(this.#tries++, Math.random()));
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    for (const entry of this.#entries.values()) {
      if (!entry.confirmed) continue;
      entry.confirmed = false;
      entry.disconnected?.();
    }
  }

  #checkPulse(): void {
    const live = this.#state === "open" || this.#state === "connecting";
    if (live && Date.now() - this.#heardAt > SILENCE_MS) this.#lost();
  }

  readonly #tryNow = (): void => {
    if (this.#state === "waiting") this.#open();
  };

  // Timers sleep in background tabs: look at once when somebody comes back.
  readonly #onVisibility = (): void => {
    if (document.visibilityState !== "visible") return;
    this.#checkPulse();
    this.#tryNow();
  };

  #become(state: CableState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState(state);
  }

  #send(command: Record<string, unknown>): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }
}

function parse(raw: unknown): ServerFrame | null {
  if (typeof raw !== "string") return null;
  try {
    const frame: unknown = JSON.parse(raw);
    return typeof frame === "object" && frame !== null ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}

function isCableFrame(message: unknown): message is CableFrame {
  return typeof message === "object" && message !== null && typeof (message as CableFrame).event === "string";
}
