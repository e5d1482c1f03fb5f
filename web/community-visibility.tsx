import type { Hono } from "hono";
import { makePrivate } from "../src/community/make-private.ts";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import { afterSaving, type CommunityVisit, refusalOf, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import type { MessageKey } from "./messages.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

/** Who may read a community: a public one can be made private, and stays so. */
export function registerVisibility(web: Hono, desk: Desk): void {
  const path = "/c/:handle/settings/visibility";
  web.get(
    path,
    requires("owner"),
    visiting(desk, (visit) => sendPrivately(visit.c, <VisibilityPage visit={visit} />)),
  );
  web.post(
    path,
    requires("owner"),
    sending(desk, async (visit, form) => {
      if (form.get("sure") !== "yes")
        return await sendPrivately(visit.c, <VisibilityPage visit={visit} fault="visibility.fault" />, 400);
      const { authorId } = getViewer(visit.c);
      const refusal = await refusalOf(() => makePrivate(desk.app, visit.community.id, authorId));
      if (refusal?.code === "conflict")
        return await sendPrivately(visit.c, <VisibilityPage visit={visit} fault="visibility.owner" />, 409);
      if (refusal) throw refusal;
      return afterSaving(visit, "/visibility");
    }),
  );
}

function VisibilityPage({ visit, fault }: { readonly visit: CommunityVisit; readonly fault?: MessageKey }) {
  const { reader, community, saved } = visit;
  const { text } = reader.messages;
  return (
    <CommunitySettingsPage
      reader={reader}
      community={community}
      title="community.visibility"
      saved={saved}
      fault={fault && text(fault)}
    >
      <p class="mt">{text(`visibility.${community.visibility}`)}</p>
      {community.visibility === "public" && (
        <form method="post" action={`/c/${community.handle}/settings/visibility`} class="settings">
          <p>{text("visibility.how")}</p>
          <label class="opt mt">
            <input type="checkbox" name="sure" value="yes" required />
            {text("visibility.sure")}
          </label>
          <button type="submit" class="ghost mt">
            {text("visibility.do")}
          </button>
        </form>
      )}
    </CommunitySettingsPage>
  );
}
