import type { Context, Hono } from "hono";
import { listModerators } from "../src/community/list-people.ts";
import { listCommunityRules } from "../src/community/rules.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { listDecisions } from "../src/moderation/list-decisions.ts";
import { findWaiting, listWaiting, type Waiting, waitingKinds } from "../src/moderation/list-waiting.ts";
import { getModerator } from "../src/moderation/require-role.ts";
import { undoDecision } from "../src/moderation/undo-decision.ts";
import { type CommunityVisit, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { CasePage } from "./desk-case-page.tsx";
import { DeskPage, type DeskView } from "./desk-page.tsx";
import { takeStep } from "./desk-steps.ts";
import { isMessage } from "./messages.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

/** The moderators' desk: what waits, one page for each thing, and what is done about it. */
export function registerDesk(web: Hono, desk: Desk): void {
  const path = "/c/:handle/desk";
  web.get(
    path,
    requires("moderator"),
    visiting(desk, (visit) => sendQueue(desk, visit)),
  );
  web.post(
    `${path}/undo`,
    requires("moderator"),
    sending(desk, (visit, form) => undo(desk, visit, form)),
  );
  web.get(
    `${path}/:case`,
    requires("moderator"),
    visiting(desk, async (visit) => sendCase(desk, visit, await readItem(desk, visit))),
  );
  web.post(
    `${path}/:case`,
    requires("moderator"),
    sending(desk, (visit, form) => settle(desk, visit, form)),
  );
}

/** Who is at the desk, and what they go by there. */
export async function readDeskView({ app }: Desk, { c, reader, community }: CommunityVisit): Promise<DeskView> {
  const [moderatorId, rules, moderators] = await Promise.all([
    getModerator(app.db, getViewer(c).accountId, community.id),
    listCommunityRules(app.db, community.id),
    listModerators(app.db, community.id),
  ]);
  return { reader, community, moderatorId, moderators: moderators.length, rules, now: app.now() };
}

/** What was just done, named in the address. */
export function readDone(c: Context, visit: CommunityVisit): string | undefined {
  const key = `desk.done.${c.req.query("done")}`;
  return isMessage(key) ? visit.reader.messages.text(key) : undefined;
}

async function sendQueue(
  desk: Desk,
  visit: CommunityVisit,
  fault?: string,
  status: 200 | 409 = 200,
): Promise<Response> {
  const { c, community } = visit;
  const { app } = desk;
  const view = await readDeskView(desk, visit);
  const [waiting, { decisions }] = await Promise.all([
    listWaiting(app, community.id),
    listDecisions(app.db, { communityId: community.id, limit: 8 }),
  ]);
  const shown = waitingKinds.find((kind) => kind === c.req.query("show"));
  const page = (
    <DeskPage view={view} waiting={waiting} shown={shown} lately={decisions} fault={fault} done={readDone(c, visit)} />
  );
  return await sendPrivately(c, page, status);
}

/** @throws {DomainError} `not-found` for what never waited here */
async function readItem({ app }: Desk, { c, community }: CommunityVisit): Promise<Waiting | undefined> {
  return await findWaiting(app, community.id, c.req.param("case") ?? "");
}

interface Typed {
  readonly rule: string;
  readonly words: string;
}

async function sendCase(
  desk: Desk,
  visit: CommunityVisit,
  item: Waiting | undefined,
  { fault, typed }: { readonly fault?: string; readonly typed?: Typed } = {},
): Promise<Response> {
  const { app } = desk;
  const { c, community, reader } = visit;
  // It was decided meanwhile, by another moderator or in another window.
  if (!item) return await sendQueue(desk, visit, reader.messages.text("desk.fault.decided"), 409);
  const view = await readDeskView(desk, visit);
  const about = item.person ? [item.person.id] : undefined;
  const [waiting, history] = await Promise.all([
    listWaiting(app, community.id),
    about ? listDecisions(app.db, { communityId: community.id, about, limit: 20 }) : undefined,
  ]);
  const page = (
    <CasePage
      view={view}
      item={item}
      waiting={waiting}
      history={history?.decisions ?? []}
      fault={fault}
      typed={typed}
    />
  );
  return await sendPrivately(c, page, fault === undefined ? 200 : 400);
}

async function settle(desk: Desk, visit: CommunityVisit, form: URLSearchParams): Promise<Response> {
  const { app } = desk;
  const { c, community, reader } = visit;
  const item = await readItem(desk, visit);
  if (!item) return await sendCase(desk, visit, undefined);
  const moderatorId = await getModerator(app.db, getViewer(c).accountId, community.id);
  const typed = { rule: form.get("rule") ?? "", words: (form.get("words") ?? "").trim() };
  const rule = readRule(typed.rule);
  try {
    const act = form.get("do") ?? "";
    const { words } = typed;
    const readAt = readMoment(form.get("read"));
    const result = await takeStep(app, { communityId: community.id, moderatorId, item, act, rule, words, readAt });
    if ("fault" in result)
      return await sendCase(desk, visit, item, { fault: reader.messages.text(result.fault), typed });
    return c.redirect(`/c/${community.handle}/desk?done=${result.done.replace("desk.done.", "")}#done`, 303);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return await explain(desk, visit, error, typed);
  }
}

/** What stood in the way: somebody was quicker, or it does not go as it was typed. */
async function explain(desk: Desk, visit: CommunityVisit, error: DomainError, typed: Typed): Promise<Response> {
  const { text } = visit.reader.messages;
  const item = await readItem(desk, visit);
  if (!item) return await sendCase(desk, visit, undefined);
  const isClaimed = item.claim !== undefined && error.code === "conflict";
  const fault = isClaimed
    ? text("desk.fault.claimed", { who: item.claim?.moderator.name ?? "" })
    : text(`desk.fault.${error.code}`);
  return await sendCase(desk, visit, item, { fault, typed });
}

/** When the words came that stood beside the buttons. */
function readMoment(text: string | null): Date | undefined {
  const at = new Date(text ?? "");
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** @throws {DomainError} `invalid` for what is no number of a rule */
export function readRule(text: string): number | undefined {
  if (text === "") return undefined;
  const number = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= 1 && number <= limits.rules)) throw new DomainError("invalid", "there is no such rule");
  return number;
}

async function undo(desk: Desk, visit: CommunityVisit, form: URLSearchParams): Promise<Response> {
  const { c, community, reader } = visit;
  const { app } = desk;
  const moderatorId = await getModerator(app.db, getViewer(c).accountId, community.id);
  const number = form.get("decision") ?? "";
  if (!/^\d{1,15}$/.test(number)) throw new DomainError("invalid", "there is no such decision");
  try {
    await undoDecision(app, { decisionId: Number(number), moderatorId, reason: "" });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const fault = error.code === "conflict" ? "desk.fault.undo" : (`desk.fault.${error.code}` as const);
    return await sendQueue(desk, visit, reader.messages.text(fault), 409);
  }
  return c.redirect(`/c/${community.handle}/desk?done=undo#done`, 303);
}
