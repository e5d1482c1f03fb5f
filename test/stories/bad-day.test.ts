import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Browser, Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { createDeliverer } from "../../federation/deliver.ts";
import { changeRules } from "../../src/community/rules.ts";
import { posts } from "../../src/db/schema/post.ts";
import { createWake } from "../../src/jobs/wake.ts";
import { mailHeld } from "../../src/moderation/mail-held.ts";
import { createWeb } from "../../web/app.tsx";
import { type MailedHouse, openBehindPostfix } from "../behind-postfix.ts";
import { hasBrowser, leaveBy, manyPages, openBrowser } from "../browser/open-browser.ts";
import { signInAs } from "../browser-like.ts";
import { follow, inbox } from "../conversations.ts";
import { type Federated, withFederation } from "../federated-app.ts";
import type { PeerActor } from "../fediverse.ts";
import { makeCommunity, makeMember } from "../make.ts";
import { makeMailMember } from "../make-mail-member.ts";
import { type MadePerson, makePerson } from "../make-person.ts";
import { hasPostfix } from "../postfix.ts";
import { mention } from "../three-doors.ts";

/** Serves the pages of the house on loopback, where Chromium reads them without scripts. */
async function openPages({ app }: Federated) {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const served = { ...app, config: { ...app.config, origin: url } };
  server.on("request", getRequestListener(createWeb(served).fetch));
  const browser = await openBrowser();
  return {
    enter: async ({ accountId }: MadePerson, path: string) => await enter(browser, served, accountId, path),
    close: async () => {
      for (const context of browser.contexts()) await context.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function enter(
  browser: Browser,
  app: Federated["app"],
  id: MadePerson["accountId"],
  path: string,
): Promise<Page> {
  const url = app.config.origin;
  const context = await browser.newContext({ baseURL: url, javaScriptEnabled: false });
  const [name = "", value = ""] = (await signInAs(app, id)).split("=");
  await context.addCookies([{ name, value, url }]);
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/** A community with two moderators and rules, whom Lou hears by mail and Fay on the fediverse; and all that leads out of it. */
async function openBadDay(federated: Federated, mail: MailedHouse) {
  const { app, peer, door } = federated;
  const menders = await makeCommunity(app, { handle: "menders", name: "The Menders", holdPolicy: "strangers" });
  for (const words of ["Be kind, also to who is wrong.", "Talk about mending."])
    await changeRules(app, menders, { act: "add", words }, "test");
  const kofi = await makePerson(app, { handle: "kofi", address: "kofi@example.org", addressVerified: true });
  const ida = await makePerson(app, { handle: "ida" });
  const mo = await makePerson(app, { handle: "mo", name: "Mo" });
  for (const { authorId } of [kofi, ida]) await makeMember(app, menders, { authorId, role: "moderator" });
  await makeMailMember(app, menders, { handle: "lou" });
  const group = `https://moot.example/actors/${menders}`;
  await follow(federated, peer.person("fay"), group);
  const deliverer = createDeliverer(app, { wake: createWake(), signerOf: door.signerOf });
  let seen = 0;
  /** Has everything happen that follows. @returns what came by mail, and to the other server */
  const goOn = async () => {
    app.advance(1_000);
    await federated.settle();
    await deliverer.deliverDue();
    const mails = (await mail.collect()).map(({ to, subject, text }) => ({ to, subject, text }));
    const sent = peer.received.slice(seen).map(({ activity }) => activity);
    seen += sent.length;
    return { mails, sent };
  };
  await goOn();
  const find = async (words: string) =>
    (await app.db.select().from(posts).orderBy(posts.id)).find(({ html }) => html.includes(words));
  const stateOf = async (words: string) => (await find(words))?.state;
  const idOf = async (words: string) => (await find(words))?.id;
  return { group, kofi, ida, mo, ana: peer.person("ana"), goOn, stateOf, idOf };
}

type Sent = Readonly<Record<string, unknown>>;

/** The words of the private messages among what was sent to somebody. */
const saidTo = ({ iri }: { iri: string }, sent: readonly Sent[]) =>
  sent
    .filter(({ type, to }) => type === "Create" && Array.isArray(to) && to.length === 1 && to[0] === iri)
    .map(({ object }) => object as Sent & { content: string; id: string });

/** What the community repeated to its followers, each once, whether as a boost or with the activity that it came in. */
function announcedIn(sent: readonly Sent[]): readonly string[] {
  const about = sent.flatMap(({ type, object }) =>
    type === "Announce" ? [object as string | { object: { id: string } }] : [],
  );
  return [...new Set(about.map((one) => (typeof one === "string" ? one : one.object.id)))];
}

interface Story {
  readonly federated: Federated;
  readonly mail: MailedHouse;
  readonly pages: Awaited<ReturnType<typeof openPages>>;
  readonly day: Awaited<ReturnType<typeof openBadDay>>;
}

test.runIf(hasBrowser() && hasPostfix)(
  "three first posts by three doors wait at one desk, and nothing goes out before; each author hears in their own channel, and one appeals",
  () =>
    withFederation(async (federated) => {
      // Some of what is owed goes by the clock of Postgres: ours must stay ahead of it, however slow this machine is.
      federated.app.advance(24 * 60 * 60 * 1000);
      const mail = await openBehindPostfix(federated.app);
      const pages = await openPages(federated);
      try {
        const story: Story = { federated, mail, pages, day: await openBadDay(federated, mail) };
        const { tools, writing } = await comeByThreeDoors(story);
        const desk = await decideAtTheDesk(story);
        const refusal = await hearTheOutcome(story, tools, writing);
        await appeal(story, { desk, tools, refusal });
      } finally {
        await pages.close();
        await mail.close();
      }
    }),
  manyPages,
);

async function comeByThreeDoors({ federated, mail, pages, day: { group, mo, ana, goOn } }: Story) {
  const tools = ana.note("Best price tools, 70% off", { cc: [group], tag: [mention({ iri: group }, "@menders")] });
  await federated.receive(ana.request(inbox, tools.create));
  const rosalind = { from: "Rosalind Achebe <rosalind@example.org>", to: "menders@moot.example" };
  const seam = { ...rosalind, subject: "Visible seams", text: "Let the mend be a mend." };
  expect(await mail.send(seam)).toBe("250 2.0.0 a moderator reads it first");
  const writing = await pages.enter(mo, "/c/menders/new");
  await writing.getByLabel("Title", { exact: true }).fill("My holiday");
  await writing.getByLabel("What you want to say").fill("Sun and sea.");
  await leaveBy(writing.getByRole("button", { name: "Publish" }));
  expect(await writing.locator("main").textContent()).toContain("waits for a moderator");

  // Nothing goes out but word to whoever wrote from elsewhere.
  const { sent, mails } = await goOn();
  expect(sent.map(({ type }) => type)).toEqual(["Create"]);
  expect(saidTo(ana, sent)[0]?.content).toContain("waits for a moderator");
  expect(mails).toMatchObject([{ to: "rosalind@example.org", text: expect.stringContaining("waits") }]);
  return { tools, writing };
}

/** One mail tells the moderators of all three; Kofi decides on the web. */
async function decideAtTheDesk({ federated, pages, day: { kofi, goOn, stateOf } }: Story): Promise<Page> {
  await mailHeld(federated.app);
  expect((await goOn()).mails).toMatchObject([
    { to: "kofi@example.org", subject: "The Menders: 3 posts wait for you" },
  ]);
  const desk = await pages.enter(kofi, "/c/menders/desk");
  expect(await desk.getByRole("heading", { level: 1 }).textContent()).toBe("3 things are waiting for a person");
  const about = (who: string) => desk.getByRole("article", { name: who, exact: true });
  expect(await about("Rosalind Achebe").textContent()).toMatch(/By e-mail.*No links/s);
  expect(await about("Ana").textContent()).toContain(`From ${federated.peer.host}`);
  const giveBack = async (within: Locator, note: string) => {
    await within.getByLabel("By which rule").selectOption("2");
    await within.getByLabel("Note to the person").fill(note);
    await leaveBy(within.getByRole("button", { name: "Return with a reason" }));
  };
  await leaveBy(about("Rosalind Achebe").getByRole("button", { name: "Let it through", exact: true }));
  await leaveBy(about("Ana").getByRole("button", { name: "Return with a reason" }));
  expect(await desk.getByRole("alert").textContent()).toContain("choose a rule");
  await giveBack(desk.locator("main"), "Nothing is sold here.");
  await about("Mo").locator("summary").click();
  await giveBack(about("Mo"), "There is a place for holidays elsewhere.");
  expect(await desk.getByRole("heading", { level: 1 }).textContent()).toBe("Nothing is waiting");
  const states = [await stateOf("mend be"), await stateOf("70%"), await stateOf("Sun and sea")];
  expect(states).toEqual(["published", "rejected", "rejected"]);
  return desk;
}

type Said = ReturnType<PeerActor["note"]>;

/** Each hears in the channel that they used; what was let through goes to everybody, and nothing else does. */
async function hearTheOutcome({ day: { group, ana, goOn, idOf } }: Story, tools: Said, writing: Page) {
  const { mails, sent } = await goOn();
  const heard = mails.map(({ to, text }) => [to, /Let the mend be|is in The Menders now/.exec(text)?.[0]]);
  expect(heard.sort()).toEqual([
    ["lou@example.org", "Let the mend be"],
    ["rosalind@example.org", "is in The Menders now"],
  ]);
  expect(announcedIn(sent)).toEqual([`https://moot.example/posts/${await idOf("mend be")}`]);
  expect(JSON.stringify(sent)).not.toMatch(/70%|Sun and sea/);
  const [refusal, ...more] = saidTo(ana, sent);
  expect(more).toEqual([]);
  expect(refusal!.content).toMatch(/was not taken: 2\. Talk about mending\. — Nothing is sold here\..*appeal/s);
  expect(refusal).toMatchObject({ inReplyTo: tools.note.id, attributedTo: group });
  await writing.goto("/notices");
  const returned = writing.getByRole("listitem").filter({ hasText: "was not taken" });
  expect(await returned.textContent()).toContain("2. Talk about mending. — There is a place for holidays");
  return refusal!;
}

/** Ana appeals by an answer. Kofi cannot judge himself; Ida takes his decision back. */
async function appeal(
  { federated, pages, day: { group, ida, ana, goOn, stateOf } }: Story,
  { desk, tools, refusal }: { desk: Page; tools: Said; refusal: { id: string } },
): Promise<void> {
  const to = { to: [group], cc: [], inReplyTo: refusal.id, tag: [mention({ iri: group }, "@menders")] };
  await federated.receive(ana.request(inbox, ana.note("appeal I mend them, and sell none.", to).create));
  await desk.goto("/c/menders/desk?show=appeal");
  expect(await desk.locator("main").textContent()).toContain("Another moderator answers the appeal");
  const other = await pages.enter(ida, "/c/menders/desk");
  expect(await other.locator("main").textContent()).toContain("I mend them, and sell none.");
  await leaveBy(other.getByRole("button", { name: "Take the decision back" }));
  expect(await stateOf("70%")).toBe("published");
  const { sent, mails } = await goOn();
  expect(saidTo(ana, sent).map(({ content }) => content)).toEqual([
    expect.stringContaining("was put before the moderators"),
    expect.stringContaining("is in The Menders now"),
  ]);
  expect(announcedIn(sent)).toEqual([tools.note.id]);
  expect(mails).toMatchObject([{ to: "lou@example.org", text: expect.stringContaining("70% off") }]);
}
