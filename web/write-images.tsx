import { limits } from "../src/core/limits.ts";
import type { Upload } from "../src/post/uploads.ts";
import type { Reader } from "./reader.ts";

/** Largest image in words. */
export const megabytes = Math.floor(limits.imageBytes / 1024 / 1024);

/** The images of a post that is being written: what each shows is said in words, and another can be added. */
export function ImageFields({ reader, images }: { readonly reader: Reader; readonly images: readonly Upload[] }) {
  const { text } = reader.messages;
  return (
    <fieldset class="mt3 images">
      <legend>{text("write.images")}</legend>
      {images.length > 0 && (
        <ol role="list">
          {images.map((image, index) => (
            <ImageField reader={reader} image={image} number={index + 1} />
          ))}
        </ol>
      )}
      {images.length < limits.imagesPerPost && <NewImage reader={reader} />}
    </fieldset>
  );
}

function ImageField({ reader, image, number }: { reader: Reader; image: Upload; number: number }) {
  const { text } = reader.messages;
  const { id, alt, mediaType } = image;
  if (mediaType !== null) return <FileField reader={reader} file={image} number={number} />;
  return (
    <li>
      <input type="hidden" name="images" value={id} />
      <img src={`/drafts/images/${id}`} alt="" loading="lazy" decoding="async" />
      <div>
        <label for={`alt-${id}`}>{text("write.image-of", { number })}</label>
        <textarea
          id={`alt-${id}`}
          name={`alt-${id}`}
          class="short"
          maxlength={limits.attachmentText}
          dir="auto"
          rows={2}
        >
          {alt}
        </textarea>
        <button type="submit" name="do" value={`remove-${id}`} class="bare mini" formnovalidate>
          {text("write.image-remove", { number })}
        </button>
      </div>
    </li>
  );
}

/** A file that came with the post by mail: it stays as it is, or goes. */
function FileField({ reader, file, number }: { reader: Reader; file: Upload; number: number }) {
  return (
    <li>
      <input type="hidden" name="images" value={file.id} />
      <input type="hidden" name={`alt-${file.id}`} value={file.alt} />
      <div>
        <p>
          <bdi>{file.alt}</bdi>
        </p>
        <button type="submit" name="do" value={`remove-${file.id}`} class="bare mini" formnovalidate>
          {reader.messages.text("write.image-remove", { number })}
        </button>
      </div>
    </li>
  );
}

function NewImage({ reader }: { reader: Reader }) {
  const { text } = reader.messages;
  return (
    <>
      <label class="mt" for="image">
        {text("write.image")}
      </label>
      <input
        id="image"
        name="image"
        type="file"
        accept="image/jpeg,image/png,image/webp,image/gif,image/avif"
        aria-describedby="image-hint"
      />
      <p class="hint" id="image-hint">
        {text("write.images-hint", { size: megabytes, count: limits.imagesPerPost })}
      </p>
      <label class="mt" for="image-alt">
        {text("write.image-alt")}
      </label>
      <input id="image-alt" name="image-alt" maxlength={limits.attachmentText} dir="auto" autocomplete="off" />
      <button type="submit" name="do" value="add-image" class="ghost mini mt" formnovalidate>
        {text("write.image-add")}
      </button>
    </>
  );
}
