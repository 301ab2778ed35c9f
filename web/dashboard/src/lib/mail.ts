// Mailed messages: the fold of what is quoted, and the closed room in which a mail's HTML is shown.
import type { Attachment, Author, MailParts, Message } from "../api/types";

export function mailOf(message: Message): MailParts | null {
  return message.content_type === "incoming_email" ? (message.content_attributes?.email ?? null) : null;
}

export function authorOf(message: Message): Author | null {
  return message.content_attributes?.author ?? null;
}

/** What a person newly wrote; never empty when the mail has words. */
export function shownWords(message: Message): string {
  const mail = mailOf(message);
  const fresh = mail?.text_content?.quoted ?? mail?.html_content?.quoted;
  return (fresh || message.content || mail?.text_content?.full || "").trim();
}

/** The whole text that the words were cut out of. */
export function wholeText(message: Message): string {
  const mail = mailOf(message);
  const html = mail?.html_content?.reply;
  return tidied((mail?.cut?.html ? html : null) || mail?.text_content?.full || html || "");
}

/** As the server leaves words: no blanks at the ends of lines, nothing empty around. */
function tidied(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** What the fold hides: the whole text without the words already shown, or null when nothing is hidden. */
export function foldedWords(message: Message): string | null {
  const full = wholeText(message);
  const shown = tidied(shownWords(message));
  if (!full || full === shown) return null;
  const at = shown ? full.indexOf(shown) : -1;
  if (at < 0) return full;
  const rest = [full.slice(0, at).trim(), full.slice(at + shown.length).trim()].filter(Boolean).join("\n\n");
  return rest || null;
}

// Our own reply addresses (32 hexadecimal digits, or an imported UUID): a copy to them would come back to us.
const REPLY_ADDRESS = /^reply\+[0-9a-f-]{32,36}@/i;

export function isReplyAddress(address: string): boolean {
  return REPLY_ADDRESS.test(address);
}

/** Whom a message names besides the two who write: `to support@acme.example, cc tim@example.org`. Null where there is nothing to say. */
export function namedRecipients(message: Message, byMailOnly: boolean): string | null {
  const mail = mailOf(message);
  const own = message.content_attributes ?? {};
  const list = (addresses: unknown) => (Array.isArray(addresses) ? addresses.filter((one): one is string => typeof one === "string" && !isReplyAddress(one)) : []);
  const [to, cc, bcc] = mail ? [list(mail.to), list(mail.cc), []] : [list(own.to_emails), list(own.cc_emails), list(own.bcc_emails)];
  const parts = [
    ...(byMailOnly && to.length > 0 ? [`to ${to.join(", ")}`] : []),
    ...(cc.length > 0 ? [`cc ${cc.join(", ")}`] : []),
    ...(bcc.length > 0 ? [`bcc ${bcc.join(", ")}`] : []),
  ];
  return parts.length > 0 ? parts.join(", ") : null;
}

/** The subject where it says something: not the one our own mails gave the thread, nor the conversation's own. */
export function tellingSubject(message: Message, own: unknown): string | null {
  const subject = mailOf(message)?.subject?.trim();
  if (!subject) return null;
  const bare = (text: string) => text.replace(/^\s*((re|aw|fwd?|wg|sv|tr|rv|res)\s*:\s*)+/i, "").trim();
  if (/^\[#\d+\]/.test(bare(subject)) || (typeof own === "string" && bare(own) === bare(subject))) return null;
  return subject;
}

const REMOTE = /<img\b[^>]*\bsrc\s*=\s*["']?\s*(?:https?:)?\/\//i;
const SET_ASIDE = /\bdata-remote-src=/i;

/** Whether the HTML asks for images from elsewhere. */
export function hasRemoteImages(html: string): boolean {
  return REMOTE.test(html.replaceAll(location.origin, "")) || SET_ASIDE.test(html);
}

/**
 * A page for a sandboxed frame: the server's sanitised HTML under a policy that runs nothing and loads nothing but
 * our own inline images; with `remote`, pictures from anywhere over https too.
 */
export function framePage(html: string, remote: boolean): string {
  const images = `data: cid: ${location.origin}${remote ? " https: http:" : ""}`;
  const policy = `default-src 'none'; img-src ${images}; style-src 'unsafe-inline'`;
  const body = remote ? html.replace(/\bdata-remote-src=/gi, "src=") : html;
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer"><base target="_blank"><style>
:root{color-scheme:light}html{overflow-x:auto;overflow-y:hidden}body{margin:0;padding:14px 16px;background:#fff;color:#1c1a18;font:14px/1.5 ui-sans-serif,system-ui,sans-serif;overflow-wrap:anywhere}
img{max-width:100%;height:auto}blockquote{margin:8px 0;padding-left:12px;border-left:2px solid #d3cfc7;color:#5c5750}pre{white-space:pre-wrap}table{max-width:100%}
</style></head><body>${body}</body></html>`;
}

/** `2.4 MB`. */
export function fileSize(bytes: number | null | undefined): string {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The mail's HTML with its own images (`cid:`) where their files are. */
export function withInlineImages(html: string, files: Attachment[]): string {
  return files.reduce((text, { content_id: id, data_url: url }) => {
    const address = new URL(url, location.origin).href;
    return id ? text.replaceAll(`cid:${id}`, address).replaceAll(`cid:${encodeURIComponent(id)}`, address) : text;
  }, html);
}

/** The name a file was sent under; where it is not said, as its address tells it. */
export function fileName(file: Attachment): string {
  if (file.file_name) return file.file_name;
  try {
    return decodeURIComponent(new URL(file.data_url, location.origin).pathname.split("/").at(-1) || "file");
  } catch {
    return "file";
  }
}

// What an operating system may run when it is opened: named so that nobody opens it by habit.
const DANGEROUS = new Set("exe msi bat cmd com scr ps1 vbs js jse wsf hta jar app dmg pkg deb rpm sh iso img lnk reg htm html svg xhtml docm xlsm pptm".split(" "));

export function isDangerous(name: string): boolean {
  return DANGEROUS.has(name.split(".").at(-1)?.toLowerCase() ?? "");
}
