/** How a server program is started. */
export interface ServerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server under test: one entry is all that it takes to add another. */
export interface ServerEntry {
  /** What `--only` takes. */
  readonly name: string;
  /** What tables call it. */
  readonly title: string;
  /** The signal that asks it to stop. */
  readonly stopSignal: NodeJS.Signals;
  /** What runs it: a program on Node, a built one, or a proxy in front of a server that goes on. */
  readonly kind: 'node' | 'binary' | 'proxy';
  readonly command: ServerCommand;
  /** Files that must be there; others are not started. @default only the program */
  readonly requires?: readonly string[];
}
