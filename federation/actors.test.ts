import { expect, test } from "vitest";
import { findPerson } from "../src/author/find-actor.ts";
import { findRemoteActors } from "../src/author/record-author.ts";
import { limits } from "../src/core/limits.ts";
import { authors } from "../src/db/schema/identity.ts";
import { withHome } from "../test/homes.ts";
import { runJobs } from "../test/jobs.ts";
import { fetchActor, refreshActor, refreshActorJob, resolveActors } from "./actors.ts";
import { FetchFailure } from "./documents.ts";

const isActor = (path: string) => path.startsWith("/users/");

test("actors that are unknown are got from their homes, the others are not asked for", () =>
  withHome(async ({ home, source }) => {
    const people = Array.from({ length: 20 }, (_, index) => home.person(`p${index}`).iri);
    const first = await resolveActors(source, people.slice(0, 15));
    const second = await resolveActors(source, [...people, ...people]);

    expect([...first.keys()].sort()).toEqual(people.slice(0, 15).sort());
    expect(second.size).toBe(20);
    expect(second.get(people[0]!)).toBe(first.get(people[0]!));
    expect(home.fetched.filter(isActor)).toHaveLength(20);
  }));

test("who cannot be had is absent: no actor, another actor, nobody, elsewhere, here", () =>
  withHome(async ({ app, home, source }) => {
    const ann = home.person("ann");
    home.publish({ id: `${home.origin}/notes/1`, type: "Note", attributedTo: ann.iri });
    home.publish(ann.document, "/@ann");
    home.person("thief", { inbox: "http://127.0.0.2:1/inbox" });
    const wanted = [
      `${home.origin}/notes/1`,
      `${home.origin}/@ann`,
      `${home.origin}/users/thief`,
      `${home.origin}/users/nobody`,
    ];

    const found = await resolveActors(source, [
      ...wanted,
      "http://127.0.0.1:9/ann",
      `${app.config.origin}/actors/1`,
      "",
    ]);

    expect(found.size).toBe(0);
    expect((await findRemoteActors(app.db, [ann.iri])).size).toBe(1);
  }));

test("one round of work asks no more homes than the limit", () =>
  withHome(async ({ home, source }) => {
    const people = Array.from({ length: limits.actorsPerRound + 5 }, (_, index) => home.person(`p${index}`).iri);

    expect((await resolveActors(source, people)).size).toBe(limits.actorsPerRound);
  }));

test("an actor whose document is old is asked for again in the background", () =>
  withHome(async ({ app, home, source }) => {
    const ann = home.person("ann");
    await resolveActors(source, [ann.iri]);
    home.publish({ ...ann.document, name: "Ann B." });
    app.advance(limits.actorFreshness + 1);
    const before = home.fetched.length;

    expect((await resolveActors(source, [ann.iri])).size).toBe(1);
    expect(home.fetched).toHaveLength(before);
    await runJobs(app, refreshActorJob, async (jobs) => {
      for (const { iri } of jobs) await refreshActor(source, iri);
    });

    expect(await app.db.select().from(authors)).toMatchObject([{ name: "Ann B." }]);
  }));

test("an actor that is gone is noted, left alone for a while, and back when their home shows them", () =>
  withHome(async ({ app, home, source }) => {
    const ann = home.person("ann");
    await resolveActors(source, [ann.iri]);
    home.remove(ann.iri, 410);
    await expect(fetchActor(source, ann.iri)).rejects.toBeInstanceOf(FetchFailure);
    const isGone = async () => (await findRemoteActors(app.db, [ann.iri])).get(ann.iri)?.goneAt !== undefined;
    expect(await isGone()).toBe(true);

    home.publish(ann.document);
    expect((await resolveActors(source, [ann.iri])).size).toBe(0);
    app.advance(limits.keyRetry + 1);
    expect((await resolveActors(source, [ann.iri])).size).toBe(1);
    expect(await isGone()).toBe(false);
  }));

test("an actor is shown at the host of their address when WebFinger leads both ways, else at their own (attack A13)", () =>
  withHome(async ({ app, home, source }) => {
    const ann = home.person("ann");
    const eve = home.person("eve");
    // One server under two names.
    const domain = home.host.replace("127.0.0.1", "localhost");
    const links = [{ rel: "self", type: "application/activity+json", href: ann.iri }];
    home.publish({ subject: `acct:ann@${domain}`, links }, "/.well-known/webfinger");

    await fetchActor(source, ann.iri);
    await fetchActor(source, eve.iri);

    expect(await findPerson(app.db, `ann@${domain}`)).toBe(ann.iri);
    expect(await findPerson(app.db, `eve@${home.host}`)).toBe(eve.iri);
  }));
