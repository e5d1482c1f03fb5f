import type { Json } from "./as2.ts";

/** What this server can do that nobody can tell from its documents (FEP-844e). */
const capabilities = [
  { href: "https://datatracker.ietf.org/doc/html/rfc9421", name: "RFC-9421: HTTP Message Signatures" },
] as const;

/** A list of links. Each is written out: a lone string would not say what it names. */
export const implemented: Json = capabilities.map(({ href, name }) => ({ type: "Link", href, name }));

/** The application that an actor belongs to, as far as others need it. */
export function generatorOf(instance: string): Json {
  return { type: "Application", id: instance, implements: implemented };
}

/** What the words of FEP-844e mean, written out so that nobody has to fetch it. */
export const capabilityTerms = { implements: { "@id": "https://w3id.org/fep/844e#implements", "@container": "@set" } };

/** Where this server takes people who come with an address (FEP-3b86, and what most servers have known for longer). */
export function intentsOf(origin: string): readonly { readonly rel: string; readonly template: string }[] {
  const page = `${origin}/authorize_interaction`;
  return [
    { rel: "https://w3id.org/fep/3b86/Object", template: `${page}?uri={object}` },
    { rel: "http://ostatus.org/schema/1.0/subscribe", template: `${page}?uri={uri}` },
  ];
}
