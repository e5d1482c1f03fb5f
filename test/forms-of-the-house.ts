import type { Hono } from "hono";
import { type DefaultTreeAdapterMap, parse } from "parse5";
import { policyOf } from "../web/policy.ts";
import { pagesOfTheHouse } from "./browser/pages-of-the-house.ts";
import type { Resident, Town } from "./browser/town.ts";
import { signInAs } from "./browser-like.ts";

type Node = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

export type Field = readonly [name: string, value: string];

/** A form as a browser would send it when nobody has changed anything in it. */
export interface FormOfTheHouse {
  /** The route that takes it. */
  readonly route: string;
  readonly action: string;
  readonly who: Resident | undefined;
  readonly fields: readonly Field[];
  /** It stands on no page of the town: its fields are those of all others. */
  readonly unseen?: true;
}

/** Every form that stands on a page of the town, as whoever comes to that page; one of each kind. */
export async function formsOfTheHouse(
  web: Hono,
  town: Town,
  cookies: ReadonlyMap<Resident, string>,
): Promise<readonly FormOfTheHouse[]> {
  const found = new Map<string, FormOfTheHouse>();
  for (const { path, who } of pagesOfTheHouse(town)) {
    const cookie = who ? cookies.get(who)! : "";
    const answer = await web.request(path, { headers: { cookie } });
    for (const form of elementsOf(parse(await answer.text()), "form")) {
      const action = new URL(attributeOf(form, "action") ?? path, "https://moot.example/").pathname;
      if (attributeOf(form, "method")?.toLowerCase() !== "post") continue;
      for (const fields of waysToSend(form)) {
        const route = routeOf(web, action);
        const kind = [route, ...fields.map(([name]) => name), fields.find(([name]) => name === "do")?.[1]];
        const key = [...new Set(kind)].join(" ");
        if (!found.has(key)) found.set(key, { route, action, who, fields });
      }
    }
  }
  return [...found.values()];
}

/** The routes that take what stands on none of these pages: each gets all that any form has, from whoever may use it. */
export function formsUnseen(web: Hono, town: Town, seen: readonly FormOfTheHouse[]): readonly FormOfTheHouse[] {
  const fields = [...new Map(seen.flatMap((form) => form.fields)).entries()];
  return postRoutes(web)
    .filter((route) => !seen.some((form) => form.route === route))
    .map((route) => ({ route, action: placeOf(route, town), who: whoMay(web, route), fields, unseen: true }));
}

function placeOf(route: string, { own, desk }: Town): string {
  const known: Readonly<Record<string, string>> = {
    ":handle": "menders",
    ":token": own.choices.split("/").at(-1)!,
    ":author": desk.shop,
  };
  return route
    .split("/")
    .map((part) => known[part] ?? (part.startsWith(":") ? "x" : part))
    .join("/");
}

function whoMay(web: Hono, route: string): Resident | undefined {
  const policies = web.routes
    .filter(({ method, path }) => method === "POST" && path === route)
    .map(({ handler }) => policyOf(handler));
  const policy = policies.find((one) => one !== undefined) ?? "public";
  return (
    { public: undefined, "signed-in": "mo", member: "mo", moderator: "kofi", owner: "ida", admin: "ada" } as const
  )[policy];
}

/** Signs in everybody who comes to a page of the town. */
export async function signInTown(town: Town): Promise<ReadonlyMap<Resident, string>> {
  const cookies = new Map<Resident, string>();
  for (const who of ["mo", "neo", "kofi", "ida", "ada", "rue", "eve"] as const)
    cookies.set(who, await signInAs(town.app, town.residents[who].accountId));
  return cookies;
}

/** The routes that take what is sent. */
export function postRoutes(web: Hono): readonly string[] {
  return [...new Set(web.routes.filter(({ method }) => method === "POST").map(({ path }) => path))];
}

function routeOf(web: Hono, action: string): string {
  return postRoutes(web).find((route) => patternOf(route).test(action)) ?? `nobody takes ${action}`;
}

/** What a route of Hono takes: `:name` is anything up to the next slash, unless it says what it is. */
export function patternOf(route: string): RegExp {
  const pattern = route
    .replace(/:\w+\{((?:[^{}]|\{[^}]*\})+)\}/g, "$1")
    .replace(/:\w+/g, "[^/]+")
    .replace(/\*/g, ".*");
  return new RegExp(`^${pattern}$`);
}

/** A form is sent by one of its buttons, which may say something too. */
function waysToSend(form: Element): readonly (readonly Field[])[] {
  const inputs = elementsOf(form, "input").filter(
    (one) => !["file", "submit"].includes(attributeOf(one, "type") ?? ""),
  );
  const radios = Map.groupBy(
    inputs.filter((one) => attributeOf(one, "type") === "radio"),
    (one) => attributeOf(one, "name") ?? "",
  );
  const fields = [
    ...inputs.filter((one) => attributeOf(one, "type") !== "radio").map(fieldOf),
    ...[...radios.values()].map((group) =>
      fieldOf(group.find((one) => attributeOf(one, "checked") !== undefined) ?? group[0]!),
    ),
    ...elementsOf(form, "textarea").map((one): Field => [attributeOf(one, "name") ?? "", textOf(one) || "Something"]),
    ...elementsOf(form, "select").map((one): Field => [attributeOf(one, "name") ?? "", chosenOf(one)]),
  ].filter(([name]) => name !== "");
  const buttons = elementsOf(form, "button").filter((one) => attributeOf(one, "name") !== undefined);
  if (buttons.length === 0) return [fields];
  return buttons.map((one) => [...fields, [attributeOf(one, "name")!, attributeOf(one, "value") ?? ""] as const]);
}

/** What somebody may write into a field that is empty; whoever reads the form would refuse nothing at once. */
const written: Readonly<Record<string, string>> = {
  address: "someone@example.org",
  handle: "newcomers",
  home: "social.example",
  host: "bad.example",
  slug: "spades",
  threshold: "3",
  until: "2026-12-01",
  url: "https://lists.example/blocked.csv",
};

function fieldOf(input: Element): Field {
  const [name, type] = [attributeOf(input, "name") ?? "", attributeOf(input, "type")];
  if (type === "checkbox" || type === "radio") return [name, attributeOf(input, "value") ?? "on"];
  return [name, attributeOf(input, "value") || (written[name] ?? "Something")];
}

function chosenOf(select: Element): string {
  const options = elementsOf(select, "option");
  const chosen = options.find((one) => attributeOf(one, "selected") !== undefined) ?? options[0];
  return chosen ? (attributeOf(chosen, "value") ?? textOf(chosen)) : "";
}

function elementsOf(node: Node, tag: string): readonly Element[] {
  const below = "childNodes" in node ? node.childNodes.flatMap((child) => elementsOf(child, tag)) : [];
  return "tagName" in node && node.tagName === tag ? [node, ...below] : below;
}

function attributeOf({ attrs }: Element, name: string): string | undefined {
  return attrs.find((one) => one.name === name)?.value;
}

function textOf(node: Node): string {
  if (node.nodeName === "#text" && "value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}
