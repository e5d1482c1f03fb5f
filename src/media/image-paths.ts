import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** How large an image from elsewhere is shown: at most so wide and so high, in pixels; the picture of a person fills a square, and nothing is seen through it. */
export const imageSizes = {
  small: { width: 800, height: 2_400, fit: "inside" },
  large: { width: 1_600, height: 4_800, fit: "inside" },
  emoji: { width: 96, height: 96, fit: "inside" },
  avatar: { width: 192, height: 192, fit: "cover", ground: "white" },
} as const;

export type ImageSize = keyof typeof imageSizes;

/** An image that came with a post. */
export interface ImageSource {
  readonly postId: string;
  readonly position: number;
  /** Where it is. */
  readonly url: string;
  /** Set when it stands here: then it is seen where it is. */
  readonly uploadId?: string | undefined;
}

/** Where images from elsewhere are seen here. Only we can make such a path, so nobody can have us fetch what they like. */
export interface ImagePaths {
  pathOf(source: ImageSource, size: ImageSize): string;
  /** Whether we made the path of which this is the signature. */
  isSigned(signature: string, source: ImageSource, size: ImageSize): boolean;
}

/** Where an image stands that was brought here. It is permanent: other servers keep it. */
export function uploadPath(uploadId: string, size: "small" | "large"): string {
  return `/media/own/${uploadId}/${size}.webp`;
}

/**
 * Where the picture of a person elsewhere is seen here. It names the person, and nobody can have us fetch anything else by it; another
 * picture has another path.
 */
export function avatarPath(authorId: string, url: string): string {
  return `/media/people/${authorId}/${createHash("sha256").update(url).digest("base64url").slice(0, 16)}.webp`;
}

/** Where a file stands that was brought here. Its name is for whoever reads the address. */
export function filePath(uploadId: string, name: string): string {
  return `/media/files/${uploadId}/${encodeURIComponent(name || "file")}`;
}

/** Bytes of a signature: half of SHA-256, as much as is needed against guessing. */
const signatureBytes = 16;

/** A path names a post and the place of the image in it; its signature is over where the image is, too, so that another image has another path. */
export function createImagePaths(secretKey: string): ImagePaths {
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", "folkmoot: paths of images", 32));
  const sign = ({ postId, position, url }: ImageSource, size: ImageSize) =>
    createHmac("sha256", key)
      .update(JSON.stringify([size, postId, position, url]))
      .digest()
      .subarray(0, signatureBytes);
  return {
    pathOf: (source, size) =>
      source.uploadId !== undefined && (size === "small" || size === "large")
        ? uploadPath(source.uploadId, size)
        : `/media/${sign(source, size).toString("base64url")}/${size}/${source.postId}/${source.position}`,
    isSigned: (signature, source, size) => {
      const given = Buffer.from(signature, "base64url");
      return given.length === signatureBytes && timingSafeEqual(given, sign(source, size));
    },
  };
}

/** A size by its name, if there is one of that name. */
export function readImageSize(name: string): ImageSize | undefined {
  return name === "small" || name === "large" || name === "emoji" ? name : undefined;
}
