import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CutPart, Message } from "../src/api/types";
import { cutByHand, cutPoints, cutWords, leastLines, linesKept, movedBy, ruleWords, stretches, whyCut, withCut } from "../src/lib/cut";
import { foldedWords, shownWords, wholeText } from "../src/lib/mail";
import { thread } from "../src/stores/thread.svelte";
import { conversation, mailed, message } from "./samples";

const FULL = "Yes, please.\nAnd soon.\n\nOn Monday Ada wrote:\n> Shall we?\n-- \nVera";
const LINES = FULL.split("\n");
const part = (line: number, kind: string, rule: string, shown = false, confidence = "certain"): CutPart => ({ line, kind, rule, confidence, shown });
const PARTS = [part(0, "written", "written", true), part(3, "quote_header", "attribution"), part(4, "quoted", "quoted lines"), part(5, "signature", "delimiter")];

function cuttable(change: Partial<Message> = {}): Message {
  const one = mailed(2, FULL, "Yes, please.\nAnd soon.", change);
  if (one.content_attributes?.email) one.content_attributes.email.cut = { rule: "quoted lines", confidence: "certain" };
  return one;
}

const ann = { id: 5, name: "Ann", available_name: null, email: "ann@acme.example", role: "agent" as const, availability_status: null };

describe("why it was cut", () => {
  test.each([
    [part(0, "quoted", "gmail_quote"), "earlier mail, marked by Gmail — certain"],
    [part(0, "quote_header", "attribution", false, "likely"), "earlier mail, introduced by a line that says who wrote and when — likely"],
    [part(0, "signature", "spark signature"), "signature, marked by Spark — certain"],
    [part(0, "footer", "legal footer", false, "unsure"), "added by a program, a legal notice — not sure"],
    [part(0, "odd_kind", "brand new"), "odd kind, by the rule “brand new” — certain"],
  ])("is said in words", (one, words) => expect(whyCut(one)).toBe(words));
  test("every rule has words", () => expect(ruleWords("k-9 signature")).toBe("marked by K-9 Mail"));
  test("of the mail as a whole, with who moved it", () => {
    expect(cutWords(cuttable(), [])).toBe("Folded away: quoted line by line — certain.");
    expect(cutWords(withCut(cuttable(), LINES, 1, 5), [ann])).toBe("The cut was moved by Ann. Folded away: quoted line by line — certain.");
    expect(cutWords(message(1), [])).toBeNull();
    expect(cutWords(mailed(1, "x", "x"), [])).toBeNull();
  });
});

describe("where it is cut", () => {
  test("the parts have their lines, and what introduces earlier mail speaks for it", () => {
    const found = stretches(LINES, PARTS);
    expect(found.flatMap(({ lines }) => lines)).toEqual(LINES);
    expect(found.map(({ why }) => why !== null)).toEqual([false, true, false, true]);
    expect([...cutPoints(LINES, PARTS).keys()]).toEqual([3, 5]);
  });
  test("it is where an agent put it, where it was found, or at the end", () => {
    expect([linesKept(LINES, PARTS, 1), linesKept(LINES, PARTS, null), linesKept(LINES, [part(0, "written", "written", true)], null)]).toEqual([1, 3, 7]);
  });
  test("what somebody cut by hand says so, and loses no line", () => {
    const found = stretches(LINES, PARTS);
    for (const kept of [1, 3, 4, 7]) expect(cutByHand(found, kept, "Ann").flatMap(({ lines }) => lines)).toEqual(LINES);
    expect(cutByHand(found, 1, "Ann").slice(0, 2)).toMatchObject([{ shown: true, why: null }, { from: 1, shown: false, why: "cut here by Ann" }]);
    expect(cutByHand(found, 3, "Ann")[1]?.why).toMatch(/^cut here by Ann: earlier mail/);
    expect(cutByHand(found, 7, "Ann").every(({ shown, why }) => shown && !why?.startsWith("cut"))).toBe(true);
  });
  test("something is always left", () => {
    expect([leastLines(LINES), leastLines(["", "--", "Hi"]), leastLines(["", "  "])]).toEqual([1, 3, 2]);
    expect(linesKept(["", "Hi"], [part(0, "quoted", "quoted lines")], null)).toBe(2);
  });
});

describe("the message with its cut moved", () => {
  const moved = withCut(cuttable(), LINES, 1, 5);
  test("says what is above, and folds the rest", () => {
    expect([moved.content, shownWords(moved)]).toEqual(["Yes, please.", "Yes, please."]);
    expect(foldedWords(moved)).toContain("And soon.");
    expect(movedBy(moved.content_attributes?.email?.cut, [ann])).toBe("Ann");
    expect(movedBy(moved.content_attributes?.email?.cut, [])).toBe("a colleague");
  });
  test("shows everything, so that nothing is folded", () => {
    expect(foldedWords(withCut(cuttable(), LINES, 7, 5))).toBeNull();
  });
  test("goes back to what was found, however often it was moved", () => {
    const back = withCut(withCut(moved, LINES, 7, 5), LINES, null, 5);
    expect(back).toEqual(cuttable());
    expect(withCut(cuttable(), LINES, null, 5)).toEqual(cuttable());
  });
  test("the words of HTML are cut out of the HTML's text", () => {
    const one = cuttable();
    Object.assign(one.content_attributes?.email ?? {}, { html_content: { full: "", reply: "Of the HTML", quoted: "" }, cut: { rule: "gmail_quote", confidence: "certain", html: true } });
    expect(wholeText(one)).toBe("Of the HTML");
  });
});

describe("moved", () => {
  let answer: () => Response;
  let asked: unknown[];
  beforeEach(async () => {
    asked = [];
    answer = () => new Response(JSON.stringify(withCut(cuttable(), LINES, 1, 5)));
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      if (path.endsWith("/cut")) {
        asked.push([init.method, path.split("/accounts/")[1], JSON.parse(init.body as string)]);
        return answer();
      }
      return new Response(JSON.stringify(path.includes("/messages") ? { meta: {}, payload: [message(1), cuttable()] } : conversation(1)));
    });
    await thread.open(1);
  });
  afterEach(() => {
    thread.close();
    vi.unstubAllGlobals();
  });
  const second = () => thread.messages[1] as Message;

  test("it is seen at once and told to the server", async () => {
    const done = thread.moveCut(second(), 1, withCut(second(), LINES, 1, 5));
    expect(second().content).toBe("Yes, please.");
    expect(await done).toBe(true);
    expect(asked).toEqual([["PUT", "0/conversations/1/messages/2/cut", { lines: 1 }]]);
  });
  test("refused, it goes back", async () => {
    answer = () => new Response(JSON.stringify({ error: "lines: the mail has only 7" }), { status: 422 });
    const before = second();
    expect(await thread.moveCut(before, 9, withCut(before, LINES, 1, 5))).toBe(false);
    expect(second()).toEqual(before);
  });
  test("refused while a colleague moved it: theirs stays", async () => {
    answer = () => {
      thread.messageCame(withCut(cuttable(), LINES, 2, 6));
      return new Response(JSON.stringify({ error: "no" }), { status: 422 });
    };
    await thread.moveCut(second(), 1, withCut(second(), LINES, 1, 5));
    expect(second().content_attributes?.email?.cut?.by).toBe(6);
  });
});

