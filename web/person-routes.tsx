import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import { listElsewhere } from "../src/account/same-person.ts";
import { findPersonPage, listPersonPosts, type PersonView } from "../src/author/find-person.ts";
import { readCursor } from "../src/core/cursor.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { type Desk, sendPage } from "./desk.ts";
import { personPath } from "./names.tsx";
import { PersonPage } from "./person-page.tsx";
import { requires } from "./policy.ts";

/** The pages of people, from here and from elsewhere. */
export function registerPeople(web: Hono, desk: Desk): void {
  web.get("/:person{@[^/]+}", requires("public"), async (c) => {
    const person = await getPerson(desk, c);
    if (person.gone) return await desk.errors.gone(c, "post");
    if (c.req.path !== personPath(person.address)) return c.redirect(personPath(person.address), 301);
    const before = readCursor(c.req.query("before"));
    const elsewhere = await listElsewhere(desk.app.db, person.id);
    const authorIds = [person.id, ...elsewhere.map(({ authorId }) => authorId)];
    const { posts, older } = await listPersonPosts(desk.app.db, authorIds, { before, limit: limits.listedItems });
    return await sendPage(desk, c, hashOf([person, elsewhere, posts, older]), async (reader) => (
      <PersonPage reader={reader} person={person} elsewhere={elsewhere} posts={posts} older={older} />
    ));
  });
}

/**
 * The person whom a path names: `/@ana`, `/@ana@remote.example`.
 *
 * @throws {DomainError} `not-found`
 */
export async function getPerson({ app, site }: Desk, c: Context): Promise<PersonView & { readonly address: string }> {
  const [, handle = "", host] = /^@([^@]+)(?:@([^@]+))?$/.exec(c.req.param("person") ?? "") ?? [];
  const isHere = host === undefined || host.toLowerCase() === site.host;
  const person =
    handle === "" ? undefined : await findPersonPage(app.db, handle, isHere ? undefined : host.toLowerCase());
  if (person?.address === undefined) throw new DomainError("not-found", "there is no such person");
  return { ...person, address: person.address };
}

/** What has no version is as new as its content. */
function hashOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("base64url");
}
