import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TypingSignal } from "../src/lib/typing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("writing is told once, again when it goes on, and its end once", () => {
  const told: boolean[] = [];
  const signal = new TypingSignal((on) => told.push(on));
  for (let key = 0; key < 5; key++) {
    signal.wrote();
    vi.advanceTimersByTime(1000);
  }
  expect(told).toEqual([true]);
  for (let key = 0; key < 5; key++) {
    signal.wrote();
    vi.advanceTimersByTime(1000);
  }
  expect(told).toEqual([true, true]);
  vi.advanceTimersByTime(4000);
  expect(told).toEqual([true, true, false]);
  signal.stopped();
  expect(told).toHaveLength(3);
});
