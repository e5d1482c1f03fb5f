import { expect, test } from "vitest";
import { limits } from "../core/limits.ts";
import { createCallers } from "./callers.ts";

test("a network has so many conversations at a time, and another its own", () => {
  const callers = createCallers(() => new Date(0));
  for (let number = 0; number < limits.mailClientsPerNetwork; number++)
    expect(callers.enter(`a${number}`, `2001:db8::${number}`)).toBe(true);
  expect(callers.enter("one more", "2001:db8::ffff")).toBe(false);
  expect(callers.enter("other", "2001:db8:0:1::1")).toBe(true);
  callers.leave("one more");
  expect(callers.enter("still", "2001:db8::1")).toBe(false);
  callers.leave("a3");
  expect(callers.enter("again", "2001:db8::1")).toBe(true);
});

test("a network has so many mails within an hour, wherever it says that it comes from", () => {
  let at = 0;
  const callers = createCallers(() => new Date(at));
  const note = (ip = "192.0.2.1") => callers.note("mail", ip);
  for (let number = 0; number < limits.mailsPerNetwork; number++) expect(note()).toBe(true);
  expect([note(), note("::ffff:192.0.2.1"), note("192.0.2.2"), callers.note("unknown", "192.0.2.1")]).toEqual([
    false,
    false,
    true,
    true,
  ]);
  at += 60 * 60 * 1000;
  expect(note()).toBe(true);
});
