import { getLocalPerson } from "../account/local-person.ts";
import { findAuthorByAddress } from "../author/find-actor.ts";
import { ensureInstanceActor } from "../community/local-keys.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId } from "../core/ids.ts";
import type { House } from "../house.ts";
import { installGuard } from "../net/guard.ts";

/**
 * The person whom somebody at the command line means: `@name` lives here; `@name@host` is known, or is asked for at their host.
 *
 * @throws {DomainError} `not-found`, or `invalid` for what is no handle.
 */
export async function findPerson(house: House, wanted: string): Promise<AuthorId> {
  const { app } = house;
  const [, handle, host] = /^@([^@\s/]+)(?:@([^@\s/]+))?$/.exec(wanted) ?? [];
  if (handle === undefined || wanted.includes("\0"))
    throw new DomainError("invalid", `${wanted} is not a handle such as @ana or @ana@mastodon.example`);
  if (host === undefined || host === new URL(app.config.origin).host)
    return (await getLocalPerson(app.db, handle)).authorId;
  return (await findAuthorByAddress(app.db, handle, host)) ?? (await fetchPerson(house, wanted));
}

async function fetchPerson({ app, ring }: House, wanted: string): Promise<AuthorId> {
  // Only here is the door loaded: the other commands do not wait for it.
  const { lookUpActor } = await import("../../federation/look-up-actor.ts");
  const { openFederation } = await import("../../federation/open-federation.ts");
  const guard = installGuard(app.config);
  try {
    const { id: instanceId } = await ensureInstanceActor(app);
    const actor = await lookUpActor(openFederation({ app, ring, instanceId }).source, wanted);
    if (actor.type === "Group") throw new DomainError("invalid", `${wanted} is a group, not a person`);
    return actor.authorId;
  } finally {
    await guard.close();
  }
}
