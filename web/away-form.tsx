import { CopyField } from "./copy-field.tsx";
import type { Reader } from "./reader.ts";

/** Why the way to somebody's own server could not be found. */
export type AwayError = "empty" | "unreadable" | "here" | "unreachable" | "busy";

export interface AwayFormProps {
  readonly reader: Reader;
  readonly act: "follow" | "reply" | "report";
  /** Where the form is sent. */
  readonly path: string;
  /** What stands in the field. */
  readonly home?: string | undefined;
  readonly remembered?: boolean;
  readonly error?: { readonly kind: AwayError; readonly host: string } | undefined;
  /** What can be copied instead. */
  readonly address?: string | undefined;
}

/** An example of an address, for sentences. */
const example = <bdi dir="ltr">@ana@social.example</bdi>;

/** Asks for somebody's own server, to lead them there. */
export function AwayForm({ reader, act, path, home, remembered = false, error, address }: AwayFormProps) {
  const { text, rich } = reader.messages;
  return (
    <form method="post" action={path}>
      <label for="home">{text("away.label")}</label>
      <input
        id="home"
        name="home"
        value={home}
        dir="ltr"
        maxlength={500}
        autocapitalize="none"
        spellcheck={false}
        aria-describedby={error ? "home-error home-hint" : "home-hint"}
        aria-invalid={error ? "true" : undefined}
        autofocus={error !== undefined}
      />
      {error && (
        <p class="wrong" id="home-error">
          {rich(`away.error.${error.kind}`, { host: <bdi dir="ltr">{error.host}</bdi>, example })}
        </p>
      )}
      <p class="hint" id="home-hint">
        {rich("away.hint", { example })}
      </p>
      <label class="opt">
        <input type="checkbox" name="remember" value="1" checked={remembered} />
        <span>{text("away.remember")}</span>
      </label>
      <p class="mt">
        <button type="submit">{text(`away.go.${act}`)}</button>
      </p>
      {address && <CopyField reader={reader} id="address" label={text("away.copy")} value={address} />}
    </form>
  );
}
