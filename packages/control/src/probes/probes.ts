import type { Clock, LifecycleState, Stoppable } from '@quiesce/core';
import { type CheckResult, type CheckRunner, createCheckRunner } from './check-runner.js';
import type { ResolvedHealthCheck } from './health-check.js';
import { type ProbeName, probeRules } from './probe-rules.js';

/** The answer of a probe. */
export interface ProbeResult {
  readonly ok: boolean;
  /** One line for a person. */
  readonly summary: string;
  readonly state: LifecycleState;
  readonly checks: readonly CheckResult[];
}

/** Answers probes. */
export interface Probes {
  ask(probe: ProbeName): Promise<ProbeResult>;
  readonly runners: readonly CheckRunner[];
  close(): void;
}

/** Creates the probes of a stoppable. */
export function createProbes(
  stoppable: Stoppable,
  checks: readonly ResolvedHealthCheck[],
  clock: Clock,
): Probes {
  const runners = checks.map((check) => createCheckRunner(check, clock));
  let wasReady = stoppable.status().state === 'running';
  const stopListening = stoppable.on('state', ({ state }) => {
    wasReady ||= state === 'running';
  });
  return {
    runners,
    close: stopListening,
    async ask(name) {
      const rule = probeRules[name];
      const status = stoppable.status();
      const { state } = status;
      const refusal = rule.refusal(status, wasReady);
      if (refusal !== undefined) return { ok: false, summary: refusal, state, checks: [] };
      const concerned = runners.filter(
        ({ check }) => rule.checks !== undefined && check.probes.includes(rule.checks),
      );
      // What a check needs may be closed by now; a service that stops as it should is alive.
      if (concerned.length === 0 || state !== 'running')
        return { ok: true, summary: 'ok', state, checks: [] };
      const results = await Promise.all(concerned.map((runner) => runner.run()));
      // A stop may have begun meanwhile.
      const later = rule.refusal(stoppable.status(), wasReady);
      if (later !== undefined)
        return { ok: false, summary: later, state: stoppable.status().state, checks: results };
      const failed = results.filter(({ ok }) => !ok).map((result) => result.name);
      const summary = failed.length === 0 ? 'ok' : `failed: ${failed.join(', ')}`;
      return { ok: failed.length === 0, summary, state, checks: results };
    },
  };
}
