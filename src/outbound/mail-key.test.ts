import { expect, test } from "vitest";
import { commandLine } from "../../test/command-line.ts";
import { withApp, withCommittedApp } from "../../test/with-app.ts";
import { dnsRecordOf, ensureMailKeys, type MailKey, publishedKeys, rememberMailKeys, signingKeys } from "./mail-key.ts";
import { replaceMailKeys } from "./replace-mail-keys.ts";

const day = 24 * 60 * 60 * 1000;
const at = (days: number) => new Date(days * day);
const key = (selector: string, changes: Partial<MailKey> = {}): MailKey => ({
  ...{
    domain: "moot.example",
    algorithm: "rsa",
    privateKey: "",
    publicKey: "",
    signsFrom: at(0),
    publishedUntil: null,
  },
  ...{ selector, ...changes },
});
const names = (keys: readonly MailKey[]) => keys.map(({ selector }) => selector);

test.each([
  ["the only one of each algorithm signs", [key("r"), key("e", { algorithm: "ed25519" })], 5, ["r", "e"], ["r", "e"]],
  [
    "one that is to come is published, and does not sign",
    [key("a", { publishedUntil: at(24) }), key("b", { signsFrom: at(10) })],
    9,
    ["a"],
    ["a", "b"],
  ],
  [
    "the newest signs, and the one before is still published",
    [key("b", { signsFrom: at(10) }), key("a", { publishedUntil: at(24) })],
    10,
    ["b"],
    ["b", "a"],
  ],
  [
    "one that was replaced long ago is gone",
    [key("a", { publishedUntil: at(24) }), key("b", { signsFrom: at(10) })],
    24,
    ["b"],
    ["b"],
  ],
  [
    "one that leaked never signs, even in the moment of its replacement",
    [key("a", { publishedUntil: at(7) }), key("b", { signsFrom: at(7) })],
    7,
    ["b"],
    ["b"],
  ],
])("%s", (_, keys, now, signing, published) => {
  expect(names(signingKeys(keys, at(now)))).toEqual(signing);
  expect(names(publishedKeys(keys, at(now)))).toEqual(published);
});

test("two processes that ask at once have the same keys, one of each algorithm", () =>
  withCommittedApp(async ({ app }) => {
    const [one, two] = await Promise.all([ensureMailKeys(app), ensureMailKeys(app)]);
    const records = (keys: readonly MailKey[]) =>
      keys.map((each) => Object.values(dnsRecordOf(each)).join(" ")).toSorted();
    expect(records(one)).toEqual(records(two));
    expect(records(one)).toEqual([
      expect.stringMatching(/^folkmoot\d{4}-ed25519\._domainkey\.moot\.example v=DKIM1; k=ed25519; p=[\w+/]{43}=$/),
      expect.stringMatching(/^folkmoot\d{4}\._domainkey\.moot\.example v=DKIM1; k=rsa; p=[\w+/=]{300,}$/),
    ]);
  }));

test("new keys sign after two days in every process, and the old ones stay in the DNS for a fortnight more", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    const elsewhere = rememberMailKeys(app);
    const [old] = await elsewhere();

    const { out, status } = await run("server", "rotate-mail-keys", "--json");

    expect(status).toBe(0);
    const { records, gone } = JSON.parse(out);
    const kept = new Date(app.now().getTime() + 16 * day).toISOString();
    const ours = ({ name }: { name: string }) => name.startsWith(`${old!.selector}.`);
    expect(records).toHaveLength(4);
    expect(records.find(ours)).toMatchObject({ until: kept });
    expect(gone).toEqual([]);
    expect((await run("server", "rotate-mail-keys")).err).toContain("is new already, and signs from");
    app.advance(2 * day - 1);
    expect((await elsewhere())[0]).toEqual({ ...old, publishedUntil: new Date(kept) });
    app.advance(60_001);
    expect(names(await elsewhere())).toEqual([`${old!.selector}-2`, `${old!.selector}-ed25519-2`]);
  }));

test("the first mail of all is signed too: by keys that are made when it is asked for them, while the clock goes on", () =>
  withApp(async (app) => {
    const ticking = () => {
      app.advance(1);
      return app.now();
    };

    expect(await rememberMailKeys({ ...app, now: ticking })()).toHaveLength(2);
  }));

test("keys that leaked sign nothing from then on", () =>
  withApp(async (app) => {
    const elsewhere = rememberMailKeys(app);
    const [old] = await elsewhere();

    const all = await replaceMailKeys(app, { leaked: true, by: "test" });

    expect(names(publishedKeys(all, app.now())).toSorted()).toEqual([
      `${old!.selector}-2`,
      `${old!.selector}-ed25519-2`,
    ]);
    app.advance(60_000);
    expect(names(await elsewhere())).toEqual([`${old!.selector}-2`, `${old!.selector}-ed25519-2`]);
  }));
