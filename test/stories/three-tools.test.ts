import { expect, test } from "vitest";
import { makeDigests } from "../../src/post/make-digests.ts";
import { type MailboxMail, openBehindPostfix } from "../behind-postfix.ts";
import { inbox } from "../conversations.ts";
import { withFederation } from "../federated-app.ts";
import type { Peer, PeerActor } from "../fediverse.ts";
import { expectOneTree, expectOneTreeByMail, expectWholeThreadElsewhere } from "../one-tree.ts";
import { hasPostfix } from "../postfix.ts";
import { answerTo, lemmyComment, mention, openThreeDoors, type Story } from "../three-doors.ts";

type Json = Readonly<Record<string, unknown>>;

const day = 24 * 60 * 60 * 1000;
const activityJson = { accept: "application/activity+json" };

const sentTo = ({ received }: Peer, type: string, about: string) =>
  received.map(({ activity }) => activity).filter((one) => one["type"] === type && JSON.stringify(one).includes(about));

const [ben, farid] = ["Ben <ben@example.org>", "Farid <farid@example.org>"] as const;

type Said = ReturnType<PeerActor["note"]>;

/** Keeps what the list sent to Ben; what it told him privately of his own posts is apart. */
function toBen({ benHas }: Story, letters: readonly MailboxMail[]): readonly MailboxMail[] {
  const his = letters.filter(({ to, field }) => to === "ben@example.org" && field("list-id"));
  benHas.push(...his);
  return his;
}

test.skipIf(!hasPostfix)(
  "three tools hold one conversation: a question from Mastodon, answered by mail, on the web, from Lemmy, Misskey and a digest",
  { timeout: 300_000 },
  () =>
    withFederation(async (federated) => {
      // Some of what is owed goes by the clock of Postgres: ours must stay ahead of it, however slow this machine is.
      federated.app.advance(day);
      const mail = await openBehindPostfix(federated.app);
      const world = await openThreeDoors(federated, mail);
      const story: Story = { federated, mail, world, benHas: [] };
      try {
        await world.joinByMail(ben);
        await world.joinByMail(farid);
        await chooseDigest(story, farid);
        const { asked, question, letter } = await askFromMastodon(story);
        const answer = await answerByMail(story, asked, letter);
        const thanks = await answerFromMastodon(story, answer, letter);
        const { dmitris, emis } = await answerOnTheWebAndElsewhere(story, answer.traps);
        await answerFromDigest(story);
        await expectOneTree(story, question);
        expectOneTreeByMail(story);
        await expectWholeThreadElsewhere(story, question, [asked, thanks, dmitris, emis]);
        await correct(story, question, asked, dmitris);
        await expectCorrectionsInDigests(story);
      } finally {
        await mail.close();
        await world.close();
      }
    }),
);

async function chooseDigest({ mail, world }: Story, who: string): Promise<void> {
  expect(await mail.send({ from: who, to: "gardeners+digest@moot.example", text: "" })).toMatch(/^250/);
  await world.goOn();
}

async function askFromMastodon(story: Story) {
  const { peer, receive } = story.federated;
  const { group, ana, goOn, idOf } = story.world;
  // Ana asks, with a picture.
  const asked = ana.note("How do you keep slugs off lettuce?", {
    cc: [group],
    tag: [mention({ iri: group }, "@gardeners@moot.example")],
    attachment: [
      { type: "Document", mediaType: "image/png", url: `${peer.origin}/slug.png`, name: "A slug on a leaf" },
    ],
  });
  await receive(ana.request(inbox, asked.create));
  const heard = await goOn();
  const question = await idOf("slugs off lettuce");
  expect(sentTo(peer, "Announce", asked.note.id)).toHaveLength(1);
  expect(heard.map(({ to }) => to)).toEqual(["ben@example.org"]);
  const [letter] = toBen(story, heard);
  expect(letter).toMatchObject({
    from: { name: "Ana via The gardeners" },
    text: expect.stringContaining("How do you keep slugs off lettuce?"),
  });
  expect(letter!.text).toContain("[Image: A slug on a leaf]");

  return { asked, question, letter: letter! };
}

