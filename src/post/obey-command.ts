import { eq } from "drizzle-orm";
import { findSelf, type SelfHere } from "../account/find-self.ts";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { type Community, getCommunity } from "../community/get-community.ts";
import { joinCommunity } from "../community/join-community.ts";
import { resumeMail } from "../community/mail-bounces.ts";
import { chooseMail, chooseMailOfThread, chooseMailOfTopic, pauseMail } from "../community/mail-choices.ts";
import { getMailSettings, type MailSettings } from "../community/mail-settings.ts";
import { dayAt, startOfDay } from "../community/next-digest.ts";
import { type MailAct, startMail } from "../community/start-mail.ts";
import { stopMail } from "../community/stop-mail.ts";
import { listEveryTopic } from "../community/topics.ts";
import { DomainError } from "../core/errors.ts";
import { foldHashtag } from "../core/hashtag.ts";
import type { AuthorId, CommunityId, PostId } from "../core/ids.ts";
import { ownIris } from "../core/own-iris.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import type { CommandAnswer } from "./command-answers.ts";
import { deletePost } from "./delete-post.ts";
import type { Command } from "./read-command.ts";
import { resolveDay } from "./read-day.ts";

/** A command, and who gave it. That it is from them is proved. */
export interface GivenCommand {
  readonly command: Command;
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  /** The post that the message answers in which it stands. */
  readonly answeredId: PostId | undefined;
  /** The name of that message, and the door by which it came. */
  readonly act: MailAct;
}

/** Does what somebody tells a community to do for them, whichever door they came by. May run twice for one. @returns what to answer */
export async function obeyCommand(app: App, given: GivenCommand): Promise<CommandAnswer> {
  const { command } = given;
  const community = await getCommunity(app.db, given.communityId);
  const { origin } = app.config;
  const values = {
    community: community.name,
    page: `${origin}/c/${community.handle}/join`,
    settings: `${origin}/settings`,
  };
  const answer = (key: CommandAnswer["key"], more = {}) => ({ key, values: { ...values, ...more } });
  if (command.name === "help") return answer("help");
  if (command.name === "withdraw") return withValues(await withdraw(app, given), values);
  const self = await findSelf(app.db, given.authorId);
  if (!self) return answer("no-account");
  if (command.name === "subscribe" && !self.readsMail) return answer("no-address");
  try {
    return withValues(await change(app, given, command, { community, self }), values);
  } catch (error) {
    if (error instanceof DomainError && error.code !== "conflict") return answer("no-member");
    throw error;
  }
}

type Change = Exclude<Command, { readonly name: "help" | "withdraw" }>;
type Answer = Omit<CommandAnswer, "values"> & { readonly values?: Readonly<Record<string, string>> };

function withValues(answer: Answer, values: CommandAnswer["values"]): CommandAnswer {
  return { ...answer, values: { ...values, ...answer.values } };
}

interface Who {
  readonly community: Community;
  readonly self: SelfHere;
}

/** Changes what somebody hears by mail. */
async function change(app: App, given: GivenCommand, command: Change, { community, self }: Who): Promise<Answer> {
  const member = { communityId: community.id, authorId: self.authorId };
  const settings = await getMailSettings(app, member);
  if (command.name === "subscribe") return await subscribe(app, given, settings, self);
  if (command.name === "unsubscribe") {
    await stopMail(app, member, given.act);
    return { key: "unsubscribed" };
  }
  if (!settings) return { key: "no-member" };
  const hear = async () => {
    if (!settings.hears) await startMail(app, member, given.act);
  };
  switch (command.name) {
    case "instant":
      await hear();
      await chooseMail(app, member, { what: "every", how: "at-once" });
      return { key: "instant" };
    case "digest":
      await hear();
      await chooseMail(app, member, { what: "every", how: command.how });
      return { key: command.how === "daily" ? "digest-daily" : "digest-weekly" };
    case "nomail":
      await chooseMail(app, member, { what: "announcements" });
      return { key: "nomail" };
    case "pause":
      return await pause(app, given, command, settings, self);
    case "resume":
      await pauseMail(app, member, undefined);
      await resumeMail(app, self.authorId);
      return { key: "resumed" };
    case "choose":
      return command.topic === undefined
        ? await chooseThread(app, given, command, self)
        : await chooseTopic(app, given, { ...command, topic: command.topic }, self);
  }
}

