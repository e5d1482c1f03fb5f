import type { Field, FormOfTheHouse } from "./forms-of-the-house.ts";

/** A form as nobody of ours sends it. */
export interface SpoiltForm {
  readonly what: string;
  readonly action: string;
  readonly body: string | undefined;
  readonly type: string;
}

const urlencoded = "application/x-www-form-urlencoded";
const nobody = "00000000-0000-7000-8000-000000000000";
const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** What somebody may write into one field instead of what belongs there, and into all. */
const strange: Readonly<Record<string, string>> = {
  "a word": "x",
  "more than all": "99999999999999999999",
  "a megabyte": "m".repeat(1024 * 1024),
};
const strangeEverywhere: Readonly<Record<string, string>> = {
  "less than nothing": "-1",
  "no day": "2026-02-30",
  "control characters": "a\u0007\u001b[31m\u202eb",
  "somebody else's address": "//evil.example/x",
  NUL: "a\0b",
};

/**
 * Every way in which a form can be spoilt: as a whole, in each field, and in its address. A route that takes several has its address, and
 * each field of one name, spoilt once; `seen` remembers which.
 */
export function* spoil(form: FormOfTheHouse, elsewhere: readonly string[], seen: Set<string>): Generator<SpoiltForm> {
  const names = form.unseen ? [] : form.fields.map(([one]) => one);
  for (const name of new Set(names))
    if (isFirst(seen, `${form.route} ${name}`)) yield* spoilField(form, name, elsewhere);
  if (!isFirst(seen, form.route)) return;
  yield* spoilWhole(form);
  yield* spoilAddress(form, elsewhere);
}

function isFirst(seen: Set<string>, what: string): boolean {
  const before = seen.size;
  return seen.add(what).size > before;
}

function* spoilWhole({ action, fields }: FormOfTheHouse): Generator<SpoiltForm> {
  const send = (what: string, sent: readonly Field[]) => ({ what, action, body: encode(sent), type: urlencoded });
  yield send("nothing", []);
  yield { what: "no body", action, body: undefined, type: "" };
  yield { what: "JSON", action, body: "{}", type: "application/json" };
  yield { what: "parts without a boundary", action, body: encode(fields), type: "multipart/form-data" };
  yield { what: "a part that ends", action, body: "--b\r\nContent-Dispo", type: "multipart/form-data; boundary=b" };
  yield { ...send("no UTF-8", []), body: fields.map(([name]) => `${name}=%ED%A0%80%FF%zz`).join("&") };
  for (const [what, value] of Object.entries(strangeEverywhere))
    yield send(
      what,
      fields.map(([name]) => [name, value]),
    );
  yield send("three megabytes", [...fields, ["x", "m".repeat(3 * 1024 * 1024)]]);
  yield send("many fields", [...fields, ...Array.from({ length: 1_500 }, (_, index): Field => [`f${index}`, "1"])]);
}

function* spoilField(
  { action, fields }: FormOfTheHouse,
  name: string,
  elsewhere: readonly string[],
): Generator<SpoiltForm> {
  const send = (what: string, spoilt: (field: Field) => readonly Field[]) => ({
    what: `${name}: ${what}`,
    action,
    body: encode(fields.flatMap((field) => (field[0] === name ? spoilt(field) : [field]))),
    type: urlencoded,
  });
  yield send("missing", () => []);
  yield send("doubled", (field) => [field, [name, "other"]]);
  for (const [what, value] of Object.entries(strange)) yield send(what, () => [[name, value]]);
  if (!fields.some(([one, value]) => one === name && id.test(value))) return;
  for (const one of elsewhere) yield send(`of another community, ${one}`, () => [[name, one]]);
  yield send("of nobody", () => [[name, nobody]]);
}

function* spoilAddress({ route, action, fields }: FormOfTheHouse, elsewhere: readonly string[]): Generator<SpoiltForm> {
  const named = route.split("/").flatMap((part, index) => (part.startsWith(":") ? [index] : []));
  for (const index of named)
    for (const part of ["x", ...elsewhere, nobody, "%00", "%ff", "99999999999999999999"])
      yield {
        what: `at ${part}`,
        action: action.split("/").with(index, part).join("/"),
        body: encode(fields),
        type: urlencoded,
      };
}

/** As a browser writes a form. */
export function encode(fields: readonly Field[]): string {
  return fields.map((field) => field.map(encodeURIComponent).join("=")).join("&");
}
