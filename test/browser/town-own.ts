import { makeInvitation } from "../../src/account/invitation-links.ts";
import { inviteAddresses } from "../../src/account/invite-by-mail.ts";
import { putQuestion } from "../../src/account/mail-questions.ts";
import { getCommunity } from "../../src/community/get-community.ts";
import { createMailLinks } from "../../src/community/mail-links.ts";
import { type CommunityId, type DraftId, type InvitationId, newId, type PostId } from "../../src/core/ids.ts";
import { mails } from "../../src/db/schema/account.ts";
import { changeAvatar } from "../../src/post/change-avatar.ts";
import { keepDraft } from "../../src/post/drafts.ts";
import { askForExport } from "../../src/post/keep-export.ts";
import { askToQuote } from "../../src/post/quote-permits.ts";
import { submitPost } from "../../src/post/submit-posts.ts";
import { takeImage } from "../../src/post/uploads.ts";
import { rewritePost, writePost } from "../../src/post/write-post.ts";
import { makeAuthor } from "../make.ts";
import { makeMailMember } from "../make-mail-member.ts";
import { makeSubmission } from "../make-submission.ts";
import type { TestApp } from "../with-app.ts";
import { picture } from "./picture.ts";
import type { Town } from "./town.ts";

/** Mo has a picture, a draft, notices, a post with images that was changed and is quoted, and links that came by mail. */
export async function fillDrawers(app: TestApp, communityId: CommunityId, { mo, kofi }: Town["residents"]) {
  const { authorId, accountId } = mo;
  await changeAvatar(app, accountId, await picture("teal"));
  const postId = await illustratedPost(app, communityId, mo.authorId);
  const quoting = await quote(app, communityId, postId);
  await askForExport(app, accountId);
  const draft = { title: "Worms", text: "Half a", warning: "", language: "en", topic: undefined, images: [] };
  await keepDraft(app, authorId, { ...draft, id: newId<DraftId>(app.now()) }, { communityId });
  const invitation = {
    id: newId<InvitationId>(app.now()),
    communityId,
    by: kofi.authorId,
    note: "For the allotments",
    uses: 10,
    days: 30,
  };
  const invited = new URL(await makeInvitation(app, invitation)).pathname;
  return { postId, quoting, invited, ...(await mailLinks(app, communityId)) };
}

async function illustratedPost(app: TestApp, communityId: CommunityId, authorId: Town["residents"]["mo"]["authorId"]) {
  const images = [];
  for (const [colour, alt] of Object.entries({ olive: "Two rows of garlic under straw", sienna: "A spade" }))
    images.push((await takeImage(app, { authorId, bytes: await picture(colour), alt })).id);
  const warned = {
    authorId,
    communityId,
    key: "w",
    title: "A cut thumb",
    text: "It *bled*.",
    warning: "Blood",
    topic: "textiles",
  };
  await writePost(app, warned);
  const form = {
    authorId,
    communityId,
    key: "k",
    title: "Mending a spade",
    text: "How *deep*?",
    images,
    language: "en",
  };
  const outcome = await writePost(app, form);
  if (!("postId" in outcome)) throw new Error(outcome.action);
  await rewritePost(app, authorId, outcome.postId, { ...form, text: "How *deep*, in clay?" });
  return outcome.postId;
}

/** Somebody elsewhere quotes a post here, and asked for it. @returns the post that quotes */
async function quote(app: TestApp, communityId: CommunityId, postId: PostId): Promise<PostId> {
  const authorId = await makeAuthor(app, {
    handle: "bob",
    host: "longish.server.example",
    name: "Bob Longfellow-Smythe",
  });
  const sourceId = "https://longish.server.example/notes/1";
  const quoted = [`${app.config.origin}/posts/${postId}`, "https://elsewhere.example/notes/2"];
  const attachments = quoted.map((url) => ({ kind: "quote", url }) as const);
  const html = "<p>This is what I keep telling everybody.</p>";
  await submitPost(app, makeSubmission({ communityId, authorId, sourceId, attachments, html, inReplyTo: quoted[0] }));
  await askToQuote(app, { postId, quotingName: sourceId, authorId, requestName: `${sourceId}/ask` });
  const answer = makeSubmission({ communityId, authorId: await makeAuthor(app), inReplyTo: quoted[0] });
  const outcome = await submitPost(app, answer);
  return "postId" in outcome ? outcome.postId : postId;
}

/** The links that lead here from mail, each in the state in which it is opened. */
async function mailLinks(app: TestApp, communityId: CommunityId) {
  const ben = await makeMailMember(app, communityId, { handle: "ben", name: "Ben" });
  const member = { communityId, authorId: ben.authorId };
  const choices = createMailLinks(app.config.secretKey!).pathOf(member);
  const question = {
    kind: "subscribe",
    communityId,
    address: "new@example.org",
    name: "New",
    cause: "<a@example.org>",
  } as const;
  const asked = await app.db.transaction((tx) => putQuestion(app, tx, question));
  const community = await getCommunity(app.db, communityId);
  await inviteAddresses(app, { community, addresses: ["guest@example.org"], by: null });
  const link = (await app.db.select().from(mails)).find(({ recipient }) => recipient === "guest@example.org")?.detail[
    "link"
  ];
  return { choices, member, question: `/mail/answer/${asked?.secret}`, guest: new URL(link!).pathname };
}
