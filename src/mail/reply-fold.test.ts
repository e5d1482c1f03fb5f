import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuTimeOf } from "../../test/cpu-time.ts";
import { foldReply, visibleText } from "./reply-fold.ts";

const corpus = process.env["CORPUS_DIR"];

interface Pair {
  readonly test: string;
  readonly kind: string;
  readonly input: string;
  readonly expected: string;
}

function readPairs(name: string): readonly Pair[] {
  const pairs: unknown = JSON.parse(readFileSync(`${corpus}/mail/reply-pairs/${name}.json`, "utf8"));
  if (!Array.isArray(pairs)) throw new Error("the pairs are no list");
  return pairs.filter(({ kind }) => kind === "plain");
}

const bare = (text: string) =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .trim();

test.skipIf(!corpus).each([
  ["discourse", 95],
  ["github", 90],
  ["talon", 85],
] as const)("of the replies of %s at least %i in a hundred are folded as their own project does", (name, least) => {
  const pairs = readPairs(name);
  const failed = pairs.filter(({ input, expected }) => bare(visibleText(foldReply(input))) !== bare(expected));

  expect(pairs.length).toBeGreaterThan(20);
  expect(100 * (1 - failed.length / pairs.length), failed.map(({ test }) => test).join(" ")).toBeGreaterThanOrEqual(
    least,
  );
});

const told: readonly (readonly [string, string, string])[] = [
  ["a quote under the answer", "Yes.\n\nOn 1 May 2026 at 10:00, Ana <ana@example.org> wrote:\n\n> Shall we?\n", "Yes."],
  [
    "who wrote when, on one line with the answer",
    "Yes. On Mon, 4 May 2026 at 10:00, Ana <a@b.example> wrote:\n> Shall we?",
    "Yes.",
  ],
  ["the same in German", "Ja, gern. Am 3. Mai 2026 um 10:00 schrieb Ana <a@b.example>:\n\n> Wollen wir?", "Ja, gern."],
  ["the same behind dashes", "Yes.\nGladly--- On 4/5/2026, a@b.example wrote:\n> Shall we?", "Yes.\nGladly"],
  [
    "nothing of a day in the midst of a sentence",
    "She said what on Monday my aunt wrote:\n> Shall we?\n\nYes.",
    "She said what on Monday my aunt wrote:\n> Shall we?\n\nYes.",
  ],
  ["a quote above the answer", "On 1 May 2026 at 10:00, Ana wrote:\n> Shall we?\n\nYes.", "Yes."],
  ["a signature", "Yes.\n\n-- \nAna\n+1 555", "Yes."],
  ["a line of a phone", "Yes.\n\nSent from my iPhone", "Yes."],
  ["what Outlook quotes", "Yes.\n\nFrom: Ana\nSent: Monday\nTo: Bo\nSubject: x\n\nShall we?", "Yes."],
  ["what a list adds", "Yes.\n______________________________\nlist mailing list\nhttps://lists.example/x", "Yes."],
  ["nothing of a mail of quotes alone", "> Shall we?", "> Shall we?"],
  [
    "nothing of answers between quotes",
    "> A?\n\nYes.\n\n> B?\n\nNo.\nBut later.\nPerhaps.",
    "> A?\n\nYes.\n\n> B?\n\nNo.\nBut later.\nPerhaps.",
  ],
  ["nothing of a text with lines drawn", "Title\n-----\n\nText\n\n***\n\nMore", "Title\n-----\n\nText\n\n***\n\nMore"],
  ["nothing between fences", "```\n-- \n> x\n```\nEnd.", "```\n-- \n> x\n```\nEnd."],
  ["nothing of a table", "| a | b |\n| 1 | 2 |", "| a | b |\n| 1 | 2 |"],
  ["nothing of a list", "Bring:\n\n- Bread\n- Wine\n-Cheese", "Bring:\n\n- Bread\n- Wine\n-Cheese"],
  [
    "nothing of one who talks of writing",
    "On Monday my aunt wrote:\nthat is all I know.",
    "On Monday my aunt wrote:\nthat is all I know.",
  ],
];

test.each(told)("folds %s", (_, input, expected) => {
  expect(visibleText(foldReply(input))).toBe(expected);
});

