import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { type AuthorId, type CommunityId, readId } from "../core/ids.ts";

/** Somebody in a community. */
export interface MailedMember {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
}

/** The links in mail with which a member changes what they get, without signing in. */
export interface MailLinks {
  /** The path of the page with their choices. The same for ever. */
  pathOf(member: MailedMember): string;
  /** Whose choices a token in such a path is for; `undefined` when it is not one of ours. */
  read(token: string): MailedMember | undefined;
}

const macLength = 16;

/** Only who has the key can make a link. Whoever has a link can do with it what it says, and nothing else. */
export function createMailLinks(secretKey: string): MailLinks {
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", "folkmoot: links in mail", 32));
  const sign = (member: Buffer) => createHmac("sha256", key).update(member).digest().subarray(0, macLength);
  return {
    pathOf({ communityId, authorId }) {
      const member = Buffer.from(`${communityId}${authorId}`.replaceAll("-", ""), "hex");
      return `/mail/${Buffer.concat([member, sign(member)]).toString("base64url")}`;
    },
    read(token) {
      const bytes = Buffer.from(token, "base64url");
      if (bytes.length !== 32 + macLength || bytes.toString("base64url") !== token) return undefined;
      const member = bytes.subarray(0, 32);
      if (!timingSafeEqual(bytes.subarray(32), sign(member))) return undefined;
      const communityId = readId<CommunityId>(toId(member.subarray(0, 16)));
      const authorId = readId<AuthorId>(toId(member.subarray(16)));
      return communityId && authorId && { communityId, authorId };
    },
  };
}

function toId(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
