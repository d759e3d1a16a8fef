import { VerifyOptionsError } from '../errors.js';
import type { PlatformName, PlatformOptions } from '../options/verify-options.js';

export const platformNames: readonly PlatformName[] = ['kubernetes', 'ecs', 'systemd', 'docker'];

/** {@link PlatformOptions} with the platform's own numbers in place. */
export interface ResolvedPlatform {
  readonly name: PlatformName;
  readonly graceMs: number;
  readonly preStopMs: number;
  /** Undefined: nobody is told. */
  readonly propagationMs: number | undefined;
  readonly asPid1: boolean;
  readonly toGroup: boolean;
}

/**
 * What each platform gives when nothing else is configured: Kubernetes' `terminationGracePeriodSeconds` 30, ECS'
 * `stopTimeout` 30, systemd's `DefaultTimeoutStopSec` 90 with `KillMode=control-group`, `docker stop` 10.
 */
const defaults: Readonly<Record<PlatformName, Omit<ResolvedPlatform, 'name' | 'preStopMs'>>> = {
  kubernetes: { graceMs: 30_000, propagationMs: 2_000, asPid1: true, toGroup: false },
  ecs: { graceMs: 30_000, propagationMs: 2_000, asPid1: true, toGroup: false },
  systemd: { graceMs: 90_000, propagationMs: undefined, asPid1: false, toGroup: true },
  docker: { graceMs: 10_000, propagationMs: undefined, asPid1: true, toGroup: false },
};

export function resolvePlatform(options: PlatformOptions): ResolvedPlatform {
  const resolved = { ...defaults[options.name], preStopMs: 0, ...options };
  const { graceMs, preStopMs, propagationMs = 0 } = resolved;
  for (const [option, value] of Object.entries({ graceMs, preStopMs, propagationMs })) {
    if (!Number.isFinite(value) || value < 0) {
      throw new VerifyOptionsError(`platform.${option}`, 'must be 0 or more', value);
    }
  }
  if (preStopMs > 0 && resolved.name !== 'kubernetes') {
    throw new VerifyOptionsError('platform.preStopMs', 'is known to Kubernetes only', resolved.name);
  }
  if (preStopMs >= graceMs)
    throw new VerifyOptionsError('platform.preStopMs', `must be below the grace of ${graceMs} ms`, preStopMs);
  return resolved;
}
