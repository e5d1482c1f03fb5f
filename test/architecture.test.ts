import { globSync, readFileSync } from "node:fs";
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { breachesOf, formBreaches } from "./law.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rooms = globSync("{src,federation,web,test}/**/*.{ts,tsx}", { cwd: root }).map((path) =>
  path.replaceAll(sep, "/"),
);
const isTest = (path: string) => path.startsWith("test/") || /\.test\.tsx?$/.test(path);

test("the house keeps its law", () => {
  const told = rooms.flatMap((path) => {
    const text = readFileSync(`${root}/${path}`, "utf8");
    return (isTest(path) ? formBreaches : breachesOf)(path, text).map((breach) => `${path} ${breach}`);
  });

  expect(rooms.length).toBeGreaterThan(50);
  expect(told).toEqual([]);
});

const longFunction = `export function f() {\n${"  f();\n".repeat(60)}}\n`;

test.each([
  ["src/core/a.ts", 'import { b } from "../db/b.ts";', "imports src/db, which does not stand above it"],
  ["src/db/a.ts", 'import type { App } from "../app.ts";', "imports src/app.ts, which does not stand above it"],
  ["src/net/a.ts", 'import { b } from "../db/b.ts";', "imports src/db, which does not stand above it"],
  ["src/author/a.ts", 'export { b } from "../post/b.ts";', "imports src/post, which does not stand above it"],
  ["src/post/a.ts", 'import { b } from "../../federation/b.ts";', "imports federation, which does not stand above it"],
  ["web/a.tsx", 'const b = await import("../federation/b.ts");', "imports federation, which does not stand above it"],
  ["federation/a.ts", 'import { b } from "../src/mail/b.ts";', "imports src/mail, which does not stand above it"],
  ["federation/a.ts", 'import { b } from "../src/house.ts";', "imports src, which does not stand above it"],
  ["src/house.ts", 'import { b } from "./cli/b.ts";', "imports src/cli, which does not stand above it"],
  ["src/cli/a.ts", 'import { b } from "../main.ts";', "imports src/main.ts, which does not stand above it"],
  ["src/post/a.ts", 'import { b } from "../../test/b.ts";', "imports test/b.ts, outside the house"],
  ["src/util/a.ts", "export {};", "belongs to no room of the house"],
  ["web/a.tsx", 'import { eq } from "drizzle-orm";', "has queries"],
  ["src/house.ts", 'import { drizzle } from "drizzle-orm/postgres-js";', "has queries"],
  ["federation/a.ts", 'import postgres from "postgres";', "has queries"],
  ["federation/a.ts", 'import { posts } from "../src/db/schema/post.ts";', "looks into the tables"],
  ["src/mail/a.ts", 'import { createTransport } from "nodemailer";', "has the way to the mail relay"],
  ["src/post/a.ts", 'import { PgBoss } from "pg-boss";', "has the queue engine"],
  ["src/core/a.ts", "export const home = process.env.HOME;", "has the environment"],
  ["src/post/a.ts", "export const now = () => new Date();", "has the wall clock"],
  ["web/a.tsx", "export const now = () => Date.now();", "has the wall clock"],
  ["federation/a.ts", "export const now = () => Temporal.Now.instant();", "has the wall clock"],
  ["src/post/a.ts", "ctx.sendActivity(a, b, c);", "has sendActivity"],
  ["web/thread-page.tsx", "export const Body = () => <div>{raw(html)}</div>;", "has raw HTML"],
  ["web/a.tsx", "export const B = () => <p dangerouslySetInnerHTML={b} />;", "has raw HTML"],
  [
    "src/post/a.ts",
    "export const a = sql`select a from (select (1) as a) where a > 0`;",
    "has a query in FROM without a name: export const a = sql`select a from (select (1) as a) where a > 0`;",
  ],
  ["src/post/a.ts", 'import "./b.ts";', "imports ./b.ts for its side effects"],
  ["src/post/a.ts", 'export * from "./b.ts";', "hands on all of ./b.ts"],
  ["src/post/index.ts", "export const a = 1;", "is called index"],
  ["src/post/a.ts", "f();\n".repeat(301), "has 301 lines: at most 300"],
  ["src/post/a.ts", longFunction, "has a function of 62 lines: at most 60"],
  ["src/post/a.test.ts", 'vi.mock("./b.ts");', "mocks a module"],
] as const)("%s is told when it breaks the law: case %#", (path, text, breach) => {
  expect(breachesOf(path, text)).toContain(breach);
});

test.each([
  ["src/post/a.ts", 'import { eq } from "drizzle-orm"; import { posts } from "../db/schema/post.ts";'],
  [
    "federation/a.ts",
    'import type { App } from "../src/app.ts"; import { submitPost } from "../src/post/submit-posts.ts";',
  ],
  ["src/house.ts", 'import { open } from "../federation/open-federation.ts";'],
  ["src/post/a.ts", 'import { createHash } from "node:crypto"; export const at = new Date(0);'],
  [
    "src/post/a.ts",
    "export const a = sql`select a from (select (1) as a) b cross join lateral (select 2) c where a > 0`;",
  ],
  ["src/main.ts", "export const env = process.env; export const now = () => new Date();"],
  ["web/post-body.tsx", "export const Body = () => <div>{raw(html)}</div>;"],
] as const)("%s may do what is its own: case %#", (path, text) => {
  expect(breachesOf(path, text)).toEqual([]);
});
