import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { type Browser, chromium, type Locator } from "playwright-core";
import type { Config } from "../../src/core/config.ts";
import { createWeb } from "../../web/app.tsx";
import { stillImages } from "../still-images.ts";
import { type CommittedApp, withCommittedApp } from "../with-app.ts";

/** How long the browser may take for one step on a machine that is busy, in milliseconds: less than a test, so that it says which. */
const oneStep = 240_000;

/** How long a test may look at many pages on a machine that is busy, in milliseconds. Nothing waits for this. */
export const manyPages = 600_000;

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser of this machine; `undefined` when there is none. */
export const chromiumPath = places.find((place) => existsSync(place));

/** Says aloud that the tests in a browser do not run, and why. @returns whether they can */
export function hasBrowser(): boolean {
  if (chromiumPath === undefined)
    process.stderr.write("NO BROWSER: the tests in Chromium are SKIPPED. Install it: apt-get install -y chromium\n");
  return chromiumPath !== undefined;
}

let opened: Promise<Browser> | undefined;

/** The browser of this worker. It stays open for the next test; what is opened in it goes with the site that it looks at. */
export async function openBrowser(): Promise<Browser> {
  if (!(await opened)?.isConnected()) opened = launch();
  return await opened!;
}

async function launch(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath!,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  browser.on("context", (context) => context.setDefaultTimeout(oneStep));
  return browser;
}

/** Clicks on what leads to another page, and waits for that: the click alone may be over while the page before is still there. */
export async function leaveBy(way: Locator): Promise<void> {
  await Promise.all([way.page().waitForEvent("load"), way.click()]);
}

/** Runs a test on the pages of a real server with a database of its own. */
export async function withSite(
  test: (app: CommittedApp["app"], url: string) => Promise<void>,
  changes: Partial<Config> = {},
  /** A device signs in to a name, not to an address. */
  name: "127.0.0.1" | "localhost" = "127.0.0.1",
): Promise<void> {
  await withCommittedApp(async ({ app }) => {
    const server = createServer();
    const url = (await listen(server)).replace("127.0.0.1", name);
    // The pages are those of the server that the browser talks to, so that their own addresses work.
    const served = { ...app, config: { ...app.config, ...changes, origin: url } };
    server.on("request", getRequestListener(createWeb(served, { images: stillImages }).fetch));
    try {
      await test(served, url);
    } finally {
      for (const context of (await opened)?.contexts() ?? []) await context.close();
      server.closeAllConnections();
      server.close();
    }
  });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
