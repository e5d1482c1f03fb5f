import { asc, eq } from "drizzle-orm";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities, consents } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";

/** That somebody agreed to something, or took it back. */
export interface Consent {
  /** The handle of the community, and what it is called. */
  readonly community: string;
  readonly name: string;
  /** `name@host`. */
  readonly person: string;
  readonly given: boolean;
  readonly purpose: "membership" | "activitypub" | "mail";
  readonly act: string;
  /** What proves it: the id of the activity, the message, the session or the invitation. */
  readonly evidence: string | undefined;
  /** The words that they agreed to, where they were ours. */
  readonly words: string | undefined;
  readonly at: Date;
}

/** The ledger of consent, from its beginning: of a community, or of a person as whoever they are. */
export async function listConsents(
  db: Db,
  of: { readonly communityId: CommunityId } | { readonly authorIds: readonly AuthorId[] },
): Promise<readonly Consent[]> {
  const rows = await db
    .select({ consent: consents, community: communities, author: authors })
    .from(consents)
    .innerJoin(communities, eq(communities.id, consents.communityId))
    .innerJoin(authors, eq(authors.id, consents.authorId))
    .where("communityId" in of ? eq(consents.communityId, of.communityId) : anyOf(consents.authorId, of.authorIds))
    .orderBy(asc(consents.id));
  return rows.map(({ consent, community, author }) => ({
    community: community.handle,
    name: community.name,
    person: `${author.handle}@${author.host}`,
    given: consent.given,
    purpose: consent.purpose,
    act: consent.act,
    evidence: consent.evidence ?? undefined,
    words: consent.words ?? undefined,
    at: consent.at,
  }));
}
