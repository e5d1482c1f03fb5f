import type { Resident, Town } from "./town.ts";

/** A page as somebody comes to it. */
export interface PageOfTheHouse {
  /** Of no other page: what is found wrong is told by it. */
  readonly name: string;
  readonly path: string;
  /** Unset: somebody who is not signed in. */
  readonly who?: Resident;
  /** Unset: 200. */
  readonly status?: number;
  /** What must be seen once they are there. */
  readonly shows: string;
}

/** Every page of a server, in every state that looks different: a route that is in none of them fails the test. */
export function pagesOfTheHouse(town: Town): readonly PageOfTheHouse[] {
  return [
    ...publicPages(town),
    ...waysIn(town),
    ...ownPages(town),
    ...writing(town),
    ...deskPages(town),
    ...settingsPages(town),
    ...adminPages(),
  ];
}

function publicPages({ threadId, remote, places, own, desk }: Town): readonly PageOfTheHouse[] {
  const menders = "/c/menders";
  return [
    { name: "communities", path: "/", shows: "main h2" },
    { name: "front", path: menders, shows: ".toc li" },
    { name: "front-arabic", path: `/c/${places.arabic}`, shows: ".toc li" },
    { name: "front-empty", path: `/c/${places.empty}`, shows: "main" },
    { name: "front-closed", path: `/c/${places.closed}`, shows: ".moved" },
    { name: "front-moved", path: `/c/${places.moved}`, shows: ".moved" },
    { name: "front-private", path: `/c/${places.secret}`, who: "mo", shows: ".toc li" },
    { name: "front-member", path: menders, who: "mo", shows: ".toc li" },
    { name: "threads", path: `${menders}/threads`, shows: ".toc li" },
    { name: "topics", path: `${menders}/topics`, shows: ".index li" },
    { name: "topics-empty", path: `/c/${places.empty}/topics`, shows: "main" },
    { name: "topic", path: `${menders}/topics/textiles`, shows: ".toc li" },
    { name: "people", path: `${menders}/people`, shows: "main li" },
    { name: "archive", path: `${menders}/archive`, shows: "main li" },
    { name: "archive-empty", path: `/c/${places.empty}/archive`, shows: "main" },
    { name: "month", path: `${menders}/archive/2026/11`, shows: "main li" },
    { name: "about", path: `${menders}/about`, shows: "main h2" },
    { name: "about-empty", path: `/c/${places.empty}/about`, shows: "main h2" },
    { name: "log", path: `${menders}/log`, shows: "main li" },
    { name: "log-empty", path: `/c/${places.empty}/log`, shows: "main" },
    { name: "thread", path: `${menders}/t/${threadId}`, shows: ".post" },
    { name: "thread-by-date", path: `${menders}/t/${threadId}?by=date`, shows: ".post" },
    { name: "thread-own", path: `/p/${own.postId}`, who: "mo", shows: ".shown img" },
    { name: "thread-arabic", path: `/c/${places.arabic}/t/${places.clock}`, shows: ".post" },
    { name: "thread-moderator", path: `${menders}/t/${own.postId}`, who: "kofi", shows: ".moderate" },
    { name: "thread-gone", path: `${menders}/t/${desk.removed}`, status: 410, shows: "h1" },
    { name: "history", path: `/p/${own.postId}/history`, shows: "main" },
    { name: "reply-from-elsewhere", path: `/p/${remote.postId}/reply`, shows: "#home" },
    { name: "follow", path: `${menders}/follow`, shows: "#home" },
    { name: "brought", path: "/authorize_interaction?uri=https://social.example/nothing", shows: "h1" },
    { name: "brought-unreadable", path: "/authorize_interaction?uri=what", status: 400, shows: "h1" },
    { name: "person-elsewhere", path: remote.path, shows: "h1" },
    { name: "person-here", path: "/@mo", shows: "h1" },
    { name: "person-empty", path: "/@neo", shows: "h1" },
    { name: "privacy", path: "/privacy", shows: "h1" },
    { name: "accessibility", path: "/accessibility", shows: "h1" },
    { name: "not-found", path: "/nothing", status: 404, shows: "h1" },
    { name: "message-not-found", path: "/m/nobody@mail.example", status: 404, shows: "h1" },
  ];
}

function waysIn({ own, places }: Town): readonly PageOfTheHouse[] {
  return [
    { name: "sign-in", path: "/sign-in?back=/privacy", shows: "#address" },
    { name: "sign-in-fediverse-back", path: "/sign-in/fediverse?state=x", status: 410, shows: "h1" },
    { name: "code", path: "/sign-in/code", shows: "#code" },
    { name: "sign-up-unproven", path: "/sign-up", shows: "#address" },
    { name: "link-spent", path: "/sign-in/link/spent", status: 410, shows: "h1" },
    { name: "join-stranger", path: "/c/menders/join", shows: "main a[href^='/sign-in']" },
    { name: "join", path: "/c/menders/join", who: "neo", shows: "main form" },
    { name: "join-approval", path: `/c/${places.arabic}/join`, who: "neo", shows: "main form" },
    { name: "join-member", path: "/c/menders/join", who: "mo", shows: "main form" },
    { name: "invitation", path: own.invited, shows: "main" },
    { name: "invitation-member", path: own.invited, who: "neo", shows: "main form" },
    { name: "invitation-spent", path: "/invitation/made-up", status: 410, shows: "h1" },
    { name: "invitation-by-mail", path: own.guest, shows: "main form" },
    { name: "question", path: own.question, shows: "main form" },
    { name: "mail-by-link", path: own.choices, shows: "main form" },
    { name: "unsubscribe", path: `${own.choices}/unsubscribe`, shows: "main form" },
  ];
}