const parent = [
  "The gate of the garden is broken since last week.",
  "Somebody should look after it before the winter comes.",
  "I could bring my tools on Saturday if anybody helps.",
];

test("what stands in a post above is a quote, though nothing marks it", () => {
  const folded = foldReply(`I shall help you.\n\n${parent.join("\n")}\n`, [parent.join(" ")]);

  expect(visibleText(folded)).toBe("I shall help you.");
  expect(folded.passages.map(({ kind }) => kind)).toEqual(["own", "quote"]);
});

test("an answer inside a message that Outlook quotes without marks is still read", () => {
  const [first, second, third] = parent;
  const reply = `See below.\n\nFrom: Ana\nSent: Monday\nTo: Bo\nSubject: Gate\n\n${first}\n${second}\nI did that yesterday already, you know.\n${third}`;

  expect(visibleText(foldReply(reply, [parent.join("\n")]))).toBe(
    "See below.\n\nI did that yesterday already, you know.",
  );
});

test("one who writes right below an attribution is read, when the posts above are known not to say it", () => {
  const reply = "Hello,\nOn 1 May 2026 10:00, Ana wrote:\nI do not agree with this at all, dear Ana.\n> The gate";

  expect(visibleText(foldReply(reply, [parent.join("\n")]))).toContain("I do not agree");
});

test("no line is lost, and whatever an author writes between quotes stays to be read", () => {
  const own = fc.stringMatching(/^[A-Z][a-z]{2,9}( [a-z]{2,9}){3,9}\.$/);
  const quoted = fc.stringMatching(/^>{1,3} [a-z]{2,9}( [a-z]{2,9}){0,9}$/);
  const block = fc.tuple(
    fc.array(quoted, { minLength: 1, maxLength: 8 }),
    fc.array(own, { minLength: 3, maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(block, { minLength: 2, maxLength: 6 }), (blocks) => {
      const text = blocks.map(([quote, answer]) => `${quote.join("\n")}\n\n${answer.join("\n")}\n`).join("\n");
      const folded = foldReply(`On 1 May 2026 10:00, Ana wrote:\n${text}`);

      const visible = visibleText(folded).split("\n");
      for (const line of blocks.flatMap(([, answer]) => answer)) expect(visible).toContain(line);
      expect(folded.passages.at(-1)?.end).toBe(folded.lines.length);
    }),
    { numRuns: 300 },
  );
});

test("every line is in one passage, whatever the text", () => {
  const piece = fc.constantFrom(
    "> a",
    "-- ",
    "From: a",
    "To: b",
    "",
    "text",
    "On 1 May wrote:",
    "____",
    "```",
    "| x",
    "AB> x",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.array(piece, { maxLength: 5 }), (pieces, above) => {
      const { lines, passages } = foldReply(pieces.join("\n"), above);
      let end = 0;
      for (const passage of passages) {
        expect(passage.start).toBe(end);
        end = passage.end;
      }
      expect(end).toBe(lines.length);
    }),
    { numRuns: 1_000 },
  );
});

test("lines that are known in another form too stay as many as they are", () => {
  const text = "Yes. On Mon, 4 May 2026 at 10:00, Ana <a@b.example> wrote:\n> Shall we?";

  expect(foldReply(text, [], true).lines).toEqual(text.split("\n"));
});

const size = 768 * 1024;
test.each([
  ["one line of marks", ">".repeat(size)],
  ["one line of a word", "wrote ".repeat(size / 6)],
  ["shown headers", "From: a\n".repeat(size / 8)],
  ["dashes", "--\n".repeat(size / 3)],
  ["lines of dashes", `${"-".repeat(1_990)}\n`.repeat(size / 2_000)],
  ["lines of blanks", `a${" ".repeat(1_990)}b\n`.repeat(size / 2_000)],
  ["dashes and blanks", `--${" ".repeat(1_990)}-\n`.repeat(size / 2_000)],
  ["open addresses", "On 1 <\n".repeat(size / 7)],
  ["quotes and answers", "> a\nb\n".repeat(size / 6)],
  ["blank lines", "\n".repeat(size)],
  ["fences", "```\n".repeat(size / 4)],
])("%s, three quarters of a megabyte of them, are read in no time", (_, text) => {
  expect(cpuTimeOf(() => foldReply(text, [text]))).toBeLessThan(1_500);
});
