import type { Hono } from "hono";
import { getCommunitiesVersion, listCommunityCards } from "../src/community/list-community-cards.ts";
import { limits } from "../src/core/limits.ts";
import { CommunitiesPage } from "./communities-page.tsx";
import { type Desk, sendPage } from "./desk.ts";
import { PlainPage } from "./plain-page.tsx";
import { requires } from "./policy.ts";

/** The pages of the server itself. */
export function registerSite(web: Hono, desk: Desk): void {
  const { db } = desk.app;
  web.get("/", requires("public"), async (c) =>
    sendPage(desk, c, await getCommunitiesVersion(db), async (reader) => (
      <CommunitiesPage
        reader={reader}
        {...(await listCommunityCards(db, { after: c.req.query("after"), limit: limits.listedItems }))}
      />
    )),
  );
  web.get("/privacy", requires("public"), (c) =>
    sendPage(desk, c, "", async (reader) => (
      <PlainPage
        reader={reader}
        path="/privacy"
        title="privacy.title"
        paragraphs={[
          "privacy.reading",
          "privacy.public",
          "privacy.deleted",
          "privacy.search",
          "privacy.follow",
          "privacy.account",
          "privacy.alone",
        ]}
      />
    )),
  );
  web.get("/accessibility", requires("public"), (c) =>
    sendPage(desk, c, "", async (reader) => (
      <PlainPage
        reader={reader}
        path="/accessibility"
        title="accessibility.title"
        paragraphs={["accessibility.aim", "accessibility.works", "accessibility.tell"]}
      />
    )),
  );
}
