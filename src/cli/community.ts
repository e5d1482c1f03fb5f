import { getLocalPerson } from "../account/local-person.ts";
import { changeCommunity } from "../community/change-community.ts";
import { closeCommunity } from "../community/close-community.ts";
import { createCommunity } from "../community/create-community.ts";
import { dyes } from "../community/dye.ts";
import { type Community, getCommunity } from "../community/get-community.ts";
import { type CommunityCounts, countCommunity, listCommunities } from "../community/list-communities.ts";
import { makePrivate } from "../community/make-private.ts";
import type { Config } from "../core/config.ts";
import { takeOn } from "../moderation/take-on.ts";
import {
  argument,
  choice,
  command,
  flag,
  handleArgument,
  json,
  option,
  optionalChoice,
  requiredOption,
  type Session,
  UsageError,
} from "./command.ts";
import { formatRows } from "./help.ts";
import { formatTable } from "./table.ts";

/** Where a community is found: what each door calls it. */
function placesOf({ origin, mailDomain }: Config, { id, handle }: Pick<Community, "id" | "handle">) {
  return {
    handle,
    address: `@${handle}@${new URL(origin).host}`,
    url: `${origin}/c/${handle}`,
    actorId: `${origin}/actors/${id}`,
    mail: `${handle}@${mailDomain}`,
  };
}

const create = command({
  name: "community create",
  summary: "makes a community",
  parameters: {
    handle: argument("its name before the @: a to z, 0 to 9 and _; it can never be changed"),
    name: requiredOption("N", "what people call it"),
    summary: option("S", "what it is about, in plain text"),
    language: option("en", "the language that most speak there"),
    join: choice(["open", "approval", "invite"], "who may join"),
    post: choice(["anyone", "members", "moderators"], "who may post"),
    hold: choice(["none", "strangers", "everyone"], "whose posts wait for a moderator"),
    private: flag("only members know that it exists, and they come by invitation; it never becomes public"),
    owner: option("A", "who looks after it: @name of somebody here; whoever runs the server can also take it on later"),
    dye: option("D", `the colour of its pages: ${dyes.join(", ")}`),
    json,
  },
  async run({ config, print, withHouse }, values) {
    const dye = readDye(values.dye);
    const wanted = {
      handle: values.handle,
      name: values.name,
      summary: values.summary ?? "",
      language: values.language ?? "en",
      visibility: values.private ? ("private" as const) : ("public" as const),
      joinPolicy: values.join,
      postPolicy: values.post,
      holdPolicy: values.hold,
      dye,
    };
    const owner = values.owner?.replace(/^@/, "");
    const id = await withHouse(async ({ app }) => {
      const person = owner === undefined ? undefined : await getLocalPerson(app.db, owner);
      const communityId = await createCommunity(app, wanted, "command-line");
      if (person) await takeOn(app, { communityId, authorId: person.authorId, by: "command-line" });
      return communityId;
    });
    const places = placesOf(config, { id, handle: values.handle });
    if (values.json) return print(JSON.stringify(places));
    const here = values.private ? "is made, for its members alone" : `is made. People follow it as ${places.address}`;
    print(`${values.name} ${here}\n`);
    const rows: [string, string][] = [
      ["page", places.url],
      ["actor", places.actorId],
      ["mail", places.mail],
      ["owner", owner === undefined ? `nobody yet: folkmoot member role ${values.handle} @name owner` : `@${owner}`],
    ];
    const takesMail = config.lmtpListen !== undefined || config.smtpListen !== undefined;
    const shown = rows.filter(([name]) => !(name === "actor" && values.private) && !(name === "mail" && !takesMail));
    print(formatRows(shown));
  },
});

const list = command({
  name: "community list",
  summary: "lists the communities with their counts",
  parameters: { json },
  async run({ config, print, withHouse }, values) {
    const communities = await withHouse(({ app }) => listCommunities(app.db));
    if (values.json) return print(JSON.stringify(communities.map((one) => describe(config, one, one))));
    if (communities.length === 0) return print('there is none yet: folkmoot community create <handle> --name "…"');
    const rows = communities.map((one) => [
      one.handle,
      one.name,
      ...[one.members, one.threads, one.posts, one.held].map(String),
    ]);
    print(formatTable(["handle", "name", "members", "threads", "posts", "held"], rows));
  },
});

