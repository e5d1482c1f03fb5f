import { DomainError } from "./errors.ts";
import { readId } from "./ids.ts";

/** A place in a list that is ordered by time, then id: what "older" continues from. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

/** A cursor as one word for a URL. */
export function writeCursor({ at, id }: Cursor): string {
  return `${at.getTime()}.${id}`;
}

/** @throws {DomainError} `invalid` for what `writeCursor` did not write. */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const [, milliseconds, id] = /^(\d{1,14})\.(.+)$/.exec(text) ?? [];
  if (milliseconds === undefined || readId(id) === undefined) {
    throw new DomainError("invalid", "this is no place in the list");
  }
  return { at: new Date(Number(milliseconds)), id: id! };
}
