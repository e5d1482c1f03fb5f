import { expect, test } from "vitest";
import type { Check } from "../community/checks.ts";
import { judge, type Standing } from "./policy.ts";
import type { Said } from "./said.ts";

const stranger: Standing = {
  moved: false,
  closed: false,
  isPrivate: false,
  postPolicy: "anyone",
  holdPolicy: "none",
  checks: [],
  membership: undefined,
  trusted: false,
  moderates: false,
  authorState: "active",
  serverPolicy: "open",
  published: 0,
  waiting: 0,
  lately: 0,
  serverLately: 0,
  crowdLately: 0,
  days: 0,
};

const hello: Said = {
  sent: true,
  opensThread: true,
  language: "en",
  links: 0,
  images: 0,
  mentions: 0,
  length: 5,
  hasOneOf: () => false,
};

function verdictOf(standing: Partial<Standing>, said: Partial<Said> = {}): string {
  const verdict = judge({ ...stranger, ...standing }, { ...hello, ...said });
  return verdict.action === "accept" ? "accept" : `${verdict.action} ${verdict.reason}`;
}

test.each<[string, Partial<Standing>, string]>([
  ["a stranger posts where anyone may", {}, "accept"],
  ["nobody posts to a community that has moved", { moved: true, moderates: true }, "reject community-moved"],
  ["whoever may not know of a private community is not heard", { isPrivate: true }, "discard private"],
  ["a member posts in private", { isPrivate: true, membership: "active" }, "accept"],
  ["nobody posts to a community that is closed", { closed: true, moderates: true }, "reject community-closed"],
  ["a banned author is not heard", { membership: "banned", moderates: true }, "discard banned"],
  ["a suspended author is not heard", { authorState: "suspended" }, "discard author-suspended"],
  ["nothing comes from a blocked server", { serverPolicy: "blocked" }, "discard banned"],
  ["a stranger is refused where members post", { postPolicy: "members" }, "reject members-only"],
  [
    "a pending member is refused where members post",
    { postPolicy: "members", membership: "pending" },
    "reject members-only",
  ],
  ["a member posts where members post", { postPolicy: "members", membership: "active" }, "accept"],
  [
    "a member is refused where moderators post",
    { postPolicy: "moderators", membership: "active" },
    "reject moderators-only",
  ],
  ["a moderator posts where moderators post", { postPolicy: "moderators", moderates: true }, "accept"],
  ["a stranger's first post is held", { holdPolicy: "strangers" }, "hold first-post"],
  [
    "a member who is not trusted yet is held with the strangers",
    { holdPolicy: "strangers", membership: "active" },
    "hold first-post",
  ],
  ["whose first post was let through is no stranger", { holdPolicy: "strangers", published: 1 }, "accept"],
  ["a trusted author is not held", { holdPolicy: "strangers", trusted: true }, "accept"],
  ["a moderator is never held", { holdPolicy: "everyone", moderates: true }, "accept"],
  ["trust does not help where every post is held", { holdPolicy: "everyone", trusted: true }, "hold every-post"],
  ["a limited server's posts are held", { serverPolicy: "limited", published: 3 }, "hold limited-server"],
  ["trust helps where a server is limited", { serverPolicy: "limited", trusted: true }, "accept"],
])("%s", (_, standing, expected) => {
  expect(verdictOf(standing)).toBe(expected);
});

const check = (given: Partial<Check>): Check => ({
  who: "anyone",
  what: "anything",
  threshold: null,
  words: [],
  verdict: "hold",
  reason: "",
  ...given,
});

