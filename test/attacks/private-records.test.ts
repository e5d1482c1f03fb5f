import { configure, getConfig, type LogRecord, reset } from "@logtape/logtape";
import { eq, inArray } from "drizzle-orm";
import { expect, test } from "vitest";
import { listConsents } from "../../src/community/list-consents.ts";
import { type DraftId, newId, type PostId } from "../../src/core/ids.ts";
import { toJson } from "../../src/core/log.ts";
import { accounts } from "../../src/db/schema/account.ts";
import { postAttachments } from "../../src/db/schema/attachment.ts";
import { communities } from "../../src/db/schema/community.ts";
import { authors } from "../../src/db/schema/identity.ts";
import { keepDraft } from "../../src/post/drafts.ts";
import { exportAccount } from "../../src/post/export-account.ts";
import { holdEdit } from "../../src/post/held-edits.ts";
import { takeFile } from "../../src/post/uploads.ts";
import { type Federated, withFederation } from "../federated-app.ts";
import { makePost } from "../make.ts";
import { canary, makePrivateWorld, type PrivateWorld } from "./private-world.ts";

/** Hears every line of the log, the least important too, for as long as something runs. */
async function overhear(run: () => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const before = getConfig();
  const overheard = (record: LogRecord) => void lines.push(toJson(record));
  const loggers = [
    { category: "folkmoot", sinks: ["overheard"], lowestLevel: "trace" as const },
    { category: ["logtape", "meta"], sinks: [] },
  ];
  await configure({ reset: true, sinks: { overheard }, loggers });
  try {
    await run();
  } finally {
    await reset();
    if (before) await configure(before);
  }
  return lines.join("\n");
}

/** What else there is of a private community: a post and new words that wait, a draft, a file. @returns what they are called */
async function hide({ app }: Federated, { communityId, insiderAuthor, real }: PrivateWorld) {
  const { authorId } = insiderAuthor;
  const held = await makePost(app, communityId, { authorId, state: "held", html: `<p>${canary} waits</p>` });
  const original = { mediaType: "text/plain", bytes: Buffer.from(canary) };
  const words = { html: `<p>${canary} new</p>`, sensitive: false, original };
  const opening = real.ids[0] as PostId;
  const edit = await app.db.transaction(async (tx) => await holdEdit(tx, opening, words, canary, app.now()));
  const draft = newId<DraftId>(app.now());
  const typed = { title: `${canary} title`, text: `${canary} draft`, warning: "", images: [] };
  await keepDraft(app, authorId, { id: draft, ...typed, language: undefined, topic: undefined }, { communityId });
  const file = await takeFile(app, {
    authorId,
    bytes: Buffer.from(canary),
    mediaType: "text/plain",
    name: `${canary}.txt`,
  });
  const attached = { postId: opening, position: 7, kind: "file", mediaType: "text/plain", alt: file.alt } as const;
  const url = `https://moot.example/media/files/${file.id}/x`;
  await app.db.insert(postAttachments).values({ ...attached, url, uploadId: file.id });
  return { held, edit, draft, file: file.id };
}

/** The addresses under which something with such an id could be. */
function pathsOf({ http, real }: PrivateWorld, id: string): readonly string[] {
  const paths = http.routes.filter(({ method, path }) => method === "GET" && /:(id|post|thread|case)\b/.test(path));
  return [...new Set(paths.map(({ path }) => path))].map((path) =>
    path
      .replace(":handle", real.handle)
      .replace(/:(id|post|thread|case)\b(\{[^}]*\})?/, id)
      .replace(/:size(\{.*?\}\))?\}?(?=\/|$)/, "small.webp")
      .replaceAll(/:\w+(\{[^}]*\})*/g, "0"),
  );
}

/** All that those may take with them who never belonged to it. */
async function exportOthers({ app }: Federated): Promise<string> {
  const rows = await app.db
    .select({ id: accounts.id })
    .from(accounts)
    .innerJoin(authors, eq(authors.id, accounts.authorId))
    .where(inArray(authors.handle, ["stranger", "other", "admin"]))
    .orderBy(accounts.id);
  const pieces: Buffer[] = [];
  for (const { id } of rows) for await (const piece of exportAccount(app, id)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test(
  "what waits, is drafted, attached, exported or logged of a private community reaches nobody else",
  { timeout: 300_000 },
  () =>
    withFederation(async (federated) => {
      const { app } = federated;
      const said = await overhear(async () => {
        const world = await makePrivateWorld(federated);
        const hidden = await hide(federated, world);
        const absent = "019b0000-0000-7000-8000-00000000dead";
        const ask = async (path: string, viewer: string) => {
          const headers = { accept: "text/html", ...world.viewers.get(viewer)!(path) };
          const response = await world.http.request(path, { headers });
          return { status: response.status, text: await response.text() };
        };
        for (const viewer of ["somebody", "a stranger with an account", "a moderator of another community"]) {
          const ghosts = new Map<string, Awaited<ReturnType<typeof ask>>>();
          for (const path of pathsOf(world, absent)) ghosts.set(path, await ask(path, viewer));
          for (const id of Object.values(hidden)) {
            const [real, none] = [pathsOf(world, id), pathsOf(world, absent)];
            for (const [index, path] of real.entries()) {
              const answer = await ask(path, viewer);
              const same = { ...answer, text: answer.text.replaceAll(id, absent) };
              expect([viewer, path, same]).toEqual([viewer, path, ghosts.get(none[index]!)]);
              expect(answer.text).not.toContain(`${canary} `);
            }
          }
        }
        const file = await world.http.request(`/media/files/${hidden.file}/x`, { headers: world.insider });
        expect(await file.text()).toBe(canary);

        const exported = await exportOthers(federated);
        expect(exported.split("memberships.json")).toHaveLength(4);
        expect(exported).not.toContain(canary);
        const [{ id: cats } = { id: undefined }] = await app.db
          .select({ id: communities.id })
          .from(communities)
          .where(eq(communities.handle, "cats"));
        expect(JSON.stringify(await listConsents(app.db, { communityId: cats! }))).not.toContain(canary);
      });
      expect(said).not.toContain(`${canary}`);
    }),
);
