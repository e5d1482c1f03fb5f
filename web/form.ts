import type { Context } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";

/** The fields of a form. @throws {DomainError} `invalid` when it is larger than `limit`, or sent as something else than a form */
export async function readForm(c: Context, limit: number = limits.smallForm): Promise<URLSearchParams> {
  refuseOthers(c.req.header("content-type"));
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    // A browser hears an answer only after it has sent everything: what it may have sent by mistake is let go by.
    else if (size > limits.uploadForm) break;
  }
  if (size > limit) throw tooLarge();
  return withoutNul(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
}

/** What is refused that is larger than its form may be. */
export function tooLarge(): DomainError {
  return new DomainError("invalid", "the form is too large", { fault: { name: "form-large" } });
}

/** Read as a form, JSON is one in which nothing was filled in. */
function refuseOthers(contentType: string | undefined): void {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "" || forms.has(type)) return;
  throw new DomainError("invalid", "what was sent is no form", { fault: { name: "no-form" } });
}

const forms: ReadonlySet<string> = new Set(["application/x-www-form-urlencoded", "multipart/form-data"]);

/**
 * A field that a form always has, be it empty: what came without it was cut, and must not empty what is there.
 *
 * @throws {DomainError} `invalid`
 */
export function fieldOf(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null) throw new DomainError("invalid", `the form has no ${name}`);
  return value;
}

/** @throws {DomainError} `invalid`: Postgres takes no NUL, and no text has one */
export function withoutNul(fields: URLSearchParams): URLSearchParams {
  if ([...fields.values()].some((value) => value.includes("\0"))) throw new DomainError("invalid", "a field has a NUL");
  return fields;
}
