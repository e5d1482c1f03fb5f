import { listMailNumber } from "../community/list-mail-number.ts";
import { cleanLine, escapeHtml, textOfHtml } from "../core/html.ts";
import { derivedId, type PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { HeldPost } from "../moderation/list-held.ts";
import type { ClaimedMail } from "../outbound/claim-list-mail.ts";
import type { MailedCommunity } from "../post/list-mailed-posts.ts";
import type { ListLetter } from "./deliver.ts";
import { frame, linkTo } from "./html-frame.ts";
import { listHeadersOf, returnAddressesOf } from "./list-headers.ts";
import { choicesUrl, type Place } from "./place.ts";
import { withoutAddresses } from "./sender-name.ts";
import type { Speech } from "./words.ts";

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
  const subject = cleanLine(
    say("held.subject", { community: community.name, count: numbered.length }),
    limits.titleLength,
  );
  const desk = `${place.origin}/c/${handle}/desk`;
  const entries = numbered.map(({ number, post }) => entryOf(speech, number, post));
  const how = say("held.how");
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
    text: `${how}\n\n    1 ok\n    2 refuse ${say("held.example")}\n    3 spam\n\n${entries.map(({ text }) => text).join("\n\n")}\n\n-- \n${say("held.desk")}: ${desk}\n`,
    html: frame(speech, {
      title: subject,
      preview: numbered.map(({ post }) => post.title).join(" · "),
      main: `<p class="what">${escapeHtml(how)}</p><pre dir="ltr">1 ok\n2 refuse ${escapeHtml(say("held.example"))}\n3 spam</pre>${entries.map(({ html }) => html).join("")}`,
      foot: [linkTo(desk, say("held.desk")), linkTo(choicesUrl(place, mail), say("list.choose"))],
    }),
    language: speech.language,
    list: listHeadersOf(place, community, mail),
    headers: { "Auto-Submitted": "auto-generated", Precedence: "list", "X-Auto-Response-Suppress": "OOF, AutoReply" },
  };
}

function entryOf({ say }: Speech, number: number, { kind, author, title, html, attachments }: HeldPost) {
  const name = say("held.by", { name: author.name || author.handle, address: `@${author.handle}@${author.host}` });
  const by = kind === "edit" ? `${name} · ${say("held.change")}` : name;
  const words = textOfHtml(html);
  const shown = words.length > limits.digestExcerpt ? `${words.slice(0, limits.digestExcerpt).toWellFormed()}…` : words;
  const came = attachments.filter(({ kind }) => kind !== "emoji").map(({ alt, url }) => `[${alt || url}]`);
  const lines = [shown, ...came].filter(Boolean);
  return {
    text: `${number}. ${title}\n   ${by}\n\n${lines.join("\n").replace(/^/gm, "   ")}`,
    html: `<h2>${number}. ${escapeHtml(title)}</h2><p class="by">${escapeHtml(by)}</p><p dir="auto">${lines.map(escapeHtml).join("<br>").replaceAll("\n", "<br>")}</p>`,
  };
}
