import { claimIdentity } from "../../src/account/create-account.ts";
import { askToErase, confirmErasureBySession } from "../../src/account/erasure.ts";
import { listSessions } from "../../src/account/sessions.ts";
import { insertUsualChecks } from "../../src/community/change-checks.ts";
import { listChecks } from "../../src/community/checks.ts";
import { changeRules } from "../../src/community/rules.ts";
import { createTopic } from "../../src/community/topics.ts";
import type { AuthorId, CommunityId, PostId, ThreadId } from "../../src/core/ids.ts";
import { submitPost } from "../../src/post/submit-posts.ts";
import { signInAs } from "../browser-like.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../make.ts";
import { makeMenders } from "../make-menders.ts";
import { type MadePerson, makePerson } from "../make-person.ts";
import { makeSubmission } from "../make-submission.ts";
import type { TestApp } from "../with-app.ts";
import { fillDesk } from "./town-desk.ts";
import { fillDrawers } from "./town-own.ts";

/**
 * Who looks: a member with much of their own, one with nothing yet, a moderator, an owner, whoever runs the server, and two who go:
 * one was asked for the code that was mailed, the other gave it.
 */
export type Resident = "mo" | "neo" | "kofi" | "ida" | "ada" | "rue" | "eve";

/** A server on which there is something of everything. */
export interface Town {
  readonly app: TestApp;
  readonly residents: Readonly<Record<Resident, MadePerson>>;
  readonly menders: CommunityId;
  readonly threadId: ThreadId;
  /** The first thing that the menders look at before a post appears. */
  readonly checkId: string;
  /** A post from elsewhere, and who wrote it. */
  readonly remote: { readonly postId: PostId; readonly path: string };
  readonly desk: Awaited<ReturnType<typeof fillDesk>>;
  readonly own: Awaited<ReturnType<typeof fillDrawers>>;
  /** The handle of each other community by what it is like. */
  readonly places: Awaited<ReturnType<typeof makePlaces>>;
}

/** Three days after the last post of the menders. */
const today = Date.UTC(2026, 10, 24, 9);

export async function makeTown(app: TestApp): Promise<Town> {
  app.advance(today - app.now().getTime());
  const { communityId: menders, threadId, posts } = await makeMenders(app);
  const residents = {
    mo: await makePerson(app, {
      handle: "mo",
      name: "Mo the Mender",
      address: "mo@example.org",
      addressVerified: true,
    }),
    neo: await makePerson(app, { handle: "neo", name: "" }),
    kofi: await makePerson(app, { handle: "kofi", name: "Kofi Mensah", address: "kofi@example.org" }),
    ida: await makePerson(app, { handle: "ida", name: "Ida Sørensen", address: "ida@example.org" }),
    ada: await makePerson(app, { handle: "ada", name: "Ada", admin: true, address: "ada@example.org" }),
    rue: await makePerson(app, { handle: "rue", address: "rue@example.org", addressVerified: true }),
    eve: await makePerson(app, { handle: "eve" }),
  };
  await makeMember(app, menders, { authorId: residents.mo.authorId, trusted: true });
  await makeMember(app, menders, { authorId: residents.kofi.authorId, role: "moderator" });
  await makeMember(app, menders, { authorId: residents.ida.authorId, role: "owner" });
  for (const words of [
    "Be kind, also to who is wrong.",
    "Talk about mending, and show what you mended.",
    "قل ما تعرفه وما لا تعرفه.",
  ])
    await changeRules(app, menders, { act: "add", words }, "test");
  await app.db.transaction(async (tx) => {
    const authorId = await makeAuthor(app, { handle: "mo", host: "mastodon.example", name: "Mo, elsewhere" });
    await claimIdentity(tx, { accountId: residents.mo.accountId, authorId }, app.now());
  });
  const places = await makePlaces(app, residents);
  const own = await fillDrawers(app, menders, residents);
  await leave(app, residents);
  await app.db.transaction((tx) => insertUsualChecks(app, tx, menders, "test"));
  const [check] = await listChecks(app.db, menders);
  return {
    app,
    residents,
    menders,
    checkId: check!.id,
    threadId,
    places,
    remote: { postId: posts.get(2)!, path: "/@p1@mastodon.example" },
    desk: await fillDesk(app, menders, residents),
    own,
  };
}

