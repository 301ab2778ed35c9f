// Colour arithmetic for accents that an account chose: which text is readable on it, and what it becomes on dark grounds.

export type Rgb = readonly [red: number, green: number, blue: number];

/** Parses `#rgb` or `#rrggbb` (case-insensitive); null for anything else. Channels are 0–255. */
export function parseHex(colour: string): Rgb | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour.trim());
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour.trim());
  const parts = long?.slice(1) ?? short?.slice(1).map((digit) => digit + digit);
  if (!parts) return null;
  const [red = 0, green = 0, blue = 0] = parts.map((part) => parseInt(part, 16));
  return [red, green, blue];
}

/** Relative luminance, 0 (black) to 1 (white): WCAG 2.2, "relative luminance". */
export function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio of two colours, 1 to 21: WCAG 2.2, "contrast ratio". */
export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [28, 26, 24];

/** White or ink, whichever reads better on `background`; white wins while it reaches 4:1, as people expect of saturated colours. */
export function readableOn(background: string): "#ffffff" | "#1c1a18" {
  const colour = parseHex(background) ?? INK;
  return contrast(WHITE, colour) >= 4 || contrast(WHITE, colour) >= contrast(INK, colour) ? "#ffffff" : "#1c1a18";
}

/** `colour` mixed towards white or ink until it reads as text (4.5:1) on `ground`; for links and glyphs in the account's colour. */
export function asTextOn(colour: string, ground: string): string {
  const start = parseHex(colour) ?? INK;
  const back = parseHex(ground) ?? WHITE;
  const goal = luminance(back) > 0.4 ? INK : WHITE;
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(start, goal, share);
    if (contrast(mixed, back) >= 4.5) return toHex(mixed);
  }
  return toHex(goal);
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [part(0), part(1), part(2)];
}

function toHex(colour: Rgb): string {
  return "#" + colour.map((channel) => channel.toString(16).padStart(2, "0")).join("");
}
