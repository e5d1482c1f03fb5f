import { getCommunity } from "../community/get-community.ts";
import { listConsents } from "../community/list-consents.ts";
import { decide } from "../moderation/decide.ts";
import { listJoinRequests } from "../moderation/list-join-requests.ts";
import { command, handleArgument, json, option, optionalHandle } from "./command.ts";
import { aboutMember, who } from "./member.ts";
import { formatTable } from "./table.ts";

/** Answers whoever asked to join, or sends a member away. */
const deciding = (action: "admit" | "decline" | "expel", name: string, summary: string, state: string) =>
  command({
    name,
    summary,
    parameters: { ...who, reason: option("R", "why; they are told"), json },
    run: (session, values) =>
      aboutMember(session, values, async ({ app }, about) => {
        await decide(app, { ...about, action, reason: values.reason ?? "" });
        return state;
      }),
  });

const admit = deciding("admit", "member admit", "lets in somebody who asked to join a community", "active");
const decline = deciding(
  "decline",
  "member decline",
  "does not let in somebody who asked to join a community",
  "declined",
);
const remove = deciding("expel", "member remove", "sends a member away who has no role; they may ask again", "removed");

const requests = command({
  name: "member requests",
  summary: "lists who asked to join and waits for a moderator, in one community or in all",
  parameters: { community: optionalHandle("the handle of a community"), json },
  async run({ print, withHouse }, values) {
    const waiting = await withHouse(async ({ app }) =>
      listJoinRequests(app.db, values.community ? (await getCommunity(app.db, values.community)).id : undefined),
    );
    if (values.json)
      return print(
        JSON.stringify(
          waiting.map(({ community, handle, channel, note, askedAt }) => ({
            community,
            person: `@${handle}`,
            channel,
            note,
            askedAt,
          })),
        ),
      );
    if (waiting.length === 0) return print("nobody waits");
    const rows = waiting.map(({ community, handle, channel, note }) => [community, `@${handle}`, channel, note]);
    print(formatTable(["community", "person", "by", "says"], rows));
  },
});

const consent = command({
  name: "community consent",
  summary:
    "exports the ledger of consent: who agreed to hear from a community or took it back, when, how, and to which words",
  parameters: { handle: handleArgument("its handle"), json },
  async run({ print, withHouse }, values) {
    const ledger = await withHouse(async ({ app }) =>
      listConsents(app.db, { communityId: (await getCommunity(app.db, values.handle)).id }),
    );
    if (values.json) return print(JSON.stringify(ledger.map(({ at, ...row }) => ({ at: at.toISOString(), ...row }))));
    const rows = ledger.map(({ at, person, given, purpose, act, words }) => [
      at.toISOString(),
      `@${person}`,
      given ? "yes" : "no",
      purpose,
      act,
      words ?? "",
    ]);
    print(formatTable(["when", "who", "says", "to", "by", "words"], rows));
  },
});

export const joiningCommands = [requests, admit, decline, remove, consent];
