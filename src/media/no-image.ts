/**
 * Why an image cannot be shown.
 *
 * refused: there is none that we would show, and asking again changes nothing · unreachable: its home does not give it · busy: we have too
 * much to do.
 */
export class NoImage extends Error {
  override readonly name = "NoImage";
  readonly kind: "refused" | "unreachable" | "busy";

  constructor(kind: NoImage["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
