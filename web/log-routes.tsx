import type { Context, Hono } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { listDecisions } from "../src/moderation/list-decisions.ts";
import { listWaiting } from "../src/moderation/list-waiting.ts";
import { visiting } from "./community-visit.ts";
import { type Desk, readCommunity, sendPage, sendPrivately } from "./desk.ts";
import { countWaiting } from "./desk-page.tsx";
import { readDeskView } from "./desk-routes.tsx";
import { DecisionsPage, LogPage } from "./log-page.tsx";
import { requires } from "./policy.ts";

/** What was decided: the part that everybody may read, and all of it for moderators. */
export function registerLog(web: Hono, desk: Desk): void {
  const { app } = desk;
  const limit = limits.listedItems;
  web.get("/c/:handle/log", requires("public"), async (c) => {
    const community = await readCommunity(desk, c);
    if (community instanceof Response) return community;
    const before = readPlace(c);
    const list = { communityId: community.id, isPublic: true, before, limit };
    const { decisions, more } = await listDecisions(app.db, list);
    const version = [community.version, decisions[0]?.id, decisions.filter(({ undone }) => undone).length].join(" ");
    return await sendPage(desk, c, version, async (reader) => (
      <LogPage reader={reader} community={community} decisions={decisions} more={more} now={app.now()} />
    ));
  });
  web.get(
    "/c/:handle/desk/decisions",
    requires("moderator"),
    visiting(desk, async (visit) => {
      const view = await readDeskView(desk, visit);
      const list = { communityId: visit.community.id, before: readPlace(visit.c), limit };
      const [{ decisions, more }, waiting] = await Promise.all([
        listDecisions(app.db, list),
        listWaiting(app, visit.community.id),
      ]);
      const counts = countWaiting(waiting);
      return await sendPrivately(
        visit.c,
        <DecisionsPage view={view} counts={counts} decisions={decisions} more={more} />,
      );
    }),
  );
}

/** @throws {DomainError} `invalid` for what is no place in the log */
function readPlace(c: Context): number | undefined {
  const text = c.req.query("before");
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new DomainError("invalid", "this is no place in the log");
  return Number(text);
}
