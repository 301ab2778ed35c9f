// One wrapper around fetch: JSON in and out, the CSRF header on writes, and every failure as an ApiError with words to show.

export class ApiError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
  get offline(): boolean {
    return this.status === 0;
  }
}

export type Query = Record<string, string | number | null | undefined>;

let signedOut: () => void = () => {};

/** Called when an answer says that the session has ended. */
export function onSignedOut(callback: () => void): void {
  signedOut = callback;
}

export function get<T>(path: string, query?: Query): Promise<T> {
  return request<T>("GET", withQuery(path, query));
}

/** A body that is no JSON: a mail as it came. */
export function getText(path: string): Promise<string> {
  return request("GET", path, undefined, (text) => text);
}

export function send<T>(method: "POST" | "PATCH" | "PUT" | "DELETE", path: string, body?: object): Promise<T> {
  return request<T>(method, path, body);
}

async function request<T>(method: string, path: string, body?: object, read: (text: string, status: number) => T = parse): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Segue-Request"] = "1";
  // A form says its own type; a Blob in a request is a mail.
  const asIs = body instanceof FormData || body instanceof Blob;
  if (body instanceof Blob) headers["Content-Type"] = "message/rfc822";
  else if (body && !asIs) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, { method, headers, credentials: "same-origin", body: body ? (asIs ? body : JSON.stringify(body)) : null });
  } catch {
    throw new ApiError(0, "The server cannot be reached.");
  }
  const text = await response.text().catch(() => "");
  if (response.ok) return read(text, response.status);
  if (response.status === 401 && path.startsWith("/api/")) signedOut();
  throw new ApiError(response.status, wordsOf(text, response.status));
}

function parse<T>(text: string, status: number): T {
  if (!text) return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new ApiError(status, "The server's answer could not be read.");
  }
}

/** What to tell people: the server's own words where it gave any. */
export function wordsOf(text: string, status: number): string {
  try {
    const body = JSON.parse(text) as { error?: unknown; message?: unknown };
    for (const words of [body.error, body.message]) if (typeof words === "string" && words) return words;
  } catch {
    // not JSON: a proxy's page
  }
  return STATUS_WORDS[status] ?? `The server answered ${status}.`;
}

const STATUS_WORDS: Record<number, string> = {
  401: "You are signed out.",
  403: "You are not allowed to do this.",
  404: "This does not exist any more.",
  413: "This is too large for the server.",
  429: "Too many tries. Wait a moment and try again.",
  502: "The server is restarting.",
  503: "The server is busy. Try again in a moment.",
};

function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}
