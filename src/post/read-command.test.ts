import { expect, test } from "vitest";
import { answerCatalogues } from "./command-answers.ts";
import { type Command, readCommand } from "./read-command.ts";
import { readDay, resolveDay } from "./read-day.ts";

const choose = (choice: "follow" | "mute" | undefined, topic?: string): Command => ({ name: "choose", choice, topic });
const september: Command = { name: "pause", until: { year: undefined, month: 9, day: 1 } };

test.each<[string, Command | undefined]>([
  ["subscribe", { name: "subscribe" }],
  [" Unsubscribe. \n", { name: "unsubscribe" }],
  ["digest", { name: "digest", how: "daily" }],
  ["Digest Daily", { name: "digest", how: "daily" }],
  ["digest weekly!", { name: "digest", how: "weekly" }],
  ["instant", { name: "instant" }],
  ["no mail", { name: "nomail" }],
  ["pause until 1 September", september],
  ["pause until September 1st", september],
  ["pause until the day after", { name: "pause", until: undefined }],
  ["pause two more lines", undefined],
  ["pause for 2 weeks", { name: "pause", until: { days: 14 } }],
  ["resume", { name: "resume" }],
  ["follow #Compost", choose("follow", "compost")],
  ["mute", choose("mute")],
  ["unmute #compost", choose(undefined, "compost")],
  ["follow the white rabbit", undefined],
  ["withdraw", { name: "withdraw" }],
  ["?", { name: "help" }],
  ["help me", undefined],
  ["mute\nand more", undefined],
  ["", undefined],
  [`pause until ${"9".repeat(300)}`, undefined],
  ["اشترك", { name: "subscribe" }],
  ["إلغاء الاشتراك", { name: "unsubscribe" }],
  ["ملخّص أسبوعي", { name: "digest", how: "weekly" }],
  ["أوقف حتى ١ سبتمبر", september],
  ["أوقف لمدة 3 أيام", { name: "pause", until: { days: 3 } }],
  ["تابع #سماد", choose("follow", "سماد")],
  ["إلغاء الكتم", choose(undefined)],
  ["مساعدة", { name: "help" }],
])("%j is the command %j", (text, command) => {
  expect(readCommand(text)).toEqual(command);
});

test.each([
  ["2026-09-01", "2026-09-01"],
  ["1.9.", "2026-09-01"],
  ["01.03.2027", "2027-03-01"],
  ["1. September 2026", "2026-09-01"],
  ["1er septembre", "2026-09-01"],
  ["1 de septiembre de 2026", "2026-09-01"],
  ["1 września", "2026-09-01"],
  ["1 сентября", "2026-09-01"],
  ["Sept 1", "2026-09-01"],
  ["1 märz", "2027-03-01"],
  // That day is gone this year.
  ["3 August", "2027-08-03"],
  ["29 February", "2028-02-29"],
  ["Monday", "2026-08-10"],
  ["Freitag", "2026-08-07"],
  ["tomorrow", "2026-08-05"],
  ["3 weeks", "2026-08-25"],
])("on 4 August 2026, a Tuesday, %j is %s", (text, day) => {
  expect(resolveDay(readDay(text)!, "2026-08-04")).toBe(day);
});

test.each(["1/9", "31 April", "2026-13-01", "September", "1 2 September", "soonish"])("%j is no day", (text) => {
  expect(readDay(text)).toBeUndefined();
});

test("a day that was said with its year and has been is none; one in a language of the speaker is", () => {
  expect(resolveDay(readDay("3 August 2026")!, "2026-08-04")).toBeUndefined();
  expect(readDay("1 syyskuuta")).toBeUndefined();
  expect(readDay("1 syyskuuta", ["fi"])).toEqual({ year: undefined, month: 9, day: 1 });
});

test("what is answered can be said in every language, with the same values in it", () => {
  const shapeOf = (catalogue: object) =>
    Object.entries(catalogue).map(([key, words]) => [
      key,
      [...String(words).matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name).sort(),
    ]);
  expect(shapeOf(answerCatalogues["ar"]!)).toEqual(shapeOf(answerCatalogues["en"]!));
});
