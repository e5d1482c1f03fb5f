import { expect, test } from "vitest";
import { DomainError } from "../core/errors.ts";
import { noRule } from "../jobs/peer-rules.ts";
import { readBlockList, writeBlockList } from "./block-list.ts";

const heads = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate";

test("a list of Mastodon's is read: who is suspended is blocked, who is silenced is limited", () => {
  const list = `${heads}\nevil.example,suspend,True,True,"spam, and ""worse""",False\nloud.example,silence,False,False,,False\n`;

  expect(readBlockList(list)).toEqual({
    rules: [
      {
        host: "evil.example",
        policy: "blocked",
        rejectMedia: true,
        rejectReports: true,
        publicComment: 'spam, and "worse"',
        privateComment: "",
      },
      {
        host: "loud.example",
        policy: "limited",
        rejectMedia: false,
        rejectReports: false,
        publicComment: "",
        privateComment: "",
      },
    ],
    skipped: [],
  });
});

test("a server that is neither suspended nor silenced may still have its media or reports rejected", () => {
  const list = `${heads}\npics.example,noop,true,false,,false\nnags.example,noop,False,True,,False\n`;

  expect(readBlockList(list)).toMatchObject({
    rules: [
      { host: "pics.example", policy: "open", rejectMedia: true, rejectReports: false },
      { host: "nags.example", policy: "open", rejectMedia: false, rejectReports: true },
    ],
    skipped: [],
  });
});

test("rows that say nothing we can act on are skipped, with the reason", () => {
  const rows = ["ev*l.ex****e,suspend", "quiet.example,noop", "odd.example,explode", "not a host,suspend"];

  expect(readBlockList(`${heads}\n${rows.join("\n")}`).skipped).toEqual([
    { line: 2, domain: "ev*l.ex****e", why: "its name is obfuscated" },
    { line: 3, domain: "quiet.example", why: "it asks for nothing that there is a rule for here" },
    { line: 4, domain: "odd.example", why: "the severity explode is not known" },
    { line: 5, domain: "not a host", why: "it is no name of a server" },
  ]);
});

test("a list of domains alone, with a byte order mark and Windows line ends, is a list of blocks", () => {
  expect(readBlockList("\ufeff#domain\r\nevil.example\r\n\r\n*.bad.example\r\n").rules).toMatchObject([
    { host: "evil.example", policy: "blocked" },
    { host: "bad.example", policy: "blocked" },
  ]);
});

test.each(["", "evil.example\n", `${heads}\n"never closed`])("what is no such list is refused: %j", (text) => {
  expect(() => readBlockList(text)).toThrow(DomainError);
});

test("what is written can be read again, and the private comments are not in it", () => {
  const taken = { rejectMedia: false, rejectReports: false };
  const rules = [
    {
      host: "evil.example",
      policy: "blocked",
      ...taken,
      publicComment: 'a "word",\nand more',
      privateComment: "secret",
    },
    { host: "loud.example", policy: "limited", ...taken, publicComment: "", privateComment: "" },
    { ...noRule, host: "pics.example", rejectMedia: true },
  ] as const;

  const written = writeBlockList(rules);

  expect(written).not.toContain("secret");
  expect(readBlockList(written).rules).toEqual(rules.map((rule) => ({ ...rule, privateComment: "" })));
});
