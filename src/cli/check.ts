import { addCheck, addUsualChecks, moveCheck, removeCheck } from "../community/change-checks.ts";
import { checkedPeople, checkedThings, listChecks, needOf, type PlacedCheck } from "../community/checks.ts";
import { getCommunity } from "../community/get-community.ts";
import { DomainError } from "../core/errors.ts";
import { type CheckId, readId } from "../core/ids.ts";
import {
  argument,
  choice,
  choiceArgument,
  command,
  handleArgument,
  json,
  option,
  optionList,
  UsageError,
} from "./command.ts";
import { formatTable } from "./table.ts";

const community = handleArgument("the handle of the community");
const check = argument("its id, as check list shows it");

const list = command({
  name: "check list",
  summary: "lists what a community looks at before a post appears; the first that a post meets decides",
  parameters: { community, json },
  async run({ print, withHouse }, values) {
    const checks = await withHouse(async ({ app }) =>
      listChecks(app.db, (await getCommunity(app.db, values.community)).id),
    );
    if (values.json) return print(JSON.stringify(checks));
    if (checks.length === 0) return print("there is none");
    print(formatTable(["check", "posts of", "when", "then", "its author is told"], checks.map(toRow)));
  },
});

function toRow({ id, who, what, threshold, words, verdict, reason }: PlacedCheck): readonly string[] {
  return [id, who, [what, threshold ?? "", words.join(", ")].filter((part) => part !== "").join(" "), verdict, reason];
}

const add = command({
  name: "check add",
  summary: "lets a community look at something more, behind all else",
  parameters: {
    community,
    who: choice(checkedPeople, "whose posts"),
    what: choice(checkedThings, "what has to be so of them"),
    number: option("N", "more than so many; of young, fewer days than so many"),
    word: optionList("W", "a word, or a language that is spoken there"),
    verdict: choice(["hold", "reject", "discard", "accept"], "what becomes of them"),
    reason: option("R", "what the author is told; what the check is about when left out"),
    json,
  },
  async run({ print, withHouse }, { who, what, verdict, ...values }) {
    // Without what they say, the check would be met by everything.
    if (values.word.length > 0 && needOf(what) !== "words")
      throw new UsageError("--word goes with --what words or --what language");
    if (values.number !== undefined && needOf(what) !== "threshold")
      throw new UsageError(`--number says nothing with --what ${what}`);
    const wanted = {
      who,
      what,
      verdict,
      threshold: readNumber(values.number),
      words: values.word,
      reason: values.reason ?? "",
    };
    const id = await withHouse(async ({ app }) =>
      addCheck(app, (await getCommunity(app.db, values.community)).id, wanted, "command-line"),
    );
    print(values.json ? JSON.stringify({ id }) : id);
  },
});

const usual = command({
  name: "check usual",
  summary: "lets a community look at what most look at: floods, and newcomers who name many or bring links",
  parameters: { community, json },
  async run({ print, withHouse }, values) {
    const checks = await withHouse(async ({ app }) => {
      const { id } = await getCommunity(app.db, values.community);
      await addUsualChecks(app, id, "command-line");
      return await listChecks(app.db, id);
    });
    print(values.json ? JSON.stringify(checks) : `there are ${checks.length} checks now`);
  },
});

const move = command({
  name: "check move",
  summary: "moves a check one place up or down",
  parameters: { community, check, direction: choiceArgument(["up", "down"], "up or down"), json },
  async run({ print, withHouse }, values) {
    const { direction } = values;
    await withHouse(async ({ app }) => {
      const { id } = await getCommunity(app.db, values.community);
      await moveCheck(app, id, readCheckId(values.check), { direction }, "command-line");
    });
    print(values.json ? JSON.stringify({ id: values.check, moved: direction }) : "moved");
  },
});

const remove = command({
  name: "check remove",
  summary: "removes a check",
  parameters: { community, check, json },
  async run({ print, withHouse }, values) {
    await withHouse(async ({ app }) => {
      const { id } = await getCommunity(app.db, values.community);
      await removeCheck(app, id, readCheckId(values.check), "command-line");
    });
    print(values.json ? JSON.stringify({ id: values.check, removed: true }) : "removed");
  },
});

function readNumber(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(`--number ${text} is not a number`);
  return Number(text);
}

function readCheckId(text: string): CheckId {
  const id = readId<CheckId>(text);
  if (!id) throw new DomainError("not-found", `there is no check ${text}`);
  return id;
}

export const checkCommands = [list, add, usual, move, remove];
