import type { Child } from "hono/jsx";

/** The size of the drawing in its own units. */
const height = 80;
const step = 10;

export interface BarRow {
  readonly label: string;
  /** A number for each of the keys. */
  readonly values: readonly number[];
  /** What else the table says of it. */
  readonly more?: readonly string[];
}

interface BarsProps {
  readonly title: string;
  /** What the parts of a bar are, from the bottom to the top; at most three. */
  readonly keys: readonly string[];
  /** Oldest first, and not empty. */
  readonly rows: readonly BarRow[];
  /** The heads of the table: of the first column, and of what the rows say more. */
  readonly head: { readonly row: string; readonly more?: readonly string[] };
  readonly tableLabel: string;
}

/** A bar for every row, in parts that stand on each other; and the same as a table, for whoever wants the figures or cannot see them. */
export function Bars({ title, keys, rows, head, tableLabel }: BarsProps) {
  const most = Math.max(1, ...rows.map(({ values }) => total(values)));
  return (
    <div class="bars">
      <ul class="keys" role="list">
        {keys.map((key, place) => (
          <li>
            <i class={`s${place}`} />
            {key}
          </li>
        ))}
      </ul>
      <svg viewBox={`0 0 ${rows.length * step} ${height}`} preserveAspectRatio="none" role="img" aria-label={title}>
        {rows.flatMap(({ values }, row) => partsOf(values, row * step, most))}
      </svg>
      <div class="cap">
        <span>{rows[0]?.label}</span>
        <span>{rows.at(-1)?.label}</span>
      </div>
      <details>
        <summary>{tableLabel}</summary>
        <Figures
          title={title}
          head={[head.row, ...keys, ...(head.more ?? [])]}
          rows={rows.map(({ label, values, more = [] }) => [label, ...values.map(String), ...more])}
        />
      </details>
    </div>
  );
}

function partsOf(values: readonly number[], x: number, most: number): readonly Child[] {
  let top = height;
  return values.map((value, place) => {
    const tall = Math.round((value / most) * (height - 2) * 100) / 100;
    top -= tall;
    return value > 0 && <rect class={`s${place}`} x={x + 1} y={top} width={step - 2} height={tall} />;
  });
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

interface FiguresProps {
  readonly title: string;
  readonly head: readonly string[];
  /** The first cell of each says what it is of. */
  readonly rows: readonly (readonly Child[])[];
}

/** A table of figures, which scrolls for itself where it is too wide. */
export function Figures({ title, head, rows }: FiguresProps) {
  return (
    <div class="scroll" tabindex={0} role="group" aria-label={title}>
      <table class="figures">
        <thead>
          <tr>
            {head.map((cell) => (
              <th scope="col">{cell}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, ...cells]) => (
            <tr>
              <th scope="row">{label}</th>
              {cells.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
