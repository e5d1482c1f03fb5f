import type { Context, Hono } from "hono";
import { listCommunityRules } from "../src/community/rules.ts";
import { DomainError } from "../src/core/errors.ts";
import { newId, type PostId, readId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { reportPost } from "../src/moderation/report-post.ts";
import { findPostPlace } from "../src/post/find-post.ts";
import { findReplyTarget, type ReplyTarget } from "../src/post/find-reply-target.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readRule } from "./desk-routes.tsx";
import { readForm } from "./form.ts";
import { answerGone } from "./places.ts";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { ReportedPage, ReportPage } from "./report-page.tsx";
import { getViewer } from "./viewer.ts";

/** Reporting a post to the moderators of its community. */
export function registerReports(web: Hono, desk: Desk): void {
  web.get("/p/:id/report", requires("public"), async (c) => {
    const target = await readTarget(desk, c);
    return target instanceof Response ? target : await send(desk, c, target);
  });
  web.post("/p/:id/report", requires("signed-in"), async (c) => {
    const target = await readTarget(desk, c);
    return target instanceof Response ? target : await take(desk, c, target, await readForm(c, limits.settingsForm));
  });
}

async function readTarget(desk: Desk, c: Context): Promise<ReplyTarget | Response> {
  const { db } = desk.app;
  const id = readId<PostId>(c.req.param("id"));
  const target = id && (await findReplyTarget(db, id));
  if (target) return target;
  const place = id && (await findPostPlace(db, id));
  return place?.gone ? await answerGone(desk, c, place) : await desk.errors.notFound(c);
}

interface Typed {
  readonly rule: string;
  readonly words: string;
  readonly forward: boolean;
}

async function send(
  { app, site }: Desk,
  c: Context,
  target: ReplyTarget,
  { fault, typed }: { readonly fault?: string; readonly typed?: Typed } = {},
): Promise<Response> {
  const rules = await listCommunityRules(app.db, target.community.id);
  const home = target.author.address?.includes("@") ? target.author.host : undefined;
  const given = { rules, home, key: newId(app.now()), fault, typed };
  const page = <ReportPage reader={readReader(c, site)} target={target} {...given} />;
  return await sendPrivately(c, page, fault === undefined ? 200 : 400);
}

async function take(desk: Desk, c: Context, target: ReplyTarget, form: URLSearchParams): Promise<Response> {
  const { app, site } = desk;
  const reader = readReader(c, site);
  const words = (form.get("words") ?? "").trim();
  const typed = { rule: form.get("rule") ?? "", words, forward: form.get("forward") === "yes" };
  const rule = readRule(typed.rule);
  const { text } = reader.messages;
  if (rule === undefined && words === "")
    return await send(desk, c, target, { fault: text("report.fault.why"), typed });
  const key = readId(form.get("key") ?? undefined) ?? newId(app.now());
  const outcome = await reportPost(app, {
    about: { postId: target.id },
    reporterId: getViewer(c).authorId,
    byServer: false,
    words,
    rule,
    forward: typed.forward,
    channel: "web",
    sourceId: `${site.origin}/reports/${key}`,
  });
  if (outcome === "refused") return await send(desk, c, target, { fault: text("report.fault.many"), typed });
  if (outcome === "unknown") throw new DomainError("not-found", "there is no such post");
  return await sendPrivately(c, <ReportedPage reader={reader} target={target} seen={outcome === "seen"} />);
}
