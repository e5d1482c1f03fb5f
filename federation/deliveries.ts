import type { FollowerInbox } from "../src/community/list-followers.ts";
import type { OwedActivity, WordsBorne } from "../src/jobs/deliveries.ts";
import type { OutgoingDecision } from "../src/moderation/outgoing-decision.ts";
import type { OutgoingOriginal, OutgoingPost } from "../src/post/outgoing-post.ts";
import { asks, betterNamed, withoutDeaf } from "./asks-for-activities.ts";
import { readBoostConsent } from "./boost-consent.ts";
import { decisionId, writeDecision } from "./decisions.ts";
import type { Iris } from "./iris.ts";
import { familyOf } from "./software.ts";
import { aroundAnnounced, isRawActivity, toBoost, toUndoBoost, withoutHiddenRecipients } from "./to-announce.ts";

/** One activity and where it goes. */
export interface Outgoing {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly audience: "public" | "forwarded" | "direct";
  /** For a direct one: the actor who may read it. */
  readonly recipientIri?: string;
  readonly inboxes: readonly { readonly inbox: string; readonly host: string }[];
  readonly words?: WordsBorne;
}

/** What is told of a post, and to whom. */
export interface Telling {
  readonly post: OutgoingPost;
  readonly original: OutgoingOriginal | undefined;
  readonly followers: readonly FollowerInbox[];
  /** Inboxes that have it from the author, who has an account here. */
  readonly told?: ReadonlySet<string> | undefined;
  readonly iris: Iris;
  readonly at: Date;
}

/**
 * A new post. Servers of the FEP-1b12 family get the whole activity; microblogs get a boost of a thread's first post, and of a reply
 * nothing but the author's own signed words: a boosted reply would flood the home timelines of all followers.
 */
export function tellOfPost(
  telling: Telling,
  boostId = `announce/${telling.post.id}`,
  embeddingId = `announce-activity/${telling.post.id}`,
): readonly Outgoing[] {
  const { post, original } = telling;
  const raw = original && isRawActivity(original);
  const boosts = boost(telling, boostId);
  if (!raw) return boosts;
  const named = name(telling, embeddingId.replace("activity", "name"), original);
  const isNamed = new Set(named.flatMap(({ inboxes }) => inboxes.map(({ inbox }) => inbox)));
  const whole = { ...telling, followers: telling.followers.filter(({ inbox }) => !isNamed.has(inbox)) };
  const embedded = [embed(whole, embeddingId, original), ...named];
  if (!post.opensThread) return [...embedded, ...forward(telling, original, "0")];
  return [...boosts, ...embedded];
}

/** A new post by its name alone, for who would ask for the activity; not of a type that outboxes list, for it is no boost to others. */
function name(telling: Telling, id: string, original: OutgoingOriginal): readonly Outgoing[] {
  const { post, followers, iris } = telling;
  const inboxes = betterNamed(followers, original.text, new URL(iris.instance).host);
  if (inboxes.length === 0 || readBoostConsent(original) !== "given") return [];
  const body = toBoost(outline(telling, id), { id: post.iri, author: post.author.iri });
  return [{ id, type: "Naming", audience: "public", body, inboxes }];
}

/** The author who had to be asked said yes: now everybody gets the boost, with what proves it. */
export function tellOfApproval(telling: Telling, boostId: string, approvedBy: string): readonly Outgoing[] {
  return boost(telling, boostId, approvedBy);
}

/**
 * A boost for everybody; or only for the author, as a question, when they want to be asked (GoToSocial). Of a reply that did not come as an
 * activity only those are told who surely show no boosts: it would flood the home timelines of others.
 */
function boost(telling: Telling, boostId: string, approvedBy?: string): readonly Outgoing[] {
  const { post, original, followers } = telling;
  const { iri, inbox, host } = post.author;
  const consent = approvedBy === undefined ? readBoostConsent(original) : "given";
  if (consent === "refused") return [];
  const body = toBoost(outline(telling, boostId), { id: post.iri, author: iri }, approvedBy);
  if (consent === "ask") {
    if (iri === undefined || inbox === undefined) return [];
    const inboxes = [{ inbox, host }];
    return [{ id: questionId(boostId), type: "Announce", audience: "direct", recipientIri: iri, body, inboxes }];
  }
  const raw = original && isRawActivity(original);
  const inboxes = post.opensThread
    ? withAuthor(telling, raw ? toMicroblogs(followers) : followers)
    : followers.filter(({ software }) => familyOf(software) === "group");
  return [{ id: boostId, type: "Announce", audience: "public", body, inboxes }];
}

/** Under which name a boost is kept while its author is asked: it bears the id that it will have. */
export function questionId(boostId: string): string {
  return `ask/${boostId}`;
}

/** New words for a post. */
export function tellOfEdit(telling: Telling, revision: number): readonly Outgoing[] {
  const { post, original } = telling;
  if (!original || !isRawActivity(original)) return [];
  const version = String(revision);
  const id = `announce-update/${post.id}/${version}`;
  if (!isOurs(post)) return [embed(telling, id, original), ...forward(telling, original, version)];
  const followers = telling.followers.filter((follower) => !asks(follower));
  return [embed({ ...telling, followers }, id, original)];
}

