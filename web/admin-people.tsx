import type { Hono } from "hono";
import { type AccountAct, administerAccount } from "../src/account/administer.ts";
import { giveSignInLinkTo } from "../src/account/give-link.ts";
import { type AccountRow, listAccounts } from "../src/account/list-accounts.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { AdminPage, type AdminVisit, showing, taking } from "./admin-frame.tsx";
import type { Desk } from "./desk.ts";
import { requires } from "./policy.ts";
import type { Reader } from "./reader.ts";
import { getViewer } from "./viewer.ts";

const acts: readonly AccountAct[] = ["suspend", "restore", "make-admin", "unmake-admin"];

/** The people of the server. */
export function registerAdminPeople(web: Hono, desk: Desk): void {
  const { app } = desk;
  const render = async (visit: AdminVisit) => {
    const search = (visit.c.req.query("search") ?? "").trim().slice(0, limits.nameLength);
    const rows = await listAccounts(app.db, { search, after: visit.c.req.query("after") });
    return <PeoplePage visit={visit} search={search} rows={rows} />;
  };
  web.get("/admin/people", requires("admin"), showing(desk, render));
  web.post(
    "/admin/people",
    requires("admin"),
    taking(desk, "/admin/people", render, async (c, form, { messages }) => {
      const handle = form.get("handle") ?? "";
      const by = getViewer(c).authorId;
      if (form.get("do") === "link") {
        const link = await giveSignInLinkTo(app, handle, by);
        return messages.text("admin.link-made", { handle, link });
      }
      const act = acts.find((one) => one === form.get("do"));
      if (!act) throw new DomainError("invalid", "nothing is to be done");
      await administerAccount(app, handle, act, by);
      return undefined;
    }),
  );
}

interface PeoplePageProps {
  readonly visit: AdminVisit;
  readonly search: string;
  readonly rows: readonly AccountRow[];
}

function PeoplePage({ visit, search, rows }: PeoplePageProps) {
  const { text } = visit.reader.messages;
  const last = rows.at(-1);
  const next = new URLSearchParams({ ...(search && { search }), after: last?.handle ?? "" });
  return (
    <AdminPage visit={visit} section="/admin/people">
      <form method="get" action="/admin/people" class="settings" role="search">
        <label for="search">{text("admin.search")}</label>
        <input id="search" name="search" type="search" value={search} dir="auto" />
        <button type="submit" class="mt">
          {text("admin.find")}
        </button>
      </form>
      {rows.length === 0 && <p class="mt">{text("admin.nobody")}</p>}
      <ul role="list" class="belongings mt">
        {rows.map((row) => (
          <Account reader={visit.reader} row={row} />
        ))}
      </ul>
      {rows.length === limits.listedItems && (
        <p class="side mt">
          <a href={`/admin/people?${next}`}>{text("admin.more")}</a>
        </p>
      )}
    </AdminPage>
  );
}

function Account({ reader, row: { handle, name, admin, suspended, createdAt, lastSeenAt, posts } }: AccountProps) {
  const { text } = reader.messages;
  const offered: readonly (AccountAct | "link")[] = suspended
    ? ["restore"]
    : ["link", admin ? "unmake-admin" : "make-admin", "suspend"];
  const day = (at: Date) => reader.dates.day(at);
  return (
    <li>
      <div>
        <a href={`/@${handle}`}>
          <bdi>{name}</bdi>
        </a>{" "}
        <bdi dir="ltr">@{handle}</bdi>
        {admin && ` · ${text("admin.is-admin")}`}
        {suspended && ` · ${text("admin.is-suspended")}`}
        <p class="hint">
          {text("admin.account-facts", { since: day(createdAt), posts })}
          {lastSeenAt && ` ${text("admin.account-seen", { at: day(lastSeenAt) })}`}
        </p>
      </div>
      <form method="post" action="/admin/people" class="row">
        <input type="hidden" name="handle" value={handle} />
        {offered.map((act) => (
          <>
            <button
              type="submit"
              name="do"
              value={act}
              class="bare mini"
              aria-label={`${text(`admin.${act}`)}: ${handle}`}
            >
              {text(`admin.${act}`)}
            </button>{" "}
          </>
        ))}
      </form>
    </li>
  );
}

interface AccountProps {
  readonly reader: Reader;
  readonly row: AccountRow;
}
