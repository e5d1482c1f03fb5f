import type { Context } from "hono";
import type { Community } from "../src/community/get-community.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { type Desk, readCommunity } from "./desk.ts";
import { readForm } from "./form.ts";
import { type Reader, readReader } from "./reader.ts";

/** Somebody at a page of a community's settings. */
export interface CommunityVisit {
  readonly c: Context;
  readonly reader: Reader;
  readonly community: Community;
  /** They just saved something. */
  readonly saved: boolean;
}

/** Answers a question to a page of a community's settings. */
export function visiting(desk: Desk, respond: (visit: CommunityVisit) => Promise<Response>) {
  return async (c: Context): Promise<Response> => {
    const community = await readCommunity(desk, c);
    if (community instanceof Response) return community;
    // What was sent to a form is shown at the place of the form.
    const reader = { ...readReader(c, desk.site), path: new URL(c.req.url).pathname };
    return await respond({ c, reader, community, saved: c.req.query("saved") !== undefined });
  };
}

/** Takes what was sent to a form there. */
export function sending(desk: Desk, take: (visit: CommunityVisit, form: URLSearchParams) => Promise<Response>) {
  return visiting(desk, async (visit) => await take(visit, await readForm(visit.c, limits.settingsForm)));
}

/** Back to a page of the settings, which says that it was saved. @param path below the settings */
export function afterSaving({ c, community }: CommunityVisit, path: string): Response {
  return c.redirect(`/c/${community.handle}/settings${path}?saved`, 303);
}

/** Does something, and says what of it was refused; all else that goes wrong is thrown. */
export async function refusalOf(work: () => unknown): Promise<DomainError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** One of a few, as it was chosen in a form. @throws {DomainError} `invalid` when it is none of them */
export function readOne<const Value extends string>(values: readonly Value[], text: string | null): Value {
  const value = values.find((one) => one === text);
  if (value === undefined) throw new DomainError("invalid", "nothing is chosen");
  return value;
}
