import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { outbox } from "../src/stores/outbox.svelte";
import { message } from "./samples";

const what = { conversation: 4, content: "Hello", isNote: false, delivery: "auto" as const, cc: ["c@example.org"], to: [], files: [] as File[], resolve: false };
const fetched = vi.fn<typeof fetch>();

beforeEach(() => vi.stubGlobal("fetch", fetched));
afterEach(() => {
  for (const one of outbox.list) outbox.drop(one.echo);
  fetched.mockReset();
});

function body(call: number): unknown {
  return fetched.mock.calls[call]?.[1]?.body;
}

test("a confirmed message leaves the outbox; the write carries the guard header", async () => {
  fetched.mockResolvedValue(new Response(JSON.stringify(message(9))));
  expect((await outbox.send(what))?.id).toBe(9);
  expect(outbox.list).toEqual([]);
  const [path, init] = fetched.mock.calls[0] ?? [];
  expect(path).toMatch(/\/conversations\/4\/messages$/);
  expect(init?.headers).toMatchObject({ "X-Segue-Request": "1" });
  expect(JSON.parse(String(body(0)))).toMatchObject({ content: "Hello", private: false, delivery: "auto", cc_emails: "c@example.org" });
});

test("a failed message is kept with the reason, survives in storage, and goes again under the same echo", async () => {
  fetched.mockRejectedValueOnce(new TypeError("network"));
  expect(await outbox.send(what)).toBeNull();
  const [kept] = outbox.list;
  expect(kept).toMatchObject({ state: "failed", error: "The server cannot be reached." });
  expect(sessionStorage.getItem("segue.desk.outbox")).toContain("Hello");

  fetched.mockResolvedValueOnce(new Response(JSON.stringify(message(9))));
  expect((await outbox.retry(kept?.echo ?? ""))?.id).toBe(9);
  expect(outbox.list).toEqual([]);
  expect(JSON.parse(String(body(1))).echo_id).toBe(kept?.echo);
});

test("a note has no delivery; files go as a form", async () => {
  fetched.mockImplementation(async () => new Response(JSON.stringify(message(9))));
  await outbox.send({ ...what, isNote: true });
  expect(JSON.parse(String(body(0)))).not.toHaveProperty("delivery");
  await outbox.send({ ...what, files: [new File(["x"], "list.pdf")] });
  const form = body(1) as FormData;
  expect(form.get("content")).toBe("Hello");
  expect((form.get("attachments[]") as File).name).toBe("list.pdf");
});

test("a template goes with its values, as JSON", async () => {
  fetched.mockResolvedValue(new Response(JSON.stringify(message(9))));
  const template = { name: "order_update", language: "en_US", category: null, processed_params: { body: { "1": "4711" } } };
  await outbox.send({ ...what, template });
  expect(JSON.parse(String(body(0)))).toMatchObject({ content: "Hello", delivery: "auto", template_params: template });
});
