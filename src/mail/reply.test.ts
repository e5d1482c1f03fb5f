import { expect, test } from "vitest";
import { checkedThings } from "../community/checks.ts";
import { replyToRefusal } from "./reply.ts";

test("a mail that a check refuses hears which, in letters that every server can pass on", () => {
  const answers = checkedThings.map((what) => replyToRefusal(what === "anything" ? "checked" : what));

  expect(new Set(answers.map(({ text }) => text)).size).toBe(checkedThings.length);
  for (const { code, text } of answers) expect([code, text]).toEqual([550, expect.stringMatching(/^5\.7\.1 [ -~]+$/)]);
});
