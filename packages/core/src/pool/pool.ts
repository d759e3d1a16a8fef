import type { Component } from '../contract/component.js';
import { OptionsError } from '../errors.js';
import { checkAbsent, checkOneOf, checkText } from '../options/checks.js';

/**
 * How clients are given back in order, the gentlest first: `end` of an ioredis client drops what `quit` waits for, and
 * `close` of a postgres.js client what `end` does.
 */
const methods = ['quit', 'end', 'close', 'destroy'] as const;
/** How they are given up. */
const harshMethods = ['destroy', 'disconnect'] as const;

type Method = (typeof methods)[number];

/** Pools, database clients, HTTP agents. */
export type PoolLike = object & { readonly [Name in Method]?: unknown };

/** Options of {@link pool}. */
export interface PoolOptions {
  /** The component's name; give each pool its own. @default 'pool' */
  readonly name?: string;
  /** What gives it back. @default the first it has of `quit`, `end`, `close`, `destroy` */
  readonly method?: Method;
}

/**
 * Gives a pool back in `release`, after all that `dependsOn` it, unless it has been ended already. When time is over it
 * is given up with `destroy` or `disconnect`. See `docs/adapters/pool.md`.
 *
 * @throws OptionsError
 */
export function pool(resource: PoolLike, options: PoolOptions = {}): Component {
  checkAbsent(options, { name: true, method: true });
  const { name = 'pool' } = options;
  checkText('name', name);
  if (options.method !== undefined) checkOneOf('method', methods, options.method);
  const method = options.method ?? methods.find((each) => has(resource, each));
  if (method === undefined || !has(resource, method)) {
    throw new OptionsError('pool', `must have the method ${method ?? methods.join(', ')}`, resource);
  }
  let ended: Promise<void> | undefined;
  let isOver = false;
  const end = async (): Promise<void> => {
    if (!isEnded(resource)) await call(resource, method);
    isOver = true;
  };
  const giveUp = (): void => {
    const harsh = harshMethods.find((each) => each !== method && has(resource, each));
    if (harsh === undefined || isOver || (ended === undefined && isEnded(resource))) return;
    // What that rejects with is about work which is lost in any case, and told by the hook that was late.
    Promise.resolve(call(resource, harsh)).catch(() => {});
  };
  return {
    name,
    async release({ signal }) {
      signal.addEventListener('abort', giveUp);
      ended ??= end();
      await ended;
      signal.removeEventListener('abort', giveUp);
    },
    abort: giveUp,
  };
}

/** What clients say themselves: pg (`ended`, `ending`), undici (`closed`, `destroyed`), ioredis (`status`). */
function isEnded(resource: object): boolean {
  const says = ['ended', 'ending', 'closed', 'destroyed'].some(
    (field) => Reflect.get(resource, field) === true,
  );
  return says || Reflect.get(resource, 'status') === 'end';
}

function has(resource: unknown, method: string): boolean {
  const isObject = (typeof resource === 'object' && resource !== null) || typeof resource === 'function';
  return isObject && typeof Reflect.get(resource, method) === 'function';
}

function call(resource: object, method: string): unknown {
  return Reflect.apply(Reflect.get(resource, method), resource, []);
}