async function answerByMail(story: Story, asked: Said, letter: MailboxMail) {
  const {
    mail,
    federated: { peer },
    world: { group, ana, lemmy, goOn, idOf },
  } = story;
  // Ben answers from his phone, above the quote.
  const bens = { ...answerTo(letter, ben, "Beer traps."), head: [...answerTo(letter, ben, "").head] };
  bens.head.push("Message-ID: <phone.1@example.org>");
  expect(await mail.send(bens)).toBe("250 2.0.0 published");
  const told = await goOn();
  expect(toBen(story, told)).toEqual([]);
  expect(told.map(({ to, text }) => [to, text.includes("Your post is in The gardeners now")])).toEqual([
    ["ben@example.org", true],
  ]);
  const traps = await idOf("Beer traps.");
  const trapsIri = `https://moot.example/posts/${traps}`;
  const [create, ...twice] = sentTo(peer, "Create", trapsIri);
  expect(twice).toEqual([]);
  expect(create).toMatchObject({
    object: { id: trapsIri, inReplyTo: asked.note.id, content: expect.stringMatching(/<p>Beer traps\.<\/p>$/) },
  });
  expect(JSON.stringify(create)).not.toMatch(/phone|example\.org|wrote|How do you keep/);
  expect((create!["object"] as Json)["tag"]).toContainEqual(
    expect.objectContaining({ type: "Mention", href: ana.iri }),
  );
  expect(sentTo(lemmy, "Announce", trapsIri)).toMatchObject([{ actor: group, object: create }]);
  return { traps, create: create! };
}

async function answerFromMastodon(
  story: Story,
  { traps, create }: { traps: string; create: Json },
  letter: MailboxMail,
) {
  const {
    federated,
    world: { ana, goOn },
  } = story;
  const trapsIri = `https://moot.example/posts/${traps}`;
  // A person called Ben, whom she can mention.
  const actor = await federated.door.routes.request(String(create["actor"]), { headers: activityJson });
  const { name, preferredUsername, type, inbox: bensInbox } = await actor.json();
  expect([type, name]).toEqual(["Person", "Ben"]);
  const found = await federated.door.routes.request(
    `https://moot.example/.well-known/webfinger?resource=acct:${preferredUsername}@moot.example`,
  );
  expect(await found.text()).toContain(String(create["actor"]));

  // Ana answers him, and names nobody else.
  const thanks = ana.note("And without beer?", {
    inReplyTo: trapsIri,
    cc: [String(create["actor"])],
    tag: [mention({ iri: String(create["actor"]) }, `@${preferredUsername}@moot.example`)],
  });
  expect((await federated.receive(ana.request(bensInbox, thanks.create))).status).toBe(202);
  const [second] = toBen(story, await goOn());
  // His program shows it under his own message.
  expect(second!.field("in-reply-to")).toBe("<phone.1@example.org>");
  expect(second!.field("references")).toContain(letter.field("message-id"));
  expect(second!.subject).toBe(`Re: ${letter.subject}`);

  return thanks;
}

async function answerOnTheWebAndElsewhere(story: Story, traps: string) {
  const {
    federated: { receive },
    world: { group, browser, dmitri, emi, misskey, goOn, idOf },
  } = story;
  // Chloé answers Ben on the web; Dmitri and Emi answer her.
  const written = await browser.post(`/p/${traps}/answer`, { do: "publish", key: "k", text: "Or *wool*." });
  expect(written.status).toBe(303);
  toBen(story, await goOn());
  const wool = await idOf("Or <em>wool");
  const woolIri = `https://moot.example/posts/${wool}`;
  const dmitris = dmitri.note("Wool works.", lemmyComment(group, woolIri, "Wool works."));
  expect((await receive(dmitri.request(inbox, { ...dmitris.create, audience: group }))).status).toBe(202);
  const [chloes] = sentTo(misskey, "Create", woolIri);
  const emis = emi.note("<span>How much?</span>", {
    inReplyTo: woolIri,
    cc: [`${emi.iri}/followers`, String(chloes!["actor"])],
    _misskey_content: "How much?",
    source: { content: "How much?", mediaType: "text/x.misskeymarkdown" },
  });
  expect((await receive(emi.request(`${chloes!["actor"]}/inbox`, emis.create))).status).toBe(202);
  toBen(story, await goOn());

  return { dmitris, emis };
}

