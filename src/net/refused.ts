/** A connection that the guard did not make. The message says what was wrong with its target. */
export class Refused extends Error {
  override readonly name = "Refused";
}
