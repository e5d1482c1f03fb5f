import type { Hono } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { type DraftId, readId, type UploadId } from "../src/core/ids.ts";
import { dropDraft, listDrafts } from "../src/post/drafts.ts";
import { findOwnImage } from "../src/post/uploads.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { DraftsPage } from "./drafts-page.tsx";
import { readForm } from "./form.ts";
import { imageHeaders } from "./image-routes.ts";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { getViewer } from "./viewer.ts";

/** What somebody is writing, and the images that they brought: theirs alone. */
export function registerDrafts(web: Hono, { app, site }: Desk): void {
  web.get("/drafts", requires("signed-in"), async (c) => {
    const drafts = await listDrafts(app.db, getViewer(c).authorId);
    return await sendPrivately(c, <DraftsPage reader={readReader(c, site)} drafts={drafts} />);
  });
  web.post("/drafts/drop", requires("signed-in"), async (c) => {
    const id = readId<DraftId>((await readForm(c)).get("draft") ?? undefined);
    if (!id) throw new DomainError("invalid", "there is no such draft");
    await dropDraft(app.db, getViewer(c).authorId, id);
    return c.redirect("/drafts", 303);
  });
  web.get("/drafts/images/:id", requires("signed-in"), async (c) => {
    const id = readId<UploadId>(c.req.param("id"));
    const bytes = id && (await findOwnImage(app.db, id, getViewer(c).authorId));
    if (!bytes) throw new DomainError("not-found", "there is no such image of yours");
    return c.body(new Uint8Array(bytes), 200, { ...imageHeaders, "cache-control": "private, no-store" });
  });
}
