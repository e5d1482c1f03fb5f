import { publicCollection } from "./iris.ts";

/** What every activity of moderation bears. `cc` and `audience` name the community, by which Lemmy finds it. */
interface Outline {
  readonly id: string;
  /** A person, where one decided: Lemmy takes no moderation from a Group. */
  readonly actor: string;
  readonly community: string;
  readonly at: Date;
}

/** What is done to what. */
export interface Act {
  readonly type: "Delete" | "Lock" | "Block" | "Add" | "Remove";
  readonly object: string;
  /** For Block the community, for Add and Remove the collection. */
  readonly target?: string | undefined;
  /** Why; a Delete must say it, since that is how Lemmy tells a moderator's from an author's. */
  readonly summary?: string | undefined;
  readonly endTime?: Date | undefined;
}

export type Json = Readonly<Record<string, unknown>>;

/** A decision of a moderator as an activity of the community. */
export function toAct({ id, actor, community, at }: Outline, { type, object, target, summary, endTime }: Act): Json {
  return {
    id,
    type,
    actor,
    published: at.toISOString(),
    to: [publicCollection],
    cc: [community],
    audience: community,
    object,
    ...(target === undefined ? {} : { target }),
    ...(summary === undefined ? {} : { summary }),
    // Mbin and older Lemmy call it `expires`.
    ...(endTime ? { endTime: endTime.toISOString(), expires: endTime.toISOString() } : {}),
  };
}

/** Takes such an activity back. It carries the whole of it, as all of the FEP-1b12 family want. */
export function toUndo({ id, actor, community, at }: Outline, act: Json): Json {
  return {
    id,
    type: "Undo",
    actor,
    published: at.toISOString(),
    to: [publicCollection],
    cc: [community],
    audience: community,
    object: act,
  };
}

/** An activity by itself: it names the context that it is written in. */
export function standing(activity: Json): string {
  return JSON.stringify({ "@context": context, ...activity });
}

const context = [
  "https://www.w3.org/ns/activitystreams",
  { Lock: "https://join-lemmy.org/ns#Lock", expires: "https://join-lemmy.org/ns#expires" },
];
