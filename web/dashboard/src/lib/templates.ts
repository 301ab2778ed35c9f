// Templates agreed with a channel's provider: what is to be filled in, how it reads then, and what is asked of the server.
import type { MessageTemplate, TemplatePart } from "../api/types";

/** A place to fill in. */
export interface Blank {
  /** What names it among the blanks of its template. */
  key: string;
  label: string;
}

/** What stands below `template_params` in a request. */
export interface TemplateParams {
  name: string;
  language: string;
  category: string | null;
  processed_params: { header?: Record<string, string>; body?: Record<string, string>; buttons?: { type?: string | undefined; parameter?: string | undefined }[] };
}

const PLACE = /\{\{\s*(\w+)\s*\}\}/g;

function part(template: MessageTemplate, type: string): TemplatePart | undefined {
  return template.components.find((one) => one.type.toUpperCase() === type);
}

/** The names of the places in a text, each once. */
function places(text: string | undefined): string[] {
  return [...new Set([...(text ?? "").matchAll(PLACE)].map(([, name]) => name ?? ""))];
}

/** The header is a file of that kind, for which an address is asked. */
function fileOf(template: MessageTemplate): string | null {
  const format = part(template, "HEADER")?.format?.toLowerCase();
  return format === "image" || format === "video" || format === "document" ? format : null;
}

/** Whether the template can be filled in here: headers that are a place, and buttons of kinds that ask for more, cannot. */
export function isFillable(template: MessageTemplate): boolean {
  const format = part(template, "HEADER")?.format?.toUpperCase() ?? "TEXT";
  return part(template, "BODY") !== undefined && (format === "TEXT" || fileOf(template) !== null);
}

/** The buttons with a value of their own: their place among the buttons, kind and label. */
function asking(template: MessageTemplate): { index: number; kind: string; label: string }[] {
  return (part(template, "BUTTONS")?.buttons ?? []).flatMap((button, index) => {
    const kind = button.type.toLowerCase();
    const asks = kind === "copy_code" || (kind === "url" && places(button.url).length > 0);
    return asks ? [{ index, kind, label: `Button “${button.text ?? kind}”` }] : [];
  });
}

/** Everything to fill in, from top to bottom. */
export function blanks(template: MessageTemplate): Blank[] {
  const file = fileOf(template);
  const named = (at: "header" | "body", text: string | undefined, words: string) =>
    places(text).map((name) => ({ key: `${at}.${name}`, label: /^\d+$/.test(name) ? `${words} ${name}` : name.replaceAll("_", " ") }));
  return [
    ...(file ? [{ key: "header.media_url", label: `Address of the ${file}` }] : named("header", part(template, "HEADER")?.text, "Header")),
    ...named("body", part(template, "BODY")?.text, "Value"),
    ...asking(template).map(({ index, label }) => ({ key: `buttons.${index}`, label })),
  ];
}

/** How it reads with those values; what is not filled in stays as it is. */
export function reads(template: MessageTemplate, values: Record<string, string>): string {
  const fill = (at: string, text: string | undefined) => (text ?? "").replace(PLACE, (place, name: string) => values[`${at}.${name}`]?.trim() || place);
  const lines = [fill("header", part(template, "HEADER")?.text), fill("body", part(template, "BODY")?.text), part(template, "FOOTER")?.text ?? ""];
  return lines.filter((line) => line !== "").join("\n\n");
}

/** What is asked of the server. */
export function paramsOf(template: MessageTemplate, values: Record<string, string>): TemplateParams {
  const under = (at: string) =>
    Object.fromEntries(blanks(template).filter(({ key }) => key.startsWith(`${at}.`)).map(({ key }) => [key.slice(at.length + 1), values[key]?.trim() ?? ""]));
  const [file, header, body] = [fileOf(template), under("header"), under("body")];
  const filled = asking(template);
  const last = filled.at(-1)?.index ?? -1;
  const buttons = Array.from({ length: last + 1 }, (_, index) => {
    const one = filled.find((button) => button.index === index);
    return one ? { type: one.kind, parameter: values[`buttons.${index}`]?.trim() ?? "" } : {};
  });
  return {
    name: template.name,
    language: template.language,
    category: template.category,
    processed_params: {
      ...(file ? { header: { ...header, media_type: file } } : Object.keys(header).length > 0 ? { header } : {}),
      ...(Object.keys(body).length > 0 ? { body } : {}),
      ...(buttons.length > 0 ? { buttons } : {}),
    },
  };
}
