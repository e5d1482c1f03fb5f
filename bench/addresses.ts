/** The address of the host with this number. */
export function addressOf(host: number): string {
  return `127.1.${host >> 8}.${host & 255}`;
}
