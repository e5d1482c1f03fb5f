import { expect, test } from "vitest";
import { copyTemplate } from "../databases.ts";
import { startPeer } from "../fediverse.ts";
import { receivedLike } from "../received-like.ts";
import { freePort, startServerProcess, temporaryDirectory } from "../server-process.ts";

test("a community that follows another one archives what is said there, and passes it on to its own followers", async () => {
  const directories = [temporaryDirectory(), temporaryDirectory()] as const;
  const peer = await startPeer();
  const databases = await Promise.all([copyTemplate(), copyTemplate()]);
  const houses = await Promise.all(
    databases.map(async ({ url }, index) =>
      startServerProcess(directories[index]!.path, await freePort(), { DATABASE_URL: url, SECRET_KEY: "s".repeat(32) }),
    ),
  );
  const [cats, dogs] = houses as [(typeof houses)[0], (typeof houses)[0]];
  try {
    const ours = JSON.parse(await cats.command("community", "create", "cats", "--name", "Cats", "--json"));
    const theirs = JSON.parse(await dogs.command("community", "create", "dogs", "--name", "Dogs", "--json"));
    const ana = peer.person("ana");
    const follow = { id: `${ana.iri}/follows/1`, type: "Follow", actor: ana.iri, object: ours.actorId };
    await fetch(ana.request(`${cats.origin}/inbox`, { "@context": as, ...follow }));
    await peer.receives(1);
    await cats.command("community", "follow", "cats", theirs.actorId);
    await waitForFollower(theirs.actorId);

    const { note, create } = ana.note("A dog that likes cats", { cc: [theirs.actorId] });
    expect((await fetch(ana.request(`${dogs.origin}/inbox`, create))).status).toBe(202);

    const boosts = await receivedLike(peer, ({ type, object }) => type === "Announce" && object === note.id, 2);
    expect(boosts.map(({ actor }) => actor).sort()).toEqual([ours.actorId, theirs.actorId].sort());
    for (const [{ origin }, handle] of [
      [cats, "cats"],
      [dogs, "dogs"],
    ] as const) {
      expect(await (await fetch(`${origin}/c/${handle}`)).text()).toContain("A dog that likes cats");
    }
  } finally {
    await Promise.all(houses.map((house) => house.stop()));
    await peer.close();
    await Promise.all(databases.map(({ drop }) => drop()));
    for (const directory of directories) directory.remove();
  }
}, 300_000);

const as = "https://www.w3.org/ns/activitystreams";

/** The other house tells how many follow, as soon as it has answered the Follow. */
async function waitForFollower(actorId: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${actorId}/followers`, { headers: { accept: "application/activity+json" } });
    if (((await answer.json()) as { totalItems: number }).totalItems > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
