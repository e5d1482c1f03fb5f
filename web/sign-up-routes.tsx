import type { Hono } from "hono";
import { signUp } from "../src/account/sign-in.ts";
import { findProof, type Token } from "../src/account/tokens.ts";
import { DomainError } from "../src/core/errors.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { requires } from "./policy.ts";
import { readReader } from "./reader.ts";
import { answerRedeemed, readBrowser } from "./sign-in-routes.tsx";
import { type SignUpFields, SignUpPage } from "./sign-up-page.tsx";

/** Making an account, for whoever has just proved what it needs. */
export function registerSignUp(web: Hono, desk: Desk): void {
  const { app, site } = desk;
  const proofOf = async (c: Parameters<typeof readBrowser>[1]) => {
    const browser = readBrowser(desk, c);
    return browser === undefined ? undefined : await findProof(app, browser);
  };

  web.get("/sign-up", requires("public"), async (c) => {
    const proof = await proofOf(c);
    if (!proof) return c.redirect("/sign-in", 303);
    const suggested = { handle: proof.detail["handle"] ?? "", name: proof.detail["name"] ?? "", address: "" };
    return await sendPrivately(c, <SignUpPage reader={readReader(c, site)} fields={suggested} asks={asksOf(proof)} />);
  });
  web.post("/sign-up", requires("public"), async (c) => {
    const form = await readForm(c);
    const proof = await proofOf(c);
    if (!proof) return c.redirect("/sign-in", 303);
    const fields = readFields(form);
    try {
      const address = asksOf(proof).address ? fields.address || undefined : undefined;
      const userAgent = c.req.header("user-agent") ?? "";
      const { name } = fields;
      const handle = fields.handle.trim().replace(/^@/, "").toLowerCase();
      return await answerRedeemed(desk, c, await signUp(app, proof, { handle, name, address, userAgent }));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const status = error.code === "conflict" ? 409 : 400;
      const page = <SignUpPage reader={readReader(c, site)} fields={fields} asks={asksOf(proof)} fault={error.code} />;
      return await sendPrivately(c, page, status);
    }
  });
}

/** Whoever makes the first account may give an address; all others came by one, or do without. */
function asksOf({ admin, address }: Token) {
  return { address: admin && address === null };
}

function readFields(form: URLSearchParams): SignUpFields {
  return { handle: form.get("handle") ?? "", name: form.get("name") ?? "", address: form.get("address") ?? "" };
}
