import { expect, test } from "vitest";
import { readMailAddress } from "./mail-address.ts";

test.each([
  ["ana@example.org", "ana@example.org"],
  [" Ana.B+moot@Example.ORG\n", "ana.b+moot@example.org"],
  ["o'neil@localhost", "o'neil@localhost"],
  ["ana@bücher.example", "ana@xn--bcher-kva.example"],
  ["Jürgen@Bücher.example", "jürgen@xn--bcher-kva.example"],
  ["Ju\u0308rgen@example.org", "jürgen@example.org"],
  ["آنا@example.org", "آنا@example.org"],
  ["阿娜.1@example.org", "阿娜.1@example.org"],
])("%j is the address %s", (text, address) => {
  expect(readMailAddress(text)).toBe(address);
});

test.each([
  "",
  "ana",
  "@example.org",
  "ana@",
  "ana@exa mple.org",
  "ana@example.org\r\nBcc: all@example.org",
  "ana\n@example.org",
  "ana@example.org,ben@example.org",
  "Ana <ana@example.org>",
  '"ana ana"@example.org',
  "ana@-example.org",
  "ana@example..org",
  "ana@[127.0.0.1]",
  "ana\0@example.org",
  "ana\u200b@example.org",
  "\u202eana@example.org",
  "ana\u2028@example.org",
  "ana\uff20x@example.org@example.org",
  `${"ü".repeat(33)}@example.org`,
  `${"a".repeat(65)}@example.org`,
  `a@${"a.".repeat(140)}org`,
])("%j is no address", (text) => {
  expect(() => readMailAddress(text)).toThrow(expect.objectContaining({ code: "invalid" }));
});
