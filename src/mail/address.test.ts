import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isMailAddress } from "../core/mail-address.ts";
import { createListAddresses } from "./address.ts";

const lists = createListAddresses("Lists.example", "a secret that only tests know");

test.each([
  ["cats@lists.example", { handle: "cats", kind: "post" }],
  ["Cats@LISTS.example", { handle: "cats", kind: "post" }],
  ["cats+subscribe@lists.example", { handle: "cats", kind: "subscribe" }],
  ["cats+UNSUBSCRIBE@lists.example", { handle: "cats", kind: "unsubscribe" }],
  ["cats+digest@lists.example", { handle: "cats", kind: "digest" }],
  ["cats+nomail@lists.example", { handle: "cats", kind: "nomail" }],
  ["cats+help@lists.example", { handle: "cats", kind: "help" }],
  ["cats+owner@lists.example", { handle: "cats", kind: "owner" }],
  ["cats+announce@lists.example", { handle: "cats", kind: "announce" }],
  ["cats+by-0123456789abcdef@lists.example", { handle: "cats", kind: "author", token: "0123456789abcdef" }],
  ["cats+by-0123456789abcde@lists.example", "unknown"],
  ["cats@elsewhere.example", "elsewhere"],
  ["cats@sub.lists.example", "elsewhere"],
  ["cats", "elsewhere"],
  ["@lists.example", "unknown"],
  ["", "elsewhere"],
  ["cats+dogs@lists.example", "unknown"],
  ["cats+help+help@lists.example", "unknown"],
  ["cats+@lists.example", "unknown"],
  ["c ats@lists.example", "unknown"],
  ["a@b@lists.example", "unknown"],
  ["cats+reply-1-aaaaaaaaaaaaaaaaaaaaaaaaaa@lists.example", "unknown"],
] as const)("%s is read as %j", (address, expected) => {
  expect(lists.parse(address)).toEqual(expected);
});

test("a token names what it was made for, whatever becomes of its capitals on the way", () => {
  for (const purpose of ["confirm", "reply", "bounce", "private", "probe"] as const) {
    for (const number of [0, 1, 35, 36, 123_456_789, Number.MAX_SAFE_INTEGER]) {
      const address = lists.formatToken("cats", purpose, number);
      expect(lists.parse(address.toUpperCase())).toEqual({ handle: "cats", kind: purpose, number });
      expect(isMailAddress(address)).toBe(true);
    }
  }
});

test("an address with a token is short enough for every mail server, also with the longest handle", () => {
  const address = lists.formatToken("c".repeat(64), "confirm", Number.MAX_SAFE_INTEGER);

  expect(address.split("@")[0]!.length).toBeLessThanOrEqual(64);
  expect(lists.parse(address)).toEqual({ kind: "confirm", number: Number.MAX_SAFE_INTEGER });
});

test("nobody makes a token: no changed letter, no other purpose, no other key is taken", () => {
  const address = lists.formatToken("cats", "reply", 4_711);
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  const start = "cats+reply-".length;
  for (let at = start; at < address.indexOf("@"); at += 1) {
    for (const letter of letters) {
      const changed = address.slice(0, at) + letter + address.slice(at + 1);
      if (changed !== address) expect(lists.parse(changed)).toBe("unknown");
    }
  }
  expect(lists.parse(address.replace("reply", "bounce"))).toBe("unknown");
  expect(createListAddresses("lists.example", "another secret").parse(address)).toBe("unknown");
});

test("of a thousand forged reply addresses none is taken", () => {
  const random = randomBytes(26_000).map((byte) => "abcdefghijklmnopqrstuvwxyz234567".charCodeAt(byte % 32));
  const forged = Array.from({ length: 1_000 }, (_, at) => {
    const token = Buffer.from(random.subarray(at * 26, at * 26 + 26)).toString();
    return `cats+reply-${at.toString(36)}-${token}@lists.example`;
  });

  expect(forged.filter((address) => lists.parse(address) !== "unknown")).toEqual([]);
});

test("no text makes the reading of an address fail", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      lists.parse(text);
      lists.parse(`${text}@lists.example`);
    }),
    { numRuns: 500 },
  );
});
