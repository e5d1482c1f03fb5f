/**
 * Fedify's own inbox, as its manual shows it, for comparison: what it accepts, a listener writes into Postgres, one row a post. Its queue
 * and its key-value store are in memory, which favours it.
 */
import { createFederation, generateCryptoKeyPair, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import { Create, Endpoints, Group, Note } from "@fedify/vocab";
import { serve } from "@hono/node-server";
import { connect } from "../src/db/client.ts";

const [port, databaseUrl] = process.argv.slice(2);
const { sql } = connect(databaseUrl!);
await sql`create table if not exists fedify_post (iri text primary key, author text not null, html text not null)`;
const origin = `http://127.0.0.1:${port}`;
const federation = createFederation<void>({
  kv: new MemoryKvStore(),
  queue: new InProcessMessageQueue({ pollInterval: { milliseconds: 5 } }),
  origin,
  allowPrivateAddress: true,
});
const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
federation
  .setActorDispatcher("/actors/{identifier}", async (ctx, identifier) => {
    const [pair] = await ctx.getActorKeyPairs(identifier);
    return new Group({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      inbox: ctx.getInboxUri(identifier),
      endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
      publicKey: pair?.cryptographicKey ?? null,
    });
  })
  .setKeyPairsDispatcher(() => keys);
federation.setInboxListeners("/actors/{identifier}/inbox", "/inbox").on(Create, async (_, create) => {
  const note = await create.getObject();
  if (!(note instanceof Note)) return;
  await sql`insert into fedify_post (iri, author, html)
    values (${note.id!.href}, ${create.actorId!.href}, ${String(note.content)}) on conflict do nothing`;
});
serve(
  {
    fetch: (request) => federation.fetch(request, { contextData: undefined }),
    port: Number(port),
    hostname: "127.0.0.1",
  },
  () => process.send?.("ready"),
);
