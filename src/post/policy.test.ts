import { expect, test } from "vitest";
import { judge, type Standing } from "./policy.ts";

const stranger: Standing = {
  moved: false,
  postPolicy: "anyone",
  holdPolicy: "none",
  membership: undefined,
  trusted: false,
  moderates: false,
  authorState: "active",
  serverPolicy: "open",
};

test.each<[string, Partial<Standing>, string]>([
  ["a stranger posts where anyone may", {}, "accept"],
  ["nobody posts to a community that has moved", { moved: true, moderates: true }, "reject community-moved"],
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
  ["a trusted author is not held", { holdPolicy: "strangers", trusted: true }, "accept"],
  ["a moderator is never held", { holdPolicy: "everyone", moderates: true }, "accept"],
  ["trust does not help where every post is held", { holdPolicy: "everyone", trusted: true }, "hold every-post"],
  ["a limited server's posts are held", { serverPolicy: "limited" }, "hold limited-server"],
])("%s", (_, differences, expected) => {
  const verdict = judge({ ...stranger, ...differences });
  expect(verdict.action === "accept" ? "accept" : `${verdict.action} ${verdict.reason}`).toBe(expected);
});
