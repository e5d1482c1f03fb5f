import type { Reader } from "./reader.ts";
import { FormPage } from "./sign-in-page.tsx";

interface PasskeyPageProps {
  readonly reader: Reader;
  /** Whether the device makes a key or uses one. */
  readonly act: "create" | "get";
  /** The question, as the browser takes it. */
  readonly options: object;
  /** What the new key is to be called. */
  readonly name?: string;
}

/** Puts a question to the device of whoever looks. It is the one page that cannot do without a script, and says so to who has none. */
export function PasskeyPage({ reader, act, options, name }: PasskeyPageProps) {
  const { text } = reader.messages;
  const creates = act === "create";
  return (
    <FormPage reader={reader} title={creates ? "passkey.create" : "passkey.get"} script="passkeys.js">
      <form
        method="post"
        action={creates ? "/settings/passkeys/answer" : "/sign-in/passkey/answer"}
        data-passkey={act}
        data-options={JSON.stringify(options)}
      >
        <input type="hidden" name="answer" value="" />
        {creates && <input type="hidden" name="name" value={name ?? ""} />}
        <p class="mt" data-without>
          {text("passkey.script")}
        </p>
        <p class="mt" data-with hidden>
          {text(creates ? "passkey.create-how" : "passkey.get-how")}
        </p>
        <p class="fault" role="alert" data-failed hidden>
          {text("passkey.failed")}
        </p>
        <button type="submit" class="mt" data-with hidden>
          {text(creates ? "passkey.create-button" : "passkey.get-button")}
        </button>
      </form>
      <p class="mt2 side">
        <a href={creates ? "/settings" : "/sign-in"}>{text(creates ? "sessions.back" : "passkey.other")}</a>
      </p>
    </FormPage>
  );
}
