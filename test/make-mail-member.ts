import { eq } from "drizzle-orm";
import type { NewAccount } from "../src/account/create-account.ts";
import type { App } from "../src/app.ts";
import type { CommunityId } from "../src/core/ids.ts";
import { consents, memberDeliveries, memberRoles, members } from "../src/db/schema/community.ts";
import { mailChoices } from "../src/db/schema/mail.ts";
import { type MadePerson, makePerson } from "./make-person.ts";

export interface GivenMailMember extends Partial<NewAccount> {
  readonly role?: "moderator" | "owner";
  /** False: they read on the web alone. */
  readonly hears?: boolean;
  readonly choice?: Partial<typeof mailChoices.$inferInsert>;
}

/** A member with an account here who hears by mail, at `{handle}@example.org`. */
export async function makeMailMember(
  app: App,
  communityId: CommunityId,
  given: GivenMailMember = {},
): Promise<MadePerson> {
  const { role, hears = true, choice, ...account } = given;
  const now = app.now();
  const handle = account.handle ?? "mo";
  const person = await makePerson(app, { address: `${handle}@example.org`, addressVerified: true, ...account, handle });
  const member = { communityId, authorId: person.authorId };
  await app.db.insert(members).values({ ...member, state: "active", joinedAt: now, updatedAt: now });
  await app.db.insert(consents).values({
    ...member,
    given: true,
    purpose: hears ? "mail" : "membership",
    act: "mail",
    evidence: "<join@example.org>",
    at: now,
  });
  if (hears) await app.db.insert(memberDeliveries).values({ ...member, channel: "mail", createdAt: now });
  if (role) await app.db.insert(memberRoles).values({ ...member, role, grantedAt: now });
  if (choice) await app.db.insert(mailChoices).values({ ...member, digestFrom: now, updatedAt: now, ...choice });
  return person;
}

/** How somebody hears, as it stands. */
export async function readChoice(app: App, { authorId }: Pick<MadePerson, "authorId">) {
  const [row] = await app.db.select().from(mailChoices).where(eq(mailChoices.authorId, authorId));
  return row;
}
