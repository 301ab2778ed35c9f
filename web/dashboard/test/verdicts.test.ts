import { expect, test } from "vitest";
import { proofOf, readings } from "../src/lib/verdicts";

const verdicts = (dmarc: string | null, policy: string | null = null) => ({ spf: "softfail", dkim: "none", dmarc, policy, by: "mx.acme.example" });

test("each check is said with its result, its meaning and its colour", () => {
  expect(readings(verdicts("fail")).map(({ name, verdict, tone }) => [name, verdict, tone])).toEqual([["SPF", "softfail", "warn"], ["DKIM", "none", "quiet"], ["DMARC", "fail", "bad"]]);
  expect(readings({ spf: null, dkim: "PASS", dmarc: "odd" }).map(({ words }) => words)).toEqual(["not checked", "signed, and unchanged since", "odd"]);
  expect(readings(null)).toEqual([]);
});

test("in one word: proved, not proved, perhaps forged; and silent where nobody looked", () => {
  expect(proofOf(verdicts("pass"))?.tone).toBe("good");
  expect(proofOf(verdicts("fail", "reject"))).toMatchObject({ words: "May be forged", tone: "bad" });
  expect(proofOf(verdicts("fail", "none"))?.tone).toBe("warn");
  expect(proofOf(verdicts(null))).toMatchObject({ words: "Sender not proved", tone: "quiet", hint: "SPF: softfail, DKIM: none, DMARC: not checked, as mx.acme.example found" });
  expect(proofOf({ spf: null, dkim: null, dmarc: null })).toBeNull();
  expect(proofOf(null)).toBeNull();
});