/** Its author took a post back. A Delete of the whole account is not repeated post by post. */
export function tellOfDeletion(telling: Telling, boostIds: readonly string[]): readonly Outgoing[] {
  const { post, original } = telling;
  const undone = undoBoosts(telling, boostIds);
  if (!original || !isRawActivity(original) || !original.text.includes(JSON.stringify(post.iri))) return undone;
  const wordless = { text: original.text };
  return [
    ...undone,
    embed(telling, `announce-delete/${post.id}`, wordless),
    ...(isOurs(post) ? [] : forward(telling, wordless, "deleted")),
  ];
}

/** A moderator took a post away. Where it was boosted the boost goes; the post itself is its author's. */
export function tellOfRemoval(
  telling: Telling,
  decision: OutgoingDecision,
  boostIds: readonly string[],
): readonly Outgoing[] {
  return [...undoBoosts(telling, boostIds), ...announceDecision(telling, decision)];
}

/** A moderator brought a post back: it is boosted once more, and to groups the removal is undone. */
export function tellOfRestoration(telling: Telling, decision: OutgoingDecision, boostId: string): readonly Outgoing[] {
  const boosts = tellOfPost(telling, boostId).filter(({ id }) => id === boostId || id === questionId(boostId));
  return [...boosts, ...announceDecision(telling, decision)];
}

function announceDecision(telling: Telling, decision: OutgoingDecision): readonly Outgoing[] {
  const written = writeDecision(decision, telling.iris, telling.at);
  if (!written) return [];
  return [
    ...written.own.map((one): Outgoing => ({ ...one, audience: "public", inboxes: [] })),
    embed(telling, `announce-${decisionId(decision.id)}`, { text: written.announced }),
  ];
}

/** What is passed on as it is, and whose words it bears. */
type Passed = Pick<OutgoingOriginal, "text" | "version" | "kept">;

function embed(telling: Telling, id: string, original: Passed): Outgoing {
  const inboxes = toGroups(withoutDeaf(telling.followers, original.text));
  const bearing = bear(original, aroundAnnounced(outline(telling, id)));
  return { id, type: "Announce", audience: "public", ...bearing, inboxes };
}

/** Words that are kept already are not kept a second time inside of what bears them, unless they had to be written anew. */
function bear(
  { text, version, kept }: Passed,
  { before, behind }: ReturnType<typeof aroundAnnounced>,
): Pick<Outgoing, "body" | "words"> {
  const shown = withoutHiddenRecipients(text);
  if (version === undefined) return { body: before + shown + behind };
  if (kept && shown === text) return { body: before, words: { ...version, tail: behind } };
  return { body: before + shown + behind, words: version };
}

/** Whoever has an account here tells microblogs of changes themselves. */
export function isOurs({ author }: OutgoingPost): boolean {
  return author.iri === undefined;
}

/**
 * The author's own activity as it came, sent on with the community's signature on the request. Only one that bears a signature or proof
 * of its own is believed by anybody; it must not be written anew, so one with hidden recipients stays here.
 */
function forward({ post, followers, told }: Telling, original: Passed, version: string): readonly Outgoing[] {
  const signed = original.text.includes('"signature"') || original.text.includes('"proof"');
  if (!signed || withoutHiddenRecipients(original.text) !== original.text) return [];
  const inboxes = toMicroblogs(followers).filter(
    ({ inbox, host, software }) =>
      !told?.has(inbox) && host !== post.author.host && !refusesForwards.has(software ?? ""),
  );
  const bearing = bear(original, { before: "", behind: "" });
  return [{ id: `forward/${post.id}/${version}`, type: "Forward", audience: "forwarded", ...bearing, inboxes }];
}

/** Servers that believe no activity but from its own actor. */
const refusesForwards: ReadonlySet<string> = new Set(["pleroma", "akkoma", "gotosocial", "snac"]);

/** Boosts are taken back where they were sent. */
export function undoBoosts(telling: Telling, boostIds: readonly string[]): readonly Outgoing[] {
  const { post, iris } = telling;
  return boostIds.map((boostId) => {
    const id = `undo/${boostId}`;
    return {
      id,
      type: "Undo",
      audience: "public",
      body: toUndoBoost(outline(telling, id), { id: iris.activity(boostId), object: post.iri }),
      inboxes: withAuthor(telling, toMicroblogs(telling.followers)),
    };
  });
}

function outline({ post, iris, at }: Telling, id: string) {
  return { id: iris.activity(id), actor: iris.actor(actorOf(post)), followers: iris.followers(actorOf(post)), at };
}

/** A community and its actor have one id. */
function actorOf(post: OutgoingPost) {
  return post.communityId as string as Parameters<Iris["actor"]>[0];
}

/** Who wants whole activities; a server that we know nothing of gets both kinds. */
function toGroups(followers: readonly FollowerInbox[]) {
  return followers.filter(({ software }) => familyOf(software) !== "microblog");
}

/** Who wants boosts, and only their authors' own words. */
export function toMicroblogs(followers: readonly FollowerInbox[]) {
  return followers.filter(({ software }) => familyOf(software) !== "group");
}

/** The author hears of the boost too, follower or not. */
function withAuthor({ post: { author } }: Telling, followers: readonly FollowerInbox[]) {
  if (author.inbox === undefined || followers.some(({ inbox }) => inbox === author.inbox)) return followers;
  return [...followers, { inbox: author.inbox, host: author.host, software: undefined }];
}

/** As a row for each inbox, in the name of the post's community. */
export function owe({ inboxes, ...activity }: Outgoing, post: OutgoingPost): OwedActivity {
  return {
    activity: { ...activity, signerId: actorOf(post) },
    deliveries: inboxes.map(({ inbox, host }) => ({ inbox, host })),
    orderKey: post.id,
  };
}
