import type { Lifecycle } from '../contract/lifecycle.js';
import type { ComponentState } from '../contract/status.js';

/** One component. */
export interface HealthOf {
  readonly status: 'up' | 'down';
  readonly state: ComponentState;
  readonly pending?: number;
}

/** In the shape of `HealthCheckResult` of `@nestjs/terminus`. */
export interface HealthCheck {
  /** Only `ok` is to be answered with 200, all else with 503. */
  readonly status: 'ok' | 'error' | 'shutting_down';
  readonly info: Record<string, HealthOf>;
  readonly error: Record<string, HealthOf>;
  readonly details: Record<string, HealthOf>;
}

/** Says whether new work should be sent here. */
export class QuiesceHealth {
  readonly #lifecycle: Lifecycle;

  constructor(lifecycle: Lifecycle) {
    this.#lifecycle = lifecycle;
  }

  check(): HealthCheck {
    const { ready, state, components } = this.#lifecycle.status();
    const isStopping = state === 'stopping' || state === 'stopped';
    const all = components.map(({ name, state: of, pending }): [string, HealthOf] => {
      const status = of === 'started' || of === 'stopping' ? 'up' : 'down';
      return [name, { status, state: of, ...(pending === undefined ? {} : { pending }) }];
    });
    return {
      status: ready ? 'ok' : isStopping ? 'shutting_down' : 'error',
      info: Object.fromEntries(all.filter(([, { status }]) => status === 'up')),
      error: Object.fromEntries(all.filter(([, { status }]) => status === 'down')),
      details: Object.fromEntries(all),
    };
  }
}
