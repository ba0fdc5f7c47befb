/**
 * How `./pulse index <folder>` hands a folder to the worker, on standard input: a line of JSON for
 * each entry, and one at the end.
 */
export type FolderLine = PageLine | FaultLine | EndLine;

/** A page as it is indexed. */
export interface PageLine {
  /** Within the folder, parted by slashes. */
  readonly path: string;
  /** What the document is called where its front matter says nothing else. */
  readonly fileUrl: string;
  readonly page: Readonly<Record<string, unknown>>;
}

/** An entry that could not be read: what is indexed of it stays. */
export interface FaultLine {
  readonly path: string;
  /** Of a folder it ends with a slash. */
  readonly fileUrl: string;
  readonly problem: string;
}

export interface EndLine {
  readonly end: {
    readonly leftOut: readonly LeftOutKind[];
    /** Whether all of the folder was read: what is indexed and not here is gone. */
    readonly isWhole: boolean;
    /** The command that removes what is gone. */
    readonly pruneCommand: string;
    /** What earlier versions called these documents: a URL, or the beginning of many. */
    readonly earlier: { readonly url: string; readonly deleteCommand: string } | null;
  };
}

export interface LeftOutKind {
  readonly kind: string;
  readonly count: number;
  /** The first ones; all of them where each has to be known. */
  readonly paths: readonly string[];
}
