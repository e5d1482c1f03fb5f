import { escapeHtml, sanitize } from "../src/core/html.ts";
import { drawEmoji, drawImages, imagesOfHtml } from "../src/core/html-images.ts";
import type { ImagePaths, ImageSize } from "../src/media/image-paths.ts";
import type { PlacedAttachment } from "../src/post/attachments.ts";

/** A post with what came with it. */
export interface Illustrated {
  readonly id: string;
  readonly html: string;
  readonly attachments: readonly PlacedAttachment[];
  readonly warning: string | undefined;
  readonly sensitive: boolean;
}

/** Whether the images of a post are folded away by themselves; those behind a warning already are, with the words. */
export function foldsImages({ sensitive, warning }: Illustrated): boolean {
  return sensitive && warning === undefined;
}

/** The images of a post that do not stand among its words. */
export function imagesBesideWords(post: Illustrated): readonly PlacedAttachment[] {
  const images = post.attachments.filter(({ kind }) => kind === "image");
  if (images.length === 0 || foldsImages(post)) return images;
  const inWords = new Set(imagesOfHtml(sanitize(post.html)).map(({ url }) => url));
  return images.filter(({ url }) => !inWords.has(url));
}

/** Where images are seen. */
export interface Gallery {
  readonly images: ImagePaths;
  /** What goes before their paths. */
  readonly base: string;
  /** What is said of one that its author did not describe. */
  readonly undescribed: string;
}

/** The words of a post, fit to be shown, with the images and emoji that stand among them. */
export function illustrate(post: Illustrated, { images, base, undescribed }: Gallery): string {
  const html = sanitize(post.html);
  if (post.attachments.length === 0) return html;
  const pathOf = ({ position, url, uploadId }: PlacedAttachment, size: ImageSize) =>
    escapeHtml(`${base}${images.pathOf({ postId: post.id, position, url, uploadId }, size)}`);
  const find = (kind: PlacedAttachment["kind"], is: (one: PlacedAttachment) => boolean) =>
    post.attachments.find((one) => one.kind === kind && is(one));
  const drawn = drawImages(html, (url) => {
    const image = foldsImages(post) ? undefined : find("image", (one) => one.url === url);
    const alt = escapeHtml(image?.alt ?? undescribed);
    return (
      image &&
      `<a class="image" href="${pathOf(image, "large")}" rel="nofollow"><img class="u-photo" src="${pathOf(image, "small")}" alt="${alt}" loading="lazy" decoding="async"></a>`
    );
  });
  return drawEmoji(drawn, (name) => {
    const emoji = find("emoji", ({ alt }) => alt === name);
    return (
      emoji && `<img class="emoji" src="${pathOf(emoji, "emoji")}" alt=":${name}:" title=":${name}:" loading="lazy">`
    );
  });
}
