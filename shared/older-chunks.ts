/** What `./pulse reindex --all` would do, as `--dry-run` tells it. */
export interface ReindexEstimate {
  readonly documents: number;
  readonly chunks: number;
  /** Of these, chunks that an earlier version of the rules cut. */
  readonly olderDocuments: number;
  readonly olderChunks: number;
  /** At the pace of the last documents; null where none was embedded lately. */
  readonly minutes: number | null;
}

/** Says in one sentence how many chunks are older, and what cutting them again would take. */
export function describeOlderChunks({ chunks, olderChunks, minutes }: ReindexEstimate): string {
  if (olderChunks === 0) return `All ${chunks} chunks were cut by the present rules.`;
  const time =
    minutes === null ? '' : ` in about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return (
    `${olderChunks} of ${chunks} chunks were cut by earlier rules. They are found as before, and ` +
    `nothing makes them anew by itself: ./pulse reindex --all would, all ${chunks}${time}.`
  );
}
