// The ways in for mail, as a setup page needs them: where at the provider the address goes, and what else is asked for there.
import type { MailSettings, Road } from "../api/types";

interface Guide {
  words: string;
  /** Where at the provider, and what to tick. */
  where: string;
  /** It shows who it is by a password in the address. */
  password: boolean;
}

const GUIDES: Record<string, Guide> = {
  relay: { words: "Mail server", where: "Postfix, Exim, qmail, or anything that can post a mail.", password: true },
  sendgrid: { words: "SendGrid", where: "Settings → Inbound Parse → Add Host & URL. Tick “POST the raw, full MIME message”.", password: true },
  postmark: { words: "Postmark", where: "Server → Inbound stream → Settings → Webhook. Tick “Include raw email content in JSON payload”.", password: true },
  mailgun: { words: "Mailgun", where: "Receiving → Create route → Forward. Keep the ending “/mime”.", password: false },
  mandrill: { words: "Mandrill", where: "Inbound → your domain → Routes → Webhook.", password: false },
  ses: { words: "Amazon SES", where: "SNS → Create subscription, protocol HTTPS, for the topic that the SES receipt rule publishes to.", password: false },
};

export const guide = (name: string): Guide => GUIDES[name] ?? { words: name, where: "", password: false };

/** The address as it is pasted: with the user name, and a place for the password where it needs one. */
export function pasted(road: Road): string {
  if (!guide(road.name).password || road.url.includes("@")) return road.url;
  return road.url.replace(/^(https?:\/\/)/, "$1actionmailbox:PASSWORD@");
}

/** Those that take mail, then those that lack something, then those that are off; each as the server lists them. */
export function sortedRoads(roads: Road[]): { open: Road[]; off: Road[] } {
  const open = roads.filter((road) => road.enabled);
  return { open: [...open.filter((road) => road.ready), ...open.filter((road) => !road.ready)], off: roads.filter((road) => !road.enabled) };
}

/** What to set so that these and that one are enabled. */
export function enabling(road: Road, all: Road[]): string {
  return `RAILS_INBOUND_EMAIL_SERVICE=${[...all.filter((one) => one.enabled), road].map((one) => one.name).join(",")}`;
}

/** The roads of a server that does not list them: those it names. */
export function roadsOf(mail: MailSettings): Road[] {
  if (mail.roads) return mail.roads;
  return mail.ingresses.map((name) => ({
    name,
    enabled: true,
    url: mail.ingress_url.replace("/relay/", `/${name}/`),
    ready: mail.ingress_password_set,
    missing: mail.ingress_password_set ? null : "RAILS_INBOUND_EMAIL_PASSWORD",
  }));
}

/** Who looks whether senders are who they say, in words. */
export function checking(mail: MailSettings): string {
  if (mail.trusted_authserv) return `${mail.trusted_authserv} looks, and its Authentication-Results count.`;
  if (mail.resolver === "off") return "Nobody looks: SEGUE_RESOLVER is off. Mail is taken all the same; only its senders are not proved.";
  return `Segue looks itself, and asks ${!mail.resolver || mail.resolver === "system" ? "the system’s resolver" : mail.resolver}.`;
}
