import { expect, test } from "vitest";
import { domainOf } from "../src/core/host.ts";
import { limits } from "../src/core/limits.ts";
import { createQuota } from "./quota.ts";

test("a domain with all its sub-domains is asked so often, and again when the window is over (attack C10)", () => {
  let time = Date.UTC(2026, 2, 1);
  const mayAsk = createQuota(() => new Date(time));
  const allowed = Array.from({ length: limits.fetchesPerDomain + 10 }, (_, index) => mayAsk(`${index}.flood.example`));

  expect(allowed.filter(Boolean)).toHaveLength(limits.fetchesPerDomain);
  expect(mayAsk("home.example")).toBe(true);
  time += limits.quotaWindow - 1;
  expect(mayAsk("flood.example")).toBe(false);
  time += 1;
  expect(mayAsk("flood.example")).toBe(true);
});

test("no more domains are counted than the limit says (attack C4, CVE-2026-69132)", () => {
  const mayAsk = createQuota(() => new Date(0));
  for (let count = 0; count < limits.fetchesPerDomain; count++) mayAsk("first.example");
  expect(mayAsk("first.example")).toBe(false);

  for (let count = 0; count < limits.domainsCounted; count++) mayAsk(`${count}.test`);

  expect(mayAsk("first.example")).toBe(true);
});

test.each([
  ["a.b.home.example", "home.example"],
  ["home.example.", "home.example"],
  ["a.b.co.uk", "b.co.uk"],
  ["b.co.uk:8443", "b.co.uk"],
  ["a.social.de", "social.de"],
  ["localhost:3000", "localhost:3000"],
  ["127.0.0.1:3000", "127.0.0.1:3000"],
  ["[::1]:3000", "[::1]:3000"],
])("%s belongs to %s", (host, domain) => {
  expect(domainOf(host)).toBe(domain);
});
