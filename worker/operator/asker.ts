/** Who asks for something, as its line of the log says; nothing of whoever types a command. */
export interface Asker {
  /** The name of the key, and never the key. */
  readonly key?: string | undefined;
  readonly requestId?: string;
}
