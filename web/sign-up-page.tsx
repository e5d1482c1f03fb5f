import type { DomainErrorCode } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { MailInput } from "./mail-input.tsx";
import type { Reader } from "./reader.ts";
import { Fault, FormPage } from "./sign-in-page.tsx";

export interface SignUpFields {
  readonly handle: string;
  readonly name: string;
  readonly address: string;
}

interface SignUpPageProps {
  readonly reader: Reader;
  readonly fields: SignUpFields;
  readonly asks: { readonly address: boolean };
  readonly fault?: DomainErrorCode;
}

/** What a new account needs. */
export function SignUpPage({ reader, fields, asks, fault }: SignUpPageProps) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="sign-up.title">
      <p class="mt">{text("sign-up.intro", { host: reader.site.host })}</p>
      <form method="post" action="/sign-up">
        {fault && <Fault id="fault" words={text(`sign-up.fault.${fault}`)} />}
        <label class="mt" for="handle">
          {text("sign-up.handle")}
        </label>
        <input
          id="handle"
          name="handle"
          required
          maxlength={limits.handleLength}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          dir="ltr"
          value={fields.handle}
          aria-describedby={fault ? "fault handle-hint" : "handle-hint"}
          aria-invalid={fault ? "true" : undefined}
        />
        <p class="hint" id="handle-hint">
          {text("sign-up.handle-hint", { host: reader.site.host })}
        </p>
        <label class="mt" for="name">
          {text("profile.name")}
        </label>
        <input id="name" name="name" maxlength={limits.nameLength} autocomplete="name" dir="auto" value={fields.name} />
        {asks.address && (
          <>
            <label class="mt" for="address">
              {text("sign-up.address")}
            </label>
            <MailInput id="address" value={fields.address} aria-describedby="address-hint" />
            <p class="hint" id="address-hint">
              {text("sign-up.address-hint")}
            </p>
          </>
        )}
        <button type="submit" class="mt2">
          {text("sign-up.make")}
        </button>
      </form>
    </FormPage>
  );
}
