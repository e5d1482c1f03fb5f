import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuTimeOf } from "../../test/cpu-time.ts";
import { hideAddresses } from "./hide-addresses.ts";

test.each([
  ["On 1 May, Ana <ana@good.example> wrote:", "On 1 May, Ana wrote:"],
  ["On 1 May, Ana <mailto:ana@good.example> wrote:", "On 1 May, Ana wrote:"],
  ["Ana Lima (ana.lima+x@mail.good.example)", "Ana Lima"],
  ["write to ana@good.example.", "write to …@…."],
  ["<ana@good.example", "<…@…"],
  ["mailto:ana@good.example", "…@…"],
  ["jörg@bücher.example", "…@…"],
  ["@ana@moot.example is on the fediverse", "@ana@moot.example is on the fediverse"],
  [
    "https://moot.example/@ana and https://x.example/@ana@moot.example",
    "https://moot.example/@ana and https://x.example/@ana@moot.example",
  ],
  ["a @ b, x@y", "a @ b, x@y"],
  ["https://x.example/stop?who=ana@good.example", "https://x.example/…@…"],
  ["https://x.example/stop/ana@good.example", "https://x.example/stop/…@…"],
  [`${"a".repeat(200)}@good.example`, "…@…"],
])("of %j the world reads %j", (text, expected) => {
  expect(hideAddresses(text)).toBe(expected);
});

test("no address stays, whatever stands around it", () => {
  const around = fc.string({ maxLength: 20 }).map((text) => text.replace(/[@/\w.+-]/g, " "));
  fc.assert(
    fc.property(around, around, (before, after) => {
      expect(hideAddresses(`${before} ana.lima@good.example ${after}`)).not.toMatch(/ana|good/);
    }),
  );
});

test("a long text takes no time", () => {
  for (const piece of ["a@", "<", "a.", "@a.b", "x"])
    expect(cpuTimeOf(() => hideAddresses(`${piece.repeat(200_000)}@`))).toBeLessThan(3_000);
});
