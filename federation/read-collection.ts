import { limits } from "../src/core/limits.ts";
import { isObject, type Json, type JsonObject, listOf, originOf, textOf } from "./as2.ts";
import { type FetchedDocument, type Fetcher, FetchFailure } from "./documents.ts";

/** A fetcher that asks only so often, for work that others decide the size of. */
export interface Purse extends Fetcher {
  /** Pays for one request that is made in another way. @returns whether there was enough left */
  spend(): boolean;
  /** Whether nothing more can be asked for. */
  isEmpty(): boolean;
  /** The document, or `undefined` for every reason not to have it. */
  tryFetch(iri: string): Promise<FetchedDocument | undefined>;
}

export function createPurse(fetcher: Fetcher, requests: number): Purse {
  let left = requests;
  const spend = () => left-- > 0;
  const fetchDocument = async (iri: string) => {
    if (!spend()) throw new FetchFailure("refused", "enough was asked for");
    return await fetcher.fetchDocument(iri);
  };
  return {
    spend,
    isEmpty: () => left <= 0,
    fetchDocument,
    tryFetch: async (iri) => {
      try {
        return await fetchDocument(iri);
      } catch (error) {
        if (error instanceof FetchFailure) return undefined;
        throw error;
      }
    },
  };
}

/**
 * The items of a collection, and of its pages one after the other: at most `limit`, of at most `limits.collectionPages` pages, which must be
 * of the same origin (attack C1). A collection that has items itself is not turned over. What cannot be had ends the reading.
 */
export async function readItems(
  purse: Purse,
  collection: JsonObject,
  iri: string,
  limit: number,
): Promise<readonly Json[]> {
  const items: Json[] = [...itemsOf(collection)];
  const turned = new Set<string>([iri]);
  let link = items.length === 0 ? collection["first"] : undefined;
  while (link !== undefined && items.length < limit && turned.size <= limits.collectionPages) {
    const page = isObject(link) ? link : await turn(purse, textOf(link), iri, turned);
    if (!page) break;
    items.push(...itemsOf(page));
    link = page["next"];
    // A page within a page within a page would cost nothing and never end.
    if (isObject(link)) link = textOf(link["id"]);
  }
  return items.slice(0, limit);
}

async function turn(
  purse: Purse,
  page: string | undefined,
  iri: string,
  turned: Set<string>,
): Promise<JsonObject | undefined> {
  if (page === undefined || turned.has(page) || originOf(page) !== originOf(iri)) return undefined;
  turned.add(page);
  const fetched = await purse.tryFetch(page);
  return fetched && originOf(fetched.iri) === originOf(iri) ? fetched.document : undefined;
}

function itemsOf(page: JsonObject): readonly Json[] {
  return [...listOf(page["orderedItems"]), ...listOf(page["items"])];
}
