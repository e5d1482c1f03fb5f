import { activityJson, publicCollection } from "./iris.ts";

/** What every activity of a community bears. `published` and both address lists are there because receivers demand them. */
interface Outline {
  readonly id: string;
  /** The community's actor and its followers collection. */
  readonly actor: string;
  readonly followers: string;
  readonly at: Date;
}

const context = "https://www.w3.org/ns/activitystreams";

/**
 * The Announce that microblogs show as a boost: it names the object and nothing more. Lemmy demands `to` and `cc`, Mastodon takes
 * `published` for its date, and the author is addressed because it is their post.
 */
export function toBoost(
  outline: Outline,
  object: { readonly id: string; readonly author: string | undefined },
  approvedBy?: string,
): string {
  return JSON.stringify({
    "@context": approvedBy === undefined ? context : approvedContext,
    id: outline.id,
    type: "Announce",
    actor: outline.actor,
    published: outline.at.toISOString(),
    to: [publicCollection],
    cc: object.author === undefined ? [outline.followers] : [outline.followers, object.author],
    object: object.id,
    approvedBy,
  });
}

const approvedContext = [
  context,
  { gts: "https://gotosocial.org/ns#", approvedBy: { "@id": "gts:approvedBy", "@type": "@id" } },
];

/**
 * The Announce of FEP-1b12: a whole activity of somebody else, embedded byte for byte as it came, since its members may be signed and
 * the receivers' parsers are strict about what is missing.
 *
 * @param raw valid JSON of the activity
 */
export function toGroupAnnounce(outline: Outline, raw: string): string {
  const { before, behind } = aroundAnnounced(outline);
  return before + raw + behind;
}

/** What stands in such an Announce before the activity, and what behind it. */
export function aroundAnnounced(outline: Outline): { readonly before: string; readonly behind: string } {
  const head = JSON.stringify({
    "@context": context,
    id: outline.id,
    type: "Announce",
    actor: outline.actor,
    published: outline.at.toISOString(),
    to: [publicCollection],
    cc: [outline.followers],
  });
  return { before: `${head.slice(0, -1)},"object":`, behind: "}" };
}

/** Takes a boost back. Mastodon finds it by the embedded id. */
export function toUndoBoost(outline: Outline, boost: { readonly id: string; readonly object: string }): string {
  return JSON.stringify({
    "@context": context,
    id: outline.id,
    type: "Undo",
    actor: outline.actor,
    published: outline.at.toISOString(),
    to: [publicCollection],
    cc: [outline.followers],
    object: {
      id: boost.id,
      type: "Announce",
      actor: outline.actor,
      to: [publicCollection],
      cc: [outline.followers],
      object: boost.object,
    },
  });
}

/** The whole Follow goes back with the answer (federation rule R15): receivers match it by its id or by its actor. */
export function toFollowAnswer(
  type: "Accept" | "Reject",
  outline: Pick<Outline, "id" | "actor" | "at">,
  follow: { readonly id: string; readonly actor: string },
): string {
  return JSON.stringify({
    "@context": context,
    id: outline.id,
    type,
    actor: outline.actor,
    published: outline.at.toISOString(),
    to: [follow.actor],
    object: { id: follow.id, type: "Follow", actor: follow.actor, object: outline.actor },
  });
}

/** What an original must be to be embedded: an activity as it came to an inbox, not an object that we fetched. */
export function isRawActivity(original: {
  readonly mediaType: string;
  readonly messageId: string | undefined;
}): boolean {
  return original.mediaType === activityJson && original.messageId !== undefined;
}

/** Members that name hidden recipients; no one else may see them (ActivityPub, section 6). */
const hidden = ["bto", "bcc"];

/** The raw activity without hidden recipients. It is written anew only when it has some. */
export function withoutHiddenRecipients(raw: string): string {
  if (!hidden.some((member) => raw.includes(`"${member}"`))) return raw;
  return JSON.stringify(JSON.parse(raw, (member, value) => (hidden.includes(member) ? undefined : value)));
}
