import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { addressQuestion } from "../src/lib/address-question";
import { calledOf, moreAddresses, previewLines, reasonWords } from "../src/lib/identity";
import { identity } from "../src/stores/identity.svelte";
import { thread } from "../src/stores/thread.svelte";
import { toasts } from "../src/stores/toasts.svelte";
import { contact, conversation, message } from "./samples";

test("the question is in the account's language", () => {
  expect(addressQuestion("pt_BR")).toContain("endereço");
  expect(addressQuestion("de")).toContain("E-Mail-Adresse");
  expect(addressQuestion("xx")).toBe(addressQuestion("en"));
  expect(addressQuestion("")).toBe(addressQuestion("en"));
});

test("who somebody is, and what is not proved", () => {
  expect(calledOf(contact({ name: "", email: null, phone_number: "+4930123" }))).toBe("+4930123");
  const both = contact({ additional_emails: ["a@x.example", "b@x.example"], unverified_emails: ["b@x.example"] });
  expect(moreAddresses(both)).toEqual([{ address: "a@x.example", proved: true }, { address: "b@x.example", proved: false }]);
  expect(reasonWords({ attribute: "email", value: "a@x.example", proven: true })).toBe("Same address: a@x.example");
  expect(reasonWords({ attribute: "phone_number", value: "+4930123", proven: false })).toContain("only typed");
});

test("what a merge would do is said, what is left out too", () => {
  const lines = previewLines({ contact: contact({ additional_emails: ["b@x.example"] }), conversations_count: 1, inboxes: ["Telegram", "Shop"], left_out: [{ attribute: "name", kept: "Vera", dropped: "V." }] }, "V.");
  expect(lines).toEqual([
    "One conversation moves here.",
    "They are also reached in Telegram and Shop.",
    "Mail from vera@example.org and b@x.example counts as theirs.",
    "The name stays “Vera”; V.’s “V.” is left out.",
  ]);
  expect(previewLines({ contact: contact({ email: null }), conversations_count: 0, inboxes: [], left_out: [] }, "V.")).toEqual(["No conversation moves."]);
});

describe("at the desk", () => {
  let asked: string[];
  let refuse = false;
  const chatter = () => contact({ id: 7, email: null, offered_email: "vera@example.org" });
  beforeEach(async () => {
    asked = [];
    refuse = false;
    toasts.list = [];
    vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
      const what = `${init.method ?? "GET"} ${path.split("/accounts/0")[1]?.split("?")[0]}`;
      asked.push(what);
      const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
      if (refuse) return answer({ error: "somebody has decided about it" }, 422);
      if (path.includes("/offered_email")) return answer({ payload: contact({ id: 7, email: "vera@example.org", email_verified: false, offered_email: null }) });
      if (path.includes("/merge_offers")) return answer({ payload: [{ contact: contact({ id: 8 }), reasons: [] }] });
      if (path.includes("/contact_merge") && path.includes("/undo")) return answer({ base: contact({ id: 7 }), mergee: contact({ id: 8, name: "Other" }) });
      if (path.includes("/actions/contact_merge")) return answer({ ...contact({ id: 7 }), merge_id: 3 });
      if (path.includes("/contact_merges")) return answer({ payload: [] });
      if (path.includes("/messages")) return answer({ meta: {}, payload: [message(1)] });
      const one = conversation(1);
      return answer({ ...one, can_mail: false, meta: { ...one.meta, sender: chatter() } });
    });
    await thread.open(1);
    asked = [];
  });
  afterEach(() => {
    thread.close();
    vi.unstubAllGlobals();
  });

  test("an offered address is taken, and replies can go there", async () => {
    await thread.decideEmail("accept");
    expect(asked).toEqual(["POST /contacts/7/offered_email"]);
    expect(thread.conversation).toMatchObject({ can_mail: true, meta: { sender: { email: "vera@example.org", email_verified: false, offered_email: null } } });
  });
  test("refused, because somebody was faster, it is read again", async () => {
    refuse = true;
    await thread.decideEmail("accept");
    expect(toasts.list.at(-1)?.words).toContain("somebody has decided");
    expect(asked).toContain("GET /conversations/1");
  });
  test("a merge is offered with a way back", async () => {
    await identity.look(7);
    expect(identity.offers).toHaveLength(1);
    expect(await identity.merge(contact({ id: 7 }), contact({ id: 8, name: "Other" }))).toBe(true);
    const toast = toasts.list.at(-1);
    expect(toast).toMatchObject({ words: "Other is part of Vera now", action: { words: "Undo" } });
    expect(asked).toContain("GET /conversations/1");
    toast?.action?.run();
    await vi.waitFor(() => expect(toasts.list.at(-1)?.words).toBe("Other and Vera are two again"));
    expect(asked).toContain("POST /contact_merges/3/undo");
  });
  test("what is dismissed goes at once, and comes back where that failed", async () => {
    await identity.look(7);
    const [offer] = identity.offers;
    if (!offer) throw new Error("nothing offered");
    refuse = true;
    const done = identity.dismiss(7, offer.contact);
    expect(identity.offers).toHaveLength(0);
    await done;
    expect(identity.offers).toHaveLength(1);
  });
});