test.each<[string, Partial<Check>, Partial<Standing>, Partial<Said>, string]>([
  ["anything", {}, { trusted: true }, {}, "hold checked"],
  ["a thread", { what: "thread" }, {}, {}, "hold thread"],
  ["no thread", { what: "thread" }, {}, { opensThread: false }, "accept"],
  ["a link", { what: "links" }, {}, { links: 1 }, "hold links"],
  ["no link", { what: "links" }, {}, {}, "accept"],
  ["an image", { what: "images", verdict: "reject" }, {}, { images: 1 }, "reject images"],
  ["one mention more", { what: "mentions", threshold: 2 }, {}, { mentions: 3 }, "hold mentions"],
  ["as many mentions as may be", { what: "mentions", threshold: 2 }, {}, { mentions: 2 }, "accept"],
  ["a letter more", { what: "long", threshold: 4 }, {}, {}, "hold long"],
  ["as long as may be", { what: "long", threshold: 5 }, {}, {}, "accept"],
  ["a word", { what: "words", words: ["x"], verdict: "discard" }, {}, { hasOneOf: () => true }, "discard words"],
  ["no word", { what: "words", words: ["x"] }, {}, {}, "accept"],
  ["another language", { what: "language", words: ["de", "en"] }, {}, { language: "fr-CA" }, "hold language"],
  ["a variant of the language", { what: "language", words: ["en"] }, {}, { language: "en-GB" }, "accept"],
  ["a language that nobody knows", { what: "language", words: ["en"] }, {}, { language: undefined }, "accept"],
  ["a day too young", { what: "young", threshold: 7 }, { days: 6.9 }, {}, "hold young"],
  ["old enough", { what: "young", threshold: 7 }, { days: 7 }, {}, "accept"],
  ["one post more", { what: "rate", threshold: 10 }, { lately: 10 }, {}, "hold rate"],
  ["as many posts as may be", { what: "rate", threshold: 10 }, { lately: 9 }, {}, "accept"],
  ["one of a server more", { what: "server-rate", threshold: 20 }, { serverLately: 20 }, {}, "hold server-rate"],
  [
    "one that is known from that server",
    { what: "server-rate", threshold: 1 },
    { serverLately: 20, published: 3 },
    {},
    "accept",
  ],
  ["one of all newcomers more", { what: "crowd", threshold: 40 }, { crowdLately: 40 }, {}, "hold crowd"],
  ["whoever is known, in a crowd", { what: "crowd", threshold: 1 }, { crowdLately: 40, published: 3 }, {}, "accept"],
  ["one more that waits", { what: "waiting", threshold: 3, verdict: "reject" }, { waiting: 3 }, {}, "reject waiting"],
  ["as many as may wait", { what: "waiting", threshold: 3 }, { waiting: 2 }, {}, "accept"],
  ["one that was found, whatever waits", { what: "waiting", threshold: 3 }, { waiting: 9 }, { sent: false }, "accept"],
  ["one that was found, however fast", { what: "rate", threshold: 1 }, { lately: 9 }, { sent: false }, "accept"],
])("a check meets what it is about: %s", (_, given, standing, said, expected) => {
  expect(verdictOf({ ...standing, checks: [check(given)] }, said)).toBe(expected);
});

test.each<[Check["who"], Partial<Standing>, boolean]>([
  ["anyone", { trusted: true, published: 3 }, true],
  ["untrusted", { published: 3 }, true],
  ["untrusted", { trusted: true }, false],
  ["newcomers", { published: 2 }, true],
  ["newcomers", { published: 3 }, false],
  ["newcomers", { published: 0, trusted: true }, false],
  ["strangers", { published: 0 }, true],
  ["strangers", { published: 1 }, false],
  ["outsiders", { published: 3, membership: "left" }, true],
  ["outsiders", { membership: "active" }, false],
  ["outsiders", { trusted: true }, false],
])("a check of %s asks of %j: %s", (who, standing, isAsked) => {
  expect(verdictOf({ ...standing, checks: [check({ who })] })).toBe(isAsked ? "hold checked" : "accept");
});

test("the first check that a post meets decides, and the rule for all others comes last", () => {
  const checks = [
    check({ what: "links", verdict: "accept" }),
    check({ what: "long", threshold: 4, verdict: "reject", reason: "too much" }),
  ];

  expect(verdictOf({ checks, holdPolicy: "everyone" }, { links: 1 })).toBe("accept");
  expect(judge({ ...stranger, checks }, hello)).toEqual({ action: "reject", reason: "long", words: "too much" });
  expect(verdictOf({ checks, holdPolicy: "everyone" }, { length: 3 })).toBe("hold every-post");
});

test("no check lets anybody in past a ban or the server's own rules, nor keeps a moderator out", () => {
  const lets = [check({ verdict: "accept" })];

  expect(verdictOf({ checks: lets, membership: "banned" })).toBe("discard banned");
  expect(verdictOf({ checks: lets, postPolicy: "members" })).toBe("reject members-only");
  expect(verdictOf({ checks: lets, serverPolicy: "limited" })).toBe("hold limited-server");
  expect(verdictOf({ checks: [check({ verdict: "discard" })], moderates: true })).toBe("accept");
});

test("a stranger who names many people is held everywhere", () => {
  expect(verdictOf({}, { mentions: 6 })).toBe("hold mentions");
  expect(verdictOf({}, { mentions: 5 })).toBe("accept");
  expect(verdictOf({ published: 1 }, { mentions: 6 })).toBe("accept");
  expect(verdictOf({}, { mentions: 6, sent: false })).toBe("accept");
});
