/**
 * What the chunker asks the server that embeds: it may take shorter inputs than the model's files
 * say, and it counts tokens where those files cannot be had.
 */
export interface ModelServer {
  /** @returns the longest input in tokens, special ones counted */
  inputLimit(): Promise<number>;
  /** @returns the number of tokens of each text, special ones not counted */
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
}
