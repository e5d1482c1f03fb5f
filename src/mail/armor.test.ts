import { afterAll, expect, test } from "vitest";
import { withMailDoor } from "../../test/mail-scene.ts";
import { posts } from "../db/schema/post.ts";
import { unescapeDashes } from "./armor.ts";
import { openParser } from "./parser.ts";
import { readMessage } from "./read-message.ts";
import { foldReply, visibleText } from "./reply-fold.ts";
import { findSealed } from "./sealed.ts";

const parser = openParser();
afterAll(async () => await parser.close());

const signature =
  "-----BEGIN PGP SIGNATURE-----\n\niHUEARYKAB0WIQTf0000000000000000000000000000\n=abcd\n-----END PGP SIGNATURE-----";

test("of words that PGP signed the words are shown, and all else of it is folded", () => {
  const text = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nGood day.\n\n- - fur\n- -- \nAna\n${signature}\n\n> Shall we?\n`;
  const folded = foldReply(unescapeDashes(text));

  expect(visibleText(folded)).toBe("Good day.\n\n- fur");
  expect(folded.lines.join("\n")).toContain("iHUEARYKAB0WIQ");
});

test("PGP armor without an end hides nothing", () => {
  expect(visibleText(foldReply("Look at this:\n\n-----BEGIN PGP SIGNATURE-----\n\nWhat is it?"))).toContain(
    "What is it?",
  );
});

const plain = "Content-Type: text/plain\n\nCats have it.\n";
const sealed = "MIAGCSqGSIb3DQEHA6CAMIACAQAxggEw";

test.each([
  ['multipart/signed; boundary=b; protocol="application/pgp-signature"', "application/pgp-signature", signature],
  [
    'multipart/signed; boundary=b; protocol="application/pkcs7-signature"',
    "application/pkcs7-signature; name=smime.p7s",
    sealed,
  ],
])("what a mail of %s says is read, and its signature is no image and no words", async (type, part, content) => {
  await withMailDoor(async ({ app, send }) => {
    const text = `--b\n${plain}--b\nContent-Type: ${part}\n\n${content}\n--b--\n`;

    expect(await send({ head: `Content-Type: ${type}\n`, text })).toBe("250 2.0.0 published");
    expect(await app.db.select().from(posts)).toMatchObject([{ html: "<p>Cats have it.</p>" }]);
  });
});

test.each([
  [
    "PGP/MIME",
    "Content-Type: multipart/encrypted; boundary=b\n",
    `--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\nx\n--b--\n`,
    /encrypted/,
  ],
  [
    "PGP/MIME that a server repacked",
    "Content-Type: multipart/mixed; boundary=b\n",
    `--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b--\n`,
    /encrypted/,
  ],
  ["PGP within the text", "", "-----BEGIN PGP MESSAGE-----\n\nhF4D\n-----END PGP MESSAGE-----", /encrypted/],
  ["S/MIME", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n", sealed, /encrypted/],
  ["S/MIME of an old program", "Content-Type: application/x-pkcs7-mime; name=smime.p7m\n", sealed, /encrypted/],
  [
    "signed S/MIME in one piece",
    "Content-Type: application/pkcs7-mime; smime-type=signed-data\n",
    sealed,
    /only S\/MIME programs/,
  ],
])("a mail in %s is refused in words, and nothing of it is published", async (_, head, text, words) => {
  await withMailDoor(async ({ app, send }) => {
    const reply = await send({ head, text });

    expect(reply).toMatch(/^550 5\.7\.5 /);
    expect(reply).toMatch(words);
    expect(await app.db.select().from(posts)).toEqual([]);
  });
});

test("a mail about an encrypted one, quoted in it, is no encrypted one", async () => {
  const text = "From: a@x.example\r\n\r\nI cannot read that:\r\n\r\n> -----BEGIN PGP MESSAGE-----\r\n> hF4D\r\n";
  const message = await readMessage(parser, Buffer.from(text));

  expect(typeof message === "string" ? message : findSealed(message)).toBeUndefined();
});
