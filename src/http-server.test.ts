import { once } from "node:events";
import { connect } from "node:net";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { DomainError } from "./core/errors.ts";
import { composeHttp, listenHttp } from "./http-server.ts";

const here = { host: "127.0.0.1", port: 0 };

test("each part answers what it knows and leaves the rest to the next", async () => {
  const first = new Hono().get("/a", (c) => c.text("first")).get("/b", async (_, next) => await next());
  const second = new Hono().get("/a", (c) => c.text("never")).get("/b", (c) => c.text("second"));
  const http = composeHttp([first, second]);

  const answers = await Promise.all(["/a", "/b", "/c"].map(async (path) => await http.request(path)));

  expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(["first", "second", "not found"]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404]);
});

test("a stranger learns nothing of what failed", async () => {
  const http = composeHttp([
    new Hono().get("/", () => {
      throw new Error("the secret is 42");
    }),
  ]);

  const answer = await http.request("/");

  expect(answer.status).toBe(500);
  expect(await answer.text()).toBe("something went wrong here");
});

test("while the database is away the answer is to try again", async () => {
  const http = composeHttp([
    new Hono().get("/", () => {
      throw new Error("query failed", { cause: Object.assign(new Error("gone"), { code: "ECONNREFUSED" }) });
    }),
  ]);

  const answer = await http.request("/");

  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("5");
});

test("a client that hangs up while it sends is not mistaken for a database that is away", async () => {
  const status = Promise.withResolvers<number>();
  const reading = Promise.withResolvers<void>();
  const counted = new Hono().use(async (c, next) => {
    await next();
    status.resolve(c.res.status);
  });
  const read = new Hono().post("/", async (c) => {
    reading.resolve();
    return c.text(await c.req.text());
  });
  const server = await listenHttp(composeHttp([counted, read]), here);
  const client = connect(server.port, "127.0.0.1");
  client.write("POST / HTTP/1.1\r\nHost: moot\r\nContent-Length: 10\r\n\r\nhalf");
  await reading.promise;

  client.destroy();

  expect(await status.promise).toBe(400);
  await server.stop();
});

test("a port that is taken is refused in words", async () => {
  const server = await listenHttp(new Hono(), here);

  await expect(listenHttp(new Hono(), { ...here, port: server.port })).rejects.toThrow(DomainError);
  await expect(listenHttp(new Hono(), { ...here, port: server.port })).rejects.toThrow(`port ${server.port}`);
  await server.stop();
});

test("who stops the server waits for the requests that run", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  const slow = new Hono().get("/", async (c) => {
    asked.resolve();
    return c.text(await answer.promise);
  });
  const server = await listenHttp(slow, here);
  const response = fetch(`http://127.0.0.1:${server.port}/`);
  await asked.promise;

  const stopped = server.stop();
  answer.resolve("done");

  expect(await (await response).text()).toBe("done");
  await stopped;
});

test("a connection that sends nothing does not keep the server from stopping", async () => {
  const server = await listenHttp(new Hono(), here);
  const idle = connect(server.port, "127.0.0.1");
  await once(idle, "connect");
  const closed = once(idle, "close");

  await server.stop();

  await closed;
});
