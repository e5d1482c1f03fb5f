import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { expect, test } from "vitest";

test("every kind of work for later has its queue, else its worker asks for one in vain every five seconds", async () => {
  const lists = ["src/house.ts", "federation/work-federation.ts"].map((file) => readFileSync(file, "utf8")).join();
  const missing: string[] = [];
  for await (const file of glob(["src/**/*.ts", "federation/**/*.ts", "web/**/*.ts"]))
    for (const [, name] of readFileSync(file, "utf8").matchAll(/const (\w+Job): JobKind/g))
      if (!new RegExp(`^\\s+${name},$`, "m").test(lists) && !lists.includes(`, ${name}]`))
        missing.push(`${file} ${name}`);
  expect(missing).toEqual([]);
});
