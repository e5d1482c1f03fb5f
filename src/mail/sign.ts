import { Transform, type TransformCallback } from "node:stream";
import type { PluginFunction } from "nodemailer/lib/mailer";
import { type SigningKey, signaturesOf } from "./dkim.ts";

/** It takes memory that a server without mail does not need to spend. */
const mailauth = async () => await import("mailauth");

/** With which keys to sign now. They may be others the next time. */
export type AskKeys = () => Promise<readonly SigningKey[]>;

/** Fields that a signature covers, if they are there: all that programs act on. */
const signedFields = [
  ...["from", "sender", "reply-to", "subject", "date", "message-id", "to", "cc", "mime-version", "content-type"],
  ...["content-transfer-encoding", "in-reply-to", "references", "list-id", "list-help", "list-unsubscribe"],
  ...["list-unsubscribe-post", "list-subscribe", "list-post", "list-owner", "list-archive", "archived-at", "keywords"],
  ...["auto-submitted", "precedence"],
];

/**
 * Lets nodemailer sign each mail with every key, when it is composed. What cannot be signed is not sent.
 *
 * @param arcSeal whether mail of lists is sealed as well
 */
export function signing(askKeys: AskKeys, { arcSeal }: { readonly arcSeal: boolean }): PluginFunction {
  return (mail, done) => {
    askKeys().then(
      (keys) => {
        mail.message.processFunc((input) => {
          const signed = new Signature(keys, arcSeal && mail.data.list !== undefined);
          input.on("error", (error) => signed.destroy(error));
          return input.pipe(signed);
        });
        done();
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  };
}

/** Puts the signatures before a mail that flows through. */
class Signature extends Transform {
  readonly #keys: readonly SigningKey[];
  readonly #isSealed: boolean;
  readonly #chunks: Buffer[] = [];

  constructor(keys: readonly SigningKey[], isSealed: boolean) {
    super();
    this.#keys = keys;
    this.#isSealed = isSealed;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#chunks.push(chunk);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#sign(Buffer.concat(this.#chunks)).then(
      (signed) => done(null, signed),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  }

  async #sign(mail: Buffer): Promise<Buffer> {
    const signed = Buffer.concat([await sign(mail, this.#keys), mail]);
    const [key] = this.#keys;
    return this.#isSealed && key ? Buffer.concat([await seal(signed, key), signed]) : signed;
  }
}

/**
 * The first seal of a chain (ARC, RFC 8617), over the signatures too. It tells of no check: the mail is our own, and what was found out about
 * the one that a post came as would tell the domain of its author's address.
 */
async function seal(mail: Buffer, { domain, selector, privateKey }: SigningKey): Promise<Buffer> {
  const { sealMessage } = await mailauth();
  const headerList = [...signedFields, "dkim-signature"];
  const authResults = `${domain}; none`;
  const fields = await sealMessage(mail, {
    ...{ signingDomain: domain, selector, privateKey, headerList, authResults },
    ...{ i: 1, cv: "none" },
  });
  if (fields.length === 0) throw new Error("a mail could not be sealed");
  return fields;
}

/**
 * The signatures of a mail, one with each key: whoever cannot check the one may check the other (RFC 8463, section 3).
 *
 * @param mail in lines that end as they like
 * @throws {Error} when a key cannot sign
 */
async function sign(mail: Buffer, keys: readonly SigningKey[]): Promise<Buffer> {
  if (keys.length === 0) return Buffer.alloc(0);
  try {
    return Buffer.from(await signaturesOf(mail, keys, signedFields), "latin1");
  } catch (cause) {
    throw new Error("a mail could not be signed", { cause });
  }
}
