import fc from "fast-check";
import { expect, test } from "vitest";
import { flow, unflow } from "./flowed.ts";

const long = "Every spring they come back, and I have tried everything that anybody ever told me about, twice.";

test("long lines are broken at spaces, links and signatures stay whole, and what looks like something else is set in", () => {
  expect(flow(`${long}\n\n> ${long}\nFrom here\n    1 ok\n-- \nme  `)).toBe(
    [
      "Every spring they come back, and I have tried everything that anybody ever ",
      "told me about, twice.",
      "",
      "> Every spring they come back, and I have tried everything that anybody ever ",
      "> told me about, twice.",
      " From here",
      "     1 ok",
      "-- ",
      "me",
    ].join("\n"),
  );
  const link = `https://a.example/${"x".repeat(90)}`;
  expect(flow(`Read it: ${link} or not`)).toBe(`Read it: \n${link} \nor not`);
});

test("whoever knows the format reads the very words", () => {
  const word = fc.oneof(fc.constantFrom("a", "From", ">", "--", "مرحبا", "x".repeat(80)), fc.string({ maxLength: 12 }));
  const line = fc.array(word, { maxLength: 30 }).map((words) =>
    words
      .join(" ")
      .replace(/[\r\n]/g, "")
      .trimEnd(),
  );
  fc.assert(
    fc.property(fc.array(line.map((one) => one.replace(/^(>+)\s*(.*)$/, "$1 $2").trimEnd())), (lines) => {
      const flowed = flow(lines.join("\n"));
      expect(unflow(flowed, false)).toBe(lines.join("\n"));
      for (const one of flowed.split("\n")) expect(one.length <= 78 || /\S{60}/.test(one)).toBe(true);
    }),
  );
});
