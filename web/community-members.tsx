import type { Hono } from "hono";
import { listMembers, type MemberCard } from "../src/community/list-members.ts";
import { readCursor } from "../src/core/cursor.ts";
import { DomainError } from "../src/core/errors.ts";
import { type AuthorId, readId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { decide } from "../src/moderation/decide.ts";
import { getModerator } from "../src/moderation/require-role.ts";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import { afterSaving, type CommunityVisit, refusalOf, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { Monogram } from "./marks.tsx";
import { PersonLink } from "./names.tsx";
import { requires } from "./policy.ts";
import { roleOf } from "./reader.ts";
import { getViewer } from "./viewer.ts";

const base = "/c/:handle/settings/members";
const roles = ["member", "moderator", "owner"] as const;

/** Who belongs to a community: owners say what they do for it, moderators may send them away. */
export function registerMembers(web: Hono, desk: Desk): void {
  const { app } = desk;
  const show = async (visit: CommunityVisit, fault = false) => {
    const after = readCursor(visit.c.req.query("after"));
    const list = await listMembers(app.db, visit.community.id, { after, limit: limits.membersListed });
    return await sendPrivately(visit.c, <MembersPage visit={visit} list={list} fault={fault} />, fault ? 409 : 200);
  };
  const act = (path: string, policy: "owner" | "moderator", work: (by: Step, form: URLSearchParams) => Promise<void>) =>
    web.post(
      `${base}/${path}`,
      requires(policy),
      sending(desk, async (visit, form) => {
        const authorId = readId<AuthorId>(form.get("member") ?? undefined);
        if (!authorId) throw new DomainError("invalid", "nobody is named");
        const communityId = visit.community.id;
        const moderatorId = await getModerator(app.db, getViewer(visit.c).accountId, communityId);
        const refusal = await refusalOf(() => work({ communityId, authorId, moderatorId }, form));
        if (refusal?.code === "conflict") return await show(visit, true);
        if (refusal) throw refusal;
        return afterSaving(visit, "/members");
      }),
    );

  web.get(
    base,
    requires("moderator"),
    visiting(desk, (visit) => show(visit)),
  );
  act("role", "owner", async (step, form) => {
    const role = roles.find((one) => one === form.get("role"));
    if (!role) throw new DomainError("invalid", "there is no such role");
    await decide(app, { ...step, action: "set-role", role, reason: "" });
  });
  // Whoever has a role may always give it up.
  act("resign", "moderator", async ({ communityId, moderatorId }) => {
    const own = { communityId, authorId: moderatorId, moderatorId };
    await decide(app, { ...own, action: "set-role", role: "member", reason: "" });
  });
  act("remove", "moderator", (step, form) =>
    decide(app, { ...step, action: "expel", reason: (form.get("reason") ?? "").slice(0, limits.reasonLength) }),
  );
}

interface Step {
  readonly communityId: Parameters<typeof listMembers>[1];
  readonly authorId: AuthorId;
  readonly moderatorId: AuthorId;
}

interface PageProps {
  readonly visit: CommunityVisit;
  readonly list: Awaited<ReturnType<typeof listMembers>>;
  readonly fault: boolean;
}

function MembersPage({ visit, list, fault }: PageProps) {
  const { reader, community, saved } = visit;
  const { text } = reader.messages;
  const isOwner = roleOf(reader.viewer, community.handle) === "owner";
  return (
    <CommunitySettingsPage
      reader={reader}
      community={community}
      title="members.title"
      saved={saved}
      fault={fault ? text("members.fault") : undefined}
    >
      <p class="mt">{text("members.count", { count: list.total })}</p>
      <p class="hint">{text("members.removed-how")}</p>
      {isOwner && <p class="hint">{text("members.handover")}</p>}
      <ul class="members mt" role="list">
        {list.members.map((member) => (
          <MemberRow visit={visit} member={member} isOwner={isOwner} />
        ))}
      </ul>
      {!isOwner && (
        <form method="post" action={`/c/${community.handle}/settings/members/resign`} class="mt2">
          <input type="hidden" name="member" value={reader.viewer?.authorId ?? ""} />
          <button type="submit" class="ghost">
            {text("members.resign")}
          </button>
        </form>
      )}
      {list.more && (
        <p class="side mt">
          <a href={`/c/${community.handle}/settings/members?after=${list.more}`}>{text("members.more")}</a>
        </p>
      )}
    </CommunitySettingsPage>
  );
}

interface RowProps {
  readonly visit: CommunityVisit;
  readonly member: MemberCard;
  readonly isOwner: boolean;
}

function MemberRow({ visit, member, isOwner }: RowProps) {
  const { reader, community } = visit;
  const { text } = reader.messages;
  const { name, role } = member;
  return (
    <li>
      <p>
        <Monogram name={name} avatar={member.avatar} small />
        <PersonLink name={name} address={member.address} />{" "}
        {member.address !== undefined && <bdi dir="ltr">@{member.handle}</bdi>}
      </p>
      <p class="hint">
        {text(role === "member" ? "members.role.member" : `role.${role}`)} ·{" "}
        {text("members.since", { date: reader.dates.day(member.joinedAt) })} ·{" "}
        {text("members.hears", { channel: member.hears })} ·{" "}
        <a href={`/c/${community.handle}/desk/people/${member.id}`}>{text("members.history")}</a>
      </p>
      {isOwner && <RoleForm visit={visit} member={member} />}
      {role === "member" && <RemoveForm visit={visit} member={member} />}
    </li>
  );
}

function RoleForm({ visit: { reader, community }, member }: Omit<RowProps, "isOwner">) {
  const { text } = reader.messages;
  const { id, name } = member;
  return (
    <form method="post" action={`/c/${community.handle}/settings/members/role`} class="row">
      <input type="hidden" name="member" value={id} />
      <select name="role" class="short" aria-label={text("members.role", { name })}>
        {roles.map((role) => (
          <option value={role} selected={role === member.role}>
            {text(role === "member" ? "members.role.member" : `role.${role}`)}
          </option>
        ))}
      </select>
      <button type="submit" class="ghost mini" aria-label={text("members.change-of", { name })}>
        {text("members.change")}
      </button>
    </form>
  );
}

/** Folded away: nobody is sent away by a slip. */
function RemoveForm({ visit: { reader, community }, member }: Omit<RowProps, "isOwner">) {
  const { text } = reader.messages;
  const { id, name } = member;
  return (
    <details>
      <summary aria-label={text("members.remove-this", { name })}>{text("members.remove")}</summary>
      <form method="post" action={`/c/${community.handle}/settings/members/remove`}>
        <input type="hidden" name="member" value={id} />
        <label for={`reason-${id}`}>{text("members.reason")}</label>
        <input id={`reason-${id}`} name="reason" dir="auto" maxlength={limits.reasonLength} />
        <button type="submit" class="ghost mini mt" aria-label={text("members.remove-this", { name })}>
          {text("members.remove")}
        </button>
      </form>
    </details>
  );
}
