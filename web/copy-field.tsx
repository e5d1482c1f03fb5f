import type { Reader } from "./reader.ts";

interface CopyFieldProps {
  readonly reader: Reader;
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** Something to be copied: by hand, or with a button where scripts run. */
export function CopyField({ reader, id, label, value }: CopyFieldProps) {
  const { text } = reader.messages;
  return (
    <>
      <div class="between mt">
        <label for={id}>{label}</label>
        <button type="button" class="bare mini" data-copy={id} data-done={text("part.copied")} hidden>
          {text("part.copy")}
        </button>
      </div>
      <input id={id} class="handle" readonly value={value} dir="ltr" />
    </>
  );
}
