import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Starts one of the services and waits until it runs.
 * @param {string} name
 */
export async function startService(name) {
  const script = fileURLToPath(new URL(`services/${name}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const running = await new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      const line = /^running(?: (\d+))?$/m.exec(output);
      if (line !== null) resolve(line);
    });
    void exited.then(([code]) => reject(new Error(`${name} ended with ${code} before it ran:\n${errors}`)));
  });
  return {
    /** Where it listens, if it does. */
    port: Number(running[1]),
    /**
     * @param {NodeJS.Signals} signal
     * @returns {Promise<number | null>} the exit code
     */
    async stop(signal) {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}
