import { Hono } from "hono";
import { expect, test } from "vitest";
import { withApp } from "../test/with-app.ts";
import { recordInbound } from "./jobs/inbound.ts";
import { createMetrics } from "./metrics.ts";

test("figures are written as Prometheus reads them", () =>
  withApp(async (app) => {
    const metrics = createMetrics(app);
    const http = new Hono().use(metrics.count).get("/", (c) => c.text("here"));
    await recordInbound(
      app.db,
      [{ iri: "https://a.example/1", actorIri: "https://a.example/ann", body: "{}" }],
      app.now(),
    );
    app.advance(90_000);

    await Promise.all([http.request("/"), http.request("/"), http.request("/nowhere")]);
    const text = await metrics.write();
    metrics.stop();

    const lines = text.split("\n");
    expect(lines).toContain('folkmoot_http_responses_total{status="2xx"} 2');
    expect(lines).toContain('folkmoot_http_responses_total{status="4xx"} 1');
    expect(lines).toContain('folkmoot_inbound_activities{state="waiting"} 1');
    expect(lines).toContain("folkmoot_inbound_oldest_seconds 90");
    for (const line of lines.slice(0, -1))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)$/);
    expect(lines.at(-1)).toBe("");
  }));
