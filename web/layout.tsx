import type { Child, PropsWithChildren } from "hono/jsx";
import { Colophon } from "./colophon.tsx";
import { settingsHome } from "./community-sections.ts";
import { Head, type PageHead } from "./head.tsx";
import { MarkSprite } from "./marks.tsx";
import { otherLanguages, type Reader, roleOf } from "./reader.ts";
import { safeUrl } from "./safe-url.ts";

/** What every page of a community shows of it. */
export interface CommunityFrame {
  readonly handle: string;
  readonly name: string;
  readonly language: string;
  readonly dye: string;
  /** Where it goes on, when it is not here. */
  readonly movedTo: string | null;
  /** Since when nobody writes here; unset where a page does not say. */
  readonly closedAt?: Date | null;
  /** Of what is private nobody but members is told, programs neither. */
  readonly visibility?: "public" | "private";
}

export type Section = "threads" | "topics" | "people" | "archive" | "about" | "desk" | "settings";

export interface LayoutProps {
  readonly reader: Reader;
  readonly head: PageHead;
  readonly community?: CommunityFrame | undefined;
  readonly section?: Section | undefined;
  /** Instead of the small name of the community at the top. */
  readonly masthead?: Child;
}

/** The frame of every page. */
export function Layout(props: PropsWithChildren<LayoutProps>) {
  const { reader, head, community, section, masthead, children } = props;
  const { locale, dir, theme, typeface, messages } = reader;
  const classes = [
    community && `dye-${community.dye}`,
    theme !== "device" && `theme-${theme}`,
    typeface === "plain" && "face-plain",
  ].filter(Boolean);
  return (
    <html lang={locale} dir={dir} class={classes.join(" ") || undefined}>
      <Head reader={reader} head={community?.visibility === "private" ? forMembers(head) : head} />
      <body>
        <MarkSprite />
        <a class="skip" href="#main">
          {messages.text("skip")}
        </a>
        <header>
          <Folio reader={reader} />
          <div class="wrap">
            {masthead ?? <SmallMasthead community={community} />}
            {community && <Sections reader={reader} community={community} section={section} />}
          </div>
        </header>
        <main id="main" class="wrap" tabindex={-1}>
          {community?.movedTo && <Moved reader={reader} to={community.movedTo} />}
          {community?.closedAt && (
            <p class="moved" role="note">
              {messages.text("community.closed")}
            </p>
          )}
          {children}
        </main>
        <Colophon reader={reader} community={community} />
      </body>
    </html>
  );
}

function Moved({ reader, to }: { reader: Reader; to: string }) {
  const home = safeUrl(to);
  return (
    <p class="moved" role="note">
      {reader.messages.rich("community.moved", {
        home: home ? (
          <a href={home} rel="nofollow">
            <bdi dir="ltr">{to}</bdi>
          </a>
        ) : (
          <bdi dir="ltr">{to}</bdi>
        ),
      })}
    </p>
  );
}

function Folio({ reader }: { reader: Reader }) {
  return (
    <div class="wrap folio">
      <a class="here" href="/">
        <bdi>{reader.site.host}</bdi>
      </a>{" "}
      <a href="/">{reader.messages.text("nav.communities")}</a>
      <Who reader={reader} />
      {otherLanguages(reader).map(({ locale, name, path }) => (
        <>
          {" "}
          <a href={path} lang={locale} hreflang={locale} rel="nofollow">
            {name}
          </a>
        </>
      ))}
    </div>
  );
}

/** Who is signed in, and the way to what is theirs; for everybody else the way in. */
function Who({ reader: { viewer, messages, path } }: { reader: Reader }) {
  if (!viewer)
    return (
      <>
        {" "}
        <a
          href={path === "/" || path.startsWith("/sign-") ? "/sign-in" : `/sign-in?back=${encodeURIComponent(path)}`}
          rel="nofollow"
        >
          {messages.text("nav.sign-in")}
        </a>
      </>
    );
  return (
    <>
      {" "}
      <a href={`/@${viewer.handle}`}>
        <bdi>{viewer.name}</bdi>
      </a>{" "}
      <a href="/notices">{messages.text("notices.nav", { count: viewer.unread })}</a>{" "}
      <a href="/drafts">{messages.text("drafts.title")}</a> <a href="/settings">{messages.text("nav.settings")}</a>
      {viewer.admin && (
        <>
          {" "}
          <a href="/admin">{messages.text("nav.admin")}</a>
        </>
      )}
    </>
  );
}

function SmallMasthead({ community }: { community: CommunityFrame | undefined }) {
  return (
    <div class="mast small">
      {community && (
        <p class="title">
          <a href={`/c/${community.handle}`} lang={community.language}>
            <bdi>{community.name}</bdi>
          </a>
        </p>
      )}
    </div>
  );
}

/** What only members read leads nobody elsewhere. */
function forMembers(head: PageHead): PageHead {
  return { ...head, indexable: false, federated: false, feeds: [], creator: undefined };
}

function Sections({
  reader,
  community,
  section,
}: {
  reader: Reader;
  community: CommunityFrame;
  section: Section | undefined;
}) {
  const base = `/c/${community.handle}`;
  const role = roleOf(reader.viewer, community.handle);
  const settings = settingsHome(community.handle, role);
  const links = [
    { name: "threads", path: base, label: reader.messages.text("nav.threads") },
    { name: "topics", path: `${base}/topics`, label: reader.messages.text("nav.topics") },
    { name: "people", path: `${base}/people`, label: reader.messages.text("nav.people") },
    { name: "archive", path: `${base}/archive`, label: reader.messages.text("nav.archive") },
    { name: "about", path: `${base}/about`, label: reader.messages.text("nav.about") },
    ...(role ? [{ name: "desk", path: `${base}/desk`, label: reader.messages.text("nav.desk") }] : []),
    ...(settings ? [{ name: "settings", path: settings, label: reader.messages.text("nav.settings") }] : []),
  ];
  return (
    <nav class="sections" aria-label={community.name}>
      {links.map(({ name, path, label }) => (
        <>
          <a href={path} aria-current={name === section ? (path === reader.path ? "page" : "true") : undefined}>
            {label}
          </a>{" "}
        </>
      ))}
    </nav>
  );
}
