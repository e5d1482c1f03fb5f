import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAst } from "vitest/node";
import { attacks, fedifyAdvisories, holloAdvisories, otherAdvisories, waiting } from "./rows.ts";

const root = `${import.meta.dirname}/../..`;
const files = globSync("{src,federation,web,test}/**/*.test.{ts,tsx}", { cwd: root });
const names = files.flatMap((file) => namesIn(file, readFileSync(`${root}/${file}`, "utf8")));

/** What the tests of a file are called: every text that is given to `test`, tables included, and not what they do. */
function namesIn(file: string, text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: unknown, isName: boolean): void => {
    if (Array.isArray(node)) for (const one of node) visit(one, isName);
    if (typeof node !== "object" || node === null || Array.isArray(node)) return;
    const { type, ...rest } = node as Record<string, unknown>;
    if (isName && type === "Literal" && typeof rest["value"] === "string") found.push(rest["value"]);
    if (isName && type === "TemplateElement") found.push(String((rest["value"] as { cooked: string }).cooked));
    const isTest = type === "CallExpression" && calledName(rest["callee"]) === "test";
    const isBody = type === "ArrowFunctionExpression" || type === "FunctionExpression";
    for (const child of Object.values(rest)) visit(child, (isName || isTest) && !isBody);
  };
  visit(parseAst(text, { lang: file.endsWith("x") ? "tsx" : "ts" }), false);
  return found;
}

/** `test` of `test(…)`, `test.each(…)(…)` and `test.runIf(…).each(…)(…)`. */
function calledName(callee: unknown): unknown {
  const node = callee as { name?: string; object?: unknown; callee?: unknown } | undefined;
  return node?.name ?? ((node?.object ?? node?.callee) ? calledName(node?.object ?? node?.callee) : undefined);
}

test("every attack is the name of a test, or waits for what it attacks", () => {
  const isNamed = (row: string) => names.some((name) => new RegExp(`attacks? [^:]*\\b${row}\\b`).test(name));
  const missing = Object.keys(attacks).filter((row) => !isNamed(row) && waiting[row] === undefined);
  const here = Object.keys(waiting).filter((row) => isNamed(row) || attacks[row] === undefined);

  expect(Object.keys(attacks)).toHaveLength(49);
  expect(missing).toEqual([]);
  expect(here).toEqual([]);
});

test("every advisory stands in the name of a test, and no test bears one that is not listed", () => {
  const listed = [...fedifyAdvisories, ...holloAdvisories, ...otherAdvisories];
  const named = names.flatMap((name) => name.match(/CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}/g) ?? []);

  expect(fedifyAdvisories).toHaveLength(28);
  expect(listed.filter((id, at) => listed.indexOf(id) !== at)).toEqual([]);
  expect([...new Set(named)].sort()).toEqual([...listed].sort());
});
