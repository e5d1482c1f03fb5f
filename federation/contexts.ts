import { type DocumentLoader, preloadedContexts } from "@fedify/vocab-runtime";

/**
 * The JSON-LD contexts that we know, and no others: nothing that a stranger writes into `@context` makes us fetch anything, and nobody
 * can change under our hands what a signature covers.
 *
 * @throws {Error} for every other URL
 */
export const contextLoader: DocumentLoader = async (url) => {
  const document = Object.hasOwn(bundled, url) ? bundled[url] : undefined;
  if (document === undefined) throw new Error(`the context ${url} is not one that is known here`);
  return { contextUrl: null, documentUrl: url, document };
};

const bundled: Readonly<Record<string, unknown>> = {
  ...preloadedContexts,
  // The same documents under the names that some programs use.
  "https://schema.org/": preloadedContexts["http://schema.org/"],
  "http://schema.org": preloadedContexts["http://schema.org/"],
  "https://schema.org": preloadedContexts["http://schema.org/"],
  "http://www.w3.org/ns/activitystreams": preloadedContexts["https://www.w3.org/ns/activitystreams"],
  "https://www.w3.org/ns/activitystreams.jsonld": preloadedContexts["https://www.w3.org/ns/activitystreams"],
};
