import { followList, listFollowedLists, readLists, unfollowList } from "../moderation/follow-lists.ts";
import { listExceptions, setException } from "../moderation/take-over-list.ts";
import { argument, command, flag, json } from "./command.ts";
import { formatTable, printable } from "./table.ts";

const follow = command({
  name: "server follow-list",
  summary: "takes over a list of blocked servers now and every day; it only adds rules, or makes them stricter",
  parameters: { url: argument("where the list is had, as CSV in Mastodon's form"), json },
  async run({ print, withHouse }, { url, json: asJson }) {
    const list = await withHouse(({ app }) => followList(app, url, null));
    print(asJson ? JSON.stringify(list) : `${list.url} is taken over every day: ${list.rules} rules`);
  },
});

const unfollow = command({
  name: "server unfollow-list",
  summary: "takes a list over no more; its rules stay",
  parameters: { url: argument("its address"), json },
  async run({ print, withHouse }, { url, json: asJson }) {
    await withHouse(({ app }) => unfollowList(app, url, null));
    print(asJson ? JSON.stringify({ url }) : `${url} is taken over no more`);
  },
});

const lists = command({
  name: "server lists",
  summary: "shows the lists that are taken over every day, and the servers that are exceptions",
  parameters: { now: flag("takes them over first"), json },
  async run({ print, withHouse }, { now, json: asJson }) {
    const found = await withHouse(async ({ app }) => {
      if (now) await readLists(app);
      return { lists: await listFollowedLists(app.db), exceptions: await listExceptions(app.db) };
    });
    if (asJson) return print(JSON.stringify(found));
    const cells = found.lists.map(({ url, rules, readAt, fault }) => [
      printable(url),
      String(rules),
      readAt?.toISOString().slice(0, 10) ?? "",
      printable(fault ?? ""),
    ]);
    print(cells.length === 0 ? "no list is taken over" : formatTable(["list", "rules", "read", "fault"], cells));
    if (found.exceptions.length > 0) print(`exceptions: ${found.exceptions.join(", ")}`);
  },
});

const except = command({
  name: "server except",
  summary: "keeps lists from making a rule for a server",
  parameters: { host: argument("its name"), end: flag("ends the exception"), json },
  async run({ print, withHouse }, { host, end, json: asJson }) {
    const name = await withHouse(({ app }) => setException(app, host, !end, null));
    print(asJson ? JSON.stringify({ host: name, exception: !end }) : `${name} is ${end ? "no" : "an"} exception`);
  },
});

export const listCommands = [follow, unfollow, lists, except];
