import type { Context, Hono } from "hono";
import { askLinkWords } from "../src/account/link-code.ts";
import { endOtherSessions, endSession, listSessions } from "../src/account/sessions.ts";
import { getSettings, updateProfile, updateReading } from "../src/account/settings.ts";
import { askForAddress, removeWayIn, type WayIn } from "../src/account/ways-in.ts";
import { listCommunityCards } from "../src/community/list-community-cards.ts";
import { type NoticeTopic, setNoticeWishes } from "../src/community/notice-wishes.ts";
import { DomainError } from "../src/core/errors.ts";
import { type AuthorId, type PasskeyId, readId, type SessionId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { NoImage } from "../src/media/no-image.ts";
import { changeAvatar } from "../src/post/change-avatar.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { fieldOf, readForm } from "./form.ts";
import { LinkWordsPage } from "./link-words-page.tsx";
import { readLocale } from "./locale.ts";
import type { MessageKey } from "./messages.ts";
import { requires } from "./policy.ts";
import { readReader, themes, typefaces } from "./reader.ts";
import { SessionsPage } from "./sessions-page.tsx";
import { type SettingsFault, SettingsPage } from "./settings-page.tsx";
import { threadOrders } from "./settings-reading.tsx";
import { ensureBrowser, sendsMail } from "./sign-in-routes.tsx";
import { readUploadForm } from "./upload-form.ts";
import { dropSession, getViewer } from "./viewer.ts";

/** What belongs to an account. Every form leads back to the page. */
export function registerAccountSettings(web: Hono, desk: Desk): void {
  const { app, site } = desk;
  web.get("/settings", requires("signed-in"), async (c) => await showSettings(desk, c));
  web.post("/settings/profile", requires("signed-in"), async (c) => {
    const form = await readForm(c, limits.profileForm);
    const profile = {
      name: fieldOf(form, "name"),
      bio: fieldOf(form, "bio"),
      indexable: form.get("indexable") === "yes",
      quotable: form.get("quotable") === "yes",
      reachable: form.get("reachable") === "yes",
    };
    return await change(desk, c, "profile", () => updateProfile(app, getViewer(c).accountId, profile));
  });
  web.post("/settings/reading", requires("signed-in"), async (c) => {
    const form = await readForm(c);
    await updateReading(app, getViewer(c).accountId, {
      language: readLocale(fieldOf(form, "language")) ?? null,
      timeZone: fieldOf(form, "zone") || null,
      theme: themes.find((one) => one === form.get("theme")) ?? null,
      typeface: typefaces.find((one) => one === form.get("typeface")) ?? null,
      threadOrder: threadOrders.find((one) => one === form.get("order")) ?? null,
    });
    return c.redirect("/settings#reading", 303);
  });
  web.post("/settings/addresses", requires("signed-in"), async (c) => {
    const address = (await readForm(c)).get("address") ?? "";
    const { accountId } = getViewer(c);
    const { locale: language } = readReader(c, site);
    if (!sendsMail(desk)) return await showSettings(desk, c, { section: "addresses", message: "sign-in.no-mail" });
    const answer = await change(desk, c, "addresses", async () => {
      const sent = await askForAddress(app, { accountId, address, browser: ensureBrowser(desk, c), language });
      if (!sent) throw new DomainError("not-allowed", "that was asked for too often");
    });
    return answer.status === 303 ? c.redirect("/sign-in/code", 303) : answer;
  });
  registerTelling(web, desk);
  registerRemovals(web, desk);
  registerSessions(web, desk);
}

/** What others see of somebody, and what they are told. */
function registerTelling(web: Hono, desk: Desk): void {
  const { app } = desk;
  web.post("/settings/avatar", requires("signed-in"), async (c) => {
    const { fields, image, tooLarge } = await readUploadForm(c);
    const { accountId } = getViewer(c);
    return await change(desk, c, "avatar", async () => {
      if (fields.get("do") === "remove") return await changeAvatar(app, accountId, undefined);
      if (tooLarge || !image) throw new NoImage("refused", "no picture was sent");
      return await changeAvatar(app, accountId, image);
    });
  });
  web.post("/settings/identities/words", requires("signed-in"), async (c) => {
    const words = await askLinkWords(app, getViewer(c).accountId);
    const { communities } = await listCommunityCards(app.db, { limit: 5 });
    const reader = readReader(c, desk.site);
    return await sendPrivately(c, <LinkWordsPage reader={reader} words={words} communities={communities} />);
  });
  web.post("/settings/wishes", requires("signed-in"), async (c) => {
    const form = await readForm(c);
    const read = (topic: NoticeTopic) => {
      const ways = form.getAll(topic);
      return { web: ways.includes("web"), mail: ways.includes("mail"), fediverse: ways.includes("fediverse") };
    };
    await setNoticeWishes(app, getViewer(c).accountId, { own: read("own"), others: read("others") });
    return c.redirect("/settings#wishes", 303);
  });
}

function registerRemovals(web: Hono, desk: Desk): void {
  const removal = (section: SettingsFault["section"], read: (form: URLSearchParams) => WayIn | undefined) =>
    web.post(`/settings/${section}/remove`, requires("signed-in"), async (c) => {
      const way = read(await readForm(c));
      if (!way) throw new DomainError("invalid", "there is nothing to remove");
      return await change(desk, c, section, () => removeWayIn(desk.app, getViewer(c).accountId, way));
    });
  removal("addresses", (form) => ({ kind: "address", address: form.get("address") ?? "" }));
  removal("passkeys", (form) => {
    const id = readId<PasskeyId>(form.get("passkey") ?? undefined);
    return id && { kind: "passkey", id };
  });
  removal("identities", (form) => {
    const authorId = readId<AuthorId>(form.get("identity") ?? undefined);
    return authorId && { kind: "identity", authorId };
  });
}

function registerSessions(web: Hono, { app, site }: Desk): void {
  web.get("/settings/sessions", requires("signed-in"), async (c) => {
    const { accountId, sessionId } = getViewer(c);
    const sessions = await listSessions(app, accountId);
    return await sendPrivately(c, <SessionsPage reader={readReader(c, site)} sessions={sessions} own={sessionId} />);
  });
  web.post("/settings/sessions/end", requires("signed-in"), async (c) => {
    const { accountId, sessionId } = getViewer(c);
    const id = readId<SessionId>((await readForm(c)).get("session") ?? undefined);
    if (!id) throw new DomainError("invalid", "there is no such session");
    await endSession(app, accountId, id);
    if (id === sessionId) dropSession(c, site.origin);
    return c.redirect(id === sessionId ? "/" : "/settings/sessions", 303);
  });
  web.post("/settings/sessions/end-others", requires("signed-in"), async (c) => {
    const { accountId, sessionId } = getViewer(c);
    await endOtherSessions(app, accountId, sessionId);
    return c.redirect("/settings/sessions", 303);
  });
}

const faults: Readonly<Record<SettingsFault["section"], Partial<Record<string, MessageKey>>>> = {
  profile: { invalid: "profile.too-long" },
  avatar: { refused: "profile.avatar-none", "not-allowed": "write.fault.images" },
  addresses: { invalid: "sign-in.no-address", "not-allowed": "sign-in.too-often", conflict: "settings.last-way" },
  passkeys: { conflict: "settings.last-way" },
  identities: { conflict: "settings.last-way" },
};

/** Does something to an account, and shows the page again: with what was refused, if it was. */
export async function change(
  desk: Desk,
  c: Context,
  section: SettingsFault["section"],
  work: () => Promise<unknown>,
): Promise<Response> {
  try {
    await work();
    return c.redirect(`/settings#${section}`, 303);
  } catch (error) {
    const code = error instanceof DomainError ? error.code : error instanceof NoImage ? error.kind : undefined;
    const message = code && faults[section][code];
    if (message === undefined) throw error;
    return await showSettings(desk, c, { section, message });
  }
}

/** The page of the settings. */
export async function showSettings(desk: Desk, c: Context, fault?: SettingsFault): Promise<Response> {
  const settings = await getSettings(desk.app, getViewer(c).accountId);
  const reader = { ...readReader(c, desk.site), path: "/settings" };
  const page = <SettingsPage reader={reader} settings={settings} fault={fault} mail={sendsMail(desk)} />;
  return await sendPrivately(c, page, fault ? 400 : 200);
}
