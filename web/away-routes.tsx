import type { Context, Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { Community } from "../src/community/get-community.ts";
import { type PostId, readId } from "../src/core/ids.ts";
import { findPostPlace } from "../src/post/find-post.ts";
import { findReplyTarget } from "../src/post/find-reply-target.ts";
import type { AwayError } from "./away-form.tsx";
import { AwayPage, ContinuePage, type Errand } from "./away-page.tsx";
import { type Desk, readCommunity } from "./desk.ts";
import { readForm } from "./form.ts";
import { createHomeFinder, type HomeFinder } from "./home-server.ts";
import { answerGone } from "./places.ts";
import { requires } from "./policy.ts";
import { readerVary, readReader, wishes } from "./reader.ts";
import { type Page, toDocument } from "./render.ts";
import { forget, keep } from "./settings.ts";

/**
 * The way to a reader's own server, where they follow a community or answer a post. It is a page with a link rather than a redirect: the
 * policy for forms (CSP) would hold a redirect back, and nobody is sent off without seeing where.
 */
export function registerAway(web: Hono, desk: Desk): void {
  const { config, now } = desk.app;
  const finder = createHomeFinder(now, { insecure: config.insecurePeers });
  const register = (path: string, find: (c: Context) => Promise<Errand | Response>) => {
    web.get(path, requires("public"), async (c) => {
      const errand = await find(c);
      return errand instanceof Response ? errand : await sendForm(desk, c, errand);
    });
    web.post(path, requires("public"), async (c) => {
      const errand = await find(c);
      return errand instanceof Response ? errand : await leadHome(desk, c, finder, errand);
    });
  };
  register("/c/:handle/follow", async (c) => {
    const community = await readCommunity(desk, c);
    return community instanceof Response ? community : followErrand(desk, community);
  });
  register("/p/:id/reply", (c) => findReply(desk, c));
}

function followErrand({ site }: Desk, community: Community): Errand {
  const iri = community.movedTo ?? `${site.origin}/actors/${community.id}`;
  return { act: "follow", community, path: `/c/${community.handle}/follow`, iri };
}

async function findReply(desk: Desk, c: Context): Promise<Errand | Response> {
  const { db } = desk.app;
  const id = readId<PostId>(c.req.param("id"));
  const target = id && (await findReplyTarget(db, id));
  if (target) return { act: "reply", community: target.community, target, path: `/p/${id}/reply`, iri: target.iri };
  const place = id && (await findPostPlace(db, id));
  return place?.gone ? await answerGone(desk, c, place) : await desk.errors.notFound(c);
}

async function sendForm(desk: Desk, c: Context, errand: Errand): Promise<Response> {
  const remembered = getCookie(c, wishes.home);
  return await send(
    c,
    <AwayPage
      reader={readReader(c, desk.site)}
      errand={errand}
      home={remembered}
      remembered={remembered !== undefined}
    />,
  );
}

async function leadHome(desk: Desk, c: Context, finder: HomeFinder, errand: Errand): Promise<Response> {
  const { site } = desk;
  const reader = { ...readReader(c, site), path: errand.path };
  const form = await readForm(c);
  const home = (form.get("home") ?? "").trim();
  const remembered = form.get("remember") !== null;
  if (errand.iri === undefined || errand.target?.locked) return await sendForm(desk, c, errand);
  const found = await findHome(finder, home, site.host, { act: errand.act, iri: errand.iri });
  if ("error" in found) {
    const page = <AwayPage reader={reader} errand={errand} home={home} remembered={remembered} error={found.error} />;
    return await send(c, page, found.error.kind === "unreachable" || found.error.kind === "busy" ? 422 : 400);
  }
  if (remembered) keep(c, site, wishes.home, home);
  else if (getCookie(c, wishes.home) !== undefined) forget(c, wishes.home);
  return await send(c, <ContinuePage reader={reader} errand={errand} {...found} />);
}

type Found = { readonly url: string; readonly host: string } | { readonly error: { kind: AwayError; host: string } };

async function findHome(
  finder: HomeFinder,
  given: string,
  here: string,
  intent: Parameters<HomeFinder["find"]>[1],
): Promise<Found> {
  const home = finder.read(given);
  if (!home) return { error: { kind: given === "" ? "empty" : "unreadable", host: "" } };
  if (home.host === here) return { error: { kind: "here", host: here } };
  const answer = await finder.find(home, intent);
  return typeof answer === "string" ? { error: { kind: answer, host: home.host } } : answer;
}

/** What somebody typed is nobody else's business. */
async function send(c: Context, page: Page, status: 200 | 400 | 422 = 200): Promise<Response> {
  return c.html(await toDocument(page), status, { "cache-control": "private, no-store", vary: readerVary });
}
