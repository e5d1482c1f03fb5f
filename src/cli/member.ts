import { addMember } from "../community/add-member.ts";
import { getCommunity } from "../community/get-community.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { House } from "../house.ts";
import { decide } from "../moderation/decide.ts";
import {
  argument,
  choice,
  choiceArgument,
  command,
  flag,
  handleArgument,
  json,
  option,
  type Session,
  UsageError,
} from "./command.ts";
import { addAddress } from "./invite.ts";
import { findPerson } from "./person.ts";

export const who = {
  community: handleArgument("the handle of the community"),
  person: argument("@name of somebody here, or @name@host"),
};
const someone = argument("@name of somebody here, @name@host, or an e-mail address");
const roles = ["member", "moderator", "owner"] as const;

interface About {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly moderatorId: null;
}

/** Does something about a person in a community, and says what became of them. */
export async function aboutMember(
  { print, withHouse }: Session,
  values: { readonly community: string; readonly person: string; readonly json: boolean },
  work: (house: House, about: About) => Promise<string>,
): Promise<void> {
  const state = await withHouse(async (house) => {
    const { id: communityId } = await getCommunity(house.app.db, values.community);
    const authorId = await findPerson(house, values.person);
    return await work(house, { communityId, authorId, moderatorId: null });
  });
  const { community, person } = values;
  print(values.json ? JSON.stringify({ community, person, state }) : state);
}

const add = command({
  name: "member add",
  summary: "invites somebody into a community; a role is theirs at once",
  parameters: {
    ...who,
    person: someone,
    role: choice(roles, "what they do for it"),
    confirmed: flag("their consent is on file: they are not asked, and are in at once"),
    json,
  },
  run: async (session, values) => {
    if (/^[^@]+@[^@]+$/.test(values.person)) return await addAddress(session, values);
    await aboutMember(session, values, async ({ app }, about) => {
      const state = await addMember(app, { ...about, confirmed: values.confirmed, by: "command-line" });
      if (values.role === "member") return state;
      await decide(app, { ...about, action: "set-role", role: values.role, reason: "" });
      return values.role;
    });
  },
});

const role = command({
  name: "member role",
  summary: "says what somebody does for a community: moderator, owner, or member, which is nothing",
  parameters: { ...who, role: choiceArgument(roles, "member, moderator or owner"), json },
  run: (session, values) =>
    aboutMember(session, values, async ({ app }, about) => {
      await decide(app, { ...about, action: "set-role", role: values.role, reason: "" });
      return values.role;
    }),
});

const ban = command({
  name: "member ban",
  summary: "keeps somebody out of a community, for good or until a day",
  parameters: {
    ...who,
    until: option("T", "when it ends, such as 2027-01-31 or 2027-01-31T12:00:00Z"),
    reason: option("R", "why; everybody is told"),
    "remove-posts": flag("all that they said there goes too"),
    json,
  },
  run: (session, values) => {
    const until = values.until === undefined ? undefined : readMoment(values.until);
    return aboutMember(session, values, async ({ app }, about) => {
      const removePosts = values["remove-posts"];
      await decide(app, { ...about, action: "ban", until, removePosts, reason: values.reason ?? "" });
      return "banned";
    });
  },
});

const unban = command({
  name: "member unban",
  summary: "ends a ban; who belonged to the community before it belongs to it again",
  parameters: { ...who, reason: option("R", "why, for the record"), json },
  run: (session, values) =>
    aboutMember(session, values, async ({ app }, about) => {
      await decide(app, { ...about, action: "unban", reason: values.reason ?? "" });
      return "not banned";
    }),
});

function readMoment(text: string): Date {
  const date = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? new Date(text) : undefined;
  if (!date || Number.isNaN(date.getTime()) || !isDay(text.slice(0, 10)))
    throw new UsageError(`--until ${text} is not a day such as 2027-01-31 or a moment such as 2027-01-31T12:00:00Z`);
  return date;
}

/** A thirtieth of February would be a day in March. */
function isDay(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}

export const memberCommands = [add, role, ban, unban];
