import type { PostId } from "../src/core/ids.ts";
import type { OwnReactionKind } from "../src/post/react-here.ts";
import type { Reader } from "./reader.ts";

interface ReactButtonsProps {
  readonly reader: Reader;
  readonly post: { readonly id: PostId; readonly author: { readonly name: string } };
  /** What the reader made of it already. */
  readonly own: readonly OwnReactionKind[];
}

/** What somebody who is signed in can make of a post without a word: each button does one thing, and then takes it back. */
export function ReactButtons({ reader, post, own }: ReactButtonsProps) {
  const { text } = reader.messages;
  if (!reader.viewer) return null;
  const who = post.author.name;
  const likes = own.includes("like");
  const boosts = own.includes("boost");
  return (
    <form method="post" action={`/p/${post.id}/react`} class="react">
      <button
        type="submit"
        name="do"
        value={likes ? "unlike" : "like"}
        aria-label={text(likes ? "post.unlike-of" : "post.like-of", { who })}
      >
        {text(likes ? "post.unlike" : "post.like")}
      </button>{" "}
      <button
        type="submit"
        name="do"
        value={boosts ? "unboost" : "boost"}
        aria-label={text(boosts ? "post.unboost-of" : "post.boost-of", { who })}
      >
        {text(boosts ? "post.unboost" : "post.boost")}
      </button>{" "}
    </form>
  );
}
