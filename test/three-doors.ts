import { expect } from "vitest";
import { createDeliverer } from "../federation/deliver.ts";
import { refreshSoftware, refreshSoftwareJob } from "../federation/software.ts";
import { posts } from "../src/db/schema/post.ts";
import { createWake } from "../src/jobs/wake.ts";
import { createWeb } from "../web/app.tsx";
import type { MailboxMail, MailedHouse } from "./behind-postfix.ts";
import { openBrowserLike, signInAs } from "./browser-like.ts";
import { follow } from "./conversations.ts";
import type { Federated } from "./federated-app.ts";
import { type PeerActor, startPeer } from "./fediverse.ts";
import { runJobs } from "./jobs.ts";
import { makeCommunity } from "./make.ts";
import { makePerson } from "./make-person.ts";

type Json = Readonly<Record<string, unknown>>;

/** Ana of Mastodon, Dmitri of Lemmy, Emi of Misskey, Chloé of the web here; Ben and Farid have mail alone. */
export async function openThreeDoors(federated: Federated, mail: MailedHouse) {
  const { app, peer, door } = federated;
  const community = await makeCommunity(app, { handle: "gardeners", name: "The gardeners" });
  const group = `https://moot.example/actors/${community}`;
  const [lemmy, misskey] = await Promise.all(
    ["lemmy", "misskey"].map(async (software) => await startPeer({ software, now: app.now })),
  );
  const ana = peer.person("ana", { name: "Ana" });
  const dmitri = lemmy!.person("dmitri", { name: "Dmitri" });
  const emi = misskey!.person("emi", { name: "Emi" });
  for (const one of [ana, dmitri, emi]) await follow(federated, one, group);
  await runJobs(app, refreshSoftwareJob, async (jobs) => {
    await refreshSoftware(
      app,
      jobs.map(({ host }) => host),
    );
  });
  const chloe = await makePerson(app, { handle: "chloe", name: "Chloé" });
  const browser = openBrowserLike(createWeb(app));
  browser.cookies.set("__Host-session", (await signInAs(app, chloe.accountId)).split("=")[1]!);
  const deliverer = createDeliverer(app, { wake: createWake(), signerOf: door.signerOf });
  /** Has everything happen that follows: on the fediverse, and then by mail. @returns what came by mail */
  const goOn = async () => {
    app.advance(1_000);
    await federated.settle();
    await deliverer.deliverDue();
    return await mail.collect();
  };
  const joinByMail = async (from: string) => {
    expect(await mail.send({ from, to: "gardeners+subscribe@moot.example", text: "" })).toMatch(/^250/);
    const [question, ...more] = await mail.collect();
    expect(more).toEqual([]);
    const address = question!.field("reply-to")?.replace(/^.*<|>/g, "") ?? "";
    expect(await mail.send({ from, to: address, subject: `Re: ${question!.subject}`, text: "Yes" })).toMatch(/^250/);
    await mail.collect();
  };
  const idOf = async (words: string) =>
    (await app.db.select().from(posts).orderBy(posts.id)).find(({ html }) => html.includes(words))!.id;
  return {
    ...{ community, group, ana, dmitri, emi, lemmy: lemmy!, misskey: misskey!, browser, goOn, joinByMail, idOf },
    close: async () => void (await Promise.all([lemmy!.close(), misskey!.close()])),
  };
}

/** What a phone sends when somebody types above what they read. */
export function answerTo(letter: MailboxMail, from: string, words: string) {
  const quote = letter.text.split("\n").map((line) => `> ${line}`);
  const attribution = `On Tue, 24 Nov 2026 at 11:02, ${letter.from.name} <${letter.from.address}> wrote:`;
  return {
    from,
    to: letter.field("reply-to")!.replace(/[<>]/g, ""),
    subject: letter.subject.startsWith("Re:") ? letter.subject : `Re: ${letter.subject}`,
    text: [words, "", "Sent from my phone", "", attribution, "", ...quote].join("\n"),
    head: [
      `In-Reply-To: ${letter.field("message-id")}`,
      `References: ${[letter.field("references"), letter.field("message-id")].filter(Boolean).join(" ")}`,
    ],
  };
}

/** As Mastodon tags a person that is named. */
export const mention = (actor: Pick<PeerActor, "iri">, name: string) => ({ type: "Mention", href: actor.iri, name });

/** As Lemmy writes a comment. */
export function lemmyComment(group: string, parent: string, words: string): Json {
  return {
    to: ["https://www.w3.org/ns/activitystreams#Public"],
    cc: [group],
    audience: group,
    inReplyTo: parent,
    content: `<p>${words}</p>\n`,
    mediaType: "text/html",
    source: { content: words, mediaType: "text/markdown" },
    distinguished: false,
    attachment: [],
    language: { identifier: "en", name: "English" },
  };
}

/** The scene, and what became of it. */
export interface Story {
  readonly federated: Federated;
  readonly mail: MailedHouse;
  readonly world: Awaited<ReturnType<typeof openThreeDoors>>;
  /** What the list sent to Ben. */
  readonly benHas: MailboxMail[];
}
