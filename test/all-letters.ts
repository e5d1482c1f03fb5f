import { eq } from "drizzle-orm";
import type { App } from "../src/app.ts";
import { createTopic } from "../src/community/topics.ts";
import { derivedId, type MailId, type PostId, type ThreadId, type TopicId } from "../src/core/ids.ts";
import { accounts } from "../src/db/schema/account.ts";
import { posts, threads } from "../src/db/schema/post.ts";
import { composeLetter } from "../src/mail/compose-letter.ts";
import { openRelay } from "../src/mail/deliver.ts";
import type { AskKeys } from "../src/mail/sign.ts";
import { mailHeld } from "../src/moderation/mail-held.ts";
import { owePostsByMail } from "../src/outbound/owe-list-mail.ts";
import type { WaitingMail } from "../src/outbound/owe-mail.ts";
import { addAttachments } from "../src/post/attachments.ts";
import { makeDigests } from "../src/post/make-digests.ts";
import { insertPolls } from "../src/post/poll.ts";
import { sendLetters } from "./letters.ts";
import { startMailRelay } from "./mail-relay.ts";
import { makeAuthor, makeCommunity, makePost } from "./make.ts";
import { makeMailMember } from "./make-mail-member.ts";
import type { TestApp } from "./with-app.ts";

const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** A mail as it went over the wire, with what it is. */
export interface SentLetter {
  readonly name: string;
  readonly source: string;
}

/** Every kind of mail that goes out, in English and in Arabic: sent to a relay, and read there. */
export async function sendEveryLetter(app: TestApp, askKeys?: AskKeys): Promise<readonly SentLetter[]> {
  const relay = await startMailRelay();
  const way = openRelay({ ...app.config, smtpUrl: relay.url }, askKeys)!;
  const names: string[] = [];
  try {
    for (const { name, letter } of await listLetters(app)) {
      names.push(name);
      await way.sendToList(letter);
    }
    for (const language of ["en", "ar"])
      for (const [kind, detail] of personal) {
        names.push(`${kind}${"kind" in detail ? `-${detail.kind}` : ""}.${language}`);
        await way.send(composeLetter(owed(app, kind, detail, language), app.config.origin));
      }
  } finally {
    way.close();
    await relay.close();
  }
  return relay.received.map(({ text }, index) => ({ name: names[index]!, source: text }));
}

function owed(app: App, kind: WaitingMail["kind"], detail: WaitingMail["detail"], language: string): WaitingMail {
  const id = derivedId("test", kind) as MailId;
  return { id, kind, detail, language, recipient: "ben@example.org", createdAt: app.now() };
}

/** What goes to one person alone, each with what stands in it. */
const link = "https://moot.example/sign-in/link/vVt2mNq0k7eTj3yC8w1sRaXo5hLbUdPfZ9gQiE4nMxA";
const community = "The gardeners";
const at = (command: string) => ({ [command || "address"]: `gardeners${command && `+${command}`}@moot.example` });
const list = Object.assign(
  { community, page: "https://moot.example/c/gardeners" },
  ...["", "subscribe", "unsubscribe", "digest", "nomail", "owner", "help"].map(at),
);
const confirm = { community, link, address: "gardeners+confirm-2s-abcdefghijklmnopqrstuvwxyz@moot.example" };
const notice = {
  ...{ community, hasReason: "no", reason: "", hasTitle: "yes", title: "Slugs in the cold frame again" },
  ...{ isReadable: "no", link: "https://moot.example/notices", settings: "https://moot.example/settings#wishes" },
};
const because = { ...notice, hasReason: "yes", reason: "It sells something, which rule 2 does not allow here." };
const personal: readonly (readonly [WaitingMail["kind"], Readonly<Record<string, string>>])[] = [
  ["sign-in", { link, code: "493 021" }],
  ["sign-up", { link, code: "493 021" }],
  ["address", { link, code: "493 021" }],
  ["address-taken", {}],
  ["sign-up-closed", {}],
  ["erasure", { code: "493 021" }],
  ["erasure-planned", { day: "2026-03-08", link: "https://moot.example/settings/data" }],
  ["notice", { ...notice, isReadable: "yes", kind: "published" }],
  ["notice", { ...because, kind: "refused" }],
  ["notice", { ...because, kind: "removed" }],
  ["notice", { ...notice, kind: "answered" }],
  ["confirm-post", { ...confirm, subject: "Slugs in the cold frame again" }],
  ["confirm-subscribe", confirm],
  ["invited", { ...confirm, about: "What grows, and what eats it.", host: "moot.example" }],
  ["subscribed", list],
  ["subscribe-pending", list],
  ["subscribe-refused", list],
  ["answer", { ...list, answer: "Once a day you get one mail with what was said in The gardeners." }],
  ["list-help", { ...list, command: "gardeners+command@moot.example", answer: "help: these words" }],
  [
    "owner-note",
    { community, name: "Ida", from: "ida@good.example", subject: "May I?", text: "May I post\nseeds for sale?" },
  ],
  ["post-held", { community, subject: "Slugs in the cold frame again" }],
];

