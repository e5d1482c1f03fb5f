import { generateKeyPairSync } from "node:crypto";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { LocalActorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import type { HostClaim } from "../src/jobs/claim-deliveries.ts";
import { installGuard } from "../src/net/guard.ts";
import { deliverToHost, type HostContext } from "./deliver-host.ts";
import { createSlots, type Slots } from "./deliver-slots.ts";
import { hashBody } from "./http-signature-sign.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const signerId = "1" as LocalActorId;

/** A server on loopback, to be used with the guard of tests. */
async function withServer(answer: RequestListener, use: (host: string) => Promise<void>): Promise<void> {
  const guard = installGuard({ insecurePeers: true });
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await guard.close();
    server.closeAllConnections();
    server.close();
  }
}

function contextOf(slots: Slots, patience: number): HostContext {
  const isOver = () => false;
  const activities = new Map([["a", { signerId, body: hashBody("{}") }]]);
  const signers = new Map([[signerId, { keyId: "https://moot.example/actor#main-key", privateKey }]]);
  return { slots, activities, signers, userAgent: "test", now: () => new Date(), patience, isOver };
}

/** Deliveries to so many inboxes of a host that was quick so far. */
function claimOf(host: string, count: number): HostClaim {
  const giveUpAt = new Date("2199-01-01");
  const row = { activityId: "a", attempts: 0, refusals: 0, giveUpAt, retried: false };
  const inboxes = Array.from({ length: count }, (_, number) => `http://${host}/${number}`);
  const known = { failures: 0, failingSince: undefined, quick: true, signature: undefined, lastSuccessAt: undefined };
  const rows = inboxes.map((inbox) => ({ ...row, inbox, orderKey: "a" }));
  return { host, lease: "1", owed: 0, more: false, ...known, rows };
}

test("a server that does not answer keeps nobody else waiting for a place", () => {
  const silent: ServerResponse[] = [];
  return withServer(
    (_, response) => void silent.push(response),
    (late) =>
      withServer(
        (_, response) => response.writeHead(202).end(),
        async (well) => {
          const context = contextOf(createSlots(1, 1), 1);
          const waiting = deliverToHost(context, claimOf(late, 1));

          const { attempts } = await deliverToHost(context, claimOf(well, 3));

          expect(attempts.map(({ answer }) => answer.kind)).toEqual(["delivered", "delivered", "delivered"]);
          for (const response of silent) response.writeHead(202).end();
          expect((await waiting).attempts.map(({ answer }) => answer.kind)).toEqual(["delivered"]);
        },
      ),
  );
});

test("a quick server gets as many requests at once as a host may have, and never more", () => {
  let [open, most] = [0, 0];
  return withServer(
    (_, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open -= 1;
        response.writeHead(202).end();
      });
    },
    async (host) => {
      const { attempts } = await deliverToHost(contextOf(createSlots(50, 0), 1_000), claimOf(host, 16));

      expect(attempts).toHaveLength(16);
      expect(most).toBeLessThanOrEqual(limits.socketsPerHost);
    },
  );
});
