// Chance that can be repeated: every test that uses it says its seed, and SEED in the environment sets it.
import { randomInt } from 'node:crypto';

/** Returns `{seed, next()}`; `next` gives numbers in [0, 1) (mulberry32: small, and good enough to pick instants). */
export function chance(t) {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
  t.diagnostic(`SEED=${seed}`);
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { seed, next };
}
