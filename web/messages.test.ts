import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { IntlMessageFormat } from "intl-messageformat";
import { expect, test } from "vitest";
import { locales } from "./locale.ts";
import { catalogues, createMessages } from "./messages.ts";

const keys = Object.keys(catalogues.en) as (keyof typeof catalogues.en)[];

test.each(locales)("the catalogue %s has every message, with the same values in it", (locale) => {
  expect(Object.keys(catalogues[locale])).toEqual(keys);
  for (const key of keys) {
    expect([key, valuesOf(catalogues[locale][key])]).toEqual([key, valuesOf(catalogues.en[key])]);
  }
});

test("every message is said somewhere", () => {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const source = globSync("*.{ts,tsx}", { cwd: folder })
    .filter((name) => !name.includes(".test."))
    .map((name) => readFileSync(folder + name, "utf8"))
    .join("\n");
  const isSaid = (key: string) =>
    source.includes(`"${key}"`) ||
    source.includes(`\`${key.replace(/[^.]+$/, "")}\${`) ||
    // With a value in the middle, as in `mail-answer.${kind}.title`.
    key.split(".").some((_, index, parts) => {
      const [before, after] = [parts.slice(0, index).join("."), parts.slice(index + 1).join(".")];
      return index > 0 && after !== "" && source.includes(`\`${before}.\${`) && source.includes(`}.${after}\``);
    });

  expect(keys.filter((key) => !isSaid(key))).toEqual([]);
});

test("Arabic counts in its six ways", () => {
  const { text } = createMessages("ar");

  expect([0, 1, 2, 3, 11, 100].map((count) => text("thread.posts", { count }))).toEqual([
    "لا مشاركات",
    "مشاركة واحدة",
    "مشاركتان",
    "3 مشاركات",
    "11 مشاركة",
    "100 مشاركة",
  ]);
});

type Element = ReturnType<IntlMessageFormat["getAst"]>[number];

/** The names of the values and tags of a message. */
function valuesOf(message: string): readonly string[] {
  const names = new Set<string>();
  const visit = (elements: readonly Element[]) => {
    for (const element of elements) {
      const isLiteral = element.type === 0;
      if ("value" in element && !isLiteral) names.add(element.value);
      if ("children" in element) visit(element.children);
      if ("options" in element) for (const option of Object.values(element.options)) visit(option.value);
    }
  };
  visit(new IntlMessageFormat(message).getAst());
  return [...names].sort();
}
