import { listMailNumber } from "../community/list-mail-number.ts";
import type { MailedMember } from "../community/mail-links.ts";
import type { MailedCommunity } from "../post/list-mailed-posts.ts";
import type { ListHeaders } from "./deliver.ts";
import { choicesUrl, type Place } from "./place.ts";
import { withoutAddresses } from "./sender-name.ts";

/** What identifies a list, for ever (RFC 2919), whatever it is called and wherever its pages are. */
export function listIdOf({ addresses }: Place, { handle }: { readonly handle: string }): string {
  return `${handle}.${addresses.domain}`;
}

/** What programs may do with a list (RFC 2369), and with one click for this member (RFC 8058). */
export function listHeadersOf(place: Place, community: MailedCommunity, member: MailedMember): ListHeaders {
  const { addresses, origin } = place;
  const { handle } = community;
  const mailto = (...given: Parameters<typeof addresses.format>) => `mailto:${addresses.format(...given)}`;
  return {
    id: { url: listIdOf(place, community), comment: withoutAddresses(community.name) },
    post: mailto(handle),
    help: mailto(handle, "help"),
    subscribe: mailto(handle, "subscribe"),
    unsubscribe: [`${choicesUrl(place, member)}/unsubscribe`, mailto(handle, "unsubscribe")],
    owner: mailto(handle, "owner"),
    archive: `${origin}/c/${handle}`,
  };
}

/** Where a mail comes back to, and where answers to it go: both name it, and only we can make them. */
export function returnAddressesOf(
  { addresses }: Place,
  handle: string,
  mailId: number,
): { readonly envelope: string; readonly reply: string } {
  const number = listMailNumber(mailId);
  return {
    envelope: addresses.formatToken(handle, "bounce", number),
    reply: addresses.formatToken(handle, "reply", number),
  };
}
