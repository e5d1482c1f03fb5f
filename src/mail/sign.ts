import { Transform, type TransformCallback } from "node:stream";
import { dkimSign } from "mailauth";
import type { PluginFunction } from "nodemailer/lib/mailer";

/** With what mail is signed (DKIM, RFC 6376). */
export interface SigningKey {
  readonly domain: string;
  readonly selector: string;
  /** PKCS #8 in PEM, of an RSA or an Ed25519 key. */
  readonly privateKey: string;
}

/** With which keys to sign now. They may be others the next time. */
export type AskKeys = () => Promise<readonly SigningKey[]>;

/** Fields that a signature covers, if they are there: all that programs act on. */
const signedFields = [
  ...["from", "sender", "reply-to", "subject", "date", "message-id", "to", "cc", "mime-version", "content-type"],
  ...["content-transfer-encoding", "in-reply-to", "references", "list-id", "list-help", "list-unsubscribe"],
  ...["list-unsubscribe-post", "list-subscribe", "list-post", "list-owner", "list-archive", "archived-at", "keywords"],
  ...["auto-submitted", "precedence"],
];

/** Lets nodemailer sign each mail with every key, when it is composed. What cannot be signed is not sent. */
export function signing(askKeys: AskKeys): PluginFunction {
  return (mail, done) => {
    askKeys().then(
      (keys) => {
        mail.message.processFunc((input) => {
          const signed = new Signature(keys);
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
  readonly #chunks: Buffer[] = [];

  constructor(keys: readonly SigningKey[]) {
    super();
    this.#keys = keys;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.#chunks.push(chunk);
    done();
  }

  override _flush(done: TransformCallback): void {
    const mail = Buffer.concat(this.#chunks);
    sign(mail, this.#keys).then(
      (signatures) => done(null, Buffer.concat([signatures, mail])),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  }
}

/**
 * The signatures of a mail, one with each key: whoever cannot check the one may check the other (RFC 8463, section 3).
 *
 * @param mail with CR LF
 * @throws {Error} when a key cannot sign
 */
async function sign(mail: Buffer, keys: readonly SigningKey[]): Promise<Buffer> {
  const [first] = keys;
  if (!first) return Buffer.alloc(0);
  const dataOf = ({ domain, selector, privateKey }: SigningKey) => ({ signingDomain: domain, selector, privateKey });
  const { signatures, errors } = await dkimSign(mail, {
    ...dataOf(first),
    canonicalization: "relaxed/relaxed",
    headerList: signedFields,
    signatureData: keys.map(dataOf),
  });
  if (errors.length > 0) throw new Error("a mail could not be signed", { cause: errors });
  return Buffer.from(signatures);
}