async function subscribe(
  app: App,
  { communityId, act }: GivenCommand,
  settings: MailSettings | undefined,
  { authorId }: SelfHere,
): Promise<Answer> {
  if (settings) {
    await startMail(app, { communityId, authorId }, act);
    return { key: "subscribed" };
  }
  const joining = { communityId, authorId, act: act.act, channel: "mail", sourceId: act.evidence } as const;
  const verdict = await joinCommunity(app, joining);
  if (verdict === "accepted") return { key: "subscribed" };
  return { key: verdict === "pending" ? "subscribe-pending" : "subscribe-refused" };
}

async function pause(
  app: App,
  { communityId }: GivenCommand,
  { until }: Extract<Command, { name: "pause" }>,
  { timeZone }: MailSettings,
  { authorId }: SelfHere,
): Promise<Answer> {
  const now = app.now();
  const day = until && resolveDay(until, dayAt(now, timeZone));
  const end = day === undefined ? undefined : startOfDay(day, timeZone);
  if (day === undefined || !end) return { key: "pause-when" };
  try {
    await pauseMail(app, { communityId, authorId }, { from: now, until: end });
  } catch (error) {
    if (error instanceof DomainError && error.code === "invalid") return { key: "pause-when" };
    throw error;
  }
  return { key: "paused", until: day };
}

type Choose = Extract<Command, { name: "choose" }>;

async function chooseTopic(
  app: App,
  { communityId }: GivenCommand,
  { choice, topic: said }: Choose & { readonly topic: string },
  { authorId }: SelfHere,
): Promise<Answer> {
  const topics = await listEveryTopic(app.db, communityId);
  const topic = topics.find(({ hashtags }) => hashtags.includes(foldHashtag(said)));
  if (!topic) {
    const names = topics.filter(({ retired }) => !retired).map(({ slug }) => `#${slug}`);
    return { key: "topic-which", values: { topics: names.join(" "), any: names.length > 0 ? "yes" : "no" } };
  }
  const wanted = choice && ({ what: choice === "follow" ? "every" : "nothing", how: "at-once" } as const);
  await chooseMailOfTopic(app, { communityId, authorId }, topic.id, wanted);
  const key = choice === "follow" ? "topic-followed" : choice === "mute" ? "topic-muted" : "topic-usual";
  return { key, values: { topic: topic.name } };
}

async function chooseThread(
  app: App,
  { communityId, answeredId }: GivenCommand,
  { choice }: Choose,
  { authorId }: SelfHere,
): Promise<Answer> {
  const post = answeredId && (await findPost(app, answeredId));
  if (!post || post.communityId !== communityId) return { key: "thread-which" };
  await chooseMailOfThread(app, { communityId, authorId }, post.threadId, choice);
  const key = choice === "follow" ? "thread-followed" : choice === "mute" ? "thread-muted" : "thread-usual";
  return { key, values: { thread: post.thread } };
}

/** Takes a post back. What its author said to the community alone is no proof that others could be shown. */
async function withdraw(app: App, { authorId, communityId, answeredId }: GivenCommand): Promise<Answer> {
  const post = answeredId && (await findPost(app, answeredId));
  if (!post || post.communityId !== communityId) return { key: "withdraw-which" };
  const selves = (await listSelves(app.db, [authorId]))(authorId);
  if (!selves.includes(post.authorId)) return { key: "withdraw-not-yours" };
  const authorName = post.actorId ? ownIris(app.config.origin).actor(post.actorId) : (post.iri ?? "");
  const original = { mediaType: "text/plain", bytes: Buffer.from("withdraw") };
  await deletePost(app, { authorId: post.authorId, authorName, sourceId: post.sourceId, original });
  return { key: "withdrawn", values: { thread: post.thread } };
}

async function findPost({ db }: App, id: PostId) {
  const [row] = await db
    .select({
      authorId: posts.authorId,
      communityId: posts.communityId,
      sourceId: posts.sourceId,
      threadId: posts.threadId,
      thread: threads.title,
      actorId: authors.localActorId,
      iri: remoteActors.iri,
    })
    .from(posts)
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .innerJoin(authors, eq(authors.id, posts.authorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, posts.authorId))
    .where(eq(posts.id, id));
  return row;
}
