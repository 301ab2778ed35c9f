// Times in words. Everything takes epoch seconds and, for tests, the present moment in ms.

const DAY = 86_400;

/** `14:32`, in the reader's own clock. */
export function clock(at: number): string {
  return new Date(at * 1000).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

/** How long ago, as short as a list row wants it: `now`, `4m`, `3h`, `2d`, then a date. */
export function age(at: number, now = Date.now()): string {
  const seconds = Math.max(0, now / 1000 - at);
  if (seconds < 60) return "now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < DAY) return `${Math.floor(seconds / 3600)}h`;
  if (seconds < 7 * DAY) return `${Math.floor(seconds / DAY)}d`;
  return new Date(at * 1000).toLocaleDateString([], { day: "numeric", month: "short" });
}

/** `age` in a sentence: `just now`, `4m ago`, `12 Nov`. */
export function ago(at: number, now = Date.now()): string {
  const words = age(at, now);
  if (words === "now") return "just now";
  return /^\d+[mhd]$/.test(words) ? `${words} ago` : words;
}

/** The day as a divider says it: `Today`, `Yesterday`, `Monday 16 November`. */
export function dayName(at: number, now = Date.now()): string {
  const days = Math.round((midnight(now) - midnight(at * 1000)) / (DAY * 1000));
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const date = new Date(at * 1000);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) });
}

/** The clock today, else day and clock: `14:32`, `tomorrow 09:00`, `23 Nov, 09:00`. */
export function moment(at: number, now = Date.now()): string {
  const days = Math.round((midnight(at * 1000) - midnight(now)) / (DAY * 1000));
  if (days === 0) return clock(at);
  if (days === 1) return `tomorrow ${clock(at)}`;
  if (days === -1) return `yesterday ${clock(at)}`;
  return `${new Date(at * 1000).toLocaleDateString([], { day: "numeric", month: "short" })}, ${clock(at)}`;
}

/** To the second, for hovering. */
export function exact(at: number): string {
  return new Date(at * 1000).toLocaleString([], { dateStyle: "full", timeStyle: "medium" });
}

/** A span as people set it: `at once`, `45 seconds`, `2 minutes`, `1 hour 30 minutes`. */
export function span(seconds: number): string {
  if (seconds <= 0) return "at once";
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), "hour"],
    [Math.floor((seconds % 3600) / 60), "minute"],
    [seconds % 60, "second"],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`)
    .join(" ");
}

/** The moments one can snooze until, from now on. */
export function snoozeChoices(now = Date.now()): { words: string; until: number }[] {
  const at = (days: number, hour: number) => {
    const date = new Date(now);
    date.setDate(date.getDate() + days);
    date.setHours(hour, 0, 0, 0);
    return Math.floor(date.getTime() / 1000);
  };
  const toMonday = (8 - new Date(now).getDay()) % 7 || 7;
  return [
    { words: "For an hour", until: Math.floor(now / 1000) + 3600 },
    { words: "Until tomorrow, 9:00", until: at(1, 9) },
    { words: "Until Monday, 9:00", until: at(toMonday, 9) },
    { words: "For a week", until: at(7, 9) },
  ];
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
