import { generateKeyPairSync } from "node:crypto";
import { authenticate, dkimSign, sealMessage } from "mailauth";
import { afterAll, describe, expect, test } from "vitest";
import { type Authenticity, type Carrier, createAuthenticator, type Lookup } from "./authenticate.ts";
import { openParser } from "./parser.ts";
import { readMessage } from "./read-message.ts";

const parser = openParser();
afterAll(async () => await parser.close());

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: "spki", format: "der" }).toString("base64")}`;

const ours = "192.0.2.10";
const theirs = "198.51.100.66";

interface World {
  readonly dmarc?: string | undefined;
  /** Asking for records of this kind fails. */
  readonly away?: "spf" | "dmarc" | "dkim" | undefined;
}

/** Two domains: good.example, of a member; evil.example, of somebody who may sign and send as themselves. */
function worldOf({ dmarc, away }: World): Lookup {
  const zone: Record<string, string> = {
    "good.example": `v=spf1 ip4:${ours} -all`,
    "news.good.example": `v=spf1 ip4:${ours} -all`,
    "xn--bcher-kva.example": `v=spf1 ip4:${ours} -all`,
    "_dmarc.xn--bcher-kva.example": "v=DMARC1; p=reject",
    "s._domainkey.xn--bcher-kva.example": record,
    "evil.example": `v=spf1 ip4:${ours} ip4:${theirs} -all`,
    "s._domainkey.good.example": record,
    "s._domainkey.news.good.example": record,
    "s._domainkey.evil.example": record,
    "t._domainkey.good.example": record.replace("k=rsa", "t=y; k=rsa"),
    "_dmarc.evil.example": "v=DMARC1; p=reject",
    ...(dmarc === undefined ? {} : { "_dmarc.good.example": dmarc }),
  };
  return async (name, type) => {
    const kind = name.startsWith("_dmarc") ? "dmarc" : name.includes("_domainkey") ? "dkim" : "spf";
    if (kind === away) throw Object.assign(new Error("no answer"), { code: "ESERVFAIL" });
    const text = type === "TXT" ? zone[name] : undefined;
    if (text === undefined) throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
    return [[text]];
  };
}

const senders = {
  "its own server": { ip: ours, sender: "ana@good.example" },
  "its subdomain's server": { ip: ours, sender: "ana@news.good.example" },
  "a foreign server": { ip: theirs, sender: "ana@good.example" },
  "a foreign server in its own name": { ip: theirs, sender: "eve@evil.example" },
  nobody: { ip: theirs, sender: "" },
} as const;

const signatures = {
  none: undefined,
  "of the domain": { signingDomain: "good.example", selector: "s" },
  "of a subdomain": { signingDomain: "news.good.example", selector: "s" },
  "of another": { signingDomain: "evil.example", selector: "s" },
  "over a part": { signingDomain: "good.example", selector: "s", maxBodyLength: 5 },
  "that is only tried": { signingDomain: "good.example", selector: "t" },
  "that is broken": { signingDomain: "good.example", selector: "s", broken: true },
} as const;

const policies = {
  none: undefined,
  relaxed: "v=DMARC1; p=none",
  reject: "v=DMARC1; p=reject",
  strict: "v=DMARC1; p=reject; adkim=s; aspf=s",
} as const;

/** What must come out, written down without looking at how it is found. */
function expected(sender: keyof typeof senders, signature: keyof typeof signatures, policy: keyof typeof policies) {
  if (signature === "of the domain") return "proved";
  if (signature === "of a subdomain" && policy !== "strict") return "proved";
  if (policy === "none") return "unproved";
  if (sender === "its own server") return "proved";
  return sender === "its subdomain's server" && policy !== "strict" ? "proved" : "unproved";
}

/** Of a domain with letters beyond ASCII. */
const bücher = { signingDomain: "xn--bcher-kva.example", selector: "s" } as const;

type Signature = (typeof signatures)[keyof typeof signatures] | typeof bücher;

async function sign(text: string, signature: Signature): Promise<Buffer> {
  if (!signature) return Buffer.from(text);
  const key = { ...signature, privateKey: pem, algorithm: "rsa-sha256" };
  const signed = await dkimSign(text, { ...key, signatureData: [key] });
  const broken = "broken" in signature ? text.replace("Good day", "Bad day") : text;
  return Buffer.from(signed.signatures + broken);
}

const messageOf = (from: string) =>
  `${from}\r\nTo: cats@moot.example\r\nSubject: x\r\nMessage-ID: <1@good.example>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n\r\nGood day to you all.\r\n`;

interface Given {
  readonly from?: string;
  readonly carrier: Partial<Carrier>;
  readonly signature?: Signature;
  readonly world?: World;
  readonly insecure?: boolean;
  readonly above?: string;
  /** Somebody nobody knows seals that they found it right (ARC). */
  readonly sealed?: boolean;
}

async function check(given: Given): Promise<Authenticity> {
  return (await checkWithAuthor(given)).authenticity;
}

/** A whole chain, of somebody who may seal as themselves. */
async function seal(bytes: Buffer): Promise<Buffer> {
  const authResults = "moot.example; arc=pass; dkim=pass header.d=good.example; dmarc=pass header.from=good.example";
  const key = { signingDomain: "evil.example", selector: "s", privateKey: pem };
  return Buffer.concat([await sealMessage(bytes, { ...key, authResults, i: 1, cv: "none" }), bytes]);
}

async function checkWithAuthor(given: Given) {
  const { from: field, carrier, signature, world = {}, insecure = false, above = "", sealed = false } = given;
  const signed = await sign(messageOf(field ?? "From: Ana <ana@good.example>"), signature);
  const bytes = Buffer.concat([Buffer.from(above), sealed ? await seal(signed) : signed]);
  const message = await readMessage(parser, bytes);
  if (typeof message === "string") throw new Error(message);
  const judge = createAuthenticator({ insecure, lookup: worldOf(world) });
  const from = { protocol: "smtp", ip: ours, helo: "mx.example", sender: "", ...carrier } as const;
  return { authenticity: await judge(message, from), author: message.from };
}

const keys = <T extends object>(of: T) => Object.keys(of) as (keyof T)[];

describe("a mail in the name of ana@good.example", () => {
  const rows = keys(policies).flatMap((policy) =>
    keys(senders).flatMap((sender) => keys(signatures).map((signature) => ({ policy, sender, signature }))),
  );

  test.each(rows)("from $sender, signature $signature, policy $policy", async ({ policy, sender, signature }) => {
    const given = { carrier: senders[sender], signature: signatures[signature], world: { dmarc: policies[policy] } };

    expect(await check(given)).toBe(expected(sender, signature, policy));
    expect(await check({ ...given, sealed: true })).toBe(expected(sender, signature, policy));
  });

  test("the seal of these cases is whole, and still says nothing to us", async () => {
    const sealed = await seal(Buffer.from(messageOf("From: Ana <ana@good.example>")));
    const { arc } = await authenticate(sealed, {
      sender: "<>",
      trustReceived: true,
      resolver: worldOf({}),
      mta: "mx.example",
    });
    expect(arc ? arc.status.result : undefined).toBe("pass");
  });

  test("there are at least a hundred of these cases", () => expect(rows.length).toBeGreaterThanOrEqual(140));
});

const proof = {
  carrier: senders["its own server"],
  signature: signatures["of the domain"],
  world: { dmarc: policies.reject },
};
const eve = {
  carrier: senders["a foreign server in its own name"],
  signature: signatures["of another"],
  world: proof.world,
};

test.each([
  ["two From fields, the member's first", { ...eve, from: "From: ana@good.example\r\nFrom: eve@evil.example" }],
  ["two From fields, the member's last", { ...eve, from: "From: eve@evil.example\r\nFrom: ana@good.example" }],
  ["two From fields of one domain", { ...proof, from: "From: ana@good.example\r\nFrom: bo@good.example" }],
  ["two authors in one field", { ...eve, from: "From: ana@good.example, eve@evil.example" }],
  ["a group with the member in it", { ...eve, from: "From: Friends: ana@good.example;" }],
  ["a comment in the middle of the address", { ...eve, from: "From: ana@good.example(x).evil.example" }],
  ["a comment before the address", { ...eve, from: "From: (eve@evil.example) ana@good.example" }],
  ["the member's address in quotes", { ...eve, from: 'From: "ana@good.example"@evil.example' }],
  ["an encoded address", { ...eve, from: "From: =?utf-8?q?ana=40good.example?=" }],
  ["an address without an end", { ...eve, from: "From: <ana@good.example" }],
  ["nested brackets", { ...eve, from: "From: <<ana@good.example>>" }],
  ["two addresses in brackets", { ...eve, from: "From: <ana@good.example> <eve@evil.example>" }],
  ["a route", { ...eve, from: "From: <@evil.example:ana@good.example>" }],
  ["no author", { ...eve, from: "Sender: ana@good.example" }],
  ["a blank before the colon", { ...eve, from: "From : ana@good.example" }],
  ["a name of two lines", { ...eve, from: "From: Eve\r\n <ana@good.example>" }],
  ["a NUL in the address", { ...eve, from: "From: ana@good.example\0.evil.example" }],
  ["a domain that looks alike", { ...eve, from: "From: ana@g\u043e\u043ed.example" }],
  ["a domain with a dot at its end", { ...eve, from: "From: ana@good.example." }],
  ["a subdomain that nobody has", { ...eve, from: "From: ana@no.good.example" }],
] as const)("%s does not make a mail of Eve the member's", async (_, given) => {
  const { authenticity, author } = await checkWithAuthor(given);

  const isTaken = authenticity === "proved" && typeof author !== "string" && author.address.endsWith("@good.example");
  expect(isTaken).toBe(false);
});

test.each([
  ["DMARC", { carrier: senders["its own server"], world: { away: "dmarc" } }],
  ["SPF", { carrier: senders["its own server"], world: { dmarc: policies.reject, away: "spf" } }],
  [
    "keys",
    {
      carrier: senders.nobody,
      signature: signatures["of the domain"],
      world: { dmarc: policies.reject, away: "dkim" },
    },
  ],
] as const)("without an answer about %s nothing is known, and nothing is proved", async (_, given) => {
  expect(await check(given)).toBe("unknown");
});

test.each([
  ["Authentication-Results: moot.example; dmarc=pass header.from=good.example\r\n"],
  ["ARC-Authentication-Results: i=1; moot.example; dmarc=pass\r\nARC-Seal: i=1; cv=none; d=evil.example; s=s; b=x\r\n"],
  ["Received-SPF: pass\r\nReturn-Path: <ana@good.example>\r\n"],
])("what a mail says of itself proves nothing: %j", async (above) => {
  expect(await check({ ...eve, above })).toBe("unproved");
});

test.each<[string, Authenticity, Given]>([
  ["a signature", "proved", { carrier: senders.nobody, signature: bücher }],
  ["its server", "proved", { carrier: { ip: ours, sender: "jürgen@bücher.example" } }],
  ["a foreign server", "unproved", { carrier: { ip: theirs, sender: "jürgen@bücher.example" } }],
  ["a foreign signature", "unproved", { carrier: senders.nobody, signature: signatures["of another"] }],
])("an address with letters of any script is proved by %s as others are: %s", async (_, authenticity, given) => {
  for (const domain of ["bücher.example", "xn--bcher-kva.example"]) {
    const checked = await checkWithAuthor({ ...given, from: `From: Jürgen <jürgen@${domain}>` });
    expect([domain, checked]).toEqual([
      domain,
      { authenticity, author: { name: "Jürgen", address: "jürgen@xn--bcher-kva.example" } },
    ]);
  }
});

test("over LMTP our own mail server says whom it had the mail from, and nobody below it", async () => {
  const received = (ip: string) =>
    `Received: from mx.good.example (mx.good.example [${ip}]) by moot.example; Mon, 2 Mar 2026 10:00:00 +0000\r\n`;
  const carrier = { protocol: "lmtp", ip: "127.0.0.1", sender: "ana@good.example" } as const;

  expect(await check({ carrier, world: proof.world, above: received(ours) })).toBe("proved");
  expect(await check({ carrier, world: proof.world, above: received(theirs) + received(ours) })).toBe("unproved");
});

test.each<[string, Given, Authenticity]>([
  ["its own envelope", { carrier: { sender: "ana@good.example", ip: "127.0.0.1" } }, "proved"],
  ["its own envelope from elsewhere", { carrier: { sender: "ana@good.example", ip: theirs } }, "unproved"],
  ["a foreign envelope", { carrier: { sender: "eve@evil.example", ip: "127.0.0.1" } }, "unproved"],
  ["no envelope sender", { carrier: { sender: "", ip: "127.0.0.1" } }, "unproved"],
  [
    "its own envelope, which the mail server found wrong",
    { carrier: { sender: "ana@good.example", ip: "127.0.0.1" }, above: "Authentication-Results: mx; dmarc=fail\r\n" },
    "unproved",
  ],
])("in local play a mail with %s is believed accordingly", async (_, given, authenticity) => {
  expect(await check({ ...given, insecure: true })).toBe(authenticity);
});
