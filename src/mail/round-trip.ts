import { setInterval } from "node:timers/promises";
import type { App } from "../app.ts";
import { describeBriefly } from "../core/describe-error.ts";
import { newId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { rememberMailKeys } from "../outbound/mail-key.ts";
import { closeProbe, hasArrived, openProbe } from "../outbound/mail-probe.ts";
import { openRelay } from "./deliver.ts";
import { findPlace } from "./place.ts";

/** How often it is asked whether the mail came: it comes to another process. */
const glance = 100;

/** What became of a mail to ourselves. */
export type RoundTrip =
  | { readonly outcome: "arrived"; readonly milliseconds: number }
  | { readonly outcome: "refused"; readonly words: string }
  | { readonly outcome: "lost"; readonly address: string };

/**
 * Sends a mail to an address of ours that is for this one alone, by the relay and signed as every other, and waits until a server takes it in.
 *
 * @param handle of a community, for what stands before us may know only the addresses of those
 * @param patience how long it may take from when the relay took it, in milliseconds
 * @throws when the database is away, or SMTP_URL is not set
 */
export async function makeRoundTrip(
  app: App,
  handle: string,
  patience: number = limits.probePatience,
): Promise<RoundTrip> {
  const relay = openRelay(app.config, rememberMailKeys(app));
  if (!relay) throw new Error("SMTP_URL is not set");
  const number = await openProbe(app);
  const address = findPlace(app).addresses.formatToken(handle, "probe", number);
  try {
    const started = performance.now();
    const words = "Folkmoot asks itself whether its mail comes back to it. Nobody needs to read this.";
    try {
      await relay.send({
        ...{ id: newId(app.now()), to: address, date: app.now(), language: "en" },
        ...{ subject: "Does mail come back?", text: `${words}\n`, html: `<p>${words}</p>` },
      });
    } catch (error) {
      return { outcome: "refused", words: describeBriefly(error) };
    }
    const arrived = await waitFor(() => hasArrived(app, number), patience);
    return arrived ? { outcome: "arrived", milliseconds: performance.now() - started } : { outcome: "lost", address };
  } finally {
    relay.close();
    await closeProbe(app, number);
  }
}

async function waitFor(holds: () => Promise<boolean>, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  if (await holds()) return true;
  for await (const _ of setInterval(glance)) {
    if (await holds()) return true;
    if (performance.now() > end) return false;
  }
  return false;
}
