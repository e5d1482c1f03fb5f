import type { Context, Hono } from "hono";
import { findCommunity } from "../src/community/get-community.ts";
import { DomainError } from "../src/core/errors.ts";
import { type PostId, readId, type ThreadId } from "../src/core/ids.ts";
import { decide } from "../src/moderation/decide.ts";
import type { Decision } from "../src/moderation/decision.ts";
import { listDecisions } from "../src/moderation/list-decisions.ts";
import { listDeskPeople } from "../src/moderation/list-desk-people.ts";
import { listWaiting } from "../src/moderation/list-waiting.ts";
import { listWords, type WaitingWords } from "../src/moderation/list-words.ts";
import { getModerator } from "../src/moderation/require-role.ts";
import { findThread } from "../src/post/find-thread.ts";
import { type CommunityVisit, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { countWaiting } from "./desk-page.tsx";
import { readDeskView, readRule } from "./desk-routes.tsx";
import { ModeratePage } from "./moderate-page.tsx";
import { requires } from "./policy.ts";
import { FormPage } from "./sign-in-page.tsx";
import { threadPath } from "./thread-page.tsx";
import { getViewer } from "./viewer.ts";

/** What moderators do with posts and threads from where they read them. */
export function registerModeration(web: Hono, desk: Desk): void {
  const path = "/c/:handle/desk/posts/:post";
  web.get(
    path,
    requires("moderator"),
    visiting(desk, async (visit) => await sendPost(desk, visit)),
  );
  web.post(
    path,
    requires("moderator"),
    sending(desk, (visit, form) => decidePost(desk, visit, form)),
  );
  web.post(
    "/c/:handle/desk/threads/:thread",
    requires("moderator"),
    sending(desk, (visit, form) => decideThread(desk, visit, form)),
  );
}

/** @throws {DomainError} `not-found` for what is not in the community */
async function readPost({ app }: Desk, { c, community }: CommunityVisit): Promise<WaitingWords> {
  const id = readId<PostId>(c.req.param("post"));
  const post = id && (await listWords(app.db, [id])).get(id);
  if (post?.communityId !== community.id) throw new DomainError("not-found", "there is no such post");
  return post;
}

interface Wrong {
  readonly fault?: string;
  readonly typed?: { readonly rule: string; readonly words: string; readonly below: string };
}

async function sendPost(desk: Desk, visit: CommunityVisit, wrong: Wrong = {}): Promise<Response> {
  const { app } = desk;
  const { c, community } = visit;
  const post = await readPost(desk, visit);
  const [view, people, { decisions }, waiting] = await Promise.all([
    readDeskView(desk, visit),
    listDeskPeople(app, community.id, [post.authorId]),
    listDecisions(app.db, { communityId: community.id, postId: post.id, limit: 20 }),
    listWaiting(app, community.id),
  ]);
  const given = { view, post, person: people.get(post.authorId), decisions, counts: countWaiting(waiting) };
  return await sendPrivately(c, <ModeratePage {...given} {...wrong} />, wrong.fault === undefined ? 200 : 400);
}

async function decidePost(desk: Desk, visit: CommunityVisit, form: URLSearchParams): Promise<Response> {
  const { app } = desk;
  const { c, community, reader } = visit;
  const { text } = reader.messages;
  const post = await readPost(desk, visit);
  const typed = {
    rule: form.get("rule") ?? "",
    words: (form.get("words") ?? "").trim(),
    below: (form.get("below") ?? "").trim(),
  };
  const moderatorId = await getModerator(app.db, getViewer(c).accountId, community.id);
  const by = { moderatorId, reason: typed.words, rule: readRule(typed.rule), postId: post.id };
  const act = form.get("do");
  if (act === "remove" && by.rule === undefined && typed.words === "")
    return await sendPost(desk, visit, { fault: text("desk.fault.reason"), typed });
  const decision = toDecision(act, by, typed.below);
  if (!decision) return await sendPost(desk, visit, { fault: text("moderate.fault.below"), typed });
  try {
    await decide(app, decision);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return await sendPost(desk, visit, { fault: text(`desk.fault.${error.code}`), typed });
  }
  return c.redirect(`/c/${community.handle}/desk/posts/${post.id}`, 303);
}

function toDecision(
  act: string | null,
  by: Pick<Decision, "moderatorId" | "reason" | "rule"> & { readonly postId: PostId },
  below: string,
): Decision | undefined {
  switch (act) {
    case "remove":
    case "spam":
    case "restore":
      return { ...by, action: act };
    case "split":
      return { ...by, action: act, parentId: null };
    case "attach": {
      const parentId = readPlace(below);
      return parentId && { ...by, action: act, parentId };
    }
    default:
      return undefined;
  }
}

/** The post that an address of ours names: the one that it leads to, else the first of its thread. */
export function readPlace(address: string): PostId | undefined {
  const ids = address.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g);
  return readId<PostId>(ids?.at(-1));
}

async function decideThread(desk: Desk, visit: CommunityVisit, form: URLSearchParams): Promise<Response> {
  const { app } = desk;
  const { c, community, reader } = visit;
  const threadId = readId<ThreadId>(c.req.param("thread"));
  const thread = threadId && (await findThread(app.db, threadId));
  if (!threadId || thread?.community.id !== community.id) throw new DomainError("not-found", "there is no such thread");
  const moderatorId = await getModerator(app.db, getViewer(c).accountId, community.id);
  const by = { moderatorId, reason: (form.get("words") ?? "").trim(), threadId };
  try {
    const decision = await toThreadDecision(desk, form, by);
    await decide(app, decision);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return await explain(c, visit, threadPath(thread), reader.messages.text(`desk.fault.${error.code}`));
  }
  // Where it is now: another community has another address.
  return c.redirect(`/p/${threadId}`, 303);
}

/** @throws {DomainError} `invalid`, `not-found` */
async function toThreadDecision(
  { app }: Desk,
  form: URLSearchParams,
  by: Pick<Decision, "moderatorId" | "reason"> & { readonly threadId: ThreadId },
): Promise<Decision> {
  const act = form.get("do");
  switch (act) {
    case "lock":
    case "unlock":
    case "pin":
    case "unpin":
      return { ...by, action: act };
    case "set-topic":
      return { ...by, action: act, topic: form.get("topic") || null };
    case "move": {
      const target = await findCommunity(app.db, form.get("community") ?? "");
      if (!target) throw new DomainError("not-found", "there is no such community");
      return { ...by, action: act, to: target.id };
    }
    case "merge": {
      const parentId = readPlace(form.get("into") ?? "");
      if (!parentId) throw new DomainError("invalid", "that is no address of a thread");
      const { moderatorId, reason } = by;
      return { moderatorId, reason, action: "attach", postId: by.threadId as string as PostId, parentId };
    }
    default:
      throw new DomainError("invalid", "nothing of the kind can be done to a thread");
  }
}

async function explain(c: Context, { reader }: CommunityVisit, path: string, words: string): Promise<Response> {
  const { text } = reader.messages;
  const page = (
    <FormPage reader={reader} title="error.conflict.title">
      <p class="mt" role="alert">
        {words}
      </p>
      <p class="mt">
        <a href={path}>{text("moderate.back")}</a>
      </p>
    </FormPage>
  );
  return await sendPrivately(c, page, 409);
}
