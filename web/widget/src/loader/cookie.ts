// Cookies on the host page: the visitor's session, and what was last said of the user.

const YEAR_S = 31_536_000;

export function readCookie(name: string): string {
  return `; ${document.cookie}`.split(`; ${name}=`)[1]?.split(";")[0] ?? "";
}

/** Keeps `value` for a year on the whole site (SameSite=Lax, Secure where the page is); an empty value removes the cookie. Values are
 * tokens of URL-safe characters, so nothing is escaped. */
export function writeCookie(name: string, value: string, domain?: string): void {
  document.cookie =
    `${name}=${value};path=/;max-age=${value ? YEAR_S : 0};samesite=lax` +
    (domain ? `;domain=${domain}` : "") +
    (location.protocol === "https:" ? ";secure" : "");
}
