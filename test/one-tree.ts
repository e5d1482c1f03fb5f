import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { authors } from "../src/db/schema/identity.ts";
import { posts } from "../src/db/schema/post.ts";
import type { PeerActor } from "./fediverse.ts";
import type { Story } from "./three-doors.ts";

const activityJson = { accept: "application/activity+json" };

/** Who answers whom. */
const tree = [
  ["Ana", undefined],
  ["Ben", "Ana"],
  ["Ana", "Ben"],
  ["Chloé", "Ben"],
  ["Dmitri", "Chloé"],
  ["Emi", "Chloé"],
  ["Farid", "Emi"],
] as const;

/** In the database, and on the page. */
export async function expectOneTree(
  { federated: { app }, world: { browser } }: Story,
  question: string,
): Promise<void> {
  // Every tool shows the same tree.
  const rows = await app.db
    .select({ id: posts.id, parentId: posts.parentId, threadId: posts.threadId, name: authors.name })
    .from(posts)
    .innerJoin(authors, eq(authors.id, posts.authorId));
  const nameOf = new Map(rows.map((row) => [row.id as string | null, row.name]));
  expect(rows.map((row) => [row.name, nameOf.get(row.parentId)]).sort()).toEqual([...tree].sort());
  expect(new Set(rows.map(({ threadId }) => threadId)).size).toBe(1);
  const page = (await browser.get(`/c/gardeners/t/${question}`)).text;
  expect([...page.matchAll(/<article class="post[^"]*" id="([^"]+)"/g)].map(([, id]) => id).sort()).toEqual(
    rows.map(({ id }) => id).sort(),
  );
  expect(page).not.toMatch(/example\.org/);
}

/** In the mailbox of Ben: each once, under what it answers. */
export function expectOneTreeByMail({ benHas }: Story): void {
  // By mail each came once, under what it answers.
  expect(benHas.map((one) => one.from.name.replace(" via The gardeners", ""))).toEqual(
    expect.arrayContaining(["Ana", "Ana", "Chloé", "Dmitri", "Emi", "Farid"]),
  );
  expect(benHas).toHaveLength(6);
  const byId = new Map(benHas.map((one) => [one.field("message-id"), one.from.name]));
  byId.set("<phone.1@example.org>", "Ben via The gardeners");
  expect(byId.size).toBe(7);
  const mailed = benHas.map((one) => [one.from.name, byId.get(one.field("in-reply-to"))].map((n) => n?.split(" ")[0]));
  expect(mailed.sort()).toEqual(tree.filter(([who]) => who !== "Ben").sort());
}

/** At a server that knew nothing of it before. */
export async function expectWholeThreadElsewhere(
  { federated }: Story,
  question: string,
  said: readonly ReturnType<PeerActor["note"]>[],
): Promise<void> {
  // Gus, whose server knew nothing of it, loads all seven.
  const context = await federated.door.routes.request(`https://moot.example/threads/${question}`, {
    headers: activityJson,
  });
  const { orderedItems } = await context.json();
  expect(orderedItems).toHaveLength(7);
  const parents = new Map<string, unknown>(said.map(({ note }) => [note.id, note]));
  for (const iri of orderedItems.filter((one: string) => one.startsWith("https://moot.example/")))
    parents.set(iri, await (await federated.door.routes.request(iri, { headers: activityJson })).json());
  for (const iri of orderedItems.slice(1)) {
    const above = (parents.get(iri) as Readonly<Record<string, unknown>>)["inReplyTo"];
    expect(orderedItems).toContain(above);
  }
}
