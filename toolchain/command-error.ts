/** A step that failed, with what a person can do about it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** What to do, as one or two sentences. */
  readonly remedy: string;

  constructor(problem: string, remedy: string, cause?: unknown) {
    super(problem, { cause });
    this.remedy = remedy;
  }
}