async function listLetters(app: TestApp) {
  const communityId = await makeCommunity(app, { handle: "gardeners", name: community, summary: "What grows." });
  const daily = {
    how: "daily",
    hour: 18,
    digestFrom: app.now(),
    digestDueAt: new Date(app.now().getTime() + day),
  } as const;
  for (const language of ["en", "ar"])
    for (const [kind, choice] of [
      ["once", {}],
      ...(["both", "plain", "mime"] as const).map((form) => [form, { ...daily, form }] as const),
    ] as const) {
      const { accountId } = await makeMailMember(app, communityId, {
        handle: `${kind}_${language}`,
        choice,
        ...(kind === "once" && { role: "moderator" }),
      });
      await app.db.update(accounts).set({ language }).where(eq(accounts.id, accountId));
    }
  await write(app, communityId);
  const letters = [...(await sendLetters(app))];
  app.advance(day);
  await makeDigests(app);
  letters.push(...(await sendLetters(app)));
  await makePost(app, communityId, {
    state: "held",
    title: "Cheap watches",
    html: '<p>Buy <a href="https://watches.example/">here</a>.</p>',
  });
  await makePost(app, communityId, {
    state: "held",
    html: `<p>${"Is this the right place to ask about roses? ".repeat(30)}</p>`,
  });
  await mailHeld(app);
  letters.push(...(await sendLetters(app)));
  return letters.map((letter, index) => ({
    name: `${letter.to.split("@")[0]}.${String(index).padStart(2, "0")}`,
    letter,
  }));
}

type Words = Parameters<typeof makePost>[2];

/** A conversation with something of everything that people post. */
async function write(app: TestApp, communityId: Parameters<typeof makePost>[1]): Promise<void> {
  const ana = await makeAuthor(app, { handle: "ana", name: "Ana Ferreira" });
  const ben = await makeAuthor(app, { handle: "ben", name: "Ben", host: "pub.example" });
  const nour = await makeAuthor(app, { handle: "nour", name: "نور" });
  const topic = (await createTopic(
    app,
    { communityId, slug: "pests", name: "Pests", hashtags: [] },
    "test",
  )) as TopicId;
  const say = async (given: Words) => {
    app.advance(10 * 60_000);
    const id = await makePost(app, communityId, { language: "en", ...given });
    await owePostsByMail(app, [id]);
    return id;
  };
  const slugs = await say({
    authorId: ana,
    title: "Slugs in the cold frame, and what to do about them before the frost",
    html: pages.long,
  });
  await app.db
    .update(threads)
    .set({ topicId: topic })
    .where(eq(threads.id, slugs as string as ThreadId));
  const answer = await say({ authorId: ben, parentId: slugs, parentName: "x", html: pages.quoting });
  await say({ authorId: nour, parentId: answer, parentName: "x", html: pages.arabic, language: "ar" });
  const pictures = await say({
    authorId: ben,
    parentId: slugs,
    parentName: "x",
    warning: "A slug, close up",
    html: "<p>This one.</p>",
  });
  await add(app, pictures);
  const poll = await say({ authorId: ana, title: "When do we meet?", html: "<p>In the shed, as always.</p>" });
  const choices = ["Saturday morning", "Sunday afternoon"].map((name) => ({ name }));
  await insertPolls(app.db as never, [{ postId: poll, poll: { multiple: false, choices } }]);
  await say({ authorId: ana, title: "The shed is open again", html: "<p>Bring a key.</p>", announcement: true });
  await app.db.update(posts).set({ editedAt: app.now() }).where(eq(posts.id, poll));
}

async function add(app: TestApp, postId: PostId): Promise<void> {
  await addAttachments(app.db as never, [
    {
      postId,
      attachments: [
        {
          kind: "image",
          url: "https://pub.example/media/8f3a1c.jpg",
          mediaType: "image/jpeg",
          alt: "A brown slug on a lettuce leaf, about as long as a thumb. It has eaten a third of the leaf.",
        },
        { kind: "image", url: "https://pub.example/media/second.jpg", mediaType: "image/jpeg" },
        { kind: "quote", url: "https://pub.example/notes/77", alt: "Copper tape does nothing." },
      ] as never,
    },
  ]);
}

const pages = {
  long: `<p>Every spring they come back. I have tried <strong>copper tape</strong>, <em>beer</em>, and walking out at night with a torch; the tape did nothing at all, and the beer only drew more of them from the neighbour's side of the fence.</p><h3>What I have</h3><ul><li>a cold frame of two metres by one, with a wooden floor that I would rather not take out</li><li>lettuce, spinach</li></ul><p>See <a href="https://slugs.example/a/very/long/way/to/a/page/about/nematodes-and-how-they-are-kept-in-the-fridge?ref=abc">this page about nematodes</a>.</p><pre><code>day 1   12
day 2   31</code></pre><p>What do you do?</p>`,
  quoting: `<blockquote><p>What do you do?</p></blockquote><p><a href="https://moot.example/@ana" class="u-url mention">@ana</a> Nematodes. They want five degrees, so not before April; a packet does for both of ours, if you want to share one.</p>`,
  arabic: `<p>عندنا لا توجد بزّاقات، لكن توجد حلزونات كثيرة. أجمعها صباحًا قبل أن تشتدّ الشمس، وأضعها بعيدًا عن الخسّ.</p>`,
};
