import { expect, test } from "vitest";
import { makeMenders } from "../test/make-menders.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

test("every page that is linked to is there", () =>
  withApp(async (app) => {
    await makeMenders(app);
    const web = createWeb(app);

    const seen = new Set(["/"]);
    for (const path of seen) {
      const response = await web.request(path);
      expect([path, response.status]).toEqual([path, response.status === 301 ? 301 : 200]);
      if (!response.headers.get("content-type")?.startsWith("text/html")) continue;
      for (const [, href] of (await response.text()).matchAll(/<a [^>]*?href="(\/[^"#]*)/g))
        seen.add(href!.replaceAll("&amp;", "&"));
    }

    expect(seen.size).toBeGreaterThan(30);
  }));
