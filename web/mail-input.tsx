import type { JSX } from "hono/jsx";

/** A field for an e-mail address. Browsers that check it themselves refuse letters beyond ASCII before the @. */
export function MailInput(more: JSX.IntrinsicElements["input"]) {
  return (
    <input
      name="address"
      type="text"
      inputmode="email"
      autocapitalize="none"
      spellcheck={false}
      autocomplete="email"
      dir="ltr"
      {...more}
    />
  );
}
