import { expect, test } from "vitest";
import { withCommittedApp } from "../../test/with-app.ts";
import type { Connection } from "./client.ts";

test("a notification is heard by those who listen to its channel", () =>
  withCommittedApp(async ({ connection: { sql } }) => {
    const heard = Promise.withResolvers<string>();
    await sql.listen("cats", heard.resolve);
    await sql.listen("dogs", () => heard.reject(new Error("heard by the wrong one")));

    await sql`select pg_notify('cats', 'miaow')`;

    expect(await heard.promise).toBe("miaow");
  }));

test("whoever listens is told when a lost connection is there again, and hears on", () =>
  withCommittedApp(async ({ connection }) => {
    const heard = Promise.withResolvers<string>();
    const again = Promise.withResolvers<void>();
    let times = 0;
    await connection.sql.listen("cats", heard.resolve, () => {
      if (++times === 2) again.resolve();
    });

    await cutListener(connection);
    await again.promise;
    await connection.sql`select pg_notify('cats', 'miaow')`;

    expect(await heard.promise).toBe("miaow");
  }));

test("whoever stopped listening hears no more", () =>
  withCommittedApp(async ({ connection: { sql } }) => {
    const heard: string[] = [];
    const last = Promise.withResolvers<string>();
    const { unlisten } = await sql.listen("cats", (word) => heard.push(word));
    await unlisten();
    await sql.listen("cats", last.resolve);

    await sql`select pg_notify('cats', 'miaow')`;
    await last.promise;

    expect(heard).toEqual([]);
  }));

async function cutListener({ sql }: Connection): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen "cats"%'`;
}
