// The desk's addresses, in one table, and a history router small enough to read. Base path: /app.

export interface Route {
  name: RouteName;
  /** Numbers and words taken from the path, by the names in the pattern. */
  params: Record<string, string>;
  query: URLSearchParams;
}

const ROUTES = [
  ["home", "/"],
  ["signIn", "/login"],
  ["onboarding", "/onboarding"],
  ["conversations", "/accounts/:account/conversations"],
  ["conversation", "/accounts/:account/conversations/:number"],
  ["sandbox", "/accounts/:account/sandbox"],
  ["sandboxMail", "/accounts/:account/sandbox/:id"],
  ["inbound", "/accounts/:account/inbound"],
  ["inboundTry", "/accounts/:account/inbound/try"],
  ["inboundMail", "/accounts/:account/inbound/:id"],
  ["settings", "/accounts/:account/settings"],
  ["settingsAccount", "/accounts/:account/settings/account"],
  ["settingsMail", "/accounts/:account/settings/mail"],
  ["settingsInboxes", "/accounts/:account/settings/inboxes"],
  ["settingsNewInbox", "/accounts/:account/settings/inboxes/new"],
  ["settingsInbox", "/accounts/:account/settings/inboxes/:id"],
  ["settingsAgents", "/accounts/:account/settings/agents"],
] as const;

export type RouteName = (typeof ROUTES)[number][0] | "notFound";

const BASE = "/app";

/** The route of a path and query. The first row of the table that fits wins. */
export function match(pathname: string, search: string): Route {
  const query = new URLSearchParams(search);
  const path = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname;
  const parts = path.split("/").filter(Boolean);
  for (const [name, pattern] of ROUTES) {
    const params = fit(pattern.split("/").filter(Boolean), parts);
    if (params) return { name, params, query };
  }
  return { name: "notFound", params: {}, query };
}

function fit(pattern: string[], parts: string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (wanted.startsWith(":")) params[wanted.slice(1)] = part;
    else if (wanted !== part) return null;
  }
  return params;
}

class Router {
  route = $state.raw<Route>({ name: "home", params: {}, query: new URLSearchParams() });

  start(): void {
    this.#read();
    addEventListener("popstate", () => this.#read());
    document.addEventListener("click", (event) => this.#click(event));
  }

  /** Goes to a path below /app, e.g. `/accounts/1/inbound?state=held`. */
  go(path: string, replace = false): void {
    const url = BASE + path;
    if (url === location.pathname + location.search) return;
    history[replace ? "replaceState" : "pushState"](null, "", url);
    this.#read();
  }

  /** The number in the path under that name, or null. */
  number(name: string): number | null {
    const value = Number(this.route.params[name]);
    return Number.isInteger(value) && value > 0 ? value : null;
  }

  #read(): void {
    this.route = match(location.pathname, location.search);
  }

  // Plain links work as links everywhere; a plain left click on one of ours stays in the page.
  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.pathname !== BASE && !link.pathname.startsWith(BASE + "/")) return;
    event.preventDefault();
    this.go(link.pathname.slice(BASE.length) + link.search);
  }
}

export const router = new Router();

/** The href of a path below /app. */
export function href(path: string): string {
  return BASE + path;
}