function ownPages({ remote }: Town): readonly PageOfTheHouse[] {
  return [
    { name: "notices", path: "/notices", who: "mo", shows: "main li" },
    { name: "notices-empty", path: "/notices", who: "neo", shows: "main" },
    { name: "drafts", path: "/drafts", who: "mo", shows: "main li" },
    { name: "drafts-empty", path: "/drafts", who: "neo", shows: "main" },
    { name: "settings", path: "/settings", who: "mo", shows: "#bio" },
    { name: "settings-empty", path: "/settings", who: "neo", shows: "#bio" },
    { name: "sessions", path: "/settings/sessions", who: "mo", shows: "main li" },
    { name: "quotes", path: "/settings/quotes", who: "mo", shows: "main li" },
    { name: "quotes-empty", path: "/settings/quotes", who: "neo", shows: "main" },
    { name: "data", path: "/settings/data", who: "mo", shows: "main form" },
    { name: "data-owner", path: "/settings/data", who: "ida", shows: "#erase ul" },
    { name: "data-asked", path: "/settings/data", who: "rue", shows: "#erase #code" },
    { name: "data-erased", path: "/settings/data", who: "eve", shows: "form[action$='/keep']" },
    { name: "consent", path: "/settings/consent", who: "mo", shows: "main li, main tr" },
    { name: "mail", path: "/c/menders/mail", who: "mo", shows: "main form" },
    { name: "report", path: `/p/${remote.postId}/report`, who: "mo", shows: "main form" },
    { name: "report-stranger", path: `/p/${remote.postId}/report`, shows: "main" },
    { name: "not-allowed", path: "/admin", who: "mo", status: 403, shows: "h1" },
  ];
}

function writing({ own, places, remote }: Town): readonly PageOfTheHouse[] {
  return [
    { name: "new", path: "/c/menders/new", who: "mo", shows: "#text" },
    { name: "new-arabic", path: `/c/${places.arabic}/new`, who: "mo", shows: "#text" },
    { name: "answer", path: `/p/${remote.postId}/answer`, who: "mo", shows: "#text" },
    { name: "edit", path: `/p/${own.postId}/edit`, who: "mo", shows: "#text" },
    { name: "withdraw", path: `/p/${own.postId}/withdraw`, who: "mo", shows: "main form" },
  ];
}

function deskPages({ desk, places }: Town): readonly PageOfTheHouse[] {
  const base = "/c/menders/desk";
  return [
    { name: "desk", path: base, who: "kofi", shows: "article" },
    { name: "desk-appeals", path: `${base}?show=appeal`, who: "ida", shows: "article" },
    { name: "desk-done", path: `${base}?done=trust`, who: "kofi", shows: "[role=status]" },
    { name: "desk-empty", path: `/c/${places.empty}/desk`, who: "ida", shows: "main" },
    { name: "desk-case", path: `${base}/${desk.held}`, who: "kofi", shows: "article" },
    { name: "desk-person", path: `${base}/people/${desk.shop}`, who: "kofi", shows: "h1" },
    { name: "desk-post", path: `${base}/posts/${desk.reported}`, who: "kofi", shows: "main form" },
    { name: "desk-post-removed", path: `${base}/posts/${desk.removed}`, who: "kofi", shows: "main form" },
    { name: "decisions", path: `${base}/decisions`, who: "kofi", shows: "main li" },
    { name: "heard", path: "/c/menders/heard", who: "kofi", shows: "main" },
    { name: "heard-empty", path: `/c/${places.empty}/heard`, who: "ida", shows: "main" },
  ];
}

function settingsPages({ places, checkId }: Town): readonly PageOfTheHouse[] {
  const base = "/c/menders/settings";
  const sections = [
    "",
    "posting",
    "checks",
    "joining",
    "rules",
    "topics",
    "closing",
    "visibility",
    "members",
    "invitations",
  ];
  return [
    ...sections.map(
      (section) =>
        ({
          name: `community-${section || "general"}`,
          path: section ? `${base}/${section}` : base,
          who: "ida",
          shows: "main form",
        }) as const,
    ),
    { name: "community-check", path: `${base}/checks/${checkId}`, who: "ida", shows: "main form" },
    { name: "community-topic", path: `${base}/topics/textiles`, who: "ida", shows: "main form" },
    { name: "community-rules-empty", path: `/c/${places.empty}/settings/rules`, who: "ida", shows: "main form" },
    { name: "community-rules-moderator", path: `${base}/rules`, who: "kofi", shows: "main form" },
  ];
}

function adminPages(): readonly PageOfTheHouse[] {
  return [
    ...["queues", "communities", "people", "servers", "log"].map(
      (section) =>
        ({
          name: `admin-${section}`,
          path: section === "queues" ? "/admin" : `/admin/${section}`,
          who: "ada",
          shows: "main h2",
        }) as const,
    ),
  ];
}
