import type { Hono } from "hono";
import { openSession } from "../src/account/sessions.ts";
import type { App } from "../src/app.ts";
import type { AccountId } from "../src/core/ids.ts";

/** Signs somebody in without the way there. @returns the Cookie header that does it */
export async function signInAs(app: App, accountId: AccountId, userAgent = ""): Promise<string> {
  const secret = await app.db.transaction(async (tx) => await openSession(app, tx, accountId, userAgent));
  return `${app.config.origin.startsWith("https:") ? "__Host-" : ""}session=${secret}`;
}

/** What keeps cookies between requests, as a browser does; it follows nothing by itself. */
export interface Browser {
  get(path: string, headers?: Record<string, string>): Promise<Page>;
  /** Sends a form of ours. */
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
  readonly cookies: Map<string, string>;
}

export interface Page {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
  readonly headers: Headers;
}

/** Opens a browser on the pages of an app. */
export function openBrowserLike(web: Hono): Browser {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit): Promise<Page> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await web.request(path, { ...init, headers: { ...(init.headers as object), cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return {
      status: response.status,
      location: response.headers.get("location"),
      text: await response.text(),
      headers: response.headers,
    };
  };
  return {
    cookies,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, fields = {}, headers = {}) =>
      send(path, {
        method: "POST",
        body: new URLSearchParams(fields).toString(),
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "sec-fetch-site": "same-origin",
          ...headers,
        },
      }),
  };
}
