import type { ListenerKind } from './listener-kind.js';
import { Problem } from './problem.js';
import type { Route } from './routes.js';

/** Finds routes by path and method. */
export interface Router {
  /** @throws Problem */
  find(method: string | undefined, path: string): Route;
}

/** Creates the router of one listener; routes that it does not have are not there. */
export function createRouter(
  routes: readonly Route[],
  listener: ListenerKind,
  without: readonly string[] = [],
): Router {
  const byPath = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    if (!route.listeners.includes(listener) || without.includes(route.name)) continue;
    const methods = byPath.get(route.path) ?? new Map<string, Route>();
    methods.set(route.method, route);
    if (route.method === 'GET') methods.set('HEAD', route);
    byPath.set(route.path, methods);
  }
  return {
    find(method = '', path) {
      const methods = byPath.get(path);
      if (methods === undefined) {
        throw new Problem('not-found', `the paths here are ${[...byPath.keys()].join(', ')}`);
      }
      const route = methods.get(method);
      if (route !== undefined) return route;
      const allow = [...methods.keys()].join(', ');
      throw new Problem('method-not-allowed', `${path} takes ${allow}`, { headers: { Allow: allow } });
    },
  };
}
