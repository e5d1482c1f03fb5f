import type { Hono } from "hono";
import { getHeard } from "../src/post/heard.ts";
import { listUnanswered } from "../src/post/list-unanswered.ts";
import { visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { HeardPage } from "./heard-page.tsx";
import { requires } from "./policy.ts";

/** Who is heard in a community. */
export function registerHeard(web: Hono, desk: Desk): void {
  const { app } = desk;
  web.get(
    "/c/:handle/heard",
    requires("moderator"),
    visiting(desk, async ({ c, reader, community }) => {
      const [heard, unanswered] = await Promise.all([
        getHeard(app.db, community.id, app.now()),
        listUnanswered(app.db, community.id, app.now()),
      ]);
      const page = <HeardPage reader={reader} community={community} heard={heard} unanswered={unanswered} />;
      return await sendPrivately(c, page);
    }),
  );
}
