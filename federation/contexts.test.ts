import { expect, test } from "vitest";
import { contextLoader } from "./contexts.ts";

test.each([
  "https://www.w3.org/ns/activitystreams",
  "http://www.w3.org/ns/activitystreams",
  "https://w3id.org/security/v1",
  "https://w3id.org/security/data-integrity/v1",
  "https://w3id.org/security/data-integrity/v2",
  "https://w3id.org/identity/v1",
  "https://join-lemmy.org/context.json",
  "https://gotosocial.org/ns",
  "https://schema.org/",
])("the context %s is bundled", async (url) => {
  expect(await contextLoader(url)).toMatchObject({ documentUrl: url, document: { "@context": expect.anything() } });
});

test.each([
  "https://evil.example/context",
  "https://www.w3.org/ns/activitystreams/",
  "file:///etc/passwd",
  "__proto__",
  "constructor",
  "toString",
  "",
])("the context %j is refused, and nothing is fetched (attack A12)", async (url) => {
  await expect(contextLoader(url)).rejects.toThrow("not one that is known here");
});
