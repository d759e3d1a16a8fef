import { OptionsError } from '@quiesce/core';
import {
  checkArray,
  checkKnown,
  checkNumber,
  checkObject,
  checkOneOf,
  checkText,
} from '../options/checks.js';

/** The probes that checks can be part of. `startup` has none: it is over when the service was ready once. */
export type CheckedProbe = 'live' | 'ready' | 'health';

/** What a check is given. */
export interface HealthCheckContext {
  /** Aborts when the check's time is over. */
  readonly signal: AbortSignal;
}

/** A question that probes ask about something the service needs. */
export interface HealthCheck {
  /** Unique; shown by the probes and in metrics. */
  readonly name: string;
  /**
   * The probes it is part of. Put nothing into `live` but what a restart of this process cures.
   * @default ['ready', 'health']
   */
  readonly probes?: readonly CheckedProbe[];
  /** The longest it may take, in milliseconds. @default 1_000 */
  readonly timeoutMs?: number;
  /** How long an answer is used again, in milliseconds. @default 500 */
  readonly maxAgeMs?: number;
  /** Resolves when all is well; throws or rejects when it is not. Never called while it is running. */
  check(context: HealthCheckContext): unknown;
}

/** A check with every default in its place. */
export type ResolvedHealthCheck = Required<HealthCheck>;

const checkedProbes: readonly CheckedProbe[] = ['live', 'ready', 'health'];
const names: Readonly<Record<keyof HealthCheck, true>> = {
  name: true,
  probes: true,
  timeoutMs: true,
  maxAgeMs: true,
  check: true,
};

/**
 * Checks all health checks and fills in what was left out.
 * @throws OptionsError
 */
export function resolveHealthChecks(
  checks: readonly HealthCheck[] | undefined,
): readonly ResolvedHealthCheck[] {
  const taken = new Set<string>();
  return checkArray('checks', checks).map((each, index) => {
    const option = `checks[${index}]`;
    checkObject(option, each);
    checkKnown(option, each, names);
    const name = checkText(`${option}.name`, each.name);
    if (taken.has(name)) throw new OptionsError(`${option}.name`, 'must be unique', name);
    taken.add(name);
    if (typeof each.check !== 'function') {
      throw new OptionsError(`${option}.check`, 'must be a function', each.check);
    }
    const probes = checkArray(`${option}.probes`, each.probes ?? (['ready', 'health'] as const));
    return {
      name,
      probes: probes.map((probe) => checkOneOf(`${option}.probes`, checkedProbes, probe)),
      timeoutMs: checkNumber(`${option}.timeoutMs`, each.timeoutMs, 1) ?? 1_000,
      maxAgeMs: checkNumber(`${option}.maxAgeMs`, each.maxAgeMs, 0) ?? 500,
      check: (context) => each.check(context),
    };
  });
}
