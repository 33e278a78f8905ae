/** Names for new things; the maker stands in app, so that tests can hand in a counting one. */
export interface Ids {
  /** A UUID version 4. */
  uuid(): string;
  /** `prefix` and ten characters of lower-case base32: `bt_k3v9q2m4r7`. */
  short(prefix: string): string;
}
