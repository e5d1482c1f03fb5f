import type { PlacedAttachment } from "../src/post/attachments.ts";
import { foldsImages, type Illustrated, imagesBesideWords } from "./illustrate.ts";
import type { Reader } from "./reader.ts";
import { safeUrl } from "./safe-url.ts";

interface AttachmentsProps {
  readonly reader: Reader;
  readonly post: Illustrated & { readonly language: string | undefined };
}

/** What came with a post and does not stand among its words: images to be seen, folded away when their author says that they are sensitive; all else as links. */
export function Attachments({ reader, post }: AttachmentsProps) {
  const images = imagesBesideWords(post);
  const links = post.attachments.filter(({ kind }) => kind === "file" || kind === "link");
  return (
    <>
      {images.length > 0 &&
        (foldsImages(post) ? (
          <details class="warning">
            <summary>{reader.messages.text("post.sensitive", { count: images.length })}</summary>
            <Images reader={reader} post={post} images={images} />
          </details>
        ) : (
          <Images reader={reader} post={post} images={images} />
        ))}
      {links.length > 0 && <Links links={links} language={post.language} />}
    </>
  );
}

interface ImagesProps {
  readonly reader: Reader;
  readonly post: { readonly id: string; readonly language: string | undefined };
  readonly images: readonly PlacedAttachment[];
  /** Where they are seen; unset: where those of posts are. */
  readonly pathOf?: ((image: PlacedAttachment, size: "small" | "large") => string) | undefined;
}

/** Images with the words that say what they show. */
export function Images({ reader, post, images, pathOf }: ImagesProps) {
  return (
    <div class={images.length > 1 ? "shown several" : "shown"}>
      {images.map((image) => (
        <Figure reader={reader} post={post} image={image} pathOf={pathOf} />
      ))}
    </div>
  );
}

/** An image of at least this width is worth a second, larger version. */
const widthOfSmall = 800;
const widthOfLarge = 1_600;

/** An image with the words that say what it shows, for everybody to see; who hears them with the image hears them once. */
function Figure({ reader, post, image, pathOf }: Omit<ImagesProps, "images"> & { image: PlacedAttachment }) {
  const { alt, width, height, url, position, uploadId } = image;
  const source = { postId: post.id, position, url, uploadId };
  const { images } = reader.site;
  const small = pathOf?.(image, "small") ?? images.pathOf(source, "small");
  const large = pathOf?.(image, "large") ?? images.pathOf(source, "large");
  const isLarge = width !== undefined && width > widthOfSmall;
  const language = post.language ?? "";
  return (
    <figure>
      <a href={large} lang={alt === undefined ? undefined : language}>
        <img
          class="u-photo"
          src={small}
          srcset={isLarge ? `${small} ${widthOfSmall}w, ${large} ${Math.min(width, widthOfLarge)}w` : undefined}
          sizes={isLarge ? "(min-width: 52rem) 39rem, 100vw" : undefined}
          width={width}
          height={height}
          alt={alt ?? reader.messages.text("post.image")}
          loading="lazy"
          decoding="async"
        />
      </a>
      {alt !== undefined && (
        <figcaption aria-hidden="true" lang={language} dir="auto">
          {alt}
        </figcaption>
      )}
    </figure>
  );
}

function Links({ links, language }: { links: readonly PlacedAttachment[]; language: string | undefined }) {
  return (
    <ul class="files">
      {links.map(({ url, alt }) => {
        const href = safeUrl(url);
        return (
          href && (
            <li>
              <a href={href} rel="nofollow ugc noopener noreferrer" lang={alt === undefined ? undefined : language}>
                <bdi>{alt ?? shownUrl(href)}</bdi>
              </a>
            </li>
          )
        );
      })}
    </ul>
  );
}

/** Where a link leads, in few words. */
function shownUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return pathname === "/" ? host : `${host}${pathname}`;
}
