import { describe, expect, test } from "vitest";
import type { Agent } from "../src/api/types";
import { belongs, firstView, neighbour, refreshed, withConversation, withMessage, withPage, withPresence, type View } from "../src/stores/rows";
import { conversation, message, noon } from "./samples";

const ME = 3;
const me: Agent = { id: ME, name: "Ada", available_name: null, email: "ada@example.org", role: "agent", availability_status: null };
const meta = (assignee: Agent | null) => ({ ...conversation(1).meta, assignee });
const all: View = { assignee: "all", status: "open", inbox: null, q: "" };

describe("what belongs in a view", () => {
  const mine = conversation(1, { meta: meta(me) });
  test.each<[Partial<View>, boolean]>([
    [{}, true],
    [{ assignee: "me" }, true],
    [{ assignee: "unassigned" }, false],
    [{ status: "resolved" }, false],
    [{ status: "all" }, true],
    [{ inbox: 2 }, false],
  ])("%o", (change, expected) => {
    expect(belongs(mine, { ...all, ...change }, ME)).toBe(expected);
  });
});

test.each([
  [{ mine_count: 1, unassigned_count: 5, all_count: 9 }, "me"],
  [{ mine_count: 0, unassigned_count: 5, all_count: 9 }, "unassigned"],
  [{ mine_count: 0, unassigned_count: 0, all_count: 9 }, "me"],
  [{ mine_count: 0, unassigned_count: 0, all_count: 0 }, "all"],
])("the day begins with %o at %s", (counts, view) => expect(firstView({ assigned_count: 0, ...counts })).toBe(view));

describe("the list over time", () => {
  test("a message moves its row up, shows its words and counts as unread", () => {
    const rows = withPage([], [conversation(1), conversation(2)]);
    expect(rows.map((row) => row.id)).toEqual([2, 1]);
    const next = withMessage(rows, message(50, { conversation_id: 1 }), null);
    expect(next.map((row) => row.id)).toEqual([1, 2]);
    expect(next[0]?.unread_count).toBe(1);
    expect(next[0]?.last_non_activity_message?.id).toBe(50);
  });

  test("what is being read stays read; a repeated event counts once; an activity line is not shown as the last words", () => {
    const rows = [conversation(1, { messages: [message(1)], last_non_activity_message: message(1) })];
    expect(withMessage(rows, message(2), 1)[0]?.unread_count).toBe(0);
    const once = withMessage(rows, message(2), null);
    expect(withMessage(once, message(2), null)[0]?.unread_count).toBe(1);
    expect(withMessage(rows, message(2, { message_type: 2 }), null)[0]?.last_non_activity_message?.id).toBe(1);
  });

  test("a resolved conversation leaves the open view, unless it is the open one", () => {
    const rows = [conversation(1), conversation(2)];
    const resolved = conversation(1, { status: "resolved" });
    expect(withConversation(rows, resolved, all, ME, null).map((row) => row.id)).toEqual([2]);
    expect(withConversation(rows, resolved, all, ME, 1).map((row) => row.id)).toEqual([2, 1]);
  });

  test("an assignee who let go is gone, though the server only leaves them out", () => {
    const free = conversation(1);
    delete free.meta.assignee;
    const [row] = withConversation([conversation(1, { meta: meta(me) })], free, all, ME, null);
    expect(row?.meta.assignee).toBeUndefined();
  });

  test("a new conversation joins the view it belongs to, but not the results of a search", () => {
    expect(withConversation([], conversation(9), all, ME, null)).toHaveLength(1);
    expect(withConversation([], conversation(9), { ...all, q: "vera" }, ME, null)).toHaveLength(0);
  });

  test("a fresh first page drops what left it and keeps the older pages below", () => {
    const rows = [conversation(5), conversation(4), conversation(1)];
    expect(refreshed(rows, [conversation(5), conversation(3)], false).map((row) => row.id)).toEqual([5, 3, 1]);
    expect(refreshed(rows, [conversation(5)], true).map((row) => row.id)).toEqual([5]);
  });

  test("contacts who come and go are shown so, wherever they stand", () => {
    const rows = withPresence([conversation(1), conversation(2)], { 7: "online", 8: "offline" });
    expect(rows.map((row) => row.meta.sender.availability_status)).toEqual(["online", "online"]);
    expect(withPresence(rows, {})).toEqual(rows);
  });

  test("j and k stop at the ends and begin at the top", () => {
    const rows = [conversation(3), conversation(2), conversation(1)];
    expect(neighbour(rows, null, 1)?.id).toBe(3);
    expect(neighbour(rows, 3, 1)?.id).toBe(2);
    expect(neighbour(rows, 1, 1)?.id).toBe(1);
    expect(neighbour(rows, 3, -1)?.id).toBe(3);
    expect(neighbour([], null, 1)).toBeUndefined();
  });

  test("an updated older message changes neither the order nor the last words", () => {
    const rows = [conversation(1, { last_activity_at: noon, messages: [message(5)], last_non_activity_message: message(5) })];
    const next = withMessage(rows, message(4, { created_at: noon + 900 }), null);
    expect(next[0]?.last_activity_at).toBe(noon);
    expect(next[0]?.last_non_activity_message?.id).toBe(5);
  });
});
