// Waiting for something to become true, with a deadline and words for the failure.
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Calls `probe` until it returns something truthy and returns that; throws after `within` milliseconds.
 * An error thrown by the probe counts as "not yet" and is named when time is up, unless it has the property `fatal`.
 */
export async function until(what, probe, { within = 10_000, every = 20 } = {}) {
  const deadline = performance.now() + within;
  let last;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
      last = undefined;
    } catch (error) {
      if (error.fatal) throw error;
      last = error;
    }
    if (performance.now() > deadline) {
      const cause = last ? ` (last error: ${last.message})` : '';
      throw new Error(`waited ${within} ms in vain until ${what}${cause}`, { cause: last });
    }
    await pause(every);
  }
}
