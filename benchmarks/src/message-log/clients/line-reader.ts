/** Cuts what comes from a socket into lines. */
export class LineReader {
  #rest = '';

  /** The lines that are complete, without their ends. */
  take(chunk: Buffer): readonly string[] {
    const lines = (this.#rest + chunk.toString('latin1')).split('\r\n');
    this.#rest = lines.pop() ?? '';
    return lines;
  }
}
