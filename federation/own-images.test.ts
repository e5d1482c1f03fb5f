import sharp from "sharp";
import { expect, test } from "vitest";
import { takeFile, takeImage } from "../src/post/uploads.ts";
import { writePost } from "../src/post/write-post.ts";
import { withFederation } from "../test/federated-app.ts";
import { makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { irisOf } from "./iris.ts";

test("an image of a post goes out with it, described in words and blurred, and its address answers", () =>
  withFederation(async (federated) => {
    const { app, settle, door } = federated;
    const communityId = await makeCommunity(app);
    await makeMember(app, communityId);
    const { authorId } = await makePerson(app);
    const bytes = await sharp({ create: { width: 40, height: 20, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    const image = await takeImage(app, { authorId, bytes, alt: "A teal wall" });
    const file = await takeFile(app, { authorId, bytes, name: "wall plan.pdf", mediaType: "application/pdf" });

    const outcome = await writePost(app, {
      authorId,
      communityId,
      key: "k",
      text: "Look",
      images: [image.id, file.id],
    });
    await settle();

    const id = (outcome as { postId: string }).postId;
    const iri = irisOf(app.config.origin).post(id as never);
    const answer = await door.routes.request(iri, { headers: { accept: "application/activity+json" } });
    const note = (await answer.json()) as { attachment: unknown; "@context": unknown };
    expect(note.attachment).toEqual([
      {
        type: "Image",
        url: `${app.config.origin}/media/own/${image.id}/large.webp`,
        mediaType: "image/webp",
        name: "A teal wall",
        width: 40,
        height: 20,
        blurhash: expect.stringMatching(/^[!-~]{6,}$/),
      },
      {
        type: "Document",
        url: `${app.config.origin}/media/files/${file.id}/wall%20plan.pdf`,
        mediaType: "application/pdf",
        name: "wall plan.pdf",
      },
    ]);
    expect(JSON.stringify(note["@context"])).toContain("toot:blurhash");
  }));
