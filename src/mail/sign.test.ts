import { authenticate } from "mailauth";
import { expect, test } from "vitest";
import { startMailRelay } from "../../test/mail-relay.ts";
import { testConfig } from "../../test/with-app.ts";
import { dnsRecordOf } from "../outbound/mail-key.ts";
import { algorithms, makeMailPairs } from "../outbound/make-mail-key.ts";
import { type Letter, type ListLetter, openRelay } from "./deliver.ts";
import { signaturesOf } from "./dkim.ts";

const date = new Date("2026-03-01T12:00:00Z");
const keys = (await makeMailPairs(algorithms)).map((pair) => ({
  ...pair,
  ...{ domain: "moot.example", selector: `key-${pair.algorithm}`, signsFrom: date, publishedUntil: null },
}));
const dns = new Map(keys.map((key) => [dnsRecordOf(key).name, dnsRecordOf(key).value]));

const words = { subject: "Sheds", text: "What lives there?\n.\nFrom here.\n", html: "<p>What lives there?</p>", date };
const personal: Letter = { ...words, id: "1", to: "ben@example.org", language: "en" };
const ofList: ListLetter = {
  ...words,
  messageId: "<p.1@moot.example>",
  references: ["<a@b>"],
  from: { name: "Zoë via Cats", address: "cats+by-1@moot.example" },
  ...{ to: "ben@example.org", replyTo: "cats+reply-1@moot.example", envelopeFrom: "cats+bounce-1@moot.example" },
  language: "en",
  list: {
    id: { url: "cats.moot.example", comment: "Cats" },
    ...{ post: "cats@moot.example", help: "cats+help@moot.example", subscribe: "cats+subscribe@moot.example" },
    unsubscribe: ["https://moot.example/mail/1/unsubscribe", "cats+unsubscribe@moot.example"],
    ...{ owner: "cats+owner@moot.example", archive: "https://moot.example/c/cats" },
  },
  headers: { Precedence: "list" },
};

const farAway = "jürgen@xn--bcher-kva.example";

/** What arrives of both letters, and of one to an address with letters beyond ASCII. */
async function send(arcSeal: boolean): Promise<readonly string[]> {
  const relay = await startMailRelay();
  const way = openRelay({ ...testConfig, smtpUrl: relay.url, arcSeal }, async () => keys)!;
  await way.sendToList(ofList);
  await way.send(personal);
  await way.sendToList({ ...ofList, to: farAway });
  way.close();
  await relay.close();
  return relay.received.map(({ text }) => text);
}

async function verify(raw: string) {
  const { dkim, arc } = await authenticate(Buffer.from(raw.replace(/\r?\n/g, "\r\n")), {
    ...{ sender: "<>", trustReceived: true, disableBimi: true, mta: "mx.example.org" },
    resolver: async (name: string) => {
      const value = dns.get(name);
      if (value === undefined) throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
      return [[value]];
    },
  });
  return {
    dkim: dkim.results.map(({ algo, status }) => `${algo} ${status.result}`).toSorted(),
    arc: arc ? arc.status.result : undefined,
  };
}

const bothPass = ["ed25519-sha256 pass", "rsa-sha256 pass"];

test("every mail is signed by both keys, and sealed by none unless that is wanted", async () => {
  const [list = "", alone = ""] = await send(false);

  expect(await verify(list)).toEqual({ dkim: bothPass, arc: "none" });
  expect(await verify(alone)).toEqual({ dkim: bothPass, arc: "none" });
  expect(list + alone).not.toMatch(/^ARC-/im);
  expect((await verify(list.replace("lives there", "lived there"))).dkim).not.toContain("rsa-sha256 pass");
});

const fields = ["from", "subject", "to", "list-id"];

test.each([
  ["without a body", "From: a@moot.example\r\nSubject: x\r\n\r\n"],
  ["that ends after its header", "From: a@moot.example\r\nSubject: x"],
  ["with empty lines at its end", "From: a@moot.example\r\n\r\nx\r\n \r\n\r\n\t\r\n"],
  ["without an end of its last line", "From: a@moot.example\r\n\r\nx"],
  ["with spaces in rows", "From:  a@moot.example  \r\nSubject:\tx   y\t\r\n\r\n a  b\t\tc \r\n\r\n\td\r\n"],
  [
    "with folded and repeated fields",
    "To: x,\r\n\ty\r\nFrom : a@moot.example\r\nto: z\r\nList-Id:\r\n <x>\r\n\r\nx\r\n",
  ],
  ["with letters beyond ASCII", "From: ü <ü@moot.example>\r\n\r\nGrün\r\n"],
  ["in lines of Unix", "From: a@moot.example\nSubject: x\n\na\n\nb\n"],
])("a mail %s is signed as others check it", async (_, mail) => {
  const sent = mail.replace(/\r?\n/g, "\r\n");
  expect((await verify((await signaturesOf(Buffer.from(mail), keys, fields)) + sent)).dkim).toEqual(bothPass);
});

test("where ARC is wanted, mail of a list begins a chain that stands, and tells of no check", async () => {
  const [list = "", alone = ""] = await send(true);

  expect(await verify(list)).toEqual({ dkim: bothPass, arc: "pass" });
  expect(list).toMatch(/^ARC-Authentication-Results: i=1; moot\.example; none\r?$/m);
  expect((await verify(list.replace("lives there", "lived there"))).arc).toBe("fail");
  expect(alone).not.toMatch(/^ARC-/im);
});

test("an address with letters beyond ASCII gets the same mail, where the relay takes such", async () => {
  const [, , far = ""] = await send(false);

  expect(far).toMatch(/^To: jürgen@bücher\.example$/m);
  expect(await verify(far)).toEqual({ dkim: bothPass, arc: "none" });
});

test("what cannot be signed is not sent, and is tried again", async () => {
  const relay = await startMailRelay();
  const broken = keys.map((key) => ({ ...key, privateKey: "no key" }));
  const unsigned = openRelay({ ...testConfig, smtpUrl: relay.url }, async () => broken)!;
  const keyless = openRelay({ ...testConfig, smtpUrl: relay.url }, () => Promise.reject(new Error("no database")))!;

  await expect(unsigned.sendToList(ofList)).rejects.toThrow("could not be signed");
  await expect(keyless.sendToList(ofList)).rejects.toThrow("no database");

  for (const way of [unsigned, keyless]) way.close();
  await relay.close();
  expect(relay.received).toEqual([]);
});
