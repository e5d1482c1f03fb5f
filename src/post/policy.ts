import type { Check } from "../community/checks.ts";
import { limits } from "../core/limits.ts";
import type { Said } from "./said.ts";
import type { Reason, Verdict } from "./submission.ts";

/** What is known of an author and a community when a post comes. */
export interface Standing {
  /** The community goes on elsewhere. */
  readonly moved: boolean;
  /** Nobody writes there any more. */
  readonly closed: boolean;
  /** Only members may know of it. */
  readonly isPrivate: boolean;
  readonly postPolicy: "anyone" | "members" | "moderators";
  readonly holdPolicy: "none" | "strangers" | "everyone";
  /** What the community looks at, in its order. */
  readonly checks: readonly Check[];
  readonly membership: "pending" | "invited" | "active" | "left" | "banned" | undefined;
  readonly trusted: boolean;
  readonly moderates: boolean;
  readonly authorState: "active" | "suspended" | "deleted";
  /** What this server thinks of the author's server. */
  readonly serverPolicy: "open" | "limited" | "blocked";
  /** Posts of theirs that can be read in the community, counted up to `limits.newcomerPosts`; and those that wait for a moderator. */
  readonly published: number;
  readonly waiting: number;
  /** Posts in the community within the last `limits.postWindow`: theirs, of all newcomers of their server, and of all newcomers. */
  readonly lately: number;
  readonly serverLately: number;
  readonly crowdLately: number;
  /** For how many days their account has been there, as far as anybody says. */
  readonly days: number;
}

/** Decides; does not act. Every channel is judged by these lines and no others. */
export function judge(standing: Standing, said: Said): Verdict {
  if (standing.membership === "banned") return { action: "discard", reason: "banned" };
  if (standing.authorState !== "active") return { action: "discard", reason: "author-suspended" };
  if (standing.serverPolicy === "blocked") return { action: "discard", reason: "banned" };
  // Whoever may not know of it learns nothing by writing to it.
  if (standing.isPrivate && standing.membership !== "active") return { action: "discard", reason: "private" };
  if (standing.moved) return { action: "reject", reason: "community-moved" };
  if (standing.closed) return { action: "reject", reason: "community-closed" };
  if (standing.moderates) return { action: "accept" };
  if (standing.postPolicy === "moderators") return { action: "reject", reason: "moderators-only" };
  if (standing.postPolicy === "members" && standing.membership !== "active")
    return { action: "reject", reason: "members-only" };

  const met = standing.checks.find((check) => isAbout[check.who](standing) && meets(check, standing, said));
  if (met && met.verdict !== "accept") return { action: met.verdict, reason: reasons[met.what], ...wordsOf(met) };
  // What the server thinks of another server is not for a community to overrule.
  if (standing.serverPolicy === "limited" && !standing.trusted) return { action: "hold", reason: "limited-server" };
  if (met) return { action: "accept" };
  if (standing.holdPolicy === "everyone") return { action: "hold", reason: "every-post" };
  if (!isStranger(standing)) return { action: "accept" };
  if (standing.holdPolicy === "strangers") return { action: "hold", reason: "first-post" };
  if (said.sent && said.mentions > limits.mentionsOfStranger) return { action: "hold", reason: "mentions" };
  return { action: "accept" };
}

/**
 * Decides about what an edit adds, by the same lines. Who may begin nothing there any more may still correct what they said.
 *
 * @param added what was not said before
 */
export function judgeEdit(standing: Standing, added: Said): Verdict {
  return judge({ ...standing, moved: false, closed: false, postPolicy: "anyone" }, added);
}

/** Whether nobody trusts them yet, and there are few posts of theirs. */
export function isNewcomer({ trusted, published }: Pick<Standing, "trusted" | "published">): boolean {
  return !trusted && published < limits.newcomerPosts;
}

/** Whether a check is about how much is written, which then has to be counted. */
export function isRate(what: Check["what"]): boolean {
  return what === "rate" || what === "server-rate" || what === "crowd";
}

function isStranger({ trusted, published }: Standing): boolean {
  return !trusted && published === 0;
}

const isAbout: { readonly [Who in Check["who"]]: (standing: Standing) => boolean } = {
  anyone: () => true,
  untrusted: ({ trusted }) => !trusted,
  newcomers: isNewcomer,
  strangers: isStranger,
  outsiders: ({ trusted, membership }) => !trusted && membership !== "active",
};

function meets({ what, threshold, words }: Check, standing: Standing, said: Said): boolean {
  const number = threshold ?? 0;
  switch (what) {
    case "anything":
      return true;
    case "thread":
      return said.opensThread;
    case "links":
      return said.links > 0;
    case "images":
      return said.images > 0;
    case "mentions":
      return said.mentions > number;
    case "long":
      return said.length > number;
    case "words":
      return said.hasOneOf(words);
    case "language":
      return said.language !== undefined && !words.includes(baseOf(said.language));
    case "young":
      return standing.days < number;
    case "rate":
      return said.sent && standing.lately + 1 > number;
    case "server-rate":
      return said.sent && isNewcomer(standing) && standing.serverLately + 1 > number;
    case "crowd":
      return said.sent && isNewcomer(standing) && standing.crowdLately + 1 > number;
    case "waiting":
      return said.sent && standing.waiting + 1 > number;
  }
}

const reasons: { readonly [What in Check["what"]]: Reason } = {
  anything: "checked",
  thread: "thread",
  links: "links",
  images: "images",
  mentions: "mentions",
  long: "long",
  words: "words",
  language: "language",
  young: "young",
  rate: "rate",
  "server-rate": "server-rate",
  crowd: "crowd",
  waiting: "waiting",
};

function wordsOf({ reason }: Check): { readonly words?: string } {
  return reason === "" ? {} : { words: reason };
}

function baseOf(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? "";
}
