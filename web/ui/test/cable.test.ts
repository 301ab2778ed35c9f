// @vitest-environment happy-dom
// The cable against a socket played by the test: what it sends, when it reconnects, what listeners hear.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Cable, pauseBefore, type CableFrame, type CableState } from "../src/cable";

class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = FakeSocket.OPEN;
  sent: Record<string, unknown>[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.made.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  says(frame: unknown) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
}

const ROOM = { channel: "RoomChannel", pubsub_token: "t" };
const IDENTIFIER = JSON.stringify(ROOM);
const latest = () => FakeSocket.made.at(-1) as FakeSocket;

let states: CableState[];
let cable: Cable;
let heard: CableFrame[];
let joined: boolean[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.made = [];
  [states, heard, joined] = [[], [], []];
  cable = new Cable("wss://a.example/cable", (state) => states.push(state));
});

afterEach(() => {
  cable.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const join = () =>
  cable.subscribe(ROOM, { received: (frame) => heard.push(frame), connected: (again) => joined.push(again) });

function welcome() {
  latest().says({ type: "welcome" });
  latest().says({ type: "confirm_subscription", identifier: IDENTIFIER });
}

describe("Cable", () => {
  it("speaks the protocol", () => {
    const room = join();
    expect(latest().protocols).toEqual(["actioncable-v1-json"]);
    expect(room.perform("update_presence")).toBe(false);
    welcome();
    expect(latest().sent).toEqual([{ command: "subscribe", identifier: IDENTIFIER }]);
    expect(room.perform("update_presence", { visible: true })).toBe(true);
    expect(latest().sent[1]).toEqual({
      command: "message",
      identifier: IDENTIFIER,
      data: JSON.stringify({ visible: true, action: "update_presence" }),
    });
    latest().says({ identifier: IDENTIFIER, message: { event: "message.created", data: { id: 1 } } });
    expect(heard).toEqual([{ event: "message.created", data: { id: 1 } }]);
  });

  it("ignores what it does not understand", () => {
    join();
    welcome();
    for (const odd of ["{", "null", "7", { identifier: "other", message: { event: "x" } }, { identifier: IDENTIFIER, message: 3 }, { type: "new" }]) {
      latest().says(odd);
    }
    expect(heard).toEqual([]);
    expect(cable.state).toBe("open");
  });

  it("reopens a silent connection and joins again", () => {
    join();
    welcome();
    vi.advanceTimersByTime(9_000);
    latest().says({ type: "ping", message: 1 });
    vi.advanceTimersByTime(9_000);
    expect(FakeSocket.made).toHaveLength(1);
    vi.advanceTimersByTime(12_000);
    expect(FakeSocket.made).toHaveLength(2);
    welcome();
    expect(joined).toEqual([false, true]);
    expect(states).toEqual(["connecting", "open", "waiting", "connecting", "open"]);
  });

  it("goes on at once when the network is back", () => {
    join();
    welcome();
    latest().onclose?.();
    expect(cable.state).toBe("waiting");
    dispatchEvent(new Event("online"));
    expect(FakeSocket.made).toHaveLength(2);
  });

  it("obeys a disconnect that forbids coming back", () => {
    join();
    welcome();
    latest().says({ type: "disconnect", reason: "unauthorized", reconnect: false });
    vi.advanceTimersByTime(120_000);
    expect(cable.state).toBe("closed");
    expect(FakeSocket.made).toHaveLength(1);
  });

  it("tells of a rejected subscription and stops asking", () => {
    const rejected = vi.fn();
    cable.subscribe(ROOM, { received: () => {}, rejected });
    latest().says({ type: "welcome" });
    latest().says({ type: "reject_subscription", identifier: IDENTIFIER });
    expect(rejected).toHaveBeenCalledOnce();
    latest().onclose?.();
    vi.advanceTimersByTime(2_000);
    latest().says({ type: "welcome" });
    expect(latest().sent).toEqual([]);
  });
});

describe("pauseBefore", () => {
  it("doubles up to half a minute", () => {
    expect([0, 1, 2, 10].map((tries) => pauseBefore(tries, 0.5))).toEqual([500, 1000, 2000, 30000]);
  });
});
