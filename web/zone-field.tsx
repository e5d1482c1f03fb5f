import type { Reader } from "./reader.ts";

/** By whose clock somebody lives. What they chose is there even where the list has it by another name. */
export function ZoneField({ reader, chosen }: { readonly reader: Reader; readonly chosen: string }) {
  const listed = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
  const zones = listed.includes(chosen) ? listed : [chosen, ...listed];
  return (
    <>
      <label class="mt" for="zone">
        {reader.messages.text("reading.zone")}
      </label>
      <select id="zone" name="zone" dir="ltr">
        {zones.map((zone) => (
          <option selected={zone === chosen}>{zone}</option>
        ))}
      </select>
    </>
  );
}
