/** How often the state is written while the service stops, in milliseconds: often enough to be watched. */
const statusEveryMs = 40;

/**
 * Writes what a lifecycle tells as lines of JSON: every event, and while the service stops its status too, which
 * says what is in flight.
 * @param {import('@quiesce/core').Lifecycle} lifecycle
 * @param {import('node:stream').Writable} output
 */
export function writeEvents(lifecycle, output) {
  /** @param {object} line */
  const write = (line) => output.write(`${JSON.stringify(line)}\n`);

  const followStop = () => {
    const writeStatus = () => write({ type: 'status', ...lifecycle.status() });
    const timer = setInterval(writeStatus, statusEveryMs);
    writeStatus();
    void lifecycle.stopped.then(() => clearInterval(timer));
  };
  lifecycle.signal.addEventListener('abort', followStop, { once: true });
  void (async () => {
    for await (const event of lifecycle.events()) write(event);
  })();
}
