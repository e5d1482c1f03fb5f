import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import sharp from "sharp";
import type { PostId } from "../src/core/ids.ts";
import type { Attachment, Submission } from "../src/post/submission.ts";
import { submitPost } from "../src/post/submit-posts.ts";
import { createWeb } from "../web/app.tsx";
import { makeAuthor, makeCommunity } from "./make.ts";
import { makeSubmission } from "./make-submission.ts";
import { type TestApp, withApp } from "./with-app.ts";

/** A community, and a server elsewhere that has images. */
export interface ImageScene {
  readonly app: TestApp;
  readonly web: Hono;
  /** The server where images are. */
  readonly home: string;
  readonly asked: readonly string[];
  /** A post with which these come. */
  post(attachments: readonly Attachment[], more?: Partial<Submission>): Promise<PostId>;
}

/** Opens both. What ends with `.png` is an image there, `.gone` is not found, all else fails. */
export async function withImages(use: (scene: ImageScene) => Promise<void>): Promise<void> {
  const picture = await sharp({ create: { width: 40, height: 20, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url?.endsWith(".png")) response.end(picture);
    else response.writeHead(request.url?.endsWith(".gone") ? 404 : 500).end("<svg/>");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const dataDir = await mkdtemp(join(tmpdir(), "folkmoot-images-"));
  try {
    await withApp(
      async (app) => {
        const communityId = await makeCommunity(app);
        const authorId = await makeAuthor(app);
        const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const post: ImageScene["post"] = async (attachments, more = {}) => {
          const outcome = await submitPost(app, makeSubmission({ ...more, communityId, authorId, attachments }));
          return (outcome as { postId: PostId }).postId;
        };
        await use({ app, web: createWeb(app), home, asked, post });
      },
      { dataDir, insecurePeers: true },
    );
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The page of a thread. */
export async function pageOf({ web }: ImageScene, id: PostId): Promise<string> {
  return await (await web.request(`/c/cats/t/${id}`)).text();
}

/** The paths of images in it. */
export function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/\/media\/[^\s"&]+/g)].map(([path]) => path);
}
