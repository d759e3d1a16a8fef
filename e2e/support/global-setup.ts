import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { keepExtraCertificates } from './extra-certificates.js';
import { findProcessesOfRun, runMarker } from './processes-of-run.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds the packages, since end-to-end tests run what users get, and marks the environment that every process of
 * the run inherits. When the tests are over, a process that still carries the mark is ended and fails the run.
 */
export default function setup(): () => void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  const run = randomUUID();
  process.env[runMarker] = run;
  keepExtraCertificates();
  return () => {
    const left = findProcessesOfRun(run);
    if (left.length === 0) return;
    for (const { pid, command } of left) {
      console.error(`A test left process ${pid} running: ${command}`);
      endIfAlive(pid);
    }
    process.exitCode = 1;
  };
}

function endIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
