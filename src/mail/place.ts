import type { App } from "../app.ts";
import { createMailLinks, type MailedMember, type MailLinks } from "../community/mail-links.ts";
import type { PostId, ThreadId } from "../core/ids.ts";
import { createAuthorTokens, type MailedAuthor } from "../outbound/author-mail-address.ts";
import { createListAddresses, type ListAddresses } from "./address.ts";

/** Where things are that mail speaks of. */
export interface Place {
  readonly origin: string;
  readonly addresses: ListAddresses;
  readonly links: MailLinks;
  /**
   * An address that stands for an author in a community, the same for ever, so that mail programs tell people apart. What is sent to it
   * reaches them alone, if they wish so.
   */
  authorAddress(handle: string, author: MailedAuthor): string;
}

/** @throws when there is no secret key, without which no token can be made */
export function findPlace({ config: { origin, mailDomain, secretKey } }: App): Place {
  if (secretKey === undefined) throw new Error("the mail door needs a secret key");
  const addresses = createListAddresses(mailDomain, secretKey);
  const tokenOf = createAuthorTokens(secretKey);
  return {
    origin,
    addresses,
    links: createMailLinks(secretKey),
    authorAddress: (handle, author) => addresses.formatAuthor(handle, tokenOf(author)),
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
