import type { Hono } from "hono";
import { closeCommunity } from "../src/community/close-community.ts";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import { afterSaving, type CommunityVisit, readOne, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

/** The end of a community, from which there is a way back. */
export function registerClosing(web: Hono, desk: Desk): void {
  const path = "/c/:handle/settings/closing";
  web.get(
    path,
    requires("owner"),
    visiting(desk, (visit) => sendPrivately(visit.c, <ClosingPage visit={visit} />)),
  );
  web.post(
    path,
    requires("owner"),
    sending(desk, async (visit, form) => {
      const act = readOne(["close", "open"], form.get("do"));
      await closeCommunity(desk.app, visit.community.id, act === "close", getViewer(visit.c).authorId);
      return afterSaving(visit, "/closing");
    }),
  );
}

function ClosingPage({ visit: { reader, community, saved } }: { readonly visit: CommunityVisit }) {
  const { text, rich } = reader.messages;
  const isClosed = community.closedAt !== null;
  return (
    <CommunitySettingsPage reader={reader} community={community} title="community.closing" saved={saved}>
      <p class="mt">{text(isClosed ? "community.closed-hint" : "community.close-hint")}</p>
      <form method="post" action={`/c/${community.handle}/settings/closing`}>
        <button type="submit" name="do" value={isClosed ? "open" : "close"} class={isClosed ? "mt" : "ghost mt"}>
          {text(isClosed ? "community.open-do" : "community.close-do")}
        </button>
      </form>
      <h3 class="h mt3">{text("community.move")}</h3>
      <p class="mt">
        {rich("community.move-hint", { command: <code dir="ltr">{`community move ${community.handle}`}</code> })}
      </p>
    </CommunitySettingsPage>
  );
}
