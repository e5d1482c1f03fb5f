import type { Context, Hono } from "hono";
import { resumeMail } from "../src/community/mail-bounces.ts";
import { chooseMail, chooseMailOfThread, chooseMailOfTopic, pauseMail } from "../src/community/mail-choices.ts";
import { createMailLinks, type MailedMember } from "../src/community/mail-links.ts";
import {
  type DigestForm,
  digestForms,
  getMailSettings,
  type MailHow,
  type MailWhat,
  mailHows,
  mailWhats,
} from "../src/community/mail-settings.ts";
import { startOfDay } from "../src/community/next-digest.ts";
import { type MailAct, startMail } from "../src/community/start-mail.ts";
import { stopAllMail, stopMail } from "../src/community/stop-mail.ts";
import { DomainError } from "../src/core/errors.ts";
import { readId, type ThreadId, type TopicId } from "../src/core/ids.ts";
import { findThread } from "../src/post/find-thread.ts";
import { type Desk, readCommunity, sendPrivately } from "./desk.ts";
import { fieldOf, readForm } from "./form.ts";
import { MailPage, MailStoppedPage } from "./mail-page.tsx";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { getViewer } from "./viewer.ts";

/** Whose choices a request is about, where its pages are, and what proves it. */
interface Place {
  readonly member: MailedMember;
  readonly base: string;
  readonly act: MailAct;
  /** Whoever has a link is not shown who it is for. */
  readonly signedIn: boolean;
}

type FindPlace = (c: Context) => Promise<Place>;

/** What members hear by mail: for who is signed in, and for who follows a link in a mail. */
export function registerMailSettings(web: Hono, desk: Desk): void {
  const links = createMailLinks(desk.app.config.secretKey ?? "");
  registerAt(web, desk, "/c/:handle/mail", async (c) => {
    const community = await readCommunity(desk, c);
    if (community instanceof Response) throw new DomainError("not-found", "handles are written small");
    const { authorId, sessionId } = getViewer(c);
    const act = { act: "web", evidence: `session ${sessionId}` } as const;
    return {
      member: { communityId: community.id, authorId },
      base: `/c/${community.handle}/mail`,
      act,
      signedIn: true,
    };
  });
  const findByLink: FindPlace = async (c) => {
    const token = c.req.param("token") ?? "";
    const member = links.read(token);
    if (!member) throw new DomainError("not-found", "there is no such link");
    return { member, base: `/mail/${token}`, act: { act: "mail", evidence: "link in a mail" }, signedIn: false };
  };
  registerAt(web, desk, "/mail/:token", findByLink);
  registerOneClick(web, desk, findByLink);
}

function registerAt(web: Hono, desk: Desk, path: string, find: FindPlace): void {
  const { app } = desk;
  const guard = path.startsWith("/c/") ? requires("signed-in") : requires("public");
  web.get(path, guard, async (c) => await show(desk, c, await find(c)));
  const change = (name: string, work: (place: Place, form: URLSearchParams) => Promise<unknown>) =>
    web.post(`${path}${name}`, guard, async (c) => {
      const place = await find(c);
      try {
        await work(place, await readForm(c));
      } catch (error) {
        if (error instanceof DomainError && error.code === "invalid") return await show(desk, c, place, true);
        throw error;
      }
      return c.redirect(`${place.base}?saved`, 303);
    });
  change("", ({ member }, form) => chooseMail(app, member, readChoice(form)));
  change("/start", ({ member, act }) => startMail(app, member, act));
  change("/resume", ({ member }) => resumeMail(app, member.authorId));
  change("/topic", ({ member }, form) => chooseMailOfTopic(app, member, readTopic(form), readTopicChoice(form)));
  change("/thread", ({ member }, form) => {
    const choice = (["mute", "follow"] as const).find((one) => one === form.get("choice"));
    return chooseMailOfThread(app, member, readThread(form), choice);
  });
  change("/pause", async ({ member }, form) => await pauseMail(app, member, await readPause(desk, member, form)));
  web.post(`${path}/stop`, guard, async (c) => {
    const place = await find(c);
    return await stop(desk, c, place, (await readForm(c)).get("scope") === "everything");
  });
}

