// Times and sizes in words, by the browser's own tables.

/** The time of day of an epoch second. */
export function clock(seconds: number, language: string): string {
  return new Date(seconds * 1000).toLocaleTimeString(language, { timeStyle: "short" });
}

/** "today", "yesterday", a weekday within the week, else the date; `midnight` in epoch ms, local. */
export function dayName(midnight: number, language: string, now = Date.now()): string {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const days = Math.round((midnight - today) / 86_400_000);
  if (days >= -1) return capital(new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day"));
  if (days > -7) return capital(new Date(midnight).toLocaleDateString(language, { weekday: "long" }));
  const year = new Date(midnight).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return new Date(midnight).toLocaleDateString(language, { day: "numeric", month: "long", year });
}

/** Bytes as people say them. */
export function size(bytes: number, language: string): string {
  const [value, unit] = bytes < 1e6 ? [Math.max(1, bytes / 1e3), "kilobyte"] : [bytes / 1e6, "megabyte"];
  return value.toLocaleString(language, { style: "unit", unit, maximumFractionDigits: value < 10 && unit === "megabyte" ? 1 : 0 });
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
