import type { LameDuckPace, StopContext } from '../contract/component.js';
import { createDeadline, type Deadline } from '../contract/deadline.js';
import type { StopMode } from '../contract/modes.js';
import type { Phase } from '../contract/phases.js';
import type { HookPorts, RunningHook } from './hook-ports.js';

/** Creates what a hook is called with. Everything in it may be taken out by destructuring. */
export function createStopContext(ports: HookPorts, run: RunningHook): StopContext {
  return new HookContext(ports, run);
}

class HookContext implements StopContext {
  readonly mode: StopMode;
  declare readonly lameDuck?: LameDuckPace;
  readonly #ports: HookPorts;
  readonly #run: RunningHook;

  constructor(ports: HookPorts, run: RunningHook) {
    this.mode = ports.ladder.mode; // the mode may change while the hook runs
    this.#ports = ports;
    this.#run = run;
    const { lameDuck } = ports.ladder;
    if (lameDuck !== undefined) this.lameDuck = lameDuck;
  }

  get phase(): Phase {
    return this.#run.task.phase;
  }

  get reason(): string {
    return this.#ports.reason;
  }

  get cut(): AbortSignal {
    return this.#ports.cut;
  }

  get stopDeadline(): Deadline {
    return this.#ports.stopDeadline;
  }

  get deadline(): Deadline {
    return createDeadline(this.#ports.clock, () => this.#run.endMs);
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }

  get progress(): StopContext['progress'] {
    const { node, phase } = this.#run.task;
    return (detail) => this.#ports.emitter.emit('progress', { component: node.name, phase, ...detail });
  }

  get account(): StopContext['account'] {
    return (work) => this.#ports.ledger.add(this.#run.task.node, work);
  }

  get partStep(): StopContext['partStep'] {
    const component = this.#run.task.node.name;
    return (part, step) => this.#ports.emitter.emit('part-step', { component, part, ...step });
  }

  get part(): StopContext['part'] {
    return (report) => void this.#run.task.node.parts.push(report);
  }

  get detail(): StopContext['detail'] {
    const { node } = this.#run.task;
    return (details) => {
      node.details = { ...node.details, ...details };
    };
  }

  get note(): StopContext['note'] {
    return (note) => this.#ports.note({ component: this.#run.task.node.name, ...note });
  }
}
