// What a browser calls itself, in the two words one wants to know.

// The first that fits wins: most browsers also name the ones they descend from.
const BROWSERS = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]] as const;
const SYSTEMS = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS X", "macOS"], ["Linux", "Linux"]] as const;

/** `Firefox on Windows`; the first words as they are where nothing is known. */
export function browserOf(userAgent: string): string {
  const found = (table: readonly (readonly [string, string])[]) => table.find(([mark]) => userAgent.includes(mark))?.[1];
  const browser = found(BROWSERS);
  const system = found(SYSTEMS);
  return [browser, system].filter(Boolean).join(" on ") || userAgent.slice(0, 40);
}
