import type { Readable, Writable } from 'node:stream';

/**
 * Passes on the output of a child, byte by byte, as fast as its reader takes it. When the reader goes away, the child
 * finds its pipe broken, as it would without us in between.
 */
export function passOn(from: Readable, to: Writable): void {
  from.pipe(to, { end: false });
  const broken = (): void => {
    from.unpipe(to);
    from.destroy();
  };
  to.once('error', broken);
  from.once('close', () => to.off('error', broken));
  // A child that is killed may break its pipe in the middle.
  from.on('error', () => {});
}
