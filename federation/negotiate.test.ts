import { expect, test } from "vitest";
import { readAccept } from "./negotiate.ts";

test.each([
  ["application/activity+json", "activity"],
  ['application/ld+json; profile="https://www.w3.org/ns/activitystreams"', "activity"],
  [
    'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams", text/html;q=0.1',
    "activity",
  ],
  ["application/ld+json", "activity"],
  ["application/ld+json;q=0.5, text/html", "page"],
  ["application/ld+json;q=0", "either"],
  ["application/json", "either"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "page"],
  ["text/html, application/activity+json;q=0.5", "page"],
  ["*/*", "either"],
  [undefined, "either"],
])("Accept: %s means %s", (accept, meaning) => {
  expect(readAccept(accept)).toBe(meaning);
});
