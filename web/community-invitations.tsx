import type { Hono } from "hono";
import {
  type InvitationLink,
  listInvitations,
  makeInvitation,
  revokeInvitation,
} from "../src/account/invitation-links.ts";
import { addressesIn, type Invited, inviteAddresses } from "../src/account/invite-by-mail.ts";
import { DomainError } from "../src/core/errors.ts";
import { type InvitationId, newId, readId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import { afterSaving, type CommunityVisit, refusalOf, sending, visiting } from "./community-visit.ts";
import { CopyField } from "./copy-field.tsx";
import { type Desk, sendPrivately } from "./desk.ts";
import { requires } from "./policy.ts";
import { sendsMail } from "./sign-in-routes.tsx";
import { getViewer } from "./viewer.ts";

const base = "/c/:handle/settings/invitations";

/** Invitations by link and by mail, for those who look after a community. */
export function registerCommunityInvitations(web: Hono, desk: Desk): void {
  const { app } = desk;
  const show = async (visit: CommunityVisit, more: { fault?: boolean; invited?: Invited } = {}) => {
    const links = await listInvitations(app, visit.community.id);
    const key = newId<InvitationId>(app.now());
    const page = <InvitationsPage {...more} visit={visit} links={links} newKey={key} mail={sendsMail(desk)} />;
    return await sendPrivately(visit.c, page, more.fault ? 400 : 200);
  };
  web.get(
    base,
    requires("moderator"),
    visiting(desk, (visit) => show(visit)),
  );
  web.post(
    `${base}/link`,
    requires("moderator"),
    sending(desk, async (visit, form) => {
      const id = readId<InvitationId>(form.get("key") ?? undefined);
      if (!id) throw new DomainError("invalid", "the form has no key");
      const uses = form.get("uses") === "any" ? undefined : Number(form.get("uses"));
      const { authorId: by } = getViewer(visit.c);
      const wanted = { id, communityId: visit.community.id, by, uses, days: Number(form.get("days")) };
      const refusal = await refusalOf(() => makeInvitation(app, { ...wanted, note: form.get("note") ?? "" }));
      return refusal ? await show(visit, { fault: true }) : afterSaving(visit, "/invitations");
    }),
  );
  web.post(
    `${base}/revoke`,
    requires("moderator"),
    sending(desk, async (visit, form) => {
      const id = readId<InvitationId>(form.get("link") ?? undefined);
      if (id) await refusalOf(() => revokeInvitation(app, visit.community.id, id, getViewer(visit.c).authorId));
      return afterSaving(visit, "/invitations");
    }),
  );
  web.post(
    `${base}/mail`,
    requires("moderator"),
    sending(desk, async (visit, form) => {
      const addresses = addressesIn(form.get("addresses") ?? "");
      if (addresses.length === 0 || addresses.length > limits.invitedAtOnce) return await show(visit, { fault: true });
      const { community } = visit;
      const invited = await inviteAddresses(app, { community, addresses, by: getViewer(visit.c).authorId });
      return await show(visit, { invited });
    }),
  );
}

interface PageProps {
  readonly visit: CommunityVisit;
  readonly links: readonly InvitationLink[];
  readonly newKey: string;
  readonly mail: boolean;
  readonly fault?: boolean;
  readonly invited?: Invited;
}

function InvitationsPage({ visit, links, newKey, mail, fault, invited }: PageProps) {
  const { reader, community, saved } = visit;
  const { text } = reader.messages;
  return (
    <CommunitySettingsPage
      reader={reader}
      community={community}
      title="invitations.title"
      saved={saved}
      fault={fault ? text("invitations.fault") : undefined}
    >
      {invited && (
        <p class="saved" role="status">
          {text("invitations.sent", { count: invited.taken })}
        </p>
      )}
      {invited && invited.wrong.length > 0 && (
        <p class="fault">{text("invitations.wrong", { addresses: invited.wrong.join(", ") })}</p>
      )}
      <h3 class="mt2">{text("invitations.links")}</h3>
      <p class="hint">{text("invitations.links-how")}</p>
      {links.length === 0 && <p class="mt">{text("invitations.none")}</p>}
      {links.map((link) => (
        <LinkRow visit={visit} link={link} />
      ))}
      <NewLink visit={visit} newKey={newKey} />
      <h3 class="mt2">{text("invitations.mail")}</h3>
      {mail ? <ByMail visit={visit} /> : <p class="mt">{text("sign-in.no-mail")}</p>}
    </CommunitySettingsPage>
  );
}

function LinkRow({ visit: { reader, community }, link }: { visit: CommunityVisit; link: InvitationLink }) {
  const { text } = reader.messages;
  const { used, note } = link;
  const label = note || reader.dates.day(link.createdAt);
  const uses = link.uses === undefined ? "any" : String(link.uses);
  return (
    <section class="mt">
      <CopyField
        reader={reader}
        id={`link-${link.id}`}
        label={text("invitations.link", { note: label })}
        value={link.url}
      />
      <p class="hint">
        {text("invitations.uses", { uses, used, date: reader.dates.day(link.expiresAt) })}{" "}
        {link.by && text("invitations.by", { name: link.by })}
      </p>
      <form method="post" action={`/c/${community.handle}/settings/invitations/revoke`}>
        <input type="hidden" name="link" value={link.id} />
        <button type="submit" class="ghost mini" aria-label={text("invitations.revoke-this", { note: label })}>
          {text("invitations.revoke")}
        </button>
      </form>
    </section>
  );
}

const usesOffered = ["1", "10", "100", "any"] as const;
const daysOffered = [1, 7, 30, 90] as const;

function NewLink({ visit: { reader, community }, newKey }: { visit: CommunityVisit; newKey: string }) {
  const { text } = reader.messages;
  return (
    <form method="post" action={`/c/${community.handle}/settings/invitations/link`} class="settings mt">
      <input type="hidden" name="key" value={newKey} />
      <label for="note">{text("invitations.note")}</label>
      <input id="note" name="note" dir="auto" maxlength={limits.invitationNote} aria-describedby="note-hint" />
      <p class="hint" id="note-hint">
        {text("invitations.note-hint")}
      </p>
      <label class="mt" for="uses">
        {text("invitations.how-many")}
      </label>
      <select id="uses" name="uses">
        {usesOffered.map((uses) => (
          <option value={uses}>{uses === "any" ? text("invitations.any") : uses}</option>
        ))}
      </select>
      <label class="mt" for="days">
        {text("invitations.days")}
      </label>
      <select id="days" name="days">
        {daysOffered.map((days) => (
          <option value={String(days)} selected={days === 7}>
            {text("invitations.days-count", { days })}
          </option>
        ))}
      </select>
      <button type="submit" class="mt">
        {text("invitations.make")}
      </button>
    </form>
  );
}

function ByMail({ visit: { reader, community } }: { visit: CommunityVisit }) {
  const { text } = reader.messages;
  return (
    <form method="post" action={`/c/${community.handle}/settings/invitations/mail`} class="settings">
      <p class="hint">{text("invitations.mail-how")}</p>
      <label class="mt" for="addresses">
        {text("invitations.addresses")}
      </label>
      <textarea id="addresses" name="addresses" dir="ltr" spellcheck={false} aria-describedby="addresses-hint" />
      <p class="hint" id="addresses-hint">
        {text("invitations.addresses-hint")}
      </p>
      <button type="submit" class="mt">
        {text("invitations.send")}
      </button>
    </form>
  );
}
