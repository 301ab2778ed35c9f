import { describe, expect, it } from "vitest";
import { chooseLanguage, LANGUAGES, say } from "../src/app/words";
import { dayName, size } from "../src/app/parts/time";

describe("words", () => {
  it.each([
    [["de-AT"], "de"],
    [["pt_BR"], "pt"],
    [["xx", "fr"], "fr"],
    [[null, undefined, ""], "en"],
  ])("%j speaks %s", (wanted, language) => expect(chooseLanguage(...wanted)).toBe(language));

  it("puts the thing into every language's phrase", () => {
    for (const language of LANGUAGES) expect(say(language, "tooLarge", "a.zip")).toContain("a.zip");
  });
});

describe("times and sizes", () => {
  const now = new Date(2026, 10, 22, 12).getTime();
  const midnight = (day: number) => new Date(2026, 10, day).getTime();
  it.each([
    [22, "Today"],
    [21, "Yesterday"],
    [18, "Wednesday"],
    [1, "November 1"],
  ])("the %i.", (day, name) => expect(dayName(midnight(day), "en", now)).toBe(name));

  it.each([
    [10, "1 kB"],
    [34_000, "34 kB"],
    [1_240_000, "1.2 MB"],
    [40_000_000, "40 MB"],
  ])("%i bytes", (bytes, words) => expect(size(bytes, "en")).toBe(words));
});
