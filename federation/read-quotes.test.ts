import { expect, test } from "vitest";
import type { JsonObject } from "./as2.ts";
import { readQuotes } from "./read-quotes.ts";

const id = "https://m.example/notes/1";
const other = "https://b.example/notes/2";
const profile = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const link = (href: unknown, mediaType: unknown = profile) => ({ type: "Link", href, mediaType }) as JsonObject;

test.each<[string, JsonObject, readonly string[]]>([
  ["FEP-044f", { quote: other }, [other]],
  ["FEP-044f with the post in it, which is not believed", { quote: { id: other, content: "<p>forged</p>" } }, [other]],
  ["Misskey in all three ways", { _misskey_quote: other, quoteUrl: other, quoteUri: other }, [other]],
  ["Fedibird", { quoteUri: other }, [other]],
  ["Mitra (FEP-e232)", { tag: [link(other), link(`${other}3`, "application/activity+json")] }, [other, `${other}3`]],
  ["a link to a page among the tags", { tag: [link(other, "text/html"), link(other, 7)] }, []],
  ["a hashtag with an address", { tag: [{ type: "Hashtag", href: other, mediaType: profile }] }, []],
  ["a post that quotes itself", { quote: id, tag: link(id) }, []],
  ["nothing that can be followed", { quote: "javascript:x()", quoteUrl: 7, tag: [link("x"), null, 3] }, []],
  ["nothing", {}, []],
])("%s is read", (_, object, names) => {
  expect(readQuotes({ id, ...object }, id)).toEqual(names.map((url) => ({ kind: "quote", url })));
});

test("of very many quotes a few are read", () => {
  const tag = Array.from({ length: 50 }, (_, index) => link(`${other}${index}`));

  expect(readQuotes({ tag }, id)).toHaveLength(4);
});

test.each<[string, unknown, string | undefined]>([
  ["at the home of what is quoted", "https://b.example/stamps/1", "https://b.example/stamps/1"],
  ["given whole", { id: "https://b.example/stamps/1", type: "QuoteAuthorization" }, "https://b.example/stamps/1"],
  ["at the home of who quotes (attack A17)", "https://m.example/stamps/1", undefined],
  ["at a third place (attack A17)", "https://evil.example/stamps/1", undefined],
  ["that is no address", 7, undefined],
])("a permission %s", (_, quoteAuthorization, approvedBy) => {
  const object = { quote: other, quoteAuthorization, tag: [link(`${other}3`)] } as unknown as JsonObject;

  const [quote, linked] = readQuotes(object, id);

  expect(quote?.approvedBy).toBe(approvedBy);
  expect(linked).toEqual({ kind: "quote", url: `${other}3` });
});
