import { limits } from "../core/limits.ts";
import type { Reason } from "../post/submission.ts";
import type { Unreadable } from "./scan-message.ts";

/** What a mail server is answered about one recipient (RFC 5321, section 4.2; RFC 3463). The status 2 has no trouble to tell of. */
export interface Reply {
  readonly code: number;
  readonly text: string;
}

const ok = (text: string): Reply => ({ code: 250, text: `2.0.0 ${text}` });

export const replies = {
  published: ok("published"),
  waiting: ok("waits for what it answers"),
  seen: ok("known already"),
  held: ok("a moderator reads it first"),
  changeHeld: ok("a moderator reads the change first"),
  asked: ok("its author is asked whether it is theirs"),
  done: ok("done"),
  dropped: ok("nobody wrote this; it is not published"),
  noCommunity: { code: 550, text: "5.1.1 there is no such community here" },
  nobody: { code: 550, text: "5.1.1 nobody can be written to at this address" },
  elsewhere: { code: 550, text: "5.7.1 this server takes mail for its communities only" },
  ownDomain: { code: 550, text: "5.7.1 an address of this server cannot write to it" },
  authors: { code: 550, text: "5.7.1 a mail needs exactly one author in its From field" },
  unproved: {
    code: 550,
    text: "5.7.1 it cannot be shown that this is from its author: neither DKIM nor SPF says so for the domain in From",
  },
  unknown: { code: 451, text: "4.4.3 the DNS does not answer about the sender; try again" },
  later: { code: 451, text: "4.3.0 not just now; try again" },
  notForYou: { code: 550, text: "5.7.1 only whom it was written to can answer it" },
  tooLong: { code: 552, text: "5.3.4 it is longer than what is passed on to one person" },
  empty: { code: 550, text: "5.6.0 the mail says nothing" },
  fileTooLarge: {
    code: 552,
    text: "5.3.4 a file in it is larger than 10 MB: put it on the web, and send a link to it",
  },
  tooManyFiles: {
    code: 552,
    text: `5.3.4 there are more than ${limits.attachments} images and files in it: send fewer of them, or several mails`,
  },
  filesEnough: {
    code: 550,
    text: "5.7.1 you sent enough images and files for one day: send them tomorrow, or the words alone",
  },
  noImage: {
    code: 550,
    text: "5.6.0 an image in it cannot be shown: send it as JPEG, PNG, WebP, GIF or AVIF of at most 10 MB",
  },
  encrypted: {
    code: 550,
    text: "5.7.5 the mail is encrypted, and nobody here has a key for it: what is written to a community is sent without encryption",
  },
  wrapped: {
    code: 550,
    text: "5.7.5 the mail is signed in a form that only S/MIME programs can read: let it be signed as clear text, or not at all",
  },
  expired: { code: 550, text: "5.7.1 this question is answered already, or too old" },
  notMember: { code: 550, text: "5.7.1 you are no member of this community" },
  notModerator: { code: 550, text: "5.7.1 only moderators and owners of this community announce something" },
  noOwner: { code: 550, text: "5.2.1 nobody of this community reads mail" },
  enough: { code: 450, text: "4.7.1 you wrote enough for now; try again later" },
  tooMany: { code: 421, text: "4.7.0 too many from your network just now; try again later" },
  noVerdict: {
    code: 550,
    text: "5.6.0 no decision is in it: write a line such as 1 ok, 2 refuse and why, or 3 spam, with the numbers of that mail",
  },
  whichPost: {
    code: 550,
    text: "5.7.1 it answers no post: write to the address that stands below the one that you answer in the digest",
  },
  changeRefused: { code: 550, text: "5.7.1 the community does not take the change" },
  notYours: { code: 550, text: "5.7.1 only its author can do that" },
} satisfies Record<string, Reply>;

const unreadable: { readonly [Why in Unreadable]: Reply } = {
  "too-large": { code: 552, text: "5.3.4 the mail is too large" },
  headers: { code: 554, text: "5.6.0 the header of the mail is too large" },
  "too-many-parts": { code: 554, text: "5.6.0 the mail has too many parts" },
  broken: { code: 554, text: "5.6.0 the mail cannot be read" },
};

export function replyToUnreadable(why: Unreadable): Reply {
  return unreadable[why];
}

const refusals: Partial<Readonly<Record<Reason, string>>> = {
  "members-only": "only members may post here; join first",
  "moderators-only": "only moderators may post here",
  "thread-locked": "the thread is closed",
  "parent-missing": "what it answers is not here",
  "community-moved": "the community goes on elsewhere",
  "community-closed": "the community is closed",
  checked: "the rules of the community say so",
  thread: "nobody new begins a thread here",
  links: "there are links in it",
  images: "there are images in it",
  mentions: "it names too many people",
  long: "it is too long",
  words: "there are words in it that are not wanted here",
  language: "it is in a language that is not spoken here",
  young: "the account is too new",
  rate: "too much was written within an hour; try again later",
  "server-rate": "too many new people of one server wrote within an hour; try again later",
  crowd: "too many new people wrote within an hour; try again later",
  waiting: "others of your posts wait for a moderator already",
};

export function replyToRefusal(reason: Reason): Reply {
  return { code: 550, text: `5.7.1 ${refusals[reason] ?? "it is not taken here"}` };
}
