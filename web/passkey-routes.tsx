import type { Context, Hono } from "hono";
import { addPasskey, askForPasskey, askForSignIn, signInWithPasskey } from "../src/account/passkeys.ts";
import { AccountSuspended } from "../src/account/sessions.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { createNetworkReader } from "./client-network.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { PasskeyPage } from "./passkey-page.tsx";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { localPath } from "./settings.ts";
import { showSettings } from "./settings-routes.tsx";
import { answerRedeemed, ensureBrowser, maySignIn, readBrowser, showSignIn } from "./sign-in-routes.tsx";
import { getViewer } from "./viewer.ts";

/**
 * Passkeys. A form asks for the question, a page has it and the script that puts it to the device, and a form brings the answer: so no
 * script of ours asks the server for anything, and the policy for pages stays as it is.
 */
export function registerPasskeys(web: Hono, desk: Desk): void {
  const { app, site } = desk;
  const networkOf = createNetworkReader(app.config.trustedProxy);
  const readerOf = (c: Context) => ({ ...readReader(c, site), path: "/sign-in" });

  web.post("/sign-in/passkey", requires("public"), async (c) => {
    const back = localPath((await readForm(c)).get("back") ?? "/", site.origin);
    if (!(await maySignIn(desk, networkOf(c)))) return await showSignIn(desk, c, { back, fault: "too-often" });
    const options = await askForSignIn(app, ensureBrowser(desk, c), back);
    return await sendPrivately(c, <PasskeyPage reader={readerOf(c)} act="get" options={options} />);
  });
  web.post("/sign-in/passkey/answer", requires("public"), async (c) => {
    const answer = (await readForm(c, limits.profileForm)).get("answer") ?? "";
    const userAgent = c.req.header("user-agent") ?? "";
    const browser = readBrowser(desk, c) ?? "";
    try {
      return await answerRedeemed(desk, c, await signInWithPasskey(app, { browser, answer, userAgent }));
    } catch (error) {
      if (!(error instanceof DomainError) || error instanceof AccountSuspended) throw error;
      return await showSignIn(desk, c, { back: "/", fault: "no-passkey" });
    }
  });
  web.post("/settings/passkeys", requires("signed-in"), async (c) => {
    const name = (await readForm(c)).get("name") ?? "";
    const options = await askForPasskey(app, getViewer(c).accountId, ensureBrowser(desk, c));
    return await sendPrivately(c, <PasskeyPage reader={readerOf(c)} act="create" options={options} name={name} />);
  });
  web.post("/settings/passkeys/answer", requires("signed-in"), async (c) => {
    const form = await readForm(c, limits.profileForm);
    const { accountId } = getViewer(c);
    const browser = readBrowser(desk, c) ?? "";
    const name = form.get("name") ?? "";
    try {
      await addPasskey(app, { accountId, browser, answer: form.get("answer") ?? "", name });
      return c.redirect("/settings#passkeys", 303);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const message = error.code === "conflict" ? "settings.last-way" : "sign-in.no-passkey";
      return await showSettings(desk, c, { section: "passkeys", message });
    }
  });
}
