import type { Context, Hono } from "hono";
import { addCheck, addUsualChecks, changeCheck, moveCheck, removeCheck } from "../src/community/change-checks.ts";
import {
  type Check,
  checkedPeople,
  checkedThings,
  checkVerdicts,
  listChecks,
  needOf,
} from "../src/community/checks.ts";
import { DomainError } from "../src/core/errors.ts";
import { type CheckId, newId, readId } from "../src/core/ids.ts";
import { ChangeCheckPage, ChecksPage, type GivenCheck } from "./community-checks-page.tsx";
import { afterSaving, type CommunityVisit, readOne, refusalOf, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

const path = "/checks";
const emptyCheck: GivenCheck = {
  who: "newcomers",
  what: "links",
  threshold: "",
  words: "",
  verdict: "hold",
  reason: "",
};

/** What a community looks at before a post appears: the list of it in its order, and a form for each. */
export function registerChecks(web: Hono, desk: Desk): void {
  const { app } = desk;
  const show = async (visit: CommunityVisit, given = emptyCheck, fault?: DomainError) => {
    const checks = await listChecks(app.db, visit.community.id);
    const key = newId<CheckId>(app.now());
    const page = <ChecksPage visit={visit} checks={checks} given={given} newKey={key} fault={fault && given.what} />;
    return await sendPrivately(visit.c, page, fault ? 400 : 200);
  };
  web.get(
    "/c/:handle/settings/checks",
    requires("moderator"),
    visiting(desk, (visit) => show(visit)),
  );
  web.post(
    "/c/:handle/settings/checks",
    requires("moderator"),
    sending(desk, async (visit, form) => {
      const given = readGiven(form);
      const key = readId<CheckId>(form.get("key") ?? undefined);
      const add = () => addCheck(app, visit.community.id, readCheck(given), getViewer(visit.c).authorId, key);
      const fault = await refusalOf(add);
      return fault ? await show(visit, given, fault) : afterSaving(visit, path);
    }),
  );
  web.post(
    "/c/:handle/settings/checks/usual",
    requires("moderator"),
    sending(desk, async (visit) => {
      await addUsualChecks(app, visit.community.id, getViewer(visit.c).authorId);
      return afterSaving(visit, path);
    }),
  );
  registerCheck(web, desk);
}

/** One of them: changed, moved, taken away. */
function registerCheck(web: Hono, desk: Desk): void {
  const { app } = desk;
  const show = async (visit: CommunityVisit, given?: GivenCheck) => {
    const id = readCheckId(visit.c);
    const check = (await listChecks(app.db, visit.community.id)).find((one) => one.id === id);
    if (!check) throw new DomainError("not-found", "there is no such check");
    const shown = given ?? { ...check, threshold: String(check.threshold ?? ""), words: check.words.join("\n") };
    const page = <ChangeCheckPage visit={visit} id={id} given={shown} fault={given?.what} />;
    return await sendPrivately(visit.c, page, given ? 400 : 200);
  };
  web.get(
    "/c/:handle/settings/checks/:check",
    requires("moderator"),
    visiting(desk, (visit) => show(visit)),
  );
  web.post(
    "/c/:handle/settings/checks/:check",
    requires("moderator"),
    sending(desk, async (visit, form) => {
      const id = readCheckId(visit.c);
      const { community, c } = visit;
      const by = getViewer(c).authorId;
      const act = readOne(["save", "up", "down", "remove"], form.get("do"));
      if (act === "remove") await removeCheck(app, community.id, id, by);
      else if (act !== "save") {
        const from = Number(form.get("from"));
        await moveCheck(app, community.id, id, { direction: act, from }, by);
      } else {
        const given = readGiven(form);
        const fault = await refusalOf(() => changeCheck(app, community.id, id, readCheck(given), by));
        if (fault) return await show(visit, given);
      }
      return afterSaving(visit, path);
    }),
  );
}

/** @throws {DomainError} `not-found` */
function readCheckId(c: Context): CheckId {
  const id = readId<CheckId>(c.req.param("check"));
  if (!id) throw new DomainError("not-found", "there is no such check");
  return id;
}

/** What was chosen and typed. @throws {DomainError} `invalid` for a choice that is none */
function readGiven(form: URLSearchParams): GivenCheck {
  return {
    who: readOne(checkedPeople, form.get("who")),
    what: readOne(checkedThings, form.get("what")),
    verdict: readOne(checkVerdicts, form.get("verdict")),
    threshold: form.get("threshold") ?? "",
    words: form.get("words") ?? "",
    reason: form.get("reason") ?? "",
  };
}

function readCheck({ threshold, words, ...given }: GivenCheck): Check {
  const number = /^\d{1,7}$/.test(threshold.trim()) ? Number(threshold) : null;
  return {
    ...given,
    threshold: needOf(given.what) === "threshold" ? number : null,
    words: words.split(/[\n,]/),
  };
}
