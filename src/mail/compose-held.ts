import { listMailNumber } from "../community/list-mail-number.ts";
import { escapeHtml, shorten } from "../core/html.ts";
import { derivedId, type PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { HeldPost } from "../moderation/list-held.ts";
import type { ClaimedMail } from "../outbound/claim-list-mail.ts";
import type { MailedCommunity } from "../post/list-mailed-posts.ts";
import type { ListLetter } from "./deliver.ts";
import { frame, linkTo } from "./html-frame.ts";
import { listHeadersOf, returnAddressesOf } from "./list-headers.ts";
import { choicesUrl, type Place } from "./place.ts";
import { plainTextOf, quote } from "./plain-text.ts";
import { withoutAddresses } from "./sender-name.ts";
import type { Speech } from "./words.ts";
import { beginningOf, underlined } from "./write-body.ts";

/** Composes the mail that tells a moderator what waits; `undefined` when all of it is decided. @param posts those that still wait */
export function composeHeld(
  place: Place,
  speech: Speech,
  { mail, community, posts }: { mail: ClaimedMail; community: MailedCommunity; posts: readonly HeldPost[] },
  address: string,
): ListLetter | undefined {
  const { say } = speech;
  const numbered = mail.postIds.flatMap((id: PostId, index) => {
    const post = posts.find((one) => one.id === id);
    return post ? [{ number: index + 1, post }] : [];
  });
  if (numbered.length === 0) return undefined;
  const { handle } = community;
  const subject = shorten(
    say("held.subject", { community: community.name, count: numbered.length }),
    limits.titleLength,
  );
  const desk = `${place.origin}/c/${handle}/desk`;
  const entries = numbered.map(({ number, post }) => entryOf(speech, number, post));
  const how = say("held.how");
  const why = say("held.why", { community: speech.embed(community.name) });
  const links = [
    { words: say("held.desk"), href: desk },
    { words: say("list.choose"), href: choicesUrl(place, mail) },
  ];
  const { envelope } = returnAddressesOf(place, handle, mail.id);
  return {
    messageId: `<${derivedId("held", String(mail.id))}@${place.addresses.domain}>`,
    references: [],
    date: mail.createdAt,
    from: { name: withoutAddresses(community.name), address: place.addresses.format(handle, "owner") },
    to: address,
    replyTo: place.addresses.formatToken(handle, "reply", listMailNumber(mail.id)),
    envelopeFrom: envelope,
    subject,
    text: `${how}\n\n${entries.map(({ text }) => text).join("\n\n")}\n\n-- \n${why}\n${links.map(({ words, href }) => `${words}: ${href}`).join("\n")}\n`,
    html: frame(speech, {
      title: subject,
      preview: numbered.map(({ post }) => post.title).join(" · "),
      main: `<p class="what">${escapeHtml(how)}</p>${entries.map(({ html }) => html).join("")}`,
      foot: [escapeHtml(why), links.map(({ words, href }) => linkTo(href, words)).join(" · ")],
    }),
    language: speech.language,
    list: listHeadersOf(place, community, mail),
    headers: { "Auto-Submitted": "auto-generated", Precedence: "list", "X-Auto-Response-Suppress": "OOF, AutoReply" },
  };
}

function entryOf({ say, embed }: Speech, number: number, { kind, author, title, html, attachments }: HeldPost) {
  const name = say("held.by", {
    name: embed(author.name || author.handle),
    address: `@${author.handle}@${author.host}`,
  });
  const by = kind === "edit" ? `${name} · ${say("held.change")}` : name;
  // Where links lead is half of what there is to decide.
  const shown = beginningOf(plainTextOf(html), limits.digestExcerpt);
  const came = attachments.filter(({ kind }) => kind !== "emoji").map(({ alt, url }) => `[${alt || url}]`);
  const lines = [shown, ...came].filter(Boolean);
  // Marked as what others say: a line such as 1 ok in it must decide nothing when it comes back.
  return {
    text: `${underlined(`[${number}] ${title}`, "-")}\n${by}\n\n${quote(lines.join("\n"))}`,
    html: `<h2>[${number}] ${escapeHtml(title)}</h2><p class="by">${escapeHtml(by)}</p><blockquote dir="auto">${lines.map(escapeHtml).join("<br>").replaceAll("\n", "<br>")}</blockquote>`,
  };
}
