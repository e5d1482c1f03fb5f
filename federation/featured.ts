import type { App } from "../src/app.ts";
import { type FeaturedPost, listFeatured } from "../src/community/actor-view.ts";
import type { CommunityId } from "../src/core/ids.ts";
import { idOf, isObject, type Json, type JsonObject } from "./as2.ts";
import { activityJson } from "./iris.ts";
import { withoutHiddenRecipients } from "./to-announce.ts";

/** The posts that open the pinned threads, whole, since Lemmy asks for nothing that it finds only by its id. */
export async function featuredItems(app: App, communityId: CommunityId): Promise<readonly Json[]> {
  return (await listFeatured(app.db, app.config.origin, communityId)).map((post) => objectOf(post) ?? post.iri);
}

/** The object as it came, in a Create or by itself, with the context that its terms are of. */
function objectOf({ iri, mediaType, text }: FeaturedPost): JsonObject | undefined {
  if (mediaType !== activityJson || text === undefined) return undefined;
  const document: unknown = JSON.parse(withoutHiddenRecipients(text));
  if (!isObject(document)) return undefined;
  if (idOf(document) === iri) return document;
  const object = document["object"];
  if (!isObject(object) || idOf(object) !== iri) return undefined;
  return { "@context": object["@context"] ?? document["@context"], ...object };
}
