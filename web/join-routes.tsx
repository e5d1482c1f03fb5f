import type { Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Community } from "../src/community/get-community.ts";
import { joinCommunity } from "../src/community/join-community.ts";
import { comeBack, findOwnMembership } from "../src/community/own-membership.ts";
import { DomainError } from "../src/core/errors.ts";
import { cleanLine } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import { leaveAsPerson } from "../src/moderation/leave-as-person.ts";
import { type Desk, readCommunity, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { findMailOffer, readMailWish } from "./join-mail.tsx";
import { agreementOf, JoinPage } from "./join-page.tsx";
import type { MessageKey } from "./messages.ts";
import { requires } from "./policy.ts";
import { type Reader, readReader } from "./reader.ts";
import { getViewer } from "./viewer.ts";

/** Joining a community with an account of this server, leaving it, and leaving undone. */
export function registerMembership(web: Hono, desk: Desk): void {
  const { app } = desk;
  const route = (
    path: string,
    work: (c: Context, community: Community) => Promise<Response>,
    policy: "signed-in" | "public" = "signed-in",
  ) =>
    [
      path,
      requires(policy),
      async (c: Context) => {
        const community = await readCommunity(desk, c);
        return community instanceof Response ? community : await work(c, community);
      },
    ] as const;
  const back = (c: Context, { handle }: Community) => c.redirect(`/c/${handle}/join`, 303);

  web.get(...route("/c/:handle/join", (c, community) => show(desk, c, community), "public"));
  web.post(
    ...route("/c/:handle/join", async (c, community) => {
      const form = await readForm(c, limits.settingsForm);
      const { authorId, sessionId } = getViewer(c);
      const reader = readReader(c, desk.site);
      const verdict = await joinCommunity(app, {
        communityId: community.id,
        authorId,
        act: "web",
        sourceId: `session/${sessionId}`,
        words: agreementOf(reader, community),
        mail: readMailWish(reader, form, await findMailOffer(desk, authorId)),
        note: cleanLine(form.get("note") ?? "", limits.joiningNote),
      });
      if (verdict === "unknown") throw new DomainError("not-found", `there is no community ${community.handle}`);
      return verdict === "refused" ? await show(desk, c, community, "join.refused", 403) : back(c, community);
    }),
  );
  web.post(
    ...route("/c/:handle/leave", async (c, community) => {
      const { authorId, sessionId } = getViewer(c);
      try {
        const evidence = `session/${sessionId}`;
        await leaveAsPerson(app, { communityId: community.id, authorId, act: "web", evidence });
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== "conflict") throw error;
        return await show(desk, c, community, "join.last-owner", 409);
      }
      return back(c, community);
    }),
  );
  web.post(
    ...route("/c/:handle/come-back", async (c, community) => {
      await comeBack(app, community.id, getViewer(c).authorId, agreementOf(readReader(c, desk.site), community));
      return back(c, community);
    }),
  );
}

async function show(
  desk: Desk,
  c: Context,
  community: Community,
  fault?: MessageKey,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const reader = { ...readReader(c, desk.site), path: `/c/${community.handle}/join` };
  const own = await ownOf(desk, reader, community);
  const mail = await findMailOffer(desk, reader.viewer?.authorId);
  const page = <JoinPage reader={reader} community={community} own={own} mail={mail} fault={fault} />;
  return await sendPrivately(c, page, status);
}

/** How whoever reads stands to a community; `undefined` when nobody is signed in. */
export async function ownOf({ app }: Desk, { viewer }: Reader, community: Community) {
  return viewer && (await findOwnMembership(app, community.id, viewer.authorId));
}
