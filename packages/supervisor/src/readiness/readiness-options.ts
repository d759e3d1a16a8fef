/** How it is seen that the command is ready to serve. */
export type ReadinessOptions =
  /** A GET of this URL (`http:`) is answered with a status from 200 to 399. */
  | { readonly kind: 'http'; readonly url: string }
  /** A connection is accepted there. */
  | { readonly kind: 'tcp'; readonly host?: string; readonly port: number }
  /** A line of its standard output or its standard error matches; both then go through this process. */
  | { readonly kind: 'log'; readonly pattern: RegExp | string }
  /** A file is there that was not when the command was started, or has been written since. */
  | { readonly kind: 'file'; readonly path: string };

/** Readiness with every default in its place. */
export type ResolvedReadiness =
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'log'; readonly pattern: RegExp }
  | { readonly kind: 'file'; readonly path: string };

/** In a few words, for messages. */
export function describeReadiness(readiness: ResolvedReadiness): string {
  switch (readiness.kind) {
    case 'http':
      return `an answer of ${readiness.url}`;
    case 'tcp':
      return `a connection to ${readiness.host}:${readiness.port}`;
    case 'log':
      return `a line that matches ${String(readiness.pattern)}`;
    case 'file':
      return `the file ${readiness.path}`;
  }
}
