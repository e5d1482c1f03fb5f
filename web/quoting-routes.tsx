import type { Hono } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { type QuoteId, readId } from "../src/core/ids.ts";
import { listQuoting, revokeQuote } from "../src/post/quote-permits.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { requires } from "./policy.ts";
import { QuotingPage } from "./quoting-page.tsx";
import { readReader } from "./reader.ts";
import { getViewer } from "./viewer.ts";

/** Who quotes somebody, and that they allow it no longer. */
export function registerQuoting(web: Hono, { app, site }: Desk): void {
  web.get("/settings/quotes", requires("signed-in"), async (c) => {
    const quoting = await listQuoting(app.db, getViewer(c).authorId);
    return await sendPrivately(c, <QuotingPage reader={readReader(c, site)} quoting={quoting} />);
  });
  web.post("/settings/quotes/revoke", requires("signed-in"), async (c) => {
    const id = readId<QuoteId>((await readForm(c)).get("quote") ?? undefined);
    if (!id) throw new DomainError("invalid", "there is no such permission");
    await revokeQuote(app, getViewer(c).authorId, id);
    return c.redirect("/settings/quotes", 303);
  });
}