/** Rue is asked for the code that was mailed to her, Eve is about to be erased. */
async function leave(app: TestApp, { rue, eve }: Town["residents"]): Promise<void> {
  const how = { posts: "unname", language: "en" } as const;
  await askToErase(app, { ...how, accountId: rue.accountId });
  await signInAs(app, eve.accountId);
  const [session] = await listSessions(app, eve.accountId);
  await confirmErasureBySession(app, { ...how, accountId: eve.accountId, sessionId: session!.id });
}

/** Communities of all kinds beside the lively one. */
async function makePlaces(app: TestApp, { mo, ida }: Town["residents"]) {
  const leila = await makeAuthor(app, { handle: "leila", host: "social.example", name: "ليلى حدّاد" });
  const clock = await makeClocks(app, { mo: mo.authorId, ida: ida.authorId, leila });
  const long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenausbesserungsverein";
  const empty = await makeCommunity(app, {
    handle: "donaudampfschifffahrtsgesellschaft",
    name: long,
    dye: "indigo",
    language: "de",
  });
  await makeMember(app, empty, { authorId: ida.authorId, role: "owner" });
  const closed = await makeCommunity(app, {
    handle: "typewriters",
    name: "Typewriters",
    dye: "weld",
    closedAt: app.now(),
  });
  await submitPost(app, makeSubmission({ communityId: closed, authorId: leila, title: "A last ribbon" })).catch(
    () => {},
  );
  const movedTo = "https://workshop.example/groups/radios";
  await makeCommunity(app, { handle: "radios", name: "Radios", dye: "woad", movedTo, movedAt: app.now() });
  const secret = await makeCommunity(app, {
    ...{
      handle: "workshop",
      name: "The workshop",
      dye: "orchil",
      visibility: "private" as const,
      joinPolicy: "invite" as const,
    },
    summary: "Who has the key this week?",
  });
  await makeMember(app, secret, { authorId: mo.authorId });
  const kept = await makePost(app, secret, { authorId: mo.authorId, channel: "web", title: "The key is with Ida" });
  return {
    arabic: "clocks",
    clock,
    empty: "donaudampfschifffahrtsgesellschaft",
    closed: "typewriters",
    moved: "radios",
    secret: "workshop",
    kept,
  };
}

/** A community that speaks Arabic, where somebody answers in English. @returns its thread */
async function makeClocks(
  app: TestApp,
  { mo, ida, leila }: Readonly<Record<"mo" | "ida" | "leila", AuthorId>>,
): Promise<PostId> {
  const arabic = await makeCommunity(app, {
    ...{ handle: "clocks", language: "ar", dye: "verdigris", joinPolicy: "approval" as const },
    name: "رابطة مصلحي الساعات وآلات التصوير القديمة",
    summary: "لمن يصلح الأشياء ويحب أن يحكي كيف.\n\nتعالوا واسألوا.",
  });
  await createTopic(app, { communityId: arabic, slug: "springs", name: "النوابض والتروس", hashtags: [] }, "test");
  const words = {
    authorId: leila,
    language: "ar",
    html: "<p>توقفت الساعة عند الثالثة، وكل شيء فيها سليم. ماذا أفحص أولًا؟</p>",
  };
  const clock = await makePost(app, arabic, { ...words, title: "ساعة جدار تتوقف كل ليلة عند الثالثة" });
  await makePost(app, arabic, {
    authorId: mo,
    channel: "web",
    parentId: clock,
    parentName: clock,
    language: "en",
  });
  await makeMember(app, arabic, { authorId: ida, role: "owner" });
  return clock;
}
