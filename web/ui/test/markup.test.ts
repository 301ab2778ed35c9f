import { describe, expect, it } from "vitest";
import { linkify, markup, safeHref, type Piece } from "../src/markup";

const links = (pieces: Piece[]) => pieces.flatMap((piece) => (piece.kind === "link" ? [[piece.text, piece.href]] : []));
const words = (pieces: Piece[]) => pieces.map((piece) => piece.text).join("");

describe("linkify", () => {
  it.each([
    ["see https://a.example/b?c=d#e now", "https://a.example/b?c=d#e", "https://a.example/b?c=d#e"],
    ["(see https://a.example/b).", "https://a.example/b", "https://a.example/b"],
    ["https://a.example/wiki/Rust_(language), then", "https://a.example/wiki/Rust_(language)", "https://a.example/wiki/Rust_(language)"],
    ["www.a.example!", "www.a.example", "https://www.a.example/"],
    ["write to vera+shop@mail.example.", "vera+shop@mail.example", "mailto:vera+shop@mail.example"],
    ["HTTP://A.example", "HTTP://A.example", "http://a.example/"],
  ])("%s", (text, shown, href) => {
    const pieces = linkify(text);
    expect(links(pieces)).toEqual([[shown, href]]);
    expect(words(pieces)).toBe(text);
  });

  it.each(["javascript:alert(1)", "data:text/html,<b>", "a@b", "http://", "file:///etc/passwd", "nothing here", "1 < 2 <script>"])(
    "leaves %s alone",
    (text) => expect(linkify(text)).toEqual([{ kind: "text", text }]),
  );

  it("stays fast on a long hostile line", () => {
    const text = "a@".repeat(20_000) + "[".repeat(20_000) + "*_".repeat(20_000) + "www.".repeat(5_000);
    const start = performance.now();
    expect(words(linkify(text))).toBe(text);
    markup(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe("markup", () => {
  it("reads what agents type", () => {
    expect(markup("A **bold** and *soft* `code` [page](https://a.example/x)!")).toEqual([
      { kind: "text", text: "A " },
      { kind: "strong", text: "bold" },
      { kind: "text", text: " and " },
      { kind: "em", text: "soft" },
      { kind: "text", text: " " },
      { kind: "code", text: "code" },
      { kind: "text", text: " " },
      { kind: "link", text: "page", href: "https://a.example/x" },
      { kind: "text", text: "!" },
    ]);
  });

  it("never links another scheme", () => {
    expect(links(markup("[x](javascript:alert(1)) [y](data:text/html,1)"))).toEqual([]);
  });

  it.each(["2 * 3 * 4", "snake_case_name", "5*6*7", "a ** b", "**", "_", "[x]()"])("keeps %s as written", (text) => {
    expect(words(markup(text))).toBe(text);
    expect(markup(text).every((piece) => piece.kind === "text")).toBe(true);
  });

  it("keeps underscores inside addresses", () => {
    expect(links(markup("https://a.example/some_page_here"))).toEqual([["https://a.example/some_page_here", "https://a.example/some_page_here"]]);
  });
});

describe("safeHref", () => {
  it.each([" javascript:alert(1)", "JaVaScRiPt:1", "vbscript:x", "//host/path", "mailto:nobody", "/relative"])("refuses %s", (address) => {
    expect(safeHref(address)).toBeNull();
  });
});
