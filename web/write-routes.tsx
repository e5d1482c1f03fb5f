import type { Context, Hono } from "hono";
import { getCommunity } from "../src/community/get-community.ts";
import { DomainError } from "../src/core/errors.ts";
import { newId, type PostId, readId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { findReplyTarget, type ReplyTarget } from "../src/post/find-reply-target.ts";
import { listOwnPosts, type OwnPost } from "../src/post/list-own-posts.ts";
import type { Outcome } from "../src/post/submission.ts";
import { type Draft, renderDraft, rewritePost, withdrawPost, writePost } from "../src/post/write-post.ts";
import { type Desk, readCommunity, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import type { MessageKey } from "./messages.ts";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { getViewer } from "./viewer.ts";
import { reasonKey, type Writing } from "./write-form.tsx";
import { HeldPage, WithdrawPage, WritePage } from "./write-page.tsx";

/** Writing a thread or a reply, changing a post of one's own and taking it back. */
export function registerWriting(web: Hono, desk: Desk): void {
  const { app } = desk;

  const begin = async (c: Context, draft: Draft | undefined, key: string) => {
    const community = await readCommunity(desk, c);
    if (community instanceof Response) return community;
    const writing = { act: "new", community, path: `/c/${community.handle}/new`, hasTitle: true, key } as const;
    return await write(desk, c, { ...writing, draft: draft ?? emptyDraft }, draft !== undefined, undefined);
  };
  web.get("/c/:handle/new", requires("signed-in"), (c) => begin(c, undefined, newKey(desk)));
  web.post("/c/:handle/new", requires("signed-in"), async (c) => {
    const form = await readForm(c, limits.writeForm);
    return await begin(c, readDraft(form), form.get("key") ?? "");
  });

  const answer = async (c: Context, draft: Draft | undefined, key: string) => {
    const target = await readTarget(desk, c);
    const writing = { act: "reply", community: target.community, path: `/p/${target.id}/answer`, key } as const;
    return await write(
      desk,
      c,
      { ...writing, hasTitle: false, draft: draft ?? { ...emptyDraft, language: target.language } },
      draft !== undefined,
      target,
    );
  };
  web.get("/p/:id/answer", requires("signed-in"), (c) => answer(c, undefined, newKey(desk)));
  web.post("/p/:id/answer", requires("signed-in"), async (c) => {
    const form = await readForm(c, limits.writeForm);
    return await answer(c, readDraft(form), form.get("key") ?? "");
  });

  web.get("/p/:id/edit", requires("signed-in"), async (c) => await edit(desk, c, undefined));
  web.post("/p/:id/edit", requires("signed-in"), async (c) => edit(desk, c, await readForm(c, limits.writeForm)));
  web.get("/p/:id/withdraw", requires("signed-in"), async (c) => {
    const post = await readOwn(desk, c);
    const community = await getCommunity(app.db, post.community.id);
    return await sendPrivately(
      c,
      <WithdrawPage reader={readReader(c, desk.site)} community={community} postId={post.id} />,
    );
  });
  web.post("/p/:id/withdraw", requires("signed-in"), async (c) => {
    const post = await readOwn(desk, c);
    await withdrawPost(app, post.authorId, post.id);
    return c.redirect(`/c/${post.community.handle}`, 303);
  });
}

const emptyDraft: Draft = { text: "" };

function newKey({ app }: Desk): string {
  return newId<PostId>(app.now());
}

/** @throws {DomainError} `invalid` for what is no language */
function readDraft(form: URLSearchParams): Draft & { readonly preview: boolean } {
  const language = form.get("language") || undefined;
  if (language !== undefined && !/^[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}$/i.test(language))
    throw new DomainError("invalid", "there is no such language");
  return {
    text: form.get("text") ?? "",
    title: form.get("title") ?? undefined,
    warning: form.get("warning") ?? undefined,
    language,
    preview: form.get("do") === "preview",
  };
}

/** Shows the form, shows how it will look, or submits. */
async function write(
  desk: Desk,
  c: Context,
  writing: Omit<Writing, "draft"> & { readonly draft: Draft & { readonly preview?: boolean } },
  sent: boolean,
  target: ReplyTarget | undefined,
): Promise<Response> {
  const reader = readReader(c, desk.site);
  const show = (more: Partial<Writing> = {}, status: 200 | 400 | 403 = 200) =>
    sendPrivately(c, <WritePage reader={reader} writing={{ ...writing, ...more }} target={target} />, status);
  if (!sent) return await show();
  try {
    if (writing.draft.preview) return await show({ preview: await renderDraft(desk.app, writing.draft) });
    const community = await getCommunity(desk.app.db, writing.community.handle);
    const { authorId } = getViewer(c);
    const given = { ...writing.draft, authorId, communityId: community.id, parentId: target?.id, key: writing.key };
    const outcome = await writePost(desk.app, given);
    return await answerOutcome(desk, c, outcome, (reason) =>
      show({ fault: reader.messages.text("write.fault.refused", { reason }) }, 403),
    );
  } catch (error) {
    const fault = faultOf(error, writing.draft);
    if (fault === undefined) throw error;
    return await show({ fault: reader.messages.text(fault) }, 400);
  }
}

/** What whoever wrote can put right; `undefined` for all else. */
function faultOf(error: unknown, { text }: Draft): MessageKey | undefined {
  if (!(error instanceof DomainError)) return undefined;
  if (error.code === "not-found") return "write.fault.gone";
  if (error.code !== "invalid") return undefined;
  return text.length > limits.draftLength ? "write.fault.long" : "write.fault.empty";
}

async function answerOutcome(
  desk: Desk,
  c: Context,
  outcome: Outcome,
  refuse: (reason: string) => Promise<Response>,
): Promise<Response> {
  const reader = readReader(c, desk.site);
  switch (outcome.action) {
    case "accept":
    case "seen":
    case "wait":
      return c.redirect(`/p/${outcome.postId}`, 303);
    case "hold": {
      const own = (await listOwnPosts(desk.app, [outcome.postId])).get(outcome.postId);
      const community = await getCommunity(desk.app.db, own?.community.handle ?? "");
      return await sendPrivately(c, <HeldPage reader={reader} community={community} />);
    }
    case "reject":
    case "discard":
      return await refuse(reader.messages.text(reasonKey(outcome.reason)));
  }
}

async function edit(desk: Desk, c: Context, form: URLSearchParams | undefined): Promise<Response> {
  const post = await readOwn(desk, c);
  const community = await getCommunity(desk.app.db, post.community.id);
  const reader = readReader(c, desk.site);
  const { title, warning, language } = post;
  const draft = form ? readDraft(form) : { text: post.source ?? "", title, warning, language, preview: false };
  const writing: Writing = {
    act: "edit",
    community,
    path: `/p/${post.id}/edit`,
    key: post.id,
    hasTitle: post.parentIri === undefined,
    draft,
  };
  const show = (more: Partial<Writing> = {}, status: 200 | 400 = 200) =>
    sendPrivately(c, <WritePage reader={reader} writing={{ ...writing, ...more }} />, status);
  if (!form) return await show();
  try {
    if (draft.preview) return await show({ preview: await renderDraft(desk.app, draft) });
    await rewritePost(desk.app, post.authorId, post.id, draft);
    return c.redirect(`/p/${post.id}`, 303);
  } catch (error) {
    const fault = faultOf(error, draft);
    if (fault === undefined) throw error;
    return await show({ fault: reader.messages.text(fault) }, 400);
  }
}

/** @throws {DomainError} `not-found` */
async function readTarget({ app }: Desk, c: Context): Promise<ReplyTarget> {
  const id = readId<PostId>(c.req.param("id"));
  const target = id && (await findReplyTarget(app.db, id));
  if (!target) throw new DomainError("not-found", "there is no such post");
  return target;
}

/** A post of whoever asks. @throws {DomainError} `not-found` for all others, as if they did not exist */
async function readOwn({ app }: Desk, c: Context): Promise<OwnPost> {
  const id = readId<PostId>(c.req.param("id"));
  const post = id && (await listOwnPosts(app, [id])).get(id);
  if (!post || post.authorId !== getViewer(c).authorId || post.goneAt !== undefined)
    throw new DomainError("not-found", "there is no such post of yours");
  return post;
}
