import type { Hono } from "hono";
import { createCommunity } from "../src/community/create-community.ts";
import { type Community, getCommunity } from "../src/community/get-community.ts";
import { type CommunityCounts, listCommunities } from "../src/community/list-communities.ts";
import { limits } from "../src/core/limits.ts";
import { takeOn } from "../src/moderation/take-on.ts";
import { AdminPage, type AdminVisit, showing, taking } from "./admin-frame.tsx";
import type { Desk } from "./desk.ts";
import { requires } from "./policy.ts";
import type { Reader } from "./reader.ts";
import { getViewer } from "./viewer.ts";

/** The communities of the server, and the way to make one. */
export function registerAdminCommunities(web: Hono, desk: Desk): void {
  const { app } = desk;
  const render = async (visit: AdminVisit) => <CommunitiesPage visit={visit} rows={await listCommunities(app.db)} />;
  web.get("/admin/communities", requires("admin"), showing(desk, render));
  web.post(
    "/admin/communities",
    requires("admin"),
    taking(desk, "/admin/communities", render, async (c, form) => {
      const { authorId } = getViewer(c);
      const wanted = {
        handle: (form.get("handle") ?? "").trim().replace(/^@/, "").toLowerCase(),
        name: form.get("name") ?? "",
        summary: form.get("summary") ?? "",
        language: form.get("language") || "en",
      };
      const policies = { joinPolicy: "open", postPolicy: "anyone", holdPolicy: "strangers" } as const;
      const communityId = await createCommunity(app, { ...wanted, ...policies }, authorId);
      await takeOn(app, { communityId, authorId, by: authorId });
      return undefined;
    }),
  );
  web.post(
    "/admin/communities/take-on",
    requires("admin"),
    taking(desk, "/admin/communities", render, async (c, form) => {
      const { authorId } = getViewer(c);
      const { id: communityId } = await getCommunity(app.db, form.get("handle") ?? "");
      await takeOn(app, { communityId, authorId, by: authorId });
      return undefined;
    }),
  );
}

function countsIn({ members, followers, subscribers, threads, posts, held }: Omit<CommunityCounts, "owners">) {
  return { members, followers, subscribers, threads, posts, held };
}

interface CommunitiesPageProps {
  readonly visit: AdminVisit;
  readonly rows: readonly (Community & CommunityCounts)[];
}

function CommunitiesPage({ visit, rows }: CommunitiesPageProps) {
  const { text } = visit.reader.messages;
  return (
    <AdminPage visit={visit} section="/admin/communities">
      {rows.length === 0 && <p class="mt">{text("home.none")}</p>}
      <ul role="list" class="belongings">
        {rows.map(({ handle, name, language, visibility, owners, movedTo, ...counts }) => (
          <li>
            <div>
              {visibility === "public" ? (
                <a href={`/c/${handle}`} lang={language}>
                  <bdi>{name}</bdi>
                </a>
              ) : (
                <bdi lang={language}>{name}</bdi>
              )}{" "}
              <bdi dir="ltr">@{handle}</bdi>
              <p class="hint">
                {text("admin.community-counts", countsIn(counts))}
                {owners === 0 && movedTo === null && ` ${text("admin.no-owner")}`}
              </p>
            </div>
            {owners === 0 && movedTo === null && (
              <form method="post" action="/admin/communities/take-on">
                <input type="hidden" name="handle" value={handle} />
                <button type="submit" class="mini" aria-label={text("admin.take-on-community", { name })}>
                  {text("admin.take-on")}
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      <NewCommunityForm reader={visit.reader} />
    </AdminPage>
  );
}

function NewCommunityForm({ reader }: { reader: Reader }) {
  const { text } = reader.messages;
  return (
    <>
      <h3 class="h mt2">{text("admin.new-community")}</h3>
      <form method="post" action="/admin/communities" class="settings">
        <label for="handle">{text("admin.handle")}</label>
        <input
          id="handle"
          name="handle"
          class="short"
          required
          maxlength={limits.handleLength}
          dir="ltr"
          autocapitalize="none"
          spellcheck={false}
          aria-describedby="handle-hint"
        />
        <p class="hint" id="handle-hint">
          {text("admin.handle-hint", { host: reader.site.host })}
        </p>
        <label class="mt" for="name">
          {text("community.name")}
        </label>
        <input id="name" name="name" required maxlength={limits.nameLength} dir="auto" />
        <label class="mt" for="summary">
          {text("community.summary")}
        </label>
        <textarea id="summary" name="summary" dir="auto" maxlength={limits.summaryLength} />
        <label class="mt" for="language">
          {text("community.language")}
        </label>
        <input id="language" name="language" class="short" value={reader.locale} required dir="ltr" />
        <p class="hint">{text("community.language-hint")}</p>
        <button type="submit" class="mt">
          {text("admin.make-community")}
        </button>
      </form>
    </>
  );
}
