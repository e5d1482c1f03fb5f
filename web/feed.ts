import { html } from "hono/html";
import type { ImagePaths } from "../src/media/image-paths.ts";
import type { FeedEntry } from "../src/post/list-feed.ts";
import type { Poll } from "../src/post/poll.ts";
import { foldsImages, illustrate, imagesBesideWords } from "./illustrate.ts";
import { safeUrl } from "./safe-url.ts";

/** A feed: what it is of, and its entries, newest first. */
export interface Feed {
  readonly origin: string;
  readonly images: ImagePaths;
  readonly title: string;
  readonly language: string | undefined;
  /** The page that it is of, and its own path. */
  readonly page: string;
  readonly path: string;
  /** When it changed last, for a feed without entries. */
  readonly since: Date;
  readonly entries: readonly FeedEntry[];
}

/** A feed as Atom (RFC 4287), with what answers what (RFC 4685). */
export function toAtom(feed: Feed): string {
  const { origin, title, language, page, path, since, entries } = feed;
  const changedAt = new Date(Math.max(since.getTime(), ...entries.map((entry) => entry.changedAt.getTime())));
  const lines = [
    html`<?xml version="1.0" encoding="utf-8"?>`,
    html`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"${languageOf(language)}>`,
    html`<id>${origin}${path}</id>`,
    html`<title>${text(title)}</title>`,
    html`<updated>${changedAt.toISOString()}</updated>`,
    html`<link rel="self" type="application/atom+xml" href="${origin}${path}"/>`,
    html`<link rel="alternate" type="text/html" href="${origin}${page}"/>`,
    html`<link rel="alternate" type="application/activity+json" href="${origin}${page}"/>`,
    html`<generator>Folkmoot</generator>`,
    ...entries.map((entry) => toEntry(feed, entry)),
    html`</feed>`,
  ];
  return `${lines.join("\n")}\n`;
}

function toEntry(feed: Feed, entry: FeedEntry) {
  const { origin } = feed;
  const { author, parentId } = entry;
  const title = entry.title ?? "…";
  const parent =
    parentId && html`<thr:in-reply-to ref="${origin}/p/${parentId}" href="${origin}/p/${parentId}" type="text/html"/>`;
  const uri = author.address && html`<uri>${origin}/@${encodeURI(author.address)}</uri>`;
  return html`<entry${languageOf(entry.language)}>
<id>${origin}/p/${entry.id}</id>
<title>${text(entry.isReply ? `Re: ${title}` : title)}</title>
<author><name>${text(author.name)}</name>${uri}</author>
<published>${entry.writtenAt.toISOString()}</published>
<updated>${entry.changedAt.toISOString()}</updated>
<link rel="alternate" type="text/html" href="${origin}/p/${entry.id}"/>
${parent}
${entry.warning && html`<summary>${text(entry.warning)}</summary>`}
<content type="html">${text(contentOf(feed, entry))}</content>
</entry>`;
}

/** What its author put behind a warning stays behind it, as far as the reading program can. */
function contentOf(feed: Feed, entry: FeedEntry): string {
  const { poll, warning } = entry;
  const words = illustrate(entry, { images: feed.images, base: feed.origin, undescribed: "" });
  const body = `${words}${poll ? choicesOf(poll) : ""}${attachmentsOf(feed, entry)}`;
  return warning === undefined ? body : `<details><summary>${html`${warning}`}</summary>${body}</details>`;
}

/** What came with a post and does not stand among its words: images, those that are sensitive folded away as far as the reading program can, and links. */
function attachmentsOf({ origin, images }: Feed, entry: FeedEntry): string {
  const { id, attachments } = entry;
  const figures = imagesBesideWords(entry).map(({ url, position, alt, uploadId }) => {
    const src = `${origin}${images.pathOf({ postId: id, position, url, uploadId }, "small")}`;
    return html`<figure><img src="${src}" alt="${alt ?? ""}"></figure>`;
  });
  const links = attachments.flatMap(({ kind, url, alt }) =>
    (kind === "file" || kind === "link") && safeUrl(url) ? html`<li><a href="${url}">${alt ?? url}</a></li>` : [],
  );
  const shown = figures.join("");
  const folded = foldsImages(entry) && shown !== "";
  return [
    folded ? `<details><summary>⚠</summary>${shown}</details>` : shown,
    links.length > 0 ? `<ul>${links.join("")}</ul>` : "",
  ].join("");
}

/** Votes change too often for a feed: it only says what is asked. */
function choicesOf({ choices }: Poll) {
  return html`<ul>${choices.map(({ name }) => html`<li>${name}</li>`)}</ul>`;
}

function languageOf(language: string | undefined) {
  return language && html` xml:lang="${text(language)}"`;
}

/** Text without what XML cannot hold (XML 1.0, section 2.2). */
function text(anything: string): string {
  return anything.toWellFormed().replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");
}
