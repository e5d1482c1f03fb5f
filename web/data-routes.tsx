import type { Context, Hono } from "hono";
import {
  askToErase,
  cancelErasure,
  confirmErasure,
  confirmErasureBySession,
  findErasure,
  isAskedToErase,
  isReachedByMail,
  listSoleOwned,
} from "../src/account/erasure.ts";
import { DomainError } from "../src/core/errors.ts";
import { type ExportId, readId } from "../src/core/ids.ts";
import { askForExport, listExports, openExport } from "../src/post/keep-export.ts";
import { DataPage, type DataProps } from "./data-page.tsx";
import { type Desk, sendPrivately } from "./desk.ts";
import { fieldOf, readForm } from "./form.ts";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { getViewer } from "./viewer.ts";

/** Taking one's data along, and leaving for good. */
export function registerData(web: Hono, desk: Desk): void {
  const { app } = desk;
  web.get("/settings/data", requires("signed-in"), async (c) => await show(desk, c));
  web.post("/settings/data/export", requires("signed-in"), async (c) => {
    if (await askForExport(app, getViewer(c).accountId)) return c.redirect("/settings/data", 303);
    return await show(desk, c, { of: "export", message: "data.export-often" });
  });
  web.get("/settings/data/files/:id", requires("signed-in"), async (c) => {
    const id = readId<ExportId>(c.req.param("id"));
    const file = id && (await openExport(app, getViewer(c).accountId, id));
    if (!file) throw new DomainError("not-found", "there is no such file, or it has expired");
    return c.body(toStream(file.pieces), 200, {
      "content-type": "application/gzip",
      "content-length": String(file.size),
      "content-disposition": `attachment; filename="folkmoot-${desk.site.host.replace(/[^a-z0-9.-]/gi, "")}.tar.gz"`,
    });
  });
  registerErasure(web, desk);
}

/** A piece at a time, as fast as it is taken. */
function toStream(pieces: AsyncGenerator<Buffer>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

function registerErasure(web: Hono, desk: Desk): void {
  const { app } = desk;
  web.post("/settings/data/erase", requires("signed-in"), async (c) => {
    const wanted = fieldOf(await readForm(c), "posts");
    const posts = (["delete", "unname"] as const).find((one) => one === wanted);
    if (!posts) throw new DomainError("invalid", `${wanted} is not one of delete, unname`);
    const { accountId, sessionId } = getViewer(c);
    const { locale: language } = readReader(c, desk.site);
    const asked = await askToErase(app, { accountId, posts, language });
    if (asked === "too-often") return await show(desk, c, { of: "erase", message: "data.erase-often" });
    if (asked === "no-address" && !(await confirmErasureBySession(app, { accountId, sessionId, posts, language })))
      return await show(desk, c, { of: "erase", message: "data.erase-fresh" });
    return c.redirect("/settings/data#erase", 303);
  });
  web.post("/settings/data/confirm", requires("signed-in"), async (c) => {
    const code = (await readForm(c)).get("code") ?? "";
    const { locale: language } = readReader(c, desk.site);
    if (await confirmErasure(app, { accountId: getViewer(c).accountId, code, language }))
      return c.redirect("/settings/data#erase", 303);
    return await show(desk, c, { of: "erase", message: "data.erase-wrong" });
  });
  web.post("/settings/data/keep", requires("signed-in"), async (c) => {
    await cancelErasure(app, getViewer(c).accountId);
    return c.redirect("/settings/data#erase", 303);
  });
}

async function show({ app, site }: Desk, c: Context, fault?: DataProps["fault"]): Promise<Response> {
  const { accountId } = getViewer(c);
  const [exports, planned, soleOwned, asked, mailed] = await Promise.all([
    listExports(app, accountId),
    findErasure(app.db, accountId),
    listSoleOwned(app.db, accountId),
    isAskedToErase(app, accountId),
    isReachedByMail(app.db, accountId),
  ]);
  const reader = { ...readReader(c, site), path: "/settings/data" };
  const props = { reader, exports, planned, soleOwned, asked, mailed, fault };
  return await sendPrivately(c, <DataPage {...props} />, fault ? 400 : 200);
}