/** The link that mail programs use by themselves. Only a POST that says so does anything: scanners follow links too. */
function registerOneClick(web: Hono, desk: Desk, find: FindPlace): void {
  web.get("/mail/:token/unsubscribe", requires("public"), async (c) => await show(desk, c, await find(c)));
  web.post("/mail/:token/unsubscribe", requires("public"), async (c) => {
    const place = await find(c);
    const sent = [...(await readForm(c)).entries()].map((pair) => pair.join("=")).join("&");
    if (!/(^|[&"\s])List-Unsubscribe"?\s*[=\s]\s*One-Click\s*($|[&\s-])/.test(sent))
      throw new DomainError("invalid", "that is not what mail programs send");
    return await stop(desk, c, place, false);
  });
}

async function stop(desk: Desk, c: Context, { member, act }: Place, everything: boolean): Promise<Response> {
  const settings = await getMailSettings(desk.app, member);
  const stays = everything ? false : await stopMail(desk.app, member, act);
  if (everything) await stopAllMail(desk.app, member.authorId, act);
  const reader = readReader(c, desk.site);
  return await sendPrivately(c, <MailStoppedPage {...{ reader, community: settings?.community, everything, stays }} />);
}

async function show(desk: Desk, c: Context, place: Place, faulty = false): Promise<Response> {
  const { app, site } = desk;
  const reader = { ...readReader(c, site), path: place.base };
  const settings = await getMailSettings(app, place.member);
  if (!settings) {
    if (place.signedIn) return c.redirect(place.base.replace(/mail$/, "join"), 303);
    return await sendPrivately(
      c,
      <MailStoppedPage reader={reader} community={undefined} everything={false} stays={false} />,
    );
  }
  const id = readId<ThreadId>(c.req.query("thread"));
  const found = id && (await findThread(app.db, id));
  const thread = found?.readable && found.community.id === place.member.communityId ? found : undefined;
  const { base, signedIn } = place;
  const saved = c.req.query("saved") !== undefined;
  const page = <MailPage {...{ reader, settings, base, signedIn, thread, saved, faulty, now: app.now() }} />;
  return await sendPrivately(c, page, faulty ? 400 : 200);
}

function readChoice(form: URLSearchParams) {
  const one = <Value extends string>(values: readonly Value[], name: string): Value => {
    const found = values.find((value) => value === form.get(name));
    if (found === undefined) throw new DomainError("invalid", `there is no such ${name}`);
    return found;
  };
  return {
    what: one<MailWhat>(mailWhats, "what"),
    how: one<MailHow>(mailHows, "how"),
    form: one<DigestForm>(digestForms, "form"),
    hour: Number(form.get("hour") || Number.NaN),
    weekday: Number(form.get("weekday") || Number.NaN),
    timeZone: form.get("zone") ?? "",
  };
}

function readTopic(form: URLSearchParams): TopicId {
  const id = readId<TopicId>(form.get("topic") ?? undefined);
  if (!id) throw new DomainError("invalid", "there is no such topic");
  return id;
}

function readThread(form: URLSearchParams): ThreadId {
  const id = readId<ThreadId>(form.get("thread") ?? undefined);
  if (!id) throw new DomainError("invalid", "there is no such thread");
  return id;
}

function readTopicChoice(form: URLSearchParams) {
  const wanted = fieldOf(form, "what");
  if (wanted === "") return undefined;
  const what = mailWhats.find((one) => one === wanted);
  if (!what) throw new DomainError("invalid", "that cannot be chosen");
  return { what, how: form.get("how") === "digest" ? ("digest" as const) : ("at-once" as const) };
}

/** Days by the clock of the member, the last one included. */
async function readPause({ app }: Desk, member: MailedMember, form: URLSearchParams) {
  if (form.get("end") === "yes") return undefined;
  const { timeZone = "UTC" } = (await getMailSettings(app, member)) ?? {};
  const from = startOfDay(form.get("from") ?? "", timeZone);
  const until = startOfDay(form.get("until") ?? "", timeZone, 1);
  if (!from || !until) throw new DomainError("invalid", "a pause begins on one day and ends on another");
  return { from, until };
}
