import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId, EditId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { posts } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { addOriginal } from "./add-original.ts";
import { listAttachments } from "./attachments.ts";
import { dropHeldEdits, holdEdit, listHeldEdits, type NewWords, noteHeldPermissions } from "./held-edits.ts";
import { lockPostsOf } from "./lock-posts.ts";
import { type Change, type Edited, readChange, wordsOf } from "./plan-edit.ts";
import { judgeEdit } from "./policy.ts";
import { listPolls, replacePoll } from "./poll.ts";
import { touchPages } from "./react.ts";
import { replaceAttachments, rewrite } from "./rewrite-post.ts";
import { readAdded } from "./said.ts";
import { lockAndReadStandings } from "./standings.ts";
import type { CountedStanding } from "./tally.ts";
import { tellOfEdit } from "./tell-authors.ts";

/** New words for a post, from its author. An edit that is older than the last one changes nothing. */
export interface Edit extends NewWords {
  readonly authorId: AuthorId;
  readonly sourceId: string;
  /** Unset: who may quote it stays as it is. */
  readonly quotable?: boolean | undefined;
}

/**
 * edited: everybody reads the new words · held: a moderator reads them first, and everybody the old ones until then · refused: they are not
 * taken · recounted: only the votes of a poll are others · unchanged: nothing differs, or the edit is an old one.
 */
export type Editing = "edited" | "held" | "refused" | "recounted" | "unchanged";

/** What is said of an edit that met several communities in different ways. */
const order: readonly Editing[] = ["edited", "held", "refused", "recounted"];

/**
 * Gives a post new words, in every community where it stands. Only its author can; the author of a post never changes. What the edit adds is
 * judged as a new post would be.
 *
 * @returns `unknown` when no post of this author has the name
 */
export async function editPost(app: App, edit: Edit): Promise<Editing | "unknown"> {
  return await app.db.transaction(async (tx) => {
    const found = await lockPostsOf(tx, edit);
    if (found.length === 0) return "unknown";
    await noteQuotable(tx, found, edit);
    const changes = (await readEdited(tx, found)).map((edited) => ({ edited, change: readChange(edit, edited) }));
    const standingOf = await standingsFor(app, tx, edit, changes);
    const done: Editing[] = [];
    for (const { edited, change } of changes)
      done.push(await apply(app, tx, { edit, edited, change, standing: standingOf(edited.post) }));
    return order.find((one) => done.includes(one)) ?? "unchanged";
  });
}

/** Who may quote a post is no news, and nothing to judge. */
async function noteQuotable(tx: Tx, found: readonly (typeof posts.$inferSelect)[], { quotable }: Edit): Promise<void> {
  if (quotable === undefined) return;
  const others = found.filter((post) => post.quotable !== quotable).map(({ id }) => id);
  if (others.length > 0) await tx.update(posts).set({ quotable }).where(anyOf(posts.id, others));
}

async function readEdited(tx: Tx, found: readonly (typeof posts.$inferSelect)[]): Promise<readonly Edited[]> {
  const editable = found.filter(({ state }) => state === "published" || state === "held" || state === "waiting");
  const ids = editable.map(({ id }) => id);
  const polls = await listPolls(tx, ids);
  const attachmentsOf = await listAttachments(tx, ids);
  const held = await listHeldEdits(tx, ids);
  return editable.map((post) => ({
    post,
    poll: polls.get(post.id),
    attachments: attachmentsOf(post.id),
    held: held.get(post.id),
  }));
}

type Changed = readonly { readonly edited: Edited; readonly change: Change }[];

/** How the author stands where new words are to be judged; elsewhere nobody asks. */
async function standingsFor(app: App, tx: Tx, { authorId }: Edit, changes: Changed) {
  const places = changes.filter(({ change }) => change === "words").map(({ edited }) => edited.post.communityId);
  if (places.length === 0) return () => undefined;
  const standingOf = await lockAndReadStandings(tx, places, [authorId], app.now());
  return ({ communityId }: Edited["post"]) => standingOf(communityId, authorId);
}

interface Task {
  readonly edit: Edit;
  readonly edited: Edited;
  readonly change: Change;
  readonly standing: CountedStanding | undefined;
}

async function apply(app: App, tx: Tx, task: Task): Promise<Editing> {
  const { edit, edited, change } = task;
  const { post } = edited;
  switch (change) {
    case "words":
      return await judgeAndRewrite(app, tx, task);
    case "waits":
      return "held";
    case "permission-waits":
      await noteHeldPermissions(tx, edited.held!.id, edit);
      return "held";
    case "withdrawn":
      await dropHeldEdits(tx, [post.id]);
      return "unchanged";
    case "votes":
      await replacePoll(tx, post.id, edit.poll);
      await touchPages(tx, [post.threadId]);
      return "recounted";
    case "permission":
      await notePermissions(app, tx, post, edit);
      return "edited";
    case "none":
      return "unchanged";
  }
}

async function judgeAndRewrite(app: App, tx: Tx, { edit, edited, standing }: Task): Promise<Editing> {
  const { post } = edited;
  const now = app.now();
  if (!standing) return "refused";
  const verdict = judgeEdit(standing, readAdded(edit, wordsOf(edited)));
  if (verdict.action === "discard") return "refused";
  if (verdict.action === "reject") {
    await tellOfEdit(app, tx, post, { kind: "edit-refused", verdict, original: edit.original });
    return "refused";
  }
  // A moderator reads it anyway.
  if (verdict.action === "accept" || post.state === "held") {
    await rewrite(app, tx, post, edit, now);
    return "edited";
  }
  let editId: EditId | undefined;
  if (post.state === "waiting") {
    await rewrite(app, tx, post, edit, now);
    await tx.update(posts).set({ state: "held", reason: verdict.reason }).where(eq(posts.id, post.id));
  } else editId = await holdEdit(tx, post.id, edit, verdict.reason, now);
  await tellOfEdit(app, tx, post, { kind: "edit-held", verdict, original: edit.original, editId });
  return "held";
}

async function notePermissions(app: App, tx: Tx, post: Edited["post"], edit: Edit): Promise<void> {
  await replaceAttachments(app, tx, post.id, edit);
  const revision = await addOriginal(tx, post.id, edit.original, app.now());
  await touchPages(tx, [post.threadId]);
  if (post.state === "published") await dispatch(app, tx, [{ kind: "post-edited", postId: post.id, revision }]);
}
