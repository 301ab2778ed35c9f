// What SPF, DKIM and DMARC said about a mail, in words an agent can act on. Never a reason to lose a mail, always worth a look.
import type { Verdicts } from "../api/types";

export type VerdictTone = "good" | "warn" | "bad" | "quiet";

export interface Reading {
  name: "SPF" | "DKIM" | "DMARC";
  verdict: string;
  words: string;
  tone: VerdictTone;
}

const TONES: Record<string, VerdictTone> = { pass: "good", fail: "bad", softfail: "warn", temperror: "warn", permerror: "warn", policy: "warn" };

const WORDS: Record<Reading["name"], Record<string, string>> = {
  SPF: {
    pass: "sent by a server that its domain names",
    fail: "sent by a server that its domain forbids",
    softfail: "sent by a server that its domain does not name",
    neutral: "its domain says nothing about this server",
    none: "no result: its domain names no servers, or a server in between handed it on",
  },
  DKIM: {
    pass: "signed, and unchanged since",
    fail: "its signature does not fit: it was changed on the way, or is not theirs",
    none: "not signed",
  },
  DMARC: {
    pass: "the sender’s domain vouches for it",
    fail: "the sender’s domain does not vouch for it",
    none: "no result: no policy of the sender’s domain applies to what is known",
  },
};

const OTHERWISE: Record<string, string> = {
  temperror: "could not be looked up when it came",
  permerror: "what the domain publishes cannot be read",
  "not checked": "not checked",
};

/** The three results one by one; empty where none was looked for. */
export function readings(verdicts: Verdicts | null | undefined): Reading[] {
  if (!verdicts) return [];
  return ([["SPF", verdicts.spf], ["DKIM", verdicts.dkim], ["DMARC", verdicts.dmarc]] as const).map(([name, given]) => {
    const verdict = given?.toLowerCase() || "not checked";
    return { name, verdict, words: WORDS[name][verdict] ?? OTHERWISE[verdict] ?? verdict, tone: TONES[verdict] ?? "quiet" };
  });
}

export interface Proof {
  words: string;
  hint: string;
  tone: VerdictTone;
}

/** The three in one: whether the sender is who the mail says. Null where nothing was checked at all. */
export function proofOf(verdicts: Verdicts | null | undefined): Proof | null {
  const all = readings(verdicts);
  if (!verdicts || all.every(({ verdict }) => verdict === "not checked")) return null;
  const hint = all.map(({ name, verdict }) => `${name}: ${verdict}`).join(", ") + (verdicts.by ? `, as ${verdicts.by} found` : "");
  const dmarc = verdicts.dmarc?.toLowerCase();
  if (dmarc === "pass") return { words: "Sender proved", hint, tone: "good" };
  // A domain that asks for nothing to be done about failures (p=none) fails mail of its own, too.
  if (dmarc === "fail") return verdicts.policy?.toLowerCase() === "none" ? { words: "Sender not proved", hint, tone: "warn" } : { words: "May be forged", hint, tone: "bad" };
  return { words: "Sender not proved", hint, tone: "quiet" };
}
