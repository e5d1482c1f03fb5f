import type { ReactionKind } from "../src/post/react.ts";
import { iriOf, isObject, type Json, type JsonObject, listOf, onlyIriOf, originOf, textOf, typeOf } from "./as2.ts";

/** What a reaction is, in our words. */
export interface ReactionSort {
  readonly kind: ReactionKind;
  readonly emoji?: string | undefined;
}

export interface ReactionReading extends ReactionSort {
  readonly id: string;
  readonly actor: string;
  readonly objectId: string;
}

/** A reaction that is made, or one that is taken back. */
export interface VoteReading extends ReactionReading {
  readonly isTakenBack: boolean;
}

/** Reads a Like, Dislike or EmojiReact of one thing; `undefined` for anything else. */
export function readReaction(activity: JsonObject): ReactionReading | undefined {
  const id = iriOf(activity);
  const actor = onlyIriOf(activity["actor"]);
  const objectId = onlyIriOf(activity["object"]);
  const sort = sortOf(activity);
  if (!sort || sort.kind === "boost" || id === undefined || actor === undefined || objectId === undefined)
    return undefined;
  return originOf(id) === originOf(actor) ? { id, actor, objectId, ...sort } : undefined;
}

/** Reads what somebody made of a post, or took back, as a group repeats it: the Undo has the reaction whole. */
export function readVote(activity: JsonObject): VoteReading | undefined {
  const reaction = readReaction(activity);
  if (reaction) return { ...reaction, isTakenBack: false };
  const [inner] = listOf(activity["object"]);
  if (typeOf(activity) !== "Undo" || !isObject(inner)) return undefined;
  const undone = readReaction(inner);
  return undone && undone.actor === onlyIriOf(activity["actor"]) ? { ...undone, isTakenBack: true } : undefined;
}

/** Which kind of reaction an activity is, whatever else it says; `undefined` for one that is none. */
export function sortOf(activity: JsonObject): ReactionSort | undefined {
  switch (typeOf(activity)) {
    case "Like":
      return sortOfLike(activity);
    case "Dislike":
      return { kind: "dislike" };
    case "Announce":
      return { kind: "boost" };
    case "EmojiReact":
    case "litepub:EmojiReact":
      return sortOfEmoji(activity["content"]);
    default:
      return undefined;
  }
}

/** Misskey says what it feels in a Like. The heart is its plain one. */
function sortOfLike(activity: JsonObject): ReactionSort {
  const said = activity["_misskey_reaction"] ?? activity["content"];
  const isHeart = textOf(said)?.replace("\ufe0f", "") === "\u2764";
  return (isHeart ? undefined : sortOfEmoji(said)) ?? { kind: "like" };
}

/** One emoji, or the name of one that only its server knows. */
function sortOfEmoji(content: Json | undefined): ReactionSort | undefined {
  const text = textOf(content) ?? "";
  if (/^:[^\s:]{1,200}:$/.test(text)) return { kind: "emoji" };
  const isPicture = text.length <= 40 && /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(text);
  if (!isPicture) return undefined;
  return [...new Intl.Segmenter().segment(text)].length === 1 ? { kind: "emoji", emoji: text } : undefined;
}
