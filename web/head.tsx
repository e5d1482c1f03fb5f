import { html } from "hono/html";
import type { Reader } from "./reader.ts";

/** What a page says of itself to programs. */
export interface PageHead {
  readonly title: string;
  readonly description?: string | undefined;
  /** The path by which the page is known, without what only changes its look. */
  readonly path: string;
  readonly kind?: "website" | "article" | "profile";
  /** False: search engines are asked to stay away. */
  readonly indexable?: boolean;
  /** A script of ours that this page alone needs. */
  readonly script?: string | undefined;
  /** True when the page has a form for ActivityPub, at the same address. */
  readonly federated?: boolean;
  readonly feeds?: readonly { readonly path: string; readonly title: string }[];
  /** Where the page goes by itself, at once. */
  readonly refresh?: string | undefined;
  /** The address of the author, as Mastodon reads it. */
  readonly creator?: string | undefined;
}

export function Head({ reader, head }: { reader: Reader; head: PageHead }) {
  const { origin, host, assets } = reader.site;
  const { title, description, kind = "website", indexable = true, feeds = [] } = head;
  const canonical = origin + head.path;
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width,initial-scale=1" />
      <title>{title}</title>
      {head.refresh && <meta http-equiv="refresh" content={`0;url=${head.refresh}`} />}
      {description && <meta name="description" content={description} />}
      {!indexable && <meta name="robots" content="noindex" />}
      <meta name="color-scheme" content="light dark" />
      <Link rel="canonical" href={canonical} />
      {head.federated && <Link rel="alternate" type="application/activity+json" href={canonical} />}
      {feeds.map((feed) => (
        <Link rel="alternate" type="application/atom+xml" href={origin + feed.path} title={feed.title} />
      ))}
      <meta property="og:title" content={title} />
      <meta property="og:type" content={kind} />
      <meta property="og:url" content={canonical} />
      <meta property="og:site_name" content={host} />
      {description && <meta property="og:description" content={description} />}
      {head.creator && <meta name="fediverse:creator" content={head.creator} />}
      {reader.fonts && (
        <Link rel="preload" href={assets.path("fonts/piazzolla.woff2")} as="font" type="font/woff2" crossorigin="" />
      )}
      {reader.fonts && <Link rel="stylesheet" href={assets.path("fonts.css")} />}
      <Link rel="stylesheet" href={assets.path("style.css")} />
      <Link rel="icon" href={assets.path("icon.svg")} type="image/svg+xml" />
      <script src={assets.path("enhance.js")} defer />
      {head.script && <script src={assets.path(head.script)} defer />}
    </head>
  );
}

/** As written: hono/jsx would search the finished page for each link to move it. */
function Link(attributes: Readonly<Record<string, string>>) {
  return html`<link${Object.entries(attributes).map(([name, value]) => html` ${name}="${value}"`)}/>`;
}
