import { expect, test } from "vitest";
import { changeRules } from "../src/community/rules.ts";
import { createTopic } from "../src/community/topics.ts";
import { newId, type ThreadId } from "../src/core/ids.ts";
import { type AuditAction, auditActions, auditEntries } from "../src/db/schema/server.ts";
import { decide } from "../src/moderation/decide.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** Somebody who runs the server and moderates a community in which Ana wrote. */
async function settle(app: TestApp) {
  const ada = await makePerson(app, { handle: "ada", name: "Ada", admin: true });
  const cats = await makeCommunity(app);
  await makeMember(app, cats, { authorId: ada.authorId, role: "moderator" });
  const ana = await makeAuthor(app, { name: "Ana" });
  const postId = await makePost(app, cats, { authorId: ana, title: "Bellows" });
  const browser = openBrowserLike(createWeb(app));
  browser.cookies.set("__Host-session", (await signInAs(app, ada.accountId)).split("=")[1]!);
  /** All of the log, as it is read. */
  const read = async (lang: string) => {
    let words = "";
    for (let path: string | undefined = `/admin/log?lang=${lang}`; path !== undefined; ) {
      const page: string = (await browser.get(path)).text;
      words += page.slice(page.indexOf("<main"), page.indexOf("</main>")).replace(/<[^>]*>/g, "");
      const older: string | undefined = /\/admin\/log\?before=\d+/.exec(page)?.[0];
      path = older && `${older}&lang=${lang}`;
    }
    return words;
  };
  return { ada, cats, ana, postId, browser, read };
}

type Scene = Awaited<ReturnType<typeof settle>>;

/** What an action is done to. */
function subjectOf(action: AuditAction, { ada, cats, ana, postId }: Scene): string | null {
  if (/^(account|admin|erasure|sign-in)/.test(action)) return ada.accountId;
  if (/^(community|keys|check|address)/.test(action)) return cats;
  if (/^(post|thread)/.test(action)) return postId;
  if (action.startsWith("member")) return ana;
  if (action.startsWith("server")) return "evil.example";
  if (action.startsWith("list")) return "https://lists.example/worst.csv";
  return action === "sign-up-changed" ? null : newId(new Date(0));
}

test("every entry of the log is a sentence, in every language, about what is there and what is gone", () =>
  withApp(async (app) => {
    const scene = await settle(app);
    const { ada, cats, read } = scene;
    const detail = {
      ...{ communityId: cats, otherCommunityId: cats, role: "owner", signUp: "invite", leaked: true, slug: "textiles" },
      ...{ now: { name: "Cats", joinPolicy: "open" }, was: "open", ids: [newId(new Date(0))], question: 7 },
    };
    const entry = (action: AuditAction) => ({ action, subject: subjectOf(action, scene), detail, at: app.now() });
    await app.db.insert(auditEntries).values(auditActions.map((one) => ({ ...entry(one), actor: ada.authorId })));

    for (const lang of ["en", "ar"]) {
      const known = await read(lang);
      expect(known).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|admin\.did|did something|فعل شيئًا|undefined|object Object/);
      // Nothing but these is written in other letters than those of the language.
      if (lang === "ar")
        expect(known.replace(/Ada|Cats|Ana|Bellows|textiles|https?:\S+|\S+\.\w+/g, "")).not.toMatch(/[a-z]{3}/i);
    }
    const gone = auditActions.map((one) => ({ action: one, subject: newId(new Date(0)), detail: {}, at: app.now() }));
    await app.db.insert(auditEntries).values(gone.map((one) => ({ ...one, actor: newId(new Date(0)) })));
    expect(await read("en")).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|undefined/);
  }));

test("the log says who did what to whom, where and why", () =>
  withApp(async (app) => {
    const { ada, cats, postId, browser, read } = await settle(app);
    const topic = { communityId: cats, slug: "textiles", name: "Textiles", hashtags: [] };
    await createTopic(app, topic, "command-line");
    const sorting = { moderatorId: ada.authorId, action: "set-topic", topic: "textiles", reason: "" } as const;
    await decide(app, { ...sorting, threadId: postId as string as ThreadId });
    await changeRules(app, cats, { act: "add", words: "Speak softly." }, "command-line");
    const removal = {
      communityId: cats,
      postId,
      moderatorId: ada.authorId,
      action: "remove",
      reason: "Too loud",
      rule: 1,
    } as const;
    await decide(app, removal);
    await browser.post("/admin/servers", { host: "evil.example", policy: "blocked", media: "reject", reason: "spam" });

    for (const act of ["make", "make", "end", "end"])
      await browser.post("/admin/servers/exceptions", { host: "friend.example", do: act });

    const log = await read("en");

    expect(log).toContain("Ada removed a post by Ana, in Bellows. Cats 1. Speak softly. Too loud");
    expect(log).toContain("The operator of the server added a topic to Cats: Textiles.");
    expect(log).toContain("Ada put Bellows under Textiles.");
    expect(log).toContain("Ada blocked evil.example. spam without media");
    // What changes nothing is no entry.
    expect(log.match(/Ada \w+ lists .*? friend\.example/g)).toEqual([
      "Ada lets lists make a rule for friend.example",
      "Ada keeps lists from making a rule for friend.example",
    ]);
    const page = (await browser.get("/admin/log")).text;
    expect(page).toContain(`<a href="/c/cats/t/${postId}">`);
  }));
