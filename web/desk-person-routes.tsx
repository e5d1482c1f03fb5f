import type { Hono } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { type DeskNoteId, newId, readId } from "../src/core/ids.ts";
import { listRules } from "../src/jobs/peer-rules.ts";
import { decide } from "../src/moderation/decide.ts";
import { addDeskNote } from "../src/moderation/desk-notes.ts";
import { findHistory, type History } from "../src/moderation/find-history.ts";
import { listWaiting } from "../src/moderation/list-waiting.ts";
import { getModerator } from "../src/moderation/require-role.ts";
import { setServerRule } from "../src/moderation/server-rules.ts";
import { type CommunityVisit, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { countWaiting } from "./desk-page.tsx";
import { DeskPersonPage, suspensions } from "./desk-person-page.tsx";
import { readDeskView, readDone, readRule } from "./desk-routes.tsx";
import { fieldOf } from "./form.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

const day = 24 * 60 * 60 * 1000;

/** A person as moderators know them: what they said, what was decided, notes, and what can be done. */
export function registerDeskPeople(web: Hono, desk: Desk): void {
  const path = "/c/:handle/desk/people/:author";
  web.get(
    path,
    requires("moderator"),
    visiting(desk, async (visit) => await sendHistory(desk, visit)),
  );
  web.post(
    path,
    requires("moderator"),
    sending(desk, (visit, form) => takeStep(desk, visit, form)),
  );
  web.post(
    `${path}/notes`,
    requires("moderator"),
    sending(desk, (visit, form) => note(desk, visit, form)),
  );
  web.post(
    `${path}/server`,
    requires("moderator"),
    sending(desk, (visit, form) => ruleServer(desk, visit, form)),
  );
}

interface Wrong {
  readonly fault?: string;
  readonly typed?: { readonly rule: string; readonly words: string };
}

async function sendHistory(desk: Desk, visit: CommunityVisit, wrong: Wrong = {}): Promise<Response> {
  const { app } = desk;
  const { c, community } = visit;
  const history = await readHistory(desk, visit);
  const [view, waiting] = [await readDeskView(desk, visit), await listWaiting(app, community.id)];
  const page = (
    <DeskPersonPage
      view={view}
      history={history}
      counts={countWaiting(waiting)}
      key={newId(app.now())}
      admin={getViewer(c).admin}
      done={readDone(c, visit)}
      {...wrong}
    />
  );
  return await sendPrivately(c, page, wrong.fault === undefined ? 200 : 400);
}

/** @throws {DomainError} `not-found` */
async function readHistory({ app }: Desk, { c, community }: CommunityVisit): Promise<History> {
  const history = await findHistory(app, community.id, c.req.param("author") ?? "");
  if (!history) throw new DomainError("not-found", "there is no such person");
  return history;
}

const acts = ["warn", "vouch", "unvouch", "ban", "unban"] as const;

async function takeStep(desk: Desk, visit: CommunityVisit, form: URLSearchParams): Promise<Response> {
  const { app } = desk;
  const { c, community, reader } = visit;
  const { text } = reader.messages;
  const { person } = await readHistory(desk, visit);
  const typed = { rule: form.get("rule") ?? "", words: (form.get("words") ?? "").trim() };
  const act = acts.find((one) => one === form.get("do"));
  if (!act) return await sendHistory(desk, visit, { fault: text("desk.fault.step"), typed });
  const rule = readRule(typed.rule);
  if ((act === "warn" || act === "ban") && rule === undefined && typed.words === "")
    return await sendHistory(desk, visit, { fault: text("desk.fault.reason"), typed });
  const moderatorId = await getModerator(app.db, getViewer(c).accountId, community.id);
  const by = { communityId: community.id, authorId: person.id, moderatorId, reason: typed.words, rule };
  try {
    if (act === "ban")
      await decide(app, {
        ...by,
        action: act,
        until: readEnd(desk, form),
        removePosts: form.get("posts") === "remove",
      });
    else await decide(app, { ...by, action: act });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return await sendHistory(desk, visit, { fault: text(`desk.fault.${error.code}`), typed });
  }
  return back(visit, person.id, act === "ban" || act === "warn" ? act : "saved");
}

/** When a ban ends; `undefined` for one without an end. @throws {DomainError} `invalid` */
function readEnd({ app }: Desk, form: URLSearchParams): Date | undefined {
  const wanted = fieldOf(form, "for");
  if (wanted === "good") return undefined;
  const length = Object.entries(suspensions).find(([name]) => name === wanted)?.[1];
  // Whoever means a week must not get for ever.
  if (length === undefined) throw new DomainError("invalid", "that is no time that a ban takes");
  return new Date(app.now().getTime() + length * day);
}

function back({ c, community }: CommunityVisit, authorId: string, done: string): Response {
  return c.redirect(`/c/${community.handle}/desk/people/${authorId}?done=${done}#done`, 303);
}

async function note(desk: Desk, visit: CommunityVisit, form: URLSearchParams): Promise<Response> {
  const { app } = desk;
  const { c, community, reader } = visit;
  const { person } = await readHistory(desk, visit);
  const moderatorId = await getModerator(app.db, getViewer(c).accountId, community.id);
  const key = readId<DeskNoteId>(form.get("key") ?? undefined);
  const words = form.get("note") ?? "";
  try {
    await addDeskNote(app, { communityId: community.id, authorId: person.id, moderatorId, words, key });
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== "invalid") throw error;
    return await sendHistory(desk, visit, { fault: reader.messages.text("history.fault.note") });
  }
  return back(visit, person.id, "saved");
}

/** A rule for a whole server is for those who run this one. */
async function ruleServer(desk: Desk, visit: CommunityVisit, form: URLSearchParams): Promise<Response> {
  const { admin, authorId } = getViewer(visit.c);
  if (!admin) throw new DomainError("not-allowed", "that is for those who run this server");
  const { person } = await readHistory(desk, visit);
  const policy = (["open", "limited", "blocked"] as const).find((one) => one === form.get("policy"));
  if (!policy || person.isLocal) throw new DomainError("invalid", "there is no such rule for a server");
  const reason = (form.get("reason") ?? "").trim();
  const rule = { host: person.host, policy, publicComment: reason, privateComment: "" };
  const standing = (await listRules(desk.app.db)).find(({ host }) => host === person.host);
  const { rejectMedia, rejectReports } = standing ?? { rejectMedia: false, rejectReports: false };
  await setServerRule(desk.app, { ...rule, rejectMedia, rejectReports, by: authorId });
  return back(visit, person.id, "saved");
}
