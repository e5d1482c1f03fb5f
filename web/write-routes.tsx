import type { Context, Hono } from "hono";
import { isWithinRate } from "../src/account/rate.ts";
import { type Community, getCommunity } from "../src/community/get-community.ts";
import { listTopics } from "../src/community/topics.ts";
import { DomainError } from "../src/core/errors.ts";
import { type PostId, readId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { findReplyTarget } from "../src/post/find-reply-target.ts";
import { listOwnPosts, type OwnPost } from "../src/post/list-own-posts.ts";
import type { Outcome } from "../src/post/submission.ts";
import { findWaitingWords, rewritePost, withdrawPost, writePost } from "../src/post/write-post.ts";
import { createNetworkReader } from "./client-network.ts";
import { type Desk, readCommunity, sendPrivately } from "./desk.ts";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { readUploadForm } from "./upload-form.ts";
import { getViewer } from "./viewer.ts";
import { reasonKey } from "./write-form.tsx";
import { HeldPage, WithdrawPage } from "./write-page.tsx";
import { type Frame, newKey, showForm, takeForm } from "./write-steps.tsx";

/** Writing a thread or a reply, changing a post of one's own and taking it back. */
export function registerWriting(web: Hono, desk: Desk): void {
  const { app } = desk;
  const networkOf = createNetworkReader(app.config.trustedProxy);
  web.get("/c/:handle/new", requires("signed-in"), async (c) => {
    const community = await readCommunity(desk, c);
    if (community instanceof Response) return community;
    return await showForm(desk, c, await frameOfThread(desk, community), newKey(desk), { text: "" });
  });
  web.post("/c/:handle/new", requires("signed-in"), async (c) => {
    const community = await readCommunity(desk, c);
    if (community instanceof Response) return community;
    return await submit(desk, c, await frameOfThread(desk, community), networkOf(c));
  });
  web.get("/p/:id/answer", requires("signed-in"), async (c) => {
    const { target, frame } = await frameOfReply(desk, c);
    return await showForm(desk, c, frame, newKey(desk), { text: "", language: target.language });
  });
  web.post("/p/:id/answer", requires("signed-in"), async (c) =>
    submit(desk, c, (await frameOfReply(desk, c)).frame, networkOf(c)),
  );

  web.get("/p/:id/edit", requires("signed-in"), async (c) => {
    const { post, frame } = await frameOfChange(desk, c);
    return await showForm(desk, c, frame, post.id, (await findWaitingWords(app.db, post.id)) ?? readWords(post));
  });
  web.post("/p/:id/edit", requires("signed-in"), async (c) => {
    const { post, frame } = await frameOfChange(desk, c);
    return await takeForm(desk, c, frame, await readUploadForm(c), async (draft, _key, refuse) => {
      const done = await rewritePost(app, post.authorId, post.id, draft);
      const reader = readReader(c, desk.site);
      if (done === "refused") return await refuse(reader.messages.text("write.fault.change-refused"));
      if (done !== "held") return c.redirect(`/p/${post.id}`, 303);
      const community = await getCommunity(app.db, post.community.id);
      return await sendPrivately(c, <HeldPage reader={reader} community={community} isChange />);
    });
  });
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

async function frameOfThread({ app }: Desk, community: Community): Promise<Frame> {
  const topics = await listTopics(app.db, community.id);
  const path = `/c/${community.handle}/new`;
  return { act: "new", community, path, topics, hasTitle: true, place: { communityId: community.id } };
}

async function frameOfReply({ app }: Desk, c: Context) {
  const id = readId<PostId>(c.req.param("id"));
  const target = id && (await findReplyTarget(app.db, id));
  if (!target) throw new DomainError("not-found", "there is no such post");
  const { community } = target;
  const place = { communityId: community.id, parentId: target.id };
  const frame: Frame = { act: "reply", community, path: `/p/${target.id}/answer`, hasTitle: false, place, target };
  return { target, frame };
}

async function frameOfChange(desk: Desk, c: Context) {
  const post = await readOwn(desk, c);
  const community = await getCommunity(desk.app.db, post.community.id);
  const place = { communityId: community.id, postId: post.id };
  const hasTitle = post.parentIri === undefined;
  const frame: Frame = { act: "edit", community, path: `/p/${post.id}/edit`, hasTitle, place };
  return { post, frame };
}

function readWords({ source = "", title, warning, language, images }: OwnPost) {
  return { text: source, title, warning, language, images: images.map(({ uploadId }) => uploadId) };
}

/** Shows the form again, or submits what it says. */
async function submit(desk: Desk, c: Context, frame: Frame, network: string | undefined): Promise<Response> {
  const { authorId } = getViewer(c);
  const reader = readReader(c, desk.site);
  return await takeForm(desk, c, frame, await readUploadForm(c), async (draft, key, refuse) => {
    const rate = { limit: limits.postsPerNetwork, window: limits.postWindow };
    if (network !== undefined && !(await isWithinRate(desk.app, ["posts from", network], rate)))
      return await refuse(reader.messages.text("write.fault.too-many"));
    const outcome = await writePost(desk.app, { ...draft, ...frame.place, authorId, key });
    return await answerOutcome(desk, c, outcome, (reason) =>
      refuse(reader.messages.text("write.fault.refused", { reason })),
    );
  });
}

async function answerOutcome(
  desk: Desk,
  c: Context,
  outcome: Outcome,
  refuse: (reason: string) => Promise<Response>,
): Promise<Response> {
  const reader = readReader(c, desk.site);
  const why = "reason" in outcome ? (outcome.words ?? reader.messages.text(reasonKey(outcome.reason))) : "";
  switch (outcome.action) {
    case "accept":
    case "seen":
    case "wait":
      return c.redirect(`/p/${outcome.postId}`, 303);
    case "hold": {
      const own = (await listOwnPosts(desk.app, [outcome.postId])).get(outcome.postId);
      const community = await getCommunity(desk.app.db, own?.community.handle ?? "");
      return await sendPrivately(c, <HeldPage reader={reader} community={community} why={why} />);
    }
    case "reject":
    case "discard":
      return await refuse(why);
  }
}

/** A post of whoever asks. @throws {DomainError} `not-found` for all others, as if they did not exist */
async function readOwn({ app }: Desk, c: Context): Promise<OwnPost> {
  const id = readId<PostId>(c.req.param("id"));
  const post = id && (await listOwnPosts(app, [id])).get(id);
  if (!post || post.authorId !== getViewer(c).authorId || post.goneAt !== undefined)
    throw new DomainError("not-found", "there is no such post of yours");
  return post;
}
