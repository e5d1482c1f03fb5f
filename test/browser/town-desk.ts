import { eq } from "drizzle-orm";
import { ensureMailAuthor } from "../../src/account/mail-author.ts";
import { answerNotice } from "../../src/community/answer-notice.ts";
import type { AuthorId, CommunityId, PostId } from "../../src/core/ids.ts";
import { members } from "../../src/db/schema/community.ts";
import { notices } from "../../src/db/schema/notice.ts";
import { decide } from "../../src/moderation/decide.ts";
import { reportPost } from "../../src/moderation/report-post.ts";
import { submitPost } from "../../src/post/submit-posts.ts";
import { takeImage } from "../../src/post/uploads.ts";
import { rewritePost, writePost } from "../../src/post/write-post.ts";
import { makeAuthor, makeMember, makePost } from "../make.ts";
import { makePerson } from "../make-person.ts";
import { makeSubmission } from "../make-submission.ts";
import type { TestApp } from "../with-app.ts";
import { picture } from "./picture.ts";
import type { Town } from "./town.ts";

/** Everything that can wait for a moderator waits, and a few things were decided. */
export async function fillDesk(app: TestApp, communityId: CommunityId, { kofi, ida, mo }: Town["residents"]) {
  const held = await holdPosts(app, communityId);
  const edited = await holdEdit(app, communityId, kofi.authorId);
  const shop = await makeAuthor(app, { name: "glue_world_4", host: "cheap.example", handle: "glue_world_4" });
  const reported = await makePost(app, communityId, {
    ...{ authorId: shop, title: "Bellows tape, 70 % off, today only" },
    html: "<p>Professional tape now at <a href='https://cheap.example/'>our store</a>!</p>",
  });
  const report = { about: { postId: reported }, byServer: false, channel: "web", rule: 2 } as const;
  for (const [index, { authorId }] of [kofi, mo].entries())
    await reportPost(app, { ...report, words: "Advertising", reporterId: authorId, sourceId: `report/${index}` });
  const asking = await makeAuthor(app, {
    name: "Hyacinth Okonkwo-Featherstonehaugh",
    host: "very.long.server.name.example",
  });
  await makeMember(app, communityId, { authorId: asking, state: "pending" });
  await app.db
    .update(members)
    .set({ note: "I restore accordions, and I was sent by Gwen." })
    .where(eq(members.authorId, asking));
  const by = { moderatorId: kofi.authorId, reason: "No connection to mending.", rule: 2 };
  const removed = await makePost(app, communityId, { authorId: shop, title: "Glue" });
  await decide(app, { ...by, action: "remove", postId: removed });
  await decide(app, {
    ...by,
    action: "ban",
    communityId,
    authorId: await makeAuthor(app, { name: "best_price_tools" }),
  });
  await appeal(app, communityId, { moderatorId: kofi.authorId, authorId: mo.authorId });
  await decide(app, {
    moderatorId: ida.authorId,
    reason: "One shop is enough.",
    action: "warn",
    communityId,
    authorId: shop,
  });
  return { held, edited, reported, removed, shop };
}

/** First posts that came by three doors, one with an image. */
async function holdPosts(app: TestApp, communityId: CommunityId): Promise<PostId> {
  const ann = await makePerson(app, { handle: "ann", name: "Ann of the Allotments" });
  const image = await takeImage(app, {
    authorId: ann.authorId,
    bytes: await picture("olive"),
    alt: "A barrow without its wheel",
  });
  const words = {
    title: "A wheelbarrow that squeaks",
    text: "The *left* handle too. https://example.org/barrow",
    key: "a",
  };
  const outcome = await writePost(app, { ...words, authorId: ann.authorId, communityId, images: [image.id] });
  const author = { name: "أحمد", host: "social.example", handle: "ahmad" };
  const html = "<p>عندي ساعة قديمة توقفت، هل من ينصحني؟</p>";
  await submitPost(app, makeSubmission({ communityId, authorId: await makeAuthor(app, author), html, language: "ar" }));
  const mailed = { address: "rosalind@mail.example", name: "Rosalind Achebe", read: false };
  const { authorId } = await ensureMailAuthor(app, mailed);
  const messageId = "<one@mail.example>";
  const original = {
    mediaType: "message/rfc822",
    messageId,
    bytes: Buffer.from("Subject: mend\r\n\r\nhello"),
  } as const;
  const mail = {
    communityId,
    authorId,
    channel: "mail",
    sourceId: messageId,
    original,
    title: "Stop trying to make it invisible",
  } as const;
  await submitPost(
    app,
    makeSubmission({
      ...mail,
      names: [{ name: messageId, kind: "message-id" }],
      html: "<p>Let the mend be a mend.</p>",
    }),
  );
  if (!("postId" in outcome)) throw new Error(outcome.action);
  return outcome.postId;
}

/** New words of a newcomer, with a link. */
async function holdEdit(app: TestApp, communityId: CommunityId, moderatorId: AuthorId) {
  const { authorId } = await makePerson(app, { handle: "bea", name: "Bea" });
  const words = { title: "Copper tape", text: "Try copper tape." };
  const outcome = await writePost(app, { ...words, authorId, communityId, key: "b" });
  if (!("postId" in outcome)) throw new Error(outcome.action);
  await decide(app, { moderatorId, reason: "", action: "approve", postId: outcome.postId });
  const text = "Try copper tape, from [this shop](https://shop.example/).";
  await rewritePost(app, authorId, outcome.postId, { ...words, text });
  return outcome.postId;
}

/** Somebody whose post was removed says that it should not have been; then they are warned, and say nothing yet. */
async function appeal(
  app: TestApp,
  communityId: CommunityId,
  { moderatorId, authorId }: { readonly moderatorId: AuthorId; readonly authorId: AuthorId },
): Promise<void> {
  const by = { moderatorId, reason: "There is a place for holidays elsewhere.", rule: 2 };
  const postId = await makePost(app, communityId, { authorId, channel: "web", title: "My holiday with a tent" });
  await decide(app, { ...by, action: "remove", postId });
  const [notice] = await app.db.select().from(notices).where(eq(notices.authorId, authorId));
  const text = "appeal I mended the tent there.";
  await answerNotice(app, { noticeId: notice!.id, authorId, sourceId: "appeal/1", text });
  await decide(app, { ...by, action: "warn", communityId, authorId });
}
