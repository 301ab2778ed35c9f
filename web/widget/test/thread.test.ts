// The thread's pure functions: order, echoes, unread, grouping.
import { describe, expect, it } from "vitest";
import type { Message } from "@segue/ui/wire";
import { compose, discard, group, mark, newestId, oldestId, receive, unreadCount } from "../src/app/state/thread";

const message = (id: number, given: Partial<Message> = {}): Message => ({
  id,
  content: `m${id}`,
  message_type: 0,
  content_type: "text",
  created_at: 1_000_000 + id,
  conversation_id: 1,
  ...given,
});
const fromTeam = (id: number, given: Partial<Message> = {}) => message(id, { message_type: 1, sender: { name: "Nadia" }, ...given });
const ids = (lines: { id: number | null }[]) => lines.map(({ id }) => id);

describe("receive", () => {
  it("orders by time and takes each message once", () => {
    const lines = receive(receive([], [message(3), message(1)]), [message(2), message(3)]);
    expect(ids(lines)).toEqual([1, 2, 3]);
  });

  it("updates what it knows", () => {
    const lines = receive(receive([], [message(1)]), [message(1, { content: "changed", content_attributes: { submitted_email: "a@b.c" } })]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ content: "changed", content_attributes: { submitted_email: "a@b.c" } });
  });

  it("recognises its own words by their echo, whichever of answer and event comes first", () => {
    const written = [compose("echo-1", "hello", [], 1_000_005_000)];
    const answered = receive(written, [message(5, { content: "hello", echo_id: "echo-1" })]);
    const told = receive(answered, [message(5, { content: "hello" })]);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ id: 5, key: "echo-1", state: "sent" });
  });

  it("finds a sent line whose answer was lost among history, which has no echoes", () => {
    const lost = mark([compose("echo-1", "hello", [], 1_000_005_000)], "echo-1", { tried: true });
    expect(receive(lost, [message(5, { content: "hello" })])).toHaveLength(1);
  });

  it("does not take another's or an older message for it", () => {
    const lost = mark([compose("echo-1", "hello", [], 1_000_500_000)], "echo-1", { tried: true });
    expect(receive(lost, [message(5, { content: "hello" })])).toHaveLength(2);
    expect(receive(lost, [fromTeam(900, { content: "hello" })])).toHaveLength(2);
    expect(receive([compose("echo-1", "hello", [], 1_000_005_000)], [message(5, { content: "hello" })])).toHaveLength(2);
  });

  it("keeps unsent words last, in the order they were written", () => {
    const written = [compose("a", "one", [], 0), compose("b", "two", [], 0)];
    expect(receive(written, [message(9)]).map(({ key }) => key)).toEqual(["m9", "a", "b"]);
  });

  it("leaves out what is not for visitors", () => {
    expect(receive([], [message(1, { private: true }), message(2, { message_type: 2 })])).toEqual([]);
  });
});

it("knows its ends", () => {
  const lines = [...receive([], [message(4), message(7)]), compose("a", "x", [], 0)];
  expect([oldestId(lines), newestId(lines)]).toEqual([4, 7]);
  expect([oldestId([]), newestId([])]).toEqual([undefined, undefined]);
});

it("discards and marks by key", () => {
  const lines = [compose("a", "x", [], 0), compose("b", "y", [], 0)];
  expect(discard(lines, "a").map(({ key }) => key)).toEqual(["b"]);
  expect(mark(lines, "b", { state: "failed", reason: "no" })[1]).toMatchObject({ state: "failed", reason: "no" });
});

describe("unreadCount", () => {
  const lines = receive([], [message(1), fromTeam(2), fromTeam(3), message(4), fromTeam(5)]);
  it.each([
    [0, 0, 3],
    [1_000_002, 0, 2],
    [0, 3, 1],
    [1_000_005, 0, 0],
    [0, 5, 0],
  ])("seen at %i, up to %i: %i", (at, id, count) => expect(unreadCount(lines, at, id)).toBe(count));
});

describe("group", () => {
  const shape = (messages: Message[]) => group(receive([], messages)).map((each) => [each.mine, ids(each.lines)]);

  it("joins one author's consecutive words", () => {
    expect(shape([message(1), message(2), fromTeam(3), fromTeam(4), message(5)])).toEqual([
      [true, [1, 2]],
      [false, [3, 4]],
      [true, [5]],
    ]);
  });

  it("parts two agents, long pauses and cards", () => {
    expect(shape([fromTeam(1), fromTeam(2, { sender: { name: "Tom" } })])).toHaveLength(2);
    expect(shape([message(1), message(2, { created_at: 1_000_600 })])).toHaveLength(2);
    expect(shape([fromTeam(1), fromTeam(2, { content_type: "input_email" }), fromTeam(3)])).toHaveLength(3);
  });

  it("names a day where it begins", () => {
    const groups = group(receive([], [message(1), message(2, { created_at: 1_000_001 + 86_400 }), fromTeam(3, { created_at: 1_000_002 + 86_400 })]));
    expect(groups.map(({ day }) => day !== null)).toEqual([true, true, false]);
  });
});
