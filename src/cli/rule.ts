import { getCommunity } from "../community/get-community.ts";
import { changeRules, getCommunityRule, listCommunityRules, type Rule } from "../community/rules.ts";
import { DomainError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { argument, choiceArgument, command, handleArgument, json, type Session } from "./command.ts";
import { formatTable } from "./table.ts";

const community = handleArgument("the handle of the community");
const rule = argument("its number, as rule list shows it");

const list = command({
  name: "rule list",
  summary: "lists the rules of a community, by the numbers that decisions cite",
  parameters: { community, json },
  async run({ print, withHouse }, values) {
    const rules = await withHouse(async ({ app }) => {
      const { id } = await getCommunity(app.db, values.community);
      return await listCommunityRules(app.db, id);
    });
    if (values.json) return print(JSON.stringify(rules));
    if (rules.length === 0) return print("there is none yet");
    const rows = rules.map(({ number, words }) => [String(number), words]);
    print(formatTable(["rule", "words"], rows));
  },
});

const add = command({
  name: "rule add",
  summary: "adds a rule, behind all others",
  parameters: { community, words: argument("what is expected of people, in plain text"), json },
  async run({ print, withHouse }, { words, ...values }) {
    const rules = await withHouse(async ({ app }) => {
      const { id } = await getCommunity(app.db, values.community);
      await changeRules(app, id, { act: "add", words }, "command-line");
      return await listCommunityRules(app.db, id);
    });
    print(values.json ? JSON.stringify(rules.at(-1)) : `it is rule ${rules.length}`);
  },
});

const say = command({
  name: "rule say",
  summary: "gives a rule other words; what was decided by it goes on saying what it said then",
  parameters: { community, rule, words: argument("what is expected of people, in plain text"), json },
  async run(session, { words, ...values }) {
    await change(session, values, ({ id }) => ({ act: "say", id, words }));
    session.print(values.json ? JSON.stringify({ rule: Number(values.rule), changed: true }) : "changed");
  },
});

const move = command({
  name: "rule move",
  summary: "moves a rule one place up or down",
  parameters: { community, rule, direction: choiceArgument(["up", "down"], "up or down"), json },
  async run(session, { direction, ...values }) {
    await change(session, values, ({ id }) => ({ act: direction, id }));
    session.print(values.json ? JSON.stringify({ rule: Number(values.rule), moved: direction }) : "moved");
  },
});

const remove = command({
  name: "rule remove",
  summary: "removes a rule; those behind it get new numbers",
  parameters: { community, rule, json },
  async run(session, values) {
    await change(session, values, ({ id }) => ({ act: "remove", id }));
    session.print(values.json ? JSON.stringify({ rule: Number(values.rule), removed: true }) : "removed");
  },
});

/** @throws {DomainError} `invalid` when there is no such rule, and as `changeRules` */
async function change(
  { withHouse }: Session,
  given: { readonly community: string; readonly rule: string },
  toChange: (rule: Rule) => Parameters<typeof changeRules>[2],
): Promise<void> {
  await withHouse(async ({ app }) => {
    const { id } = await getCommunity(app.db, given.community);
    const found = await getCommunityRule(app.db, id, readNumber(given.rule));
    await changeRules(app, id, toChange(found), "command-line");
  });
}

function readNumber(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > limits.rules) throw new DomainError("invalid", `"${text}" is not the number of a rule`);
  return number;
}

export const ruleCommands = [list, add, say, move, remove];
