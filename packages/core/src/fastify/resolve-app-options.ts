import type { AddOptions } from '../contract/component.js';
import type { Lifecycle } from '../contract/lifecycle.js';
import type { HttpServerOptions } from '../http/options.js';
import { checkPort as checkMethods, checkObject } from '../options/checks.js';
import type { AppOptions } from './options.js';

/** {@link AppOptions}, taken apart. */
export interface ResolvedAppOptions {
  readonly lifecycle: Lifecycle;
  readonly add: AddOptions;
  readonly http: HttpServerOptions & { readonly name: string };
}

/**
 * Checks what concerns the lifecycle.
 * @throws OptionsError
 */
export function resolveAppOptions(options: AppOptions, defaultName: string): ResolvedAppOptions {
  const { lifecycle, dependsOn = [], tier = 'standard', budgetMs, name = defaultName, ...http } = options;
  checkObject('lifecycle', lifecycle);
  checkMethods('lifecycle', lifecycle, ['add', 'shutdown']);
  return {
    lifecycle,
    add: { dependsOn, tier, ...(budgetMs === undefined ? {} : { budgetMs }) },
    http: { name, ...http },
  };
}
