import { expect, test } from "vitest";
import type { MessageTemplate } from "../src/api/types";
import { blanks, isFillable, paramsOf, reads } from "../src/lib/templates";

const update: MessageTemplate = {
  name: "order_update",
  language: "en_US",
  category: "UTILITY",
  parameter_format: "POSITIONAL",
  components: [
    { type: "HEADER", format: "TEXT", text: "Order {{1}}" },
    { type: "BODY", text: "Hello {{1}}, order {{2}} leaves on {{ 3 }}. Thank you, {{1}}!" },
    { type: "FOOTER", text: "Acme" },
    { type: "BUTTONS", buttons: [{ type: "PHONE_NUMBER", text: "Call" }, { type: "URL", text: "Track", url: "https://a.example/{{1}}" }, { type: "URL", text: "Home", url: "https://a.example" }] },
  ],
};
const values = { "header.1": "4711", "body.1": "Carla", "body.2": " 4711 ", "body.3": "Monday", "buttons.1": "4711" };

test("every place is asked for once, from top to bottom", () => {
  expect(blanks(update).map(({ key }) => key)).toEqual(["header.1", "body.1", "body.2", "body.3", "buttons.1"]);
  expect(blanks(update).map(({ label }) => label)).toEqual(["Header 1", "Value 1", "Value 2", "Value 3", "Button “Track”"]);
});

test("it reads as the person will read it, with gaps where nothing is filled in", () => {
  expect(reads(update, values)).toBe("Order 4711\n\nHello Carla, order 4711 leaves on Monday. Thank you, Carla!\n\nAcme");
  expect(reads(update, { "body.2": "7" })).toBe("Order {{1}}\n\nHello {{1}}, order 7 leaves on {{ 3 }}. Thank you, {{1}}!\n\nAcme");
});

test("the server is asked for what the provider calls it", () => {
  expect(paramsOf(update, values)).toEqual({
    name: "order_update",
    language: "en_US",
    category: "UTILITY",
    processed_params: { header: { "1": "4711" }, body: { "1": "Carla", "2": "4711", "3": "Monday" }, buttons: [{}, { type: "url", parameter: "4711" }] },
  });
  const bare: MessageTemplate = { ...update, components: [{ type: "BODY", text: "Hello" }] };
  expect(paramsOf(bare, {}).processed_params).toEqual({});
});

test("named places and files in the header", () => {
  const named: MessageTemplate = { ...update, components: [{ type: "HEADER", format: "DOCUMENT" }, { type: "BODY", text: "Hello {{first_name}}" }] };
  expect(blanks(named)).toEqual([
    { key: "header.media_url", label: "Address of the document" },
    { key: "body.first_name", label: "first name" },
  ]);
  const filled = paramsOf(named, { "header.media_url": "https://a.example/b.pdf", "body.first_name": "Carla" });
  expect(filled.processed_params).toEqual({ header: { media_url: "https://a.example/b.pdf", media_type: "document" }, body: { first_name: "Carla" } });
  expect(isFillable(named) && isFillable(update)).toBe(true);
  expect(isFillable({ ...update, components: [{ type: "HEADER", format: "LOCATION" }, { type: "BODY", text: "x" }] })).toBe(false);
  expect(isFillable({ ...update, components: [{ type: "CAROUSEL" }] })).toBe(false);
});
