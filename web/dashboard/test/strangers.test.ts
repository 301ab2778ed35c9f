import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Message, StrangerAction } from "../src/api/types";
import { choicesFor, doneWords, isRejected, strangerOf, whyStranger } from "../src/lib/strangers";
import { grouped, sideOf } from "../src/stores/lines";
import { thread } from "../src/stores/thread.svelte";
import { conversation, mailed, message, NOON } from "./samples";

function strange(id: number, change: Partial<Message> = {}, author = { name: "Bob", address: "bob@example.org" }): Message {
  const one = mailed(id, "x", "x", { withheld: true, ...change });
  one.content_attributes = { ...one.content_attributes, ...change.content_attributes, author: { relation: "stranger", ...author } };
  return one;
}

describe("in the thread", () => {
  test("it waits apart, and once accepted stands among the others under its author's name", () => {
    expect(sideOf(strange(1))).toBe("stranger");
    expect(sideOf(strange(1, { withheld: false }))).toBe("them");
    const [group] = grouped([strange(1, { withheld: false })], "Vera", NOON);
    expect(group).toMatchObject({ author: "Bob", address: "bob@example.org" });
  });
  test("two people of one name are two, and none passes for the contact", () => {
    const accepted = (id: number, address: string) => strange(id, { withheld: false }, { name: "Vera", address });
    const groups = grouped([mailed(1, "x", "x"), accepted(2, "vera@evil.example"), accepted(3, "vera@other.example")], "Vera", NOON);
    expect(groups.map(({ address }) => address)).toEqual([null, "vera@evil.example", "vera@other.example"]);
  });
});

test("what can be decided follows from what was", () => {
  const actions = (one: Message) => choicesFor(one).map(({ action }) => action);
  const rejected = strange(1, { content_attributes: { rejected: true } });
  expect(actions(strange(1))).toEqual(["accept", "split", "reject"]);
  expect(isRejected(rejected)).toBe(true);
  expect(actions(rejected)).toEqual(["unreject"]);
  expect(actions(strange(1, { withheld: false }))).toEqual([]);
  expect(actions(strange(1, { moved_to: 9 }))).toEqual([]);
  expect(actions(message(1))).toEqual([]);
});

test("who it is is said with the address, what was done with the name", () => {
  expect(strangerOf(strange(1))).toBe("Bob <bob@example.org>");
  expect(strangerOf(strange(1, {}, { name: "bob@example.org", address: "bob@example.org" }))).toBe("bob@example.org");
  expect(doneWords("accept", strange(1))).toBe("Bob takes part in this conversation now");
});

test("why they are a stranger is said, and loudest where they bear the contact's address", () => {
  expect(whyStranger(strange(1), "vera@example.org")).toBe("bob@example.org, not known in this conversation");
  expect(whyStranger(strange(1, {}, { name: "bob@example.org", address: "bob@example.org" }), null)).toBe("Not known in this conversation");
  expect(whyStranger(strange(1, {}, { name: "Vera", address: "Vera@example.org" }), "vera@example.org")).toBe("Says it is Vera@example.org, which is not proved");
});

describe("decided", () => {
  let answers: Record<StrangerAction, () => Response>;
  let asked: string[];
  beforeEach(async () => {
    asked = [];
    const as = (change: Partial<Message>) => () => new Response(JSON.stringify(strange(2, change)));
    answers = { accept: as({ withheld: false }), split: as({ withheld: false, conversation_id: 14 }), reject: as({ content_attributes: { rejected: true } }), unreject: as({}) };
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      if (path.includes("/stranger")) {
        const { action } = JSON.parse(init.body as string) as { action: StrangerAction };
        asked.push(`${path.split("/accounts/")[1]} ${action}`);
        return answers[action]();
      }
      return new Response(JSON.stringify(path.includes("/messages") ? { meta: {}, payload: [message(1), strange(2)] } : path.includes("/conversations?") ? { data: { meta: {}, payload: [] } } : conversation(1)));
    });
    await thread.open(1);
  });
  afterEach(() => {
    thread.close();
    vi.unstubAllGlobals();
  });
  const second = () => thread.messages[1] as Message;

  test("accepted, it takes part", async () => {
    await thread.decideStranger(second(), "accept");
    expect(asked).toEqual(["0/conversations/1/messages/2/stranger accept"]);
    expect(second().withheld).toBe(false);
  });
  test("split, it leaves a way to where it went", async () => {
    expect((await thread.decideStranger(second(), "split"))?.conversation_id).toBe(14);
    expect(second()).toMatchObject({ id: 2, conversation_id: 1, moved_to: 14 });
  });
  test("split by a colleague, too", () => {
    thread.messageCame(strange(2, { withheld: false, conversation_id: 14 }));
    expect(second().moved_to).toBe(14);
    thread.messageCame(strange(77, { conversation_id: 14 }));
    expect(thread.messages).toHaveLength(2);
  });
  test("rejected, it can be taken back", async () => {
    await thread.decideStranger(second(), "reject");
    expect(isRejected(second())).toBe(true);
    await thread.decideStranger(second(), "unreject");
    expect(isRejected(second())).toBe(false);
  });
  test("refused, because somebody was faster: nothing changes here but what the server says", async () => {
    answers.accept = () => new Response(JSON.stringify({ error: "it is not withheld" }), { status: 422 });
    expect(await thread.decideStranger(second(), "accept")).toBeNull();
    expect(second().withheld).toBe(true);
  });
});
