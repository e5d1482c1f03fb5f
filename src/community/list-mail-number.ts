/** How many posts of one mail have addresses of their own. */
export const numberedPosts = 999;

/**
 * The number by which addresses with a token name a mail, or a post in it.
 *
 * @param place of the post in a digest, from 1 on; 0: the mail itself
 */
export function listMailNumber(id: number, place = 0): number {
  return id * (numberedPosts + 1) + place;
}

/** The mail that a number names. */
export function listMailId(number: number): number {
  return Math.floor(number / (numberedPosts + 1));
}

/** The place of the post in the mail that a number names; 0: the mail itself. */
export function placeInListMail(number: number): number {
  return number % (numberedPosts + 1);
}
