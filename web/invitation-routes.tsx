import type { Context, Hono } from "hono";
import { acceptInvitation, findInvitation } from "../src/account/invitation-links.ts";
import { confirmQuestion, findQuestion } from "../src/account/mail-questions.ts";
import { type Community, findCommunity } from "../src/community/get-community.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { InvitationPage, type InvitationPageProps, ThanksPage } from "./invitation-page.tsx";
import { findMailOffer, readMailWish } from "./join-mail.tsx";
import { agreementOf } from "./join-page.tsx";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { SpentPage } from "./sign-in-page.tsx";
import { findViewer, getViewer } from "./viewer.ts";

/** Where invitations lead. Opening one changes nothing; the button on the page does. */
export function registerInvitations(web: Hono, desk: Desk): void {
  const { app, site } = desk;
  const spent = (c: Context) => sendPrivately(c, <SpentPage reader={readReader(c, site)} />, 410);
  const show = async (c: Context, props: Omit<InvitationPageProps, "reader" | "path">) => {
    const page = <InvitationPage reader={readReader(c, site)} path={c.req.path} {...props} />;
    return await sendPrivately(c, page, props.refused ? 403 : 200);
  };

  web.get("/invitation/mail/:secret", requires("public"), async (c) => {
    const community = await findAsked(desk, c.req.param("secret"));
    if (!community) return await spent(c);
    return await show(c, { community, by: "mail", mail: "none" });
  });
  web.post("/invitation/mail/:secret", requires("public"), async (c) => {
    const secret = c.req.param("secret");
    const community = await findAsked(desk, secret);
    if (!community || !(await confirmQuestion(app, secret))) return await spent(c);
    return await sendPrivately(c, <ThanksPage reader={readReader(c, site)} community={community} />);
  });
  web.get("/invitation/:token", requires("public"), async (c) => {
    const community = await findInviting(desk, c.req.param("token"));
    if (!community) return await spent(c);
    const viewer = findViewer(c);
    const mail = await findMailOffer(desk, viewer?.authorId);
    return await show(c, { community, by: viewer ? "account" : "nobody", mail });
  });
  web.post("/invitation/:token", requires("signed-in"), async (c) => {
    const token = c.req.param("token");
    const community = await findInviting(desk, token);
    if (!community) return await spent(c);
    const reader = readReader(c, site);
    const { authorId } = getViewer(c);
    const mail = await findMailOffer(desk, authorId);
    const wish = readMailWish(reader, await readForm(c), mail);
    const outcome = await acceptInvitation(app, token, authorId, { words: agreementOf(reader, community), mail: wish });
    if (outcome === "accepted") return c.redirect(`/c/${community.handle}`, 303);
    if (outcome === "spent") return await spent(c);
    return await show(c, { community, by: "account", mail, refused: true });
  });
}

async function findInviting({ app }: Desk, token: string): Promise<Community | undefined> {
  const invitation = await findInvitation(app, token);
  return invitation && (await findCommunity(app.db, invitation.communityId));
}

async function findAsked({ app }: Desk, secret: string): Promise<Community | undefined> {
  const question = await findQuestion(app, { secret });
  return question?.kind === "invite" ? await findCommunity(app.db, question.communityId) : undefined;
}
