import type { PostId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import {
  dropAuthorization,
  listOldAuthorizations,
  listQuoteClaims,
  noteChecked,
  type QuoteAuthorization,
  type QuoteClaim,
  recordAuthorization,
} from "../src/post/quote-authorizations.ts";
import { idOf, onlyIriOf, originOf, typesOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import type { Door } from "./door.ts";

/**
 * Asks the home of each author whom a post says that it may quote (FEP-044f). What cannot be had is no permission; a home that does not answer
 * is asked again.
 *
 * @throws {FetchFailure} `unreachable`
 */
export async function checkQuotes(door: Door, postId: PostId): Promise<void> {
  for (const claim of await listQuoteClaims(door.app.db, postId)) {
    if (originOf(claim.name) === new URL(door.app.config.origin).origin) continue;
    const authorization = await fetchAuthorization(door, claim);
    if (authorization) await recordAuthorization(door.app, authorization);
  }
}

/** Looks once more at permissions that were seen long ago: whoever took one back may have told others only. */
export async function recheckQuotes(door: Door): Promise<void> {
  const { app } = door;
  const before = new Date(app.now().getTime() - limits.authorizationFreshness);
  for (const known of await listOldAuthorizations(app.db, before, limits.authorizationsPerNight)) {
    try {
      const authorization = await fetchAuthorization(door, known);
      if (authorization?.givenBy === known.givenBy) await noteChecked(app, [known.name]);
      else await dropAuthorization(app, known.name);
    } catch (error) {
      if (!(error instanceof FetchFailure)) throw error;
      await noteChecked(app, [known.name]);
    }
  }
}

/**
 * The permission as it stands at its home: of the quoted author's own origin, and about this very pair (attack A17).
 *
 * @throws {FetchFailure} `unreachable`
 */
export async function fetchAuthorization(
  { fetcher }: Pick<Door, "fetcher">,
  claim: QuoteClaim,
): Promise<QuoteAuthorization | undefined> {
  const { name, quotingName, quotedName } = claim;
  if (originOf(name) !== originOf(quotedName)) return undefined;
  try {
    const { iri, document } = await fetcher.fetchDocument(name);
    const givenBy = onlyIriOf(document["attributedTo"]);
    const isOne = typesOf(document).some((type) => types.has(type));
    const isThisPair =
      idOf(document["interactingObject"]) === quotingName && idOf(document["interactionTarget"]) === quotedName;
    if (iri !== name || !isOne || !isThisPair || givenBy === undefined) return undefined;
    return originOf(givenBy) === originOf(name) ? { name, givenBy, quotingName, quotedName } : undefined;
  } catch (error) {
    if (error instanceof FetchFailure && error.kind !== "unreachable") return undefined;
    throw error;
  }
}

const types: ReadonlySet<string> = new Set(["QuoteAuthorization", "https://w3id.org/fep/044f#QuoteAuthorization"]);
