import { describe, expect, test } from "vitest";
import { tellingSubject, fileName, foldedWords, framePage, hasRemoteImages, isDangerous, namedRecipients, shownWords, withInlineImages } from "../src/lib/mail";
import { mailed, message } from "./samples";

describe("the fold", () => {
  test("hides what is quoted and nothing else", () => {
    const one = mailed(1, "Yes, please.\n\nOn Monday Ada wrote:\n> Shall we?", "Yes, please.");
    expect(shownWords(one)).toBe("Yes, please.");
    expect(foldedWords(one)).toBe("On Monday Ada wrote:\n> Shall we?");
  });
  test("there is none where the whole mail is shown, or for chat", () => {
    expect(foldedWords(mailed(1, "Yes.\r\n", "Yes."))).toBeNull();
    expect(foldedWords(message(1))).toBeNull();
  });
  test("a mail whose new words are not found in one piece folds whole, so that nothing is lost", () => {
    expect(foldedWords(mailed(1, "> one?\nyes\n> two?\nno", "yes\nno"))).toBe("> one?\nyes\n> two?\nno");
  });
  test("a mail that has words is never shown empty", () => {
    expect(shownWords(mailed(1, "> only a quote", "", { content: "" }))).toBe("> only a quote");
  });
});

test("a subject is shown where it is news", () => {
  const subject = (words: string, own?: string) => {
    const one = mailed(1, "x", "x");
    if (one.content_attributes?.email) one.content_attributes.email.subject = words;
    return tellingSubject(one, own);
  };
  expect(subject("Re: [#12] New messages on this conversation")).toBeNull();
  expect(subject("AW: Re: Invoice 7", "Invoice 7")).toBeNull();
  expect(subject("Something else", "Invoice 7")).toBe("Something else");
});

test("who else a mail names is said: copies always, the addressee where mail is all there is", () => {
  const one = mailed(1, "x", "x");
  if (one.content_attributes?.email) Object.assign(one.content_attributes.email, { to: [`reply+${"0a".repeat(16)}@reply.example`, "help@acme.example"], cc: ["tim@example.org"] });
  expect(namedRecipients(one, false)).toBe("cc tim@example.org");
  expect(namedRecipients(one, true)).toBe("to help@acme.example, cc tim@example.org");
  expect(namedRecipients(message(2, { message_type: 1, content_attributes: { to_emails: ["v@work.example"], cc_emails: null, bcc_emails: ["b@x.example"] } }), true)).toBe("to v@work.example, bcc b@x.example");
  expect(namedRecipients(message(3), true)).toBeNull();
});

test("a mail's own images are shown from where their files are", () => {
  const file = { id: 1, file_type: "image", data_url: "/rails/active_storage/blobs/s/logo.png", content_id: "logo@x" };
  expect(withInlineImages(`<img src="cid:logo@x"><img src="cid:other@x">`, [file])).toBe(`<img src="${location.origin}/rails/active_storage/blobs/s/logo.png"><img src="cid:other@x">`);
});

describe("the frame", () => {
  const html = `<p>Hi</p><img src="https://tracker.example/p.gif"><script>alert(1)</script>`;
  test("forbids everything, and images from elsewhere until asked", () => {
    const closed = framePage(html, false);
    expect(closed).toContain("default-src 'none'");
    expect(closed).not.toMatch(/img-src[^;]*https?:[ ;"]/);
    expect(closed).not.toContain("script-src");
    expect(framePage(html, true)).toMatch(/img-src[^;]* https: http:;/);
  });
  test("knows remote images from our own", () => {
    expect(hasRemoteImages(html)).toBe(true);
    expect(hasRemoteImages(`<img data-remote-src="https://a.example/b.png">`)).toBe(true);
    expect(hasRemoteImages(`<img src="/rails/active_storage/blobs/x/cat.png"> https://a.example`)).toBe(false);
    expect(hasRemoteImages(`<img src="${location.origin}/rails/active_storage/blobs/x/cat.png">`)).toBe(false);
  });
  test("images set aside by the server come back only when asked for", () => {
    const set = `<img data-remote-src="https://a.example/b.png">`;
    expect(framePage(set, false)).not.toContain("<img src=");
    expect(framePage(set, true)).toContain(`<img src="https://a.example/b.png">`);
  });
});

test("files are named as they were sent, and dangerous kinds are known", () => {
  expect(fileName({ id: 1, file_type: "file", data_url: "/rails/active_storage/blobs/abc/price%20list.pdf?x=1" })).toBe("price list.pdf");
  expect([isDangerous("invoice.pdf"), isDangerous("invoice.pdf.EXE"), isDangerous("page.html")]).toEqual([false, true, true]);
});
