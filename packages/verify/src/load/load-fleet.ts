import { type ChildProcess, fork } from 'node:child_process';
import { JudgeError } from '../errors.js';
import { programFile } from '../own-package.js';
import type { FromLoadProcess, LoadAssignment, LoadResult, ToLoadProcess } from './assignment.js';
import { within } from './within.js';

/** The load processes of one run. */
export interface LoadFleet {
  /** Resolves true when all streams are in their stride, false when that took too long. */
  established(timeoutMs: number): Promise<boolean>;
  /** The server is taken out of routing; see `Routing`. */
  withdraw(medianMs: number): void;
  /** Ends the load and hands back every process's account. Throws {@link JudgeError} when one of them failed. */
  finish(graceMs: number): Promise<LoadResult[]>;
  destroy(): void;
}

const finishSlackMs = 10_000;

export function startLoadFleet(assignments: readonly LoadAssignment[]): LoadFleet {
  const members = assignments.map((assignment) => new LoadMember(assignment));
  return {
    async established(timeoutMs) {
      const all = Promise.all(members.map((member) => member.established)).then(() => true);
      return (await within(all, timeoutMs)) ?? false;
    },
    withdraw: (medianMs) => {
      for (const member of members) member.send({ type: 'withdraw', medianMs });
    },
    finish: async (graceMs) => await Promise.all(members.map((member) => member.finish(graceMs))),
    destroy: () => {
      for (const member of members) member.destroy();
    },
  };
}

class LoadMember {
  readonly established: Promise<void>;
  readonly #child: ChildProcess;
  readonly #result: Promise<LoadResult>;

  constructor(assignment: LoadAssignment) {
    const module = programFile('load/load-process');
    this.#child = fork(module, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const messages = new Promise<never>((_resolve, reject) => {
      this.#child.once('error', (error) =>
        reject(new JudgeError('cannot start a load process', { cause: error })),
      );
      this.#child.once('exit', (code, signal) => {
        reject(new JudgeError(`a load process ended early (${signal ?? code})`));
      });
    });
    this.established = Promise.race([messages, this.#message('established').then(() => undefined)]);
    this.#result = Promise.race([messages, this.#message('done').then(({ result }) => result)]);
    // Whoever waits on these gets the failure; nobody may be waiting yet.
    this.established.catch(() => undefined);
    this.#result.catch(() => undefined);
    this.send({ type: 'begin', assignment });
  }

  async finish(graceMs: number): Promise<LoadResult> {
    this.send({ type: 'finish', graceMs });
    const result = await within(this.#result, graceMs + finishSlackMs);
    this.destroy();
    if (result === undefined) throw new JudgeError('a load process did not hand its account over');
    return result;
  }

  destroy(): void {
    this.#child.kill('SIGKILL');
  }

  send(message: ToLoadProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  async #message<Type extends 'established' | 'done'>(
    type: Type,
  ): Promise<Extract<FromLoadProcess, { type: Type }>> {
    return await new Promise((resolve, reject) => {
      this.#child.on('message', (message: FromLoadProcess) => {
        if (message.type === 'failed') reject(new JudgeError(`a load process failed: ${message.message}`));
        else if (message.type === type) resolve(message as Extract<FromLoadProcess, { type: Type }>);
      });
    });
  }
}