async function answerFromDigest(story: Story): Promise<void> {
  const {
    mail,
    federated: { app },
    world: { goOn },
  } = story;
  // Farid reads all of it in tomorrow's digest, and answers one of them.
  app.advance(day);
  await makeDigests(app);
  const [digest, ...others] = await goOn();
  expect(others).toEqual([]);
  expect(digest).toMatchObject({ to: "farid@example.org" });
  const said = ["Beer traps", "without beer", "Or wool", "Wool works", "How much?"];
  expect(digest!.text).toContain("How do you keep slugs off lettuce?");
  for (const words of said) expect([words, digest!.text.split(words).length - 1]).toEqual([words, 1]);
  const addresses = [...digest!.text.matchAll(/gardeners\+reply-\S+@moot\.example/g)].map(([address]) => address);
  const answered = digest!.text.indexOf("How much?");
  const next = addresses.find((address) => digest!.text.indexOf(address) > answered)!;
  expect(await mail.send({ from: farid, to: next, subject: "Re: slugs", text: "A handful.\n\n-- \nFarid" })).toMatch(
    /^250/,
  );
  toBen(story, await goOn());
}

async function correct(story: Story, question: string, asked: Said, dmitris: Said): Promise<void> {
  const {
    federated: { app, peer, receive },
    world: { group, ana, browser, dmitri, lemmy, goOn },
  } = story;
  // Ben wants digests from now on.
  await chooseDigest(story, ben);

  // Ana corrects herself, Dmitri takes his back: seen at once, and told by mail with the next digest.
  const corrected = {
    ...asked.note,
    content: "<p>How do you keep slugs off my lettuce?</p>",
    updated: app.now().toISOString(),
  };
  peer.publish(corrected);
  const update = { ...asked.create, id: `${asked.note.id}#update`, type: "Update", object: corrected };
  await receive(ana.request(inbox, update));
  lemmy.remove(dmitris.note.id);
  const gone = { id: `${dmitris.note.id}/delete`, type: "Delete", actor: dmitri.iri, object: dmitris.note.id };
  await receive(dmitri.request(inbox, { "@context": "https://www.w3.org/ns/activitystreams", ...gone, cc: [group] }));
  expect(toBen(story, await goOn())).toEqual([]);
  const after = (await browser.get(`/c/gardeners/t/${question}`)).text;
  expect(after).toContain("slugs off my lettuce");
  expect(after).not.toContain("Wool works.");
  expect(sentTo(lemmy, "Announce", `${asked.note.id}#update`)).toHaveLength(1);
  expect(sentTo(lemmy, "Announce", `${dmitris.note.id}/delete`)).toHaveLength(1);
}

async function expectCorrectionsInDigests({ federated: { app }, world: { browser, goOn } }: Story): Promise<void> {
  await browser.post("/c/gardeners/new", { do: "publish", key: "k2", title: "Thanks", text: "To all." });
  await goOn();
  app.advance(day);
  await makeDigests(app);
  const digests = await goOn();
  expect(digests.map(({ to }) => to).sort()).toEqual(["ben@example.org", "farid@example.org"]);
  for (const one of digests) {
    expect(one.text).toMatch(/Ana changed a post in “/);
    expect(one.text).toMatch(/Dmitri took back a post in “/);
  }
}
