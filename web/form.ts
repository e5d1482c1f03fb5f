import type { Context } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";

/** The fields of a form. @throws {DomainError} `invalid` when it is larger than `limit` */
export async function readForm(c: Context, limit: number = limits.smallForm): Promise<URLSearchParams> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.length;
    if (size > limit) throw new DomainError("invalid", "the form is too large");
    chunks.push(chunk);
  }
  return withoutNul(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
}

/** @throws {DomainError} `invalid`: Postgres takes no NUL, and no text has one */
export function withoutNul(fields: URLSearchParams): URLSearchParams {
  if ([...fields.values()].some((value) => value.includes("\0"))) throw new DomainError("invalid", "a field has a NUL");
  return fields;
}
