import { fork } from 'node:child_process';
import { programFile } from '../own-package.js';

/** Watches over the judge: should it vanish (SIGKILL, a crash), every server that it has started is ended. */
export interface Guardian {
  /** The judge has ended everything by itself. */
  dismiss(): void;
}

/** Starts the guardian of all processes whose family mark begins with `mark`. */
export function startGuardian(mark: string): Guardian {
  const module = programFile('server/guardian-process');
  const child = fork(module, [mark], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  // Without a guardian the judge still ends what it starts, as long as it lives.
  child.on('error', () => undefined);
  child.unref();
  child.channel?.unref();
  return { dismiss: () => child.kill('SIGKILL') };
}
