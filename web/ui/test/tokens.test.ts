// The promise of tokens.css, measured: every text colour reads (WCAG AA) on the grounds it is meant for, light and dark.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contrast, parseHex, type Rgb } from "../src/colour";

const css = readFileSync(new URL("../src/tokens.css", import.meta.url), "utf8");

function token(name: string, scheme: "light" | "dark"): Rgb {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  const colour = parseHex(found?.[scheme === "light" ? 1 : 2] ?? "");
  if (!colour) throw new Error(`tokens.css has no --${name}`);
  return colour;
}

const PAIRS: [text: string, grounds: string[]][] = [
  ["text", ["ground", "surface", "raised", "tint", "tint-strong"]],
  ["text-muted", ["ground", "surface", "raised", "tint", "tint-strong"]],
  ["text-faint", ["ground", "surface", "raised", "tint"]],
  ["accent-text", ["ground", "surface", "raised", "tint", "accent-tint"]],
  ["on-accent", ["accent", "accent-strong"]],
  ["good", ["ground", "surface", "tint", "good-tint"]],
  ["warn", ["ground", "surface", "tint", "warn-tint"]],
  ["bad", ["ground", "surface", "tint", "bad-tint"]],
  ["note-text", ["note"]],
];

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  it.each(PAIRS.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground])))("--%s reads on --%s", (text, ground) => {
    expect(contrast(token(text, scheme), token(ground, scheme))).toBeGreaterThanOrEqual(4.5);
  });
});
