// What the loader needs of the host page itself: its address, its idle time, who its user is.

/** Takes the link-back token (from our mails) out of the page's address and the address bar; null when there is none. */
export function takeLinkBack(): string | null {
  const address = new URL(location.href);
  const query = address.searchParams;
  const token = query.get("segue_conversation");
  if (token) {
    query.delete("segue_conversation");
    history.replaceState(history.state, "", address);
  }
  return token;
}

/** Runs once the page has loaded and has nothing better to do. */
export function whenIdle(task: () => void): void {
  const idle = () => (self.requestIdleCallback ?? setTimeout)(task);
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle);
}

/** Throws, as integrators expect, unless there is an identifier and something to know the user by. */
export function checkUser(identifier: unknown, user: Record<string, unknown> | undefined): void {
  if (!/string|number/.test(typeof identifier) || !(user?.avatar_url || user?.email || user?.name)) {
    throw new Error("setUser needs an identifier and avatar_url, email or name");
  }
}

/** A short mark of what was said of a user, to skip saying it again. Not a secret, not a digest: 32 bits. */
export function userMark(identifier: unknown, user: unknown): string {
  let mark = 5381;
  for (const character of JSON.stringify([identifier, user])) mark = Math.imul(mark, 33) ^ (character.codePointAt(0) ?? 0);
  return `${mark >>> 0}`;
}
