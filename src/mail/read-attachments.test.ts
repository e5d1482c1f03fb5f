import sharp from "sharp";
import { expect, test } from "vitest";
import { withMailDoor } from "../../test/mail-scene.ts";
import { limits } from "../core/limits.ts";
import { rateCounts } from "../db/schema/account.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { uploads } from "../db/schema/draft.ts";
import { posts } from "../db/schema/post.ts";

test("an image comes with the words, drawn anew; what only follows people does not", () =>
  withMailDoor(async ({ app, send }) => {
    const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
    const image = sharp({ create: { width: 200, height: 100, channels: 3, background: "#fff", noise } }).png();
    const part = (name: string, bytes: Buffer) =>
      `--b\nContent-Type: image/png; name="${name}"\nContent-Transfer-Encoding: base64\n\n${bytes.toString("base64")}\n`;
    const text = `--b\n\nLook.\n${part("A black cat.png", await image.toBuffer())}${part("dot.png", Buffer.alloc(60))}--b--\n`;

    expect(await send({ head: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n", text })).toMatch(
      /^250/,
    );
    expect(await app.db.select().from(postAttachments)).toMatchObject([
      {
        kind: "image",
        alt: "A black cat",
        width: 200,
        height: 100,
        url: expect.stringMatching(/^https:\/\/moot\.example\/media\//),
      },
    ]);
  }));

test("a file comes with the words as it is, to be downloaded; business cards and signatures do not, and what cannot be taken is refused in words", () =>
  withMailDoor(async ({ app, send }) => {
    const part = (type: string, name: string, bytes: Buffer | string) =>
      `--b\nContent-Type: ${type}\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\n${Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\n")}\n`;
    const mixed = (...parts: readonly string[]) => ({
      head: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
      text: `--b\n\nThe plan.\n${parts.join("")}--b--\n`,
    });
    const reply = await send(
      mixed(
        part("application/pdf", "../ana@good.example's plan.pdf", "%PDF-1.7"),
        part("application/zip", "ana@good.example", "PK"),
        part("application/zip", "", "PK"),
        part("text/vcard", "ana.vcf", "EMAIL:ana@good.example"),
        part("application/pgp-signature", "signature.asc", "-----BEGIN PGP SIGNATURE-----"),
        part("text/html", "talk.html", "<p>Ask ana@good.example"),
        part("text/calendar", "meeting.ics", "ORGANIZER:mailto:ana@good\r\n .example\r\n"),
        part("image/svg+xml", "plan.svg", "<svg onload='alert(1)'/>"),
      ),
    );
    expect(reply).toBe("250 2.0.0 published");
    const files = await app.db.select().from(postAttachments).orderBy(postAttachments.position);
    expect(files.map(({ kind, alt, mediaType }) => [kind, alt, mediaType])).toEqual([
      ["file", expect.stringMatching(/plan\.pdf$/), "application/pdf"],
      ["file", "…@…", "application/zip"],
      ["file", "attachment", "application/zip"],
      ["file", "talk.html", "text/html"],
      ["file", "meeting.ics", "text/calendar"],
      ["file", "plan.svg", "image/svg+xml"],
    ]);
    expect(JSON.stringify(files)).not.toContain("good.example");
    const kept = (await app.db.select().from(uploads).orderBy(uploads.id)).map(({ file }) => file?.toString());
    expect(kept).toContain("%PDF-1.7");
    expect(kept.join()).toMatch(/Ask …@….*ORGANIZER:(?:mailto:)?…@…/);
    expect(kept.join()).not.toContain("good.example");

    const large = await send(mixed(part("application/zip", "all.zip", Buffer.alloc(limits.fileBytes + 1))));
    expect(large).toMatch(/^552 5\.3\.4 a file in it is larger than 10 MB/);
    const torn = await send(mixed(part("image/png", "cat.png", Buffer.alloc(3_000, "no image"))));
    expect(torn).toMatch(/^550 5\.6\.0 an image in it cannot be shown/);
    const zip = part("application/zip", "a.zip", "PK");
    expect(await send(mixed(...Array.from({ length: limits.attachments + 1 }, () => zip)))).toMatch(
      /^552 5\.3\.4 there are more/,
    );
    await app.db.update(rateCounts).set({ count: limits.uploadsPerPerson });
    expect(await send(mixed(zip))).toMatch(/^550 5\.7\.1 you sent enough/);
    expect(await app.db.$count(posts)).toBe(1);
  }));
