import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import { listAuthorsOf } from "../src/account/viewer.ts";
import { answerNotice } from "../src/community/answer-notice.ts";
import { findReaderOf, listNotices, markNoticesRead } from "../src/community/list-notices.ts";
import { isMailSuspended, resumeMail } from "../src/community/mail-bounces.ts";
import { readCursor } from "../src/core/cursor.ts";
import { DomainError } from "../src/core/errors.ts";
import { readId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { NoticesPage } from "./notices-page.tsx";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { getViewer } from "./viewer.ts";

/** What communities tell somebody who is signed in, as whoever they are. */
export function registerNotices(web: Hono, { app, site }: Desk): void {
  web.get("/notices", requires("signed-in"), async (c) => {
    const authorIds = await listAuthorsOf(app.db, getViewer(c).accountId);
    const before = readCursor(c.req.query("before"));
    const { notices, older } = await listNotices(app.db, authorIds, { before, limit: limits.listedItems });
    const suspended = await isMailSuspended(app.db, getViewer(c).accountId);
    const page = <NoticesPage reader={readReader(c, site)} notices={notices} older={older} suspended={suspended} />;
    return await sendPrivately(c, page);
  });
  web.post("/notices/resume-mail", requires("signed-in"), async (c) => {
    await readForm(c);
    await resumeMail(app, getViewer(c).authorId);
    return c.redirect("/notices", 303);
  });
  web.post("/notices/read", requires("signed-in"), async (c) => {
    const given = (await readForm(c)).get("notice");
    const id = given === null ? undefined : readId(given);
    if (given !== null && id === undefined) throw new DomainError("invalid", "there is no such notice");
    await markNoticesRead(app, await listAuthorsOf(app.db, getViewer(c).accountId), id);
    return c.redirect("/notices", 303);
  });
  web.post("/notices/:id/appeal", requires("signed-in"), async (c) => {
    const noticeId = readId(c.req.param("id"));
    const words = ((await readForm(c, limits.profileForm)).get("words") ?? "").trim();
    const authorIds = await listAuthorsOf(app.db, getViewer(c).accountId);
    const authorId = noticeId && (await findReaderOf(app.db, authorIds, noticeId));
    if (!noticeId || !authorId) throw new DomainError("not-found", "you were told nothing of the kind");
    if (words === "") throw new DomainError("invalid", "an appeal says why");
    await answerNotice(app, { noticeId, authorId, sourceId: `web:${randomUUID()}`, text: `appeal ${words}` });
    return c.redirect(`/notices#${noticeId}`, 303);
  });
}
