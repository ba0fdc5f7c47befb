/** One entry of the catalogue. */
export interface Explanation {
  /** One sentence that ends with a full stop. */
  readonly meaning: string;
  /** What had been tried when the code appeared. */
  readonly tried: string;
  /** What a person should look at next. */
  readonly check: string;
}
