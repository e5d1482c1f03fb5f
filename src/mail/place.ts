import { createHmac, hkdfSync } from "node:crypto";
import type { App } from "../app.ts";
import { createMailLinks, type MailedMember, type MailLinks } from "../community/mail-links.ts";
import type { AuthorId, PostId, ThreadId } from "../core/ids.ts";
import { createListAddresses, type ListAddresses } from "./address.ts";

/** Where things are that mail speaks of. */
export interface Place {
  readonly origin: string;
  readonly addresses: ListAddresses;
  readonly links: MailLinks;
  /**
   * An address that stands for an author in a community, the same for ever, so that mail programs tell people apart. Nothing can be sent to it:
   * what is said to one person privately is nothing that we pass on.
   */
  authorAddress(handle: string, authorId: AuthorId): string;
}

/** @throws when there is no secret key, without which no token can be made */
export function findPlace({ config: { origin, mailDomain, secretKey } }: App): Place {
  if (secretKey === undefined) throw new Error("the mail door needs a secret key");
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", "folkmoot: addresses of authors", 32));
  return {
    origin,
    addresses: createListAddresses(mailDomain, secretKey),
    links: createMailLinks(secretKey),
    authorAddress(handle, authorId) {
      const extension = `+by-${createHmac("sha256", key).update(authorId).digest("hex").slice(0, 16)}`;
      // What stands before the @ has 64 letters at most (RFC 5321, section 4.5.3.1.1).
      return `${handle.slice(0, 64 - extension.length)}${extension}@${mailDomain}`;
    },
  };
}

/** Where a post is read. */
export function postUrl({ origin }: Place, handle: string, threadId: ThreadId, postId: PostId): string {
  return `${origin}/c/${handle}/t/${threadId}#${postId}`;
}

/** The same, short: it leads on to there. */
export function shortPostUrl({ origin }: Place, postId: PostId): string {
  return `${origin}/p/${postId}`;
}

/** Where a member changes what they get. */
export function choicesUrl({ origin, links }: Place, member: MailedMember): string {
  return `${origin}${links.pathOf(member)}`;
}
