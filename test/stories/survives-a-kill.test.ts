import { expect, test } from "vitest";
import { startPeer } from "../fediverse.ts";
import { receivedLike } from "../received-like.ts";
import { freePort, startServerProcess, temporaryDirectory } from "../server-process.ts";

test("what was acknowledged with 202 is in the archive after kill -9, and its boost goes out once", async () => {
  const directory = temporaryDirectory();
  const peer = await startPeer();
  const port = await freePort();
  try {
    const inboxOnly = await startServerProcess(directory.path, port, { ROLES: "web" });
    const made = JSON.parse(
      await inboxOnly.command("community", "create", "gardeners", "--name", "The Gardeners", "--json"),
    );
    const ana = peer.person("ana");
    const follow = { id: `${ana.iri}/follows/1`, type: "Follow", actor: ana.iri, object: made.actorId };
    const { note, create } = ana.note("How do you keep slugs off lettuce?", { cc: [made.actorId] });
    for (const activity of [follow, create]) {
      const body = { "@context": "https://www.w3.org/ns/activitystreams", ...activity };
      expect((await fetch(ana.request(`${inboxOnly.origin}/inbox`, body))).status).toBe(202);
    }
    await inboxOnly.kill();

    const whole = await startServerProcess(directory.path, port);
    const isBoost = ({ type, object }: Record<string, unknown>) => type === "Announce" && object === note.id;
    await receivedLike(peer, isBoost, 1);
    const page = await (await fetch(`${whole.origin}/c/gardeners`)).text();
    await whole.stop();

    expect(page).toContain("How do you keep slugs off lettuce?");
    expect(peer.received.filter(({ activity }) => isBoost(activity))).toHaveLength(1);
  } finally {
    await peer.close();
    directory.remove();
  }
}, 300_000);