const show = command({
  name: "community show",
  summary: "shows a community",
  parameters: { handle: handleArgument("its handle"), json },
  async run({ config, print, withHouse }, values) {
    const { community, counts } = await withHouse(async ({ app }) => {
      const found = await getCommunity(app.db, values.handle);
      return { community: found, counts: await countCommunity(app.db, found) };
    });
    const described = describe(config, community, counts);
    if (values.json) return print(JSON.stringify(described));
    const { members, ...rest } = described;
    const rows = Object.entries({
      ...rest,
      members: members.total,
      followers: members.activitypub,
      subscribers: members.mail,
    });
    print(formatRows(rows.map(([name, value]) => [name, String(value)])));
  },
});

const set = command({
  name: "community set",
  summary: "changes what a community says of itself and how it goes about; what is left out stays",
  parameters: {
    handle: handleArgument("its handle"),
    name: option("N", "what people call it"),
    summary: option("S", "what it is about, in plain text"),
    language: option("en", "the language that most speak there"),
    join: optionalChoice(["open", "approval", "invite"], "who may join"),
    post: optionalChoice(["anyone", "members", "moderators"], "who may post"),
    hold: optionalChoice(["none", "strangers", "everyone"], "whose posts wait for a moderator"),
    dye: option("D", `the colour of its pages: ${dyes.join(", ")}`),
    private: flag("makes it private, for good: only members know that it exists"),
    json,
  },
  async run({ config, print, withHouse }, { handle, name, summary, language, join, post, hold, ...values }) {
    const change = {
      name,
      summary,
      language,
      joinPolicy: join,
      postPolicy: post,
      holdPolicy: hold,
      dye: readDye(values.dye),
    };
    const { community, counts } = await withHouse(async ({ app }) => {
      const found = await getCommunity(app.db, handle);
      if (values.private) await makePrivate(app, found.id, "command-line");
      const changed = await changeCommunity(app, found.id, change, "command-line");
      return { community: changed, counts: await countCommunity(app.db, changed) };
    });
    print(values.json ? JSON.stringify(describe(config, community, counts)) : placesOf(config, community).url);
  },
});

const close = command({
  name: "community close",
  summary: "lets nobody write in a community any more; everything stays to be read",
  parameters: { handle: handleArgument("its handle"), json },
  run: async (session, values) => await setClosed(session, values, true),
});

const open = command({
  name: "community open",
  summary: "opens a community again that was closed",
  parameters: { handle: handleArgument("its handle"), json },
  run: async (session, values) => await setClosed(session, values, false),
});

async function setClosed(
  { print, withHouse }: Session,
  values: { readonly handle: string; readonly json: boolean },
  closed: boolean,
): Promise<void> {
  await withHouse(async ({ app }) => {
    const { id } = await getCommunity(app.db, values.handle);
    await closeCommunity(app, id, closed, "command-line");
  });
  print(values.json ? JSON.stringify({ handle: values.handle, closed }) : closed ? "closed" : "open");
}

function describe(config: Config, community: Community, counts: CommunityCounts) {
  const { name, summary, language, dye, visibility, joinPolicy, postPolicy, holdPolicy, createdAt } = community;
  return {
    ...placesOf(config, community),
    name,
    summary,
    language,
    dye,
    visibility,
    join: joinPolicy,
    post: postPolicy,
    hold: holdPolicy,
    createdAt: createdAt.toISOString(),
    members: { total: counts.members, activitypub: counts.followers, mail: counts.subscribers },
    threads: counts.threads,
    posts: counts.posts,
    held: counts.held,
  };
}

function readDye(wanted: string | undefined) {
  const dye = dyes.find((one) => one === wanted);
  if (wanted !== undefined && !dye) throw new UsageError(`there is no dye ${wanted}: choose ${dyes.join(", ")}`);
  return dye;
}

export const communityCommands = [create, list, show, set, close, open];
